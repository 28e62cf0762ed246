"""What is to be written to a file, and why it may not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.explain import Presentation, View
    from bp_tutor.solve import Trace


class Paper(Frozen):
    """What is to be written."""

    reader: Presentation
    """How it is spelled; the format brings a style of its own."""
    trace: Trace
    view: View


class PaperError(Exception):
    """A file that cannot be made here: a key of the words, and values."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


LIBRARIES = {
    "pdf": ("typst", "paper"), "ipynb": ("nbformat", "paper"), "xlsx": ("xlsxwriter", "tables"),
}  # fmt: skip
"""What formats need besides, and the extra that brings it."""


def library_of(ending: str) -> None:
    """Make sure that what a format needs is there.

    Raises:
        PaperError: it is not.
    """
    from importlib.util import find_spec

    name, extra = LIBRARIES.get(ending, ("", ""))
    if name and find_spec(name) is None:
        raise PaperError("paper.library", name=name, command=f"pip install 'bp-tutor[{extra}]'")
