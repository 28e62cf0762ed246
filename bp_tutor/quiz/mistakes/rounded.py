"""Values as they stand on the paper of somebody who keeps a few decimals everywhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.quiz.moving import value_of
from bp_tutor.solve.rounding import round_by_hand

if TYPE_CHECKING:
    from bp_tutor.quiz.book import Book, Key

LARGEST = 500
"""Nobody works out more numbers on paper."""


class RoundedRun:
    """An update in which every value is rounded before it is used again."""

    def __init__(self, book: Book, decimals: int) -> None:
        self._book, self._decimals = book, decimals
        self._values: dict[Key, float] = {}

    def exact(self, key: Key) -> float:
        """The value in the trace."""
        return self._book.exact(key)

    def value(self, key: Key) -> float:
        """The rounded value, calculated from rounded ones."""
        values, book = self._values, self._book
        waiting = [key]
        while waiting:
            last = waiting[-1]
            if last not in values:
                missing = [leaf for leaf in book.inputs(last) if leaf not in values]
                if missing:
                    waiting += missing
                    continue
                values[last] = self._worked_out(last)
            waiting.pop()
        return values[key]

    def _worked_out(self, key: Key) -> float:
        if key[0] not in self._book.steps:
            return self._book.exact(key)
        found = value_of(self._book.formula(key), self._values.__getitem__)
        return self._book.exact(key) if found is None else round_by_hand(found, self._decimals)


def rounded_run(book: Book, decimals: int) -> RoundedRun | None:
    """The update with every value rounded; None where it is too long, or rounded anyway."""
    name = ("rounded", decimals)
    if name not in book.kept:
        rounding = book.page.settings.rounding
        by_hand = rounding is not None and rounding.by_hand
        large = sum(quantity.size for quantity in book.steps) > LARGEST
        book.kept[name] = None if by_hand or large else RoundedRun(book, decimals)
    return book.kept[name]  # type: ignore[return-value]
