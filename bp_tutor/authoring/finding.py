"""What a check has to say of a file, as data: a sentence by its key, where, and how bad."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen
from bp_tutor.reader import Key

if TYPE_CHECKING:
    from bp_tutor.reader import Mark
    from bp_tutor.words import Words

FINDING, NOTE = "finding", "note"


class Finding(Frozen):
    """One thing that was found in a file that can be read.

    A `finding` is to be mended or accepted, and the check ends with exit code 1; a `note` is
    worth knowing and changes nothing.
    """

    key: str
    """The key of its sentence in the words."""
    values: tuple[tuple[str, object], ...] = ()
    """What stands in the sentence; a `reader.Key` is a word itself."""
    severity: str = FINDING
    mark: Mark | None = None
    path: str = ""
    """The way to it inside the file, such as `published[3]`."""

    def said(self, words: Words) -> str:
        """The sentence."""
        values = {
            name: words.text(value) if isinstance(value, Key) else value
            for name, value in self.values
        }
        return words.text(self.key, **values)
