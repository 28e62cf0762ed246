"""What is wrong with what somebody typed: a key of the words, and the values put in."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from bp_tutor.reader import Key, joined

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.words import Words


class RefusalError(Exception):
    """A command line that cannot be done; says nothing itself until a language is known."""

    def __init__(self, key: str, nearest: str = "", **values: object) -> None:
        super().__init__(key)
        self.key = key
        self.nearest = nearest
        self.values = values

    def text(self, words: Words) -> str:
        """The sentence, with the nearest right name where there is one."""
        values = {
            name: words.text(value) if isinstance(value, Key) else value
            for name, value in self.values.items()
        }
        said = words.text(self.key, **values)
        return with_nearest(said, self.nearest, words)


def with_nearest(said: str, near: str, words: Words) -> str:
    """A sentence, and the name that was probably meant where there is one."""
    return joined(said, words.text("mistake.nearest", nearest=near)) if near else said


def nearest(name: str, known: Iterable[str]) -> str:
    """The name that was probably meant; empty where none is near."""
    by_lower = {each.lower(): each for each in known}
    found = get_close_matches(name.lower(), by_lower, 1, 0.6)
    return by_lower[found[0]] if found else ""
