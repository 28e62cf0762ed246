"""Ranges of numbers on a line, and what is left of one beside others."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable


class Interval(NamedTuple):
    """All numbers from one to another."""

    low: float
    high: float

    def has(self, number: float) -> bool:
        """Whether a number lies in it; its ends do."""
        return self.low <= number <= self.high

    @property
    def middle(self) -> float:
        """The number in the middle."""
        return (self.low + self.high) / 2

    @property
    def reach(self) -> float:
        """How far its ends are from the middle."""
        return (self.high - self.low) / 2


def united(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """The same numbers in as few intervals as there can be, in order.

    >>> united([Interval(3, 4), Interval(0, 1), Interval(1, 2)])
    (Interval(low=0, high=2), Interval(low=3, high=4))
    """
    found: list[Interval] = []
    for one in sorted(intervals):
        if found and one.low <= found[-1].high:
            found[-1] = Interval(found[-1].low, max(found[-1].high, one.high))
        else:
            found.append(one)
    return tuple(found)


def beside(interval: Interval, number: float, taken: Iterable[Interval]) -> Interval | None:
    """The part of an interval around a number that meets none of those that are taken.

    None where the number itself is taken.

    >>> beside(Interval(0, 4), 3, [Interval(1, 2), Interval(5, 6)])
    Interval(low=2, high=4)
    """
    low, high = interval
    for other in taken:
        if other.has(number):
            return None
        if other.high < number:
            low = max(low, other.high)
        else:
            high = min(high, other.low)
    return Interval(low, high)
