"""How likely it is that a number which nobody calculated is explained all the same.

The more explanations are tried, the more numbers get one by accident. So it is counted how many
different numbers were tried around an answer: of all numbers there, they make up the part that
would be explained.
"""

from __future__ import annotations

from functools import cached_property
from math import floor
from typing import TYPE_CHECKING

from bp_tutor.quiz.mistakes.rewrites.table import OFTEN, SELDOM, SOMETIMES
from bp_tutor.quiz.tolerance import EXACT, NEARLY

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bp_tutor.quiz.tolerance import Answer

Limits = dict[int, float]
"""By how often a mistake is made: so much of the numbers around an answer may be explained by it
and by all that are tried before it."""
HERE: Limits = {OFTEN: 0.025, SOMETIMES: 0.015, SELDOM: 0.01}
"""For mistakes in the answer's own line.

Few numbers lie around any one, so that of random ones far fewer are explained, which tests measure.
"""
BEFORE: Limits = {OFTEN: 0.008, SOMETIMES: 0.006, SELDOM: 0.003}
"""For those made before it, of which there are the more."""
LOOSE: Limits = dict.fromkeys(HERE, 0.005)
"""For those in its own line where only the rounding of values on the way makes them fit."""
KNOWN = 0.003
"""For the answer to another question."""

AROUND = 2.0
"""Numbers of half to double its size lie around an answer."""
NEARBY = 4.0
"""By so much more than elsewhere may be explained of the numbers that are as near to the right
one as the answer, where many mistakes change but little."""


Placed = tuple[int, bool, bool]
"""Which number one is, whether it lies around the answer, and whether as near to the right one."""


def chance_of(answer: Answer, right: float, width: float) -> float:
    """The part of the numbers around an answer, or as near to the right one, that are alike."""
    size, near = abs(answer.value), abs(answer.value - right)
    if not size or not near:
        return 1.0
    return min(1.0, max(2 * width / (size * (AROUND - 1 / AROUND)), width / (2 * near)))


class Tried:
    """The different numbers that were tried for an answer; those within `width` are one."""

    def __init__(self, answer: Answer, right: Sequence[float], width: float) -> None:
        self.answer, self.right, self.width = answer, right, width
        self._value, self._size = answer.value, abs(answer.value)
        # A whole number has only so many digits, though nothing of it was rounded.
        whole = 0.5 if answer.radius == 0 and answer.figures < EXACT else 0.0
        self._room = 2 * max(width, whole)
        self._near = 2 * min(abs(one - answer.value) for one in right)
        self._cells: set[int] = set()
        self._around = self._nearby = 0
        self._put_off: list[tuple[Sequence[float | None], Sequence[int], Limits]] = []

    def allows(self, limit: float) -> bool:
        """Whether one number may be tried at all."""
        return self._part(1, 0) <= limit

    def fits(self, value: float) -> bool:
        """Whether a number is the answer, as far as its digits say."""
        return abs(value - self.answer.value) <= self.width * (1 + NEARLY)

    def is_right(self, value: float) -> bool:
        """Whether a number is the right one, as far as the answer's digits say."""
        width = self.width
        for one in self.right:  # noqa: SIM110 - a generator takes twice as long
            if abs(value - one) <= width:
                return True
        return False

    def some_fit(self, values: Sequence[float | None]) -> bool:
        """Whether any of these may be the answer."""
        low, high = self.close
        return bool([one for one in values if one is not None and low <= one <= high])

    def count_later(
        self, values: Sequence[float | None], often: Sequence[int], limits: Limits
    ) -> None:
        """Count these, of mistakes made so `often`, as soon as what was tried matters."""
        # The same once more, of other numbers that are alike, count nothing.
        if not self._put_off or self._put_off[-1][0] is not values:
            self._put_off.append((values, often, limits))

    def in_reach(self, values: Sequence[float | None]) -> list[tuple[int, float]]:
        """Those that matter, each with its place: the others are right, or far away."""
        low, high = self.reach
        near = [
            (place, value)
            for place, value in enumerate(values)
            if value is not None and low <= value <= high
        ]
        # What gives the right number explains nothing.
        return [one for one in near if not self.is_right(one[1])]

    def _catch_up(self) -> None:
        put_off, self._put_off = self._put_off, []
        for values, often, limits in put_off:
            for place, value in self.in_reach(values):
                self.counted(value, limits[often[place]])

    def counted(self, value: float, limit: float) -> bool:
        """Count a number as tried; whether it may be, with no more than `limit` explained."""
        if self._put_off:
            self._catch_up()
        placed = self.placed(value)
        if placed is None:
            return True
        cell, around, nearby = placed
        # What falls on a number that was tried already gives chance no further try.
        cells = self._cells
        if cell in cells or cell - 1 in cells or cell + 1 in cells:
            return True
        if self._part(self._around + around, self._nearby + nearby) > limit:
            # The chance is used up; but what gives the same as a cause found is one too.
            return False
        cells.add(cell)
        self._around += around
        self._nearby += nearby
        return True

    def placed(self, value: float) -> Placed | None:
        """Where a number lies; None where it does not count."""
        around = value * self._value > 0 and (
            self._size <= AROUND * abs(value) <= AROUND * AROUND * self._size
        )
        near, nearby = self._near, False
        for one in self.right:
            if abs(value - one) <= near:
                nearby = True
                break
        if not (around or nearby):
            return None
        return floor(value / self.width) if self.width else 0, around, nearby

    def with_others(self, others: Iterable[Placed]) -> float:
        """Which part of the numbers there is explained by what was tried and by these."""
        self._catch_up()
        cells, around, nearby = set(self._cells), self._around, self._nearby
        for cell, here, close in others if self.width else ():
            if not (cell in cells or cell - 1 in cells or cell + 1 in cells):
                cells.add(cell)
                around, nearby = around + here, nearby + close
        return self._part(around, nearby)

    @cached_property
    def close(self) -> tuple[float, float]:
        """The numbers between which all lie that fit, and hardly any more."""
        value, width = self.answer.value, self.width * (1 + 2 * NEARLY)
        return value - width, value + width

    @cached_property
    def reach(self) -> tuple[float, float]:
        """The numbers between which all lie that are counted, and all that may be the answer."""
        value, width = self.answer.value, self.width * (1 + NEARLY)
        ends = (
            value - width,
            value + width,
            value / AROUND,
            value * AROUND,
            min(self.right) - self._near,
            max(self.right) + self._near,
        )
        return min(ends), max(ends)

    def _part(self, around: int, nearby: int) -> float:
        """Which part of the numbers there these would explain."""
        if not self._size or not self._room:
            return 0.0
        there = self._size * (AROUND - 1 / AROUND)
        close = 2 * self._near
        return max(
            around * self._room / there, nearby * self._room / close / NEARBY if close else 0
        )
