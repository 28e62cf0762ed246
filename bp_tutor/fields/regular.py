"""Arrays of numbers by a formula: evenly spaced, in steps, all equal, or on the diagonal alone."""

from __future__ import annotations

from fractions import Fraction
from itertools import product
from math import ceil, prod
from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD, Number, Whole
from bp_tutor.fields.records import Field, ListOf
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.records import Section

MOST_NUMBERS = 1_000_000
LINSPACE, ARANGE, CONSTANT, IDENTITY = "linspace", "arange", "constant", "identity"
_NUMBERS = ListOf(Number(), "expected.span", least=2, most=3)
REGULAR = (
    Field(LINSPACE, _NUMBERS, "[0, 1, 5]"),
    Field(ARANGE, _NUMBERS, "[0, 1, 0.25]"),
    Field(CONSTANT, Number(), "0.5"),
    Field(IDENTITY, Number(), "1", also=("eye",)),
)
"""The keys of a mapping that say such an array."""
SHAPE = Field("shape", ListOf(Whole(1, MOST_NUMBERS), "expected.shape", least=2, most=2), "[2, 3]")
"""Rows and columns, where nothing else says them."""


class Regular(Frozen):
    """An array by a formula; `numbers` are those behind its key.

    `linspace` has the first and the last number, perhaps how many; `arange` has start, stop (which
    is left out) and perhaps the step; `constant` and `identity` have one.
    """

    kind: str
    numbers: tuple[float, ...]

    @property
    def count(self) -> int | None:
        """How many numbers it says by itself; None where its place says that."""
        if self.kind == ARANGE:
            start, stop, step = self._exactly()
            return max(0, ceil((stop - start) / step))
        counted = self.kind == LINSPACE and len(self.numbers) > 2
        return int(self.numbers[2]) if counted else None

    def filled(self, shape: tuple[int, ...]) -> tuple[float, ...] | None:
        """The numbers of an array of that shape in row-major order; None where they do not fit."""
        size = prod(shape)
        if self.count not in (None, size):
            return None
        if self.kind == IDENTITY:
            if len(shape) != 2:
                return None
            places = product(*map(range, shape))
            return tuple(self.numbers[0] * (row == column) for row, column in places)
        if self.kind == CONSTANT:
            return self.numbers * size
        first, last, *_ = (Fraction(repr(number)) for number in self.numbers)
        evenly = (last - first) / max(1, size - 1)
        step = self._exactly()[2] if self.kind == ARANGE else evenly
        return tuple(float(first + place * step) for place in range(size))

    def _exactly(self) -> tuple[Fraction, Fraction, Fraction]:
        """Start, stop and step, as they are typed."""
        start, stop, *step = (Fraction(repr(number)) for number in self.numbers)
        return start, stop, step[0] if step else Fraction(1)


def regular(section: Section, context: Context) -> Any:
    """The array by a formula that a mapping says; None where it says none, or `BAD`."""
    names = [field.name for field in REGULAR if section.has(field.name)]
    if not names:
        return None
    if len(names) > 1:
        context.mistake(section.at(names[1]), "problem.two_arrays", names=", ".join(names))
        return BAD
    (name,) = names
    numbers: Any = section[name]
    if numbers is BAD:
        return BAD
    found = Regular(name, numbers if isinstance(numbers, tuple) else (numbers,))
    whole = name != LINSPACE or len(numbers) < 3 or (numbers[2] >= 1 and numbers[2] % 1 == 0)
    moves = name != ARANGE or len(numbers) < 3 or numbers[2] != 0
    if not whole or not moves or not 1 <= (found.count or 1) <= MOST_NUMBERS:
        context.wrong(section.at(name), "expected.span")
        return BAD
    return found
