"""How far rounding may move a number: the digits of an answer, and what was rounded before it."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import Address, Entry, number_of, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula import Formula

    Lookup = Callable[[Address], float]

NEARLY = 1e-9
"""Two ways to the same number differ by less, relatively."""
NOTHING = 1e-12
"""What floats leave of a 0."""
EXACT = 99
"""So many figures has a number that nobody rounded."""
LEAST_FIGURES = 3
"""Significant digits that an answer needs, unless it is exact."""
MOST_PROPAGATED = 0.05
"""Rounding on the way explains at most this part of a value."""
FEW = 40
"""So many rounded values are varied one by one; more of them together, at random."""
DRAWS = 6


class Answer(NamedTuple):
    """A number that a student gave, and by how much rounding may have moved it."""

    value: float
    radius: float = 0.0
    figures: int = EXACT


def within(answer: Answer, value: float, propagated: float) -> bool:
    """Whether its digits, rounded or cut off, explain an answer; zero is no small number.

    `propagated` is what rounding on the way may have done to the value.
    """
    size = abs(value)
    if answer.value == 0 and size > NOTHING:
        return False
    allowed = answer.radius * (1 + NEARLY) + min(propagated, MOST_PROPAGATED * size)
    near = abs(answer.value - value) <= allowed + max(NEARLY * size, NOTHING)
    return near or cut_off(answer, value)


def cut_off(answer: Answer, value: float) -> bool:
    """Whether an answer has the digits of a value, cut off where they are rounded up."""
    lost, half = abs(value) - abs(answer.value), answer.radius
    typed = answer.figures < EXACT and answer.value * value > 0
    return typed and half + NEARLY * abs(value) < lost < 2 * half - NEARLY * abs(value)


def entries_of(formula: Formula) -> tuple[Address, ...]:
    """The entries in a scalar formula, each once."""
    found = (Address(n.quantity, n.index) for n in walk(formula) if isinstance(n, Entry))
    return tuple(dict.fromkeys(found))


def value_of(formula: Formula, value: Lookup) -> float | None:
    """The number of a scalar formula; None where it has none."""
    return number_of(formula, lambda quantity, index: value(Address(quantity, index)))


def deviation(formula: Formula, value: Lookup, radii: dict[Address, float]) -> float:
    """How far a formula's value may be off where each entry may be off by its radius."""
    loose = {entry: radius for entry, radius in radii.items() if radius}
    start = value_of(formula, value) if loose else None
    if start is None:
        return 0.0
    if len(loose) <= FEW:
        return sum(_shift(formula, value, start, {one: radius}) for one, radius in loose.items())
    # Many roundings never all point the same way.
    draw = Random(1)  # noqa: S311 - the same every time, and no secret
    shifts = (
        _shift(formula, value, start, {one: draw.uniform(-r, r) for one, r in loose.items()})
        for _ in range(DRAWS)
    )
    return 3 * max(shifts)


def _shift(formula: Formula, value: Lookup, start: float, by: dict[Address, float]) -> float:
    """The larger change of the value, where entries are changed upwards or downwards."""
    found = (
        value_of(formula, lambda entry: value(entry) + by.get(entry, 0.0)),
        value_of(formula, lambda entry: value(entry) - by.get(entry, 0.0)),
    )
    return max((abs(other - start) for other in found if other is not None), default=0.0)
