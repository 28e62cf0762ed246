"""The programs that there are, by the libraries that they use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.explain import Presentation, View
    from bp_tutor.solve import Trace


def _numpy(page: Presentation, trace: Trace, view: View) -> str:
    from bp_tutor.output.code.numpy_program import NumPyWriter

    return NumPyWriter(page, trace).program(view)


def _pytorch(page: Presentation, trace: Trace, view: View) -> str:
    from bp_tutor.output.code.torch_program import TorchWriter

    return TorchWriter(page, trace).program(view)


def _python(page: Presentation, trace: Trace, _: View) -> str:
    from bp_tutor.output.code.loops import LoopWriter

    return LoopWriter(page, trace).program()


def _pseudo(page: Presentation, trace: Trace, _: View) -> str:
    from bp_tutor.output.code.pseudo import PseudoWriter

    return PseudoWriter(page, trace).text()


LIBRARIES: dict[str, Callable[[Presentation, Trace, View], str]] = {
    "numpy": _numpy,
    "pytorch": _pytorch,
    "python": _python,
    "pseudo": _pseudo,
}


def code_of(library: str, page: Presentation, trace: Trace, view: View) -> str:
    """The derivation as a program.

    Raises:
        CodeError: the library calculates something else.
    """
    return LIBRARIES[library](page, trace, view)
