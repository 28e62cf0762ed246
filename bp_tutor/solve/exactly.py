"""Gradients and difference quotients in decimal numbers of as many figures as it takes.

With 40 figures the quotient has room for a step of 1e-13 and still a dozen right figures; where
it is not steady (terms of very different size, a function that all but stands still), 80, 160
and 320 figures follow. What two precisions agree on is so.
"""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import TYPE_CHECKING, Literal, NamedTuple

from bp_tutor.formula.compiling import compile_decimals
from bp_tutor.formula.decimals import context
from bp_tutor.formula.quantity import DERIVATIVE
from bp_tutor.solve.program import used

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.solve.trace import Values

    Lines = Sequence[tuple[Quantity, Formula]]
    Verdict = Literal["right", "wrong", "kink", "open"]
    """The gradient is right, wrong, has no value here, or that cannot be told."""

FIGURES = {40: 1, 80: 2, 160: 4, 320: 100}
"""The figures of each attempt, and how many times as long it takes as the first."""
AGREES = Decimal("1e-9")
"""Two numbers that differ by less of the larger one are the same."""
VANISHES = Decimal("1e-15")
"""What is so much smaller with more figures is 0."""
SPARE = 10
"""Figures that may be lost besides: in long sums, in functions."""
CLOSE = 1e-6
"""How far floats may leave a gradient from its value, beside the largest of all gradients."""
AT_KINK = Decimal("1e-15")
"""Where a branch is decided by less than this, floats decide it by their noise."""


class _Middle(NamedTuple):
    """What comes out at the numbers themselves."""

    gradients: tuple[Decimal, ...]
    outputs: tuple[Decimal, ...]
    """The objective, and what tells the branches."""
    largest: Decimal
    """The size of the largest number on the way, or 1."""


class Exactly:
    """Compares slopes of one calculation, as long as the budget lasts."""

    def __init__(
        self,
        forward: Lines,
        backward: Lines,
        start: Mapping[Quantity, Values],
        outputs: list[Quantity],
        gradients: Mapping[Quantity, Values],
        size: int,
        budget: int,
    ) -> None:
        self._forward, self._backward = forward, backward
        self._inputs, self._outputs = list(start), outputs
        self._numbers = [Decimal(repr(number)) for values in start.values() for number in values]
        self._gradients = gradients
        self._largest = max((abs(one) for each in gradients.values() for one in each), default=0.0)
        self._cost, self._left = max(size, 1), budget
        self.tried = False
        """Whether the last comparison was affordable."""
        self._functions: tuple[Callable[..., tuple[Decimal, ...]], ...] = ()
        self._here: dict[int, _Middle] = {}

    def verdict(
        self, quantity: Quantity, direction: dict[int, float], gradient: float, floats: Values
    ) -> tuple[Verdict, float]:
        """What is found of the slope by a quantity along a direction, and how far it is off.

        `floats` are objective and branches in floats.
        """
        before: tuple[Decimal, Decimal] | None = None
        for figures in FIGURES:
            self.tried = self._afford(figures)
            if not self.tried:
                return "open", 0.0
            with localcontext(context(figures)):
                try:
                    found = self._slopes(figures, quantity, direction, floats)
                except (ArithmeticError, ValueError):
                    continue
                if found is None:
                    return "kink", 0.0
                stated, quotient, noise = found
                if _agree(stated, quotient):
                    return self._in_floats(gradient, stated)
                if before is not None:
                    largest = max(map(abs, before))
                    if max(abs(stated), abs(quotient)) <= VANISHES * largest:
                        return self._in_floats(gradient, Decimal(0))
                    steady = _agree(stated, before[0]) and _agree(quotient, before[1])
                    if steady and abs(stated - quotient) > noise:
                        return "wrong", _off(gradient, quotient)
                before = stated, quotient
        return "open", 0.0

    def _afford(self, figures: int) -> bool:
        self._left -= 2 * self._cost * FIGURES[figures]
        return self._left >= 0

    def _in_floats(self, gradient: float, right: Decimal) -> tuple[Verdict, float]:
        """The formula is right; whether floats kept its value."""
        error = abs(Decimal(repr(gradient)) - right)
        kept = error <= Decimal(CLOSE) * max(abs(right), Decimal(self._largest))
        return ("right", _off(gradient, right)) if kept else ("open", 0.0)

    def _slopes(
        self, figures: int, quantity: Quantity, direction: dict[int, float], floats: Values
    ) -> tuple[Decimal, Decimal, Decimal] | None:
        """Gradient, quotient, what the quotient may be off by rounding; None at a kink."""
        gradients, middle, largest = self._middle(figures)
        offset = self._offset(self._inputs, quantity)
        exact = {place: Decimal(repr(part)) for place, part in direction.items()}
        own = self._offset(list(self._gradients), quantity)
        stated = sum((gradients[own + at] * part for at, part in exact.items()), Decimal(0))
        size = max((abs(self._numbers[offset + at]) for at in exact), default=Decimal(0))
        width = Decimal(10) ** -(figures // 3) * (size or 1)
        sides = []
        for sign in (1, -1):
            numbers = list(self._numbers)
            for at, part in exact.items():
                numbers[offset + at] += sign * width * part
            sides.append(self._function(0)(1, *numbers))
        if not _straight(sides[0], middle, sides[1], floats):
            return None
        quotient = (sides[0][0] - sides[1][0]) / (2 * width)
        # A rounded term may be the largest number there is, and have the largest for a factor.
        noise = Decimal(10) ** (SPARE - figures) * largest**2 / width
        return stated, quotient, noise

    def _middle(self, figures: int) -> _Middle:
        if figures not in self._here:
            values = self._function(1)(1, *self._numbers)
            count = sum(quantity.size for quantity in self._gradients)
            last = count + sum(quantity.size for quantity in self._outputs)
            largest = max(map(abs, (Decimal(1), *self._numbers, *values[count:])))
            self._here[figures] = _Middle(values[:count], values[count:last], largest)
        return self._here[figures]

    def _function(self, which: int) -> Callable[..., tuple[Decimal, ...]]:
        """Forward lines alone (0), or with the backward lines that the gradients need (1)."""
        if not self._functions:
            wanted = [quantity.as_kind(DERIVATIVE) for quantity in self._gradients]
            between = [quantity for quantity, _ in self._forward]
            both = _needed((*self._forward, *self._backward), (*wanted, *self._outputs, *between))
            self._functions = (
                compile_decimals(self._inputs, self._forward, self._outputs),
                compile_decimals(self._inputs, both, (*wanted, *self._outputs, *between)),
            )
        return self._functions[which]

    def _offset(self, quantities: Iterable[Quantity], quantity: Quantity) -> int:
        offset = 0
        for each in quantities:
            if each == quantity:
                break
            offset += each.size
        return offset


def _needed(lines: Lines, wanted: Iterable[Quantity]) -> list[tuple[Quantity, Formula]]:
    """Those lines that lead to what is wanted."""
    waiting, kept = set(wanted), []
    for quantity, formula in reversed(lines):
        if quantity in waiting:
            kept.append((quantity, formula))
            waiting.update(used(formula))
    return kept[::-1]


def _agree(one: Decimal, other: Decimal) -> bool:
    return abs(one - other) <= AGREES * max(abs(one), abs(other))


def _off(gradient: float, right: Decimal) -> float:
    """The difference beside the larger of 1 and the value."""
    return float(abs(Decimal(repr(gradient)) - right) / max(Decimal(1), abs(right)))


def _straight(
    up: Sequence[Decimal], middle: Sequence[Decimal], down: Sequence[Decimal], floats: Values
) -> bool:
    """Whether one branch holds all around, and floats see the same one."""
    signs = [_sign(number) for number in floats] or [_sign(number) for number in middle]
    around = zip(up[1:], middle[1:], down[1:], signs[1:], strict=True)
    return all(
        above == here == below
        or (abs(here) > AT_KINK and _sign(above) == _sign(here) == _sign(below) == sign)
        for above, here, below, sign in around
    )


def _sign(number: Decimal | float) -> int:
    return (number > 0) - (number < 0)
