"""What is right as numbers with tolerances, which is how most platforms want it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.intervals import Interval

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.quiz.record import NumberRecord

DIGITS = 10
"""Significant figures with which bounds are written: far more than any answer has."""
LEAST = 1e-9
"""A smaller tolerance is written as this: platforms compare what floats make of an answer."""


class Accepted(NamedTuple):
    """A number, and how far an answer may be from it."""

    value: float
    tolerance: float


def plain(number: float) -> str:
    """A number as any program reads it, `0.66` or `2.5e-05`.

    >>> plain(0.66), plain(3.0), plain(-0.0)
    ('0.66', '3', '0')
    """
    return f"{number or 0.0:.{DIGITS}g}"


def accepted(record: NumberRecord) -> Iterator[Accepted]:
    """The answers that are right: first the value, which is shown as the right answer.

    Its interval may reach further to one side, where digits are cut off.
    """
    first, *others = record.right
    value = float(f"{record.value:.{record.figures + 2}g}")
    if not first.has(value):
        value = record.value
    reach = min(value - first.low, first.high - value)
    yield Accepted(value, max(reach, LEAST))
    for low, high in ((first.low, value - reach), (value + reach, first.high), *others):
        if high - low > LEAST:
            yield Accepted(Interval(low, high).middle, Interval(low, high).reach)
