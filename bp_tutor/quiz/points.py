"""Random points: values of every quantity that all follow from random given ones.

Formulas are compared there, which takes no algebra and never gives a wrong no. They lie on both
sides of every kink that can be reached, so a slope that was left out is seen.
"""

from __future__ import annotations

from functools import cached_property
from math import isfinite
from random import Random
from typing import TYPE_CHECKING

from bp_tutor.formula import Role
from bp_tutor.formula import number_of as formula_number
from bp_tutor.formula.compiling import compile_scalars
from bp_tutor.formula.pieces import has_kink, pieces
from bp_tutor.solve import NumberError
from bp_tutor.solve.evaluate import evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bp_tutor.formula import Address, Formula, Quantity
    from bp_tutor.solve import Run
    from bp_tutor.solve.trace import Values

    Point = dict[Quantity, Values]
    """A value for every quantity, all of which follow from random given ones."""

FEW, MANY = 3, 24
"""Points at which formulas are compared: without kinks, and with some."""
MOST_TRIES = 150
MOST_NUMBERS = 500_000
"""So many numbers are drawn and calculated at all the points of one run together."""
MOST_PIECES = 60
LARGE = 1_000
"""Up to so many numbers, all of them are worked out by code that is compiled once."""
APART = 1e-7
"""Two numbers that differ by less, relatively, are one."""
WIDE = 8
"""Weights of layers with more units are drawn the smaller, the more there are."""
SATURATED = 1e-6
"""An activation nearer to its limit than this leaves too few digits to compare by."""


class Points:
    """The random points of one run: a few first, and more where a kink was not yet passed."""

    def __init__(self, run: Run) -> None:
        self._model = run.program.model
        self._lines = [step.line for step in run.steps]
        self._found: list[Point] = []
        self._tried = 0
        self._size = sum(quantity.size for quantity in run.quantities())
        self._most = min(MOST_TRIES, max(MOST_NUMBERS // max(self._size, 1), 2 * FEW))

    @cached_property
    def kinked(self) -> bool:
        """Whether anything in the calculation has a kink."""
        return any(
            has_kink(line.entry(next(iter(line.quantity.indices())))) for line in self._lines
        )

    @cached_property
    def first(self) -> tuple[Point, ...]:
        """Those at which all formulas are compared; the liveliest stands in front."""
        most = MANY if self.kinked else FEW
        while len(self._found) < most and self._draw_one():
            pass
        self._found.sort(key=_zeros)
        return tuple(self._found)

    def telling_apart(self, formulas: Iterable[Formula]) -> tuple[Point, ...]:
        """All points, after as many more as it takes to pass every kink in the formulas.

        A kink is passed where each of its sides gives another number somewhere; one that
        cannot be reached is given up.
        """
        _ = self.first
        for formula in formulas:
            for count, piece in enumerate(pieces(formula)):
                if count >= MOST_PIECES:
                    break
                place = 0
                while place < len(self._found) or self._draw_one():
                    point = self._found[place]
                    if not are_close(number_of(piece, point), number_of(formula, point), APART):
                        break
                    place += 1
        return tuple(self._found)

    def with_given(self, pinned: dict[Address, float]) -> tuple[Point, ...]:
        """As many points as were drawn, with these numbers for some given entries."""
        found: list[Point] = []
        for seed in range(self._most):
            if len(found) == len(self._found):
                break
            given = self._given(seed)
            for (quantity, index), number in pinned.items():
                at = quantity.row_major(index)
                given[quantity] = (*given[quantity][:at], number, *given[quantity][at + 1 :])
            point = self._point(given)
            if point is not None and not self._is_saturated(point):
                found.append(point)
        return tuple(found)

    def _given(self, seed: int) -> Point:
        draw, given = _Draw(seed, self._model.targets), self._model.given
        return {quantity: draw.values(quantity, given) for quantity in given}

    def _draw_one(self) -> bool:
        """One point more; False where none is left to be drawn."""
        while self._tried < self._most:
            seed, self._tried = self._tried, self._tried + 1
            point = self._point(self._given(seed))
            if point is not None and not self._is_saturated(point):
                self._found.append(point)
                return True
        return False

    def _point(self, given: Point) -> Point | None:
        """What follows from given values; None where a value is no number."""
        # Code pays where there are many points, or where there will be more.
        if (self._tried > FEW or len(self._found) >= FEW) and self._size <= LARGE:
            try:
                found = self._compiled(
                    1, *(number for values in given.values() for number in values)
                )
            except (ValueError, ArithmeticError):
                found = ()
            if found and all(map(isfinite, found)):
                numbers = iter(found)
                lines = (line.quantity for line in self._lines)
                return {**given, **{each: each.whole(numbers) for each in lines}}
        try:
            return evaluate(self._lines, given)
        except NumberError:
            return None

    @cached_property
    def _compiled(self) -> Callable[..., tuple[float, ...]]:
        lines = [(line.quantity, line.formula) for line in self._lines]
        return compile_scalars(tuple(self._model.given), lines, [quantity for quantity, _ in lines])

    def _is_saturated(self, point: Point) -> bool:
        forward = (line.quantity for line in self._lines if line.phase == "forward")
        return any(
            0 < abs(abs(number) - 1) < SATURATED
            for quantity in forward
            for number in point.get(quantity, ())
        )


class _Draw:
    """Random given values: signs, sizes and their shares differ from one draw to the next."""

    def __init__(self, seed: int, targets: str) -> None:
        self._draw = Random(seed)  # noqa: S311 - the same points every time, and no secret
        self._varied = seed >= FEW
        # How many of the weights are positive: where nearly all are, units far behind live.
        self._positive = (0.5, 0.85, 0.5, 0.95)[seed % 4] if self._varied else 0.5
        self._turned = self._varied and seed % 3 != 0
        self._size = 2.5 if self._varied and seed % 7 in (2, 5) else 1.0
        self._as_given = self._varied and seed % 5 == 4
        self._targets = targets

    def values(self, quantity: Quantity, given: dict[Quantity, Values | None]) -> Values:
        known = given[quantity]
        if quantity.role is Role.SETTING and known is not None:
            # Shares are drawn; a count or a tiny number that keeps from dividing by 0 stays.
            return tuple(self._between(0.15, 0.9) if 0.01 < one < 1 else one for one in known)
        if quantity.role is Role.RATE:
            return tuple(self._between(0.15, 0.9) for _ in range(quantity.size))
        if quantity.role is Role.DECAY:
            return tuple(self._between(0.15, 0.9) if one else one for one in known or (0.5,))
        if quantity.role is Role.TARGET and self._targets:
            return self._probabilities(quantity)
        signed = quantity.is_weight or quantity.role in (Role.BIAS, Role.SCALE)
        positive = self._positive if signed else 0.5 if self._turned else 1.0
        size = self._size
        if self._as_given and known is not None:
            size *= max(1.0, *map(abs, known))
        if quantity.is_weight:
            # The sums of a wide layer stay where its activation still moves.
            size *= min(1.0, WIDE / max(quantity.shape, default=1))
        return tuple(self._number(positive) * size for _ in range(quantity.size))

    def _probabilities(self, quantity: Quantity) -> Values:
        """Targets between 0 and 1, with the sum 1 where the delta `p - y` holds for no others."""
        numbers = [self._between(0.15, 0.9) for _ in range(quantity.size)]
        if self._targets == "shares" and quantity.shape:
            width = quantity.shape[-1]
            rows = [numbers[at : at + width] for at in range(0, len(numbers), width)]
            numbers = [number / sum(row) for row in rows for number in row]
        return tuple(numbers)

    def _number(self, positive: float) -> float:
        number = self._between(0.15, 0.9)
        return number if self._draw.random() < positive else -number

    def _between(self, low: float, high: float) -> float:
        return self._draw.uniform(low, high)


def _zeros(point: Point) -> int:
    """How many numbers are nothing: what died behind a kink."""
    return sum(values.count(0.0) for values in point.values())


def number_at(point: Point, address: Address) -> float:
    """One entry at a point."""
    quantity, index = address
    return point[quantity][quantity.row_major(index)]


def number_of(formula: Formula, point: Point) -> float | None:
    """The number of a formula at a point; None where it has none."""
    return formula_number(
        formula, lambda quantity, index: point[quantity][quantity.row_major(index)]
    )


def agree(points: tuple[Point, ...], one: Formula, other: Formula, relative: float) -> bool:
    """Whether two formulas have the same number at every point."""
    return all(
        are_close(number_of(one, point), number_of(other, point), relative) for point in points
    )


def are_close(found: float | None, right: float | None, relative: float) -> bool:
    """Whether two numbers at a point are one and the same, up to arithmetic."""
    if found is None or right is None:
        return False
    return abs(found - right) <= relative * max(abs(right), relative)
