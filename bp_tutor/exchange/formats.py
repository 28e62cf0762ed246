"""The formats of questions for elsewhere, by their names."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.exchange.exercise import Exercise

    Files = dict[str, bytes]
    """What stands in a folder, by paths in it."""


class Format(Frozen):
    """One format: who reads it, in which module it is written, and what its file is called."""

    name: str
    ending: str
    """Of its file; empty where it is a folder."""
    reader: str
    """The platform, by its own name."""
    library: str = ""
    """What has to be installed besides."""
    extra: str = ""
    """The extra that brings it."""
    draws: bool = False
    """Whether it draws the numbers itself, each time that a student opens it."""

    def write(self, exercise: Exercise) -> bytes | Files:
        """The content of the file, or the files of the folder.

        Raises:
            ModuleNotFoundError: its library is not installed.
        """
        module = import_module(f"bp_tutor.exchange.{self.name}")
        write: Callable[[Exercise], bytes | Files] = module.write
        return write(exercise)


FORMATS = {
    row.name: row
    for row in (
        Format("moodle", ".xml", "Moodle"),
        Format("numbas", ".exam", "Numbas"),
        Format("qti", ".zip", "Canvas"),
        Format("qti2", ".zip", "QTI 2.1"),
        Format("qti3", ".zip", "QTI 3.0"),
        Format("prairielearn", "", "PrairieLearn", draws=True),
        Format("anki", ".apkg", "Anki", library="genanki", extra="anki"),
    )
}
