"""Texts that know where they may be parted, because what wrote their signs says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, SupportsIndex

if TYPE_CHECKING:
    from collections.abc import Iterable

DEEPER = 10
"""How much more unwillingly a formula is parted within brackets."""


class Parted(str):
    """A text with the places at which it may be parted.

    Added to other texts it keeps them; whatever else is done to it leaves a plain text, which
    stays in one piece.

    >>> ("2·" + Parted(" + b", [(0, 1)])).breaks
    ((2, 1),)
    """

    __slots__ = ("brackets", "breaks")

    breaks: tuple[tuple[int, int], ...]
    """Places in the text, in their order, each with how unwillingly."""
    brackets: tuple[tuple[int, int], ...]
    """Where the two of a pair stand, which are written otherwise where a row ends between."""

    def __new__(
        cls,
        text: str,
        breaks: Iterable[tuple[int, int]] = (),
        brackets: Iterable[tuple[int, int]] = (),
    ) -> Parted:
        made = super().__new__(cls, text)
        made.breaks, made.brackets = tuple(breaks), tuple(brackets)
        return made

    def __add__(self, other: str) -> Parted:
        text = super().__add__(other)
        if not isinstance(other, Parted):
            return Parted(text, self.breaks, self.brackets)
        behind = other._moved(len(self))
        return Parted(text, self.breaks + behind.breaks, self.brackets + behind.brackets)

    def __radd__(self, other: str) -> Parted:
        moved = self._moved(len(other))
        return Parted(other + str(self), moved.breaks, moved.brackets)

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        text = super().__getitem__(key)
        if not isinstance(key, slice) or key.step is not None:
            return text
        start, stop, _ = key.indices(len(self))
        moved = self._moved(-start)
        # What lies at the end belongs to what follows.
        size = stop - start + (stop == len(self))
        return Parted(
            text,
            (each for each in moved.breaks if 0 <= each[0] < size),
            (pair for pair in moved.brackets if pair[1] < size),
        )

    def removeprefix(self, prefix: str, /) -> str:
        return self[len(prefix) :] if self.startswith(prefix) else self

    def join(self, texts: Iterable[str], /) -> str:
        joined = ""
        for position, text in enumerate(texts):
            joined = joined + self + text if position else text
        return joined

    def _moved(self, by: int) -> Parted:
        """The places as they are where the text stands so much further to the right."""
        breaks = ((place + by, level) for place, level in self.breaks)
        brackets = ((first + by, last + by) for first, last in self.brackets if first + by >= 0)
        return Parted("", breaks, brackets)


def between(before: str, text: str, behind: str) -> str:
    """The text between two brackets."""
    if not isinstance(text, Parted):
        return before + text + behind
    deeper = ((place, level + DEEPER) for place, level in text.breaks)
    whole = before + Parted(text, deeper, text.brackets) + behind
    pair = (0, len(before) + len(text))
    return Parted(whole, whole.breaks, (pair, *whole.brackets))
