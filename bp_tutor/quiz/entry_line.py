"""Formulas that are worked out again and again with other numbers, as code once that pays."""

from __future__ import annotations

from math import isfinite, sqrt
from random import Random
from typing import TYPE_CHECKING

from bp_tutor.formula import Entry, Quantity, replace
from bp_tutor.formula.compiling import compile_scalars
from bp_tutor.quiz.tolerance import entries_of, value_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bp_tutor.formula import Address, Formula
    from bp_tutor.quiz.tolerance import Lookup

MOST_ENTRIES = 200
"""What has more is never worked out so often that code would pay."""
PATIENCE = 12
"""So often a formula is worked out as it is before it is worth compiling it."""
SPREAD = 2.2
"""Of many roundings together: their quadratic mean times this is passed once in 5,000 times."""
FEW = 40
"""So many rounded values are varied one by one; more of them together, at random."""
DRAWS = 6


def as_code(
    entries: Sequence[Address], formulas: Sequence[Formula]
) -> Callable[..., tuple[float, ...]]:
    """A function `f(1, *numbers)` of these entries that gives the values of scalar formulas.

    They are just what the formulas' `value` gives; it raises where one of them has none.
    """
    flat = Quantity("x", (), (len(entries),), ("unit",))
    places = {entry: Entry(flat, (place,)) for place, entry in enumerate(entries)}

    def numbered(node: Formula) -> Formula | None:
        return places[node.address] if isinstance(node, Entry) else None

    lines = [
        (Quantity(f"c{place}"), replace(formula, numbered))
        for place, formula in enumerate(formulas)
    ]
    return compile_scalars([flat], lines, [quantity for quantity, _ in lines], exactly=True)


class EntryLine:
    """A scalar formula, and its value with the numbers of many students."""

    def __init__(self, formula: Formula) -> None:
        self.formula = formula
        self.entries = entries_of(formula)
        """The entries in it, each once."""
        self._times = 0
        self._code: Callable[..., tuple[float, ...]] | None = None

    def value(self, lookup: Lookup) -> float | None:
        """Its number with these numbers for the entries; None where it has none."""
        return self._at([lookup(entry) for entry in self.entries])

    def _at(self, numbers: list[float]) -> float | None:
        if self._code is None:
            self._times += 1
            if self._times == PATIENCE and len(self.entries) <= MOST_ENTRIES:
                self._code = as_code(self.entries, (self.formula,))
        if self._code is not None:
            try:
                (found,) = self._code(1, *numbers)
            except (ValueError, ArithmeticError):
                # A form that is not needed has no value, or the formula itself.
                pass
            else:
                return found if isfinite(found) else None
        known = dict(zip(self.entries, numbers, strict=True))
        return value_of(self.formula, known.__getitem__)

    def deviation(self, lookup: Lookup, radii: dict[Address, float]) -> float:
        """How far its value may be off where each entry may be off by its radius.

        A few roundings may all point the same way; many never do.
        """
        loose = {entry: radius for entry, radius in radii.items() if radius}
        if not loose:
            return 0.0
        numbers = [lookup(entry) for entry in self.entries]
        start = self._at(numbers)
        if start is None:
            return 0.0
        if len(loose) <= FEW:
            shifts = [self._shift(numbers, start, {one: radius}) for one, radius in loose.items()]
            return min(sum(shifts), SPREAD * sqrt(sum(shift * shift for shift in shifts)))
        draw = Random(1)  # noqa: S311 - the same every time, and no secret
        drawn = (
            self._shift(numbers, start, {one: draw.uniform(-r, r) for one, r in loose.items()})
            for _ in range(DRAWS)
        )
        return 3 * max(drawn)

    def _shift(self, numbers: list[float], start: float, by: dict[Address, float]) -> float:
        """The change of the value where entries change upwards; or, where that is none, down."""
        for sign in (1, -1):
            moved = [
                number + sign * by[entry] if entry in by else number
                for entry, number in zip(self.entries, numbers, strict=True)
            ]
            found = self._at(moved)
            if found is not None and found != start:
                return abs(found - start)
        return 0.0
