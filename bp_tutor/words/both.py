"""Every text in several languages at once, so that a derivation is made only one time.

A text is written as `first | second` between marks, and such texts can be put into each other
and joined like any others. In the end each language is picked out of the whole.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.words.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

OPEN, BETWEEN, CLOSE = "\ufdd2", "\ufdd3", "\ufdd4"
"""Marks that no text has: Unicode keeps them for programs."""
_MARKS = re.compile(f"([{OPEN}{BETWEEN}{CLOSE}])")
_NO_MARKS = dict.fromkeys(map(ord, (OPEN, BETWEEN, CLOSE)), None)


class AllWords(Words):
    """The words of several languages, each text in all of them."""

    def __init__(self, several: Iterable[Words]) -> None:
        self.several = tuple(several)
        super().__init__(self.several[0].language, {})

    def text(self, key: str, **values: object) -> str:
        """The text of `key` in every language."""
        return together([words.text(key, **values) for words in self.several])

    def __contains__(self, key: str) -> bool:
        return key in self.several[0]

    def has(self, key: str) -> bool:
        return key in self.several[0]

    def choose(self, in_language: Callable[[str], str]) -> str:
        """A text that came from outside, in every language; it may not hold marks itself."""
        return together(
            [in_language(words.language).translate(_NO_MARKS) for words in self.several]
        )

    def versions(self, text: str) -> tuple[str, ...]:
        return tuple(apart(text, place) for place in range(len(self.several)))


def together(texts: list[str]) -> str:
    """One text that holds the same in several languages."""
    if all(text == texts[0] for text in texts):
        return texts[0]
    return OPEN + BETWEEN.join(texts) + CLOSE


def apart(text: str, place: int) -> str:
    """The text in one of its languages, counted from 0."""
    if OPEN not in text:
        return text
    kept: list[str] = []
    open_places: list[int] = []
    for piece in _MARKS.split(text):
        if piece == OPEN:
            open_places.append(0)
        elif piece == BETWEEN:
            open_places[-1] += 1
        elif piece == CLOSE:
            open_places.pop()
        elif all(each == place for each in open_places):
            kept.append(piece)
    return "".join(kept)
