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


LIBRARIES: dict[str, Callable[[Presentation, Trace, View], str]] = {
    "numpy": _numpy,
    "pytorch": _pytorch,
}


def code_of(library: str, page: Presentation, trace: Trace, view: View) -> str:
    """The derivation as a program.

    Raises:
        CodeError: the library calculates something else.
    """
    return LIBRARIES[library](page, trace, view)
