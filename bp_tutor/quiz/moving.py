"""The number of a scalar formula, and how far it moves with what is put in."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from bp_tutor.formula import Entry, number_of, walk

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula import Formula
    from bp_tutor.quiz.book import Key

FEW = 40
"""So many rounded values are moved one by one; more of them together, at random."""
DRAWS = 6


def leaves_of(formula: Formula) -> tuple[Key, ...]:
    """The entries in a scalar formula, each once."""
    return tuple(
        dict.fromkeys(
            (node.quantity, node.index) for node in walk(formula) if isinstance(node, Entry)
        )
    )


def value_of(formula: Formula, value: Callable[[Key], float]) -> float | None:
    """The number of a scalar formula; None where it has none."""
    return number_of(formula, lambda quantity, index: value((quantity, index)))


def moved(formula: Formula, value: Callable[[Key], float], radii: dict[Key, float]) -> float:
    """How far a formula's value moves where each entry may be off by its radius."""
    loose = {key: radius for key, radius in radii.items() if radius}
    start = value_of(formula, value) if loose else None
    if start is None:
        return 0.0
    if len(loose) <= FEW:
        return sum(_step(formula, value, start, {key: radius}) for key, radius in loose.items())
    # Many roundings never all point the same way.
    draw = Random(1)  # noqa: S311 - the same every time, and no secret
    steps = (
        _step(formula, value, start, {key: draw.uniform(-r, r) for key, r in loose.items()})
        for _ in range(DRAWS)
    )
    return 3 * max(steps)


def _step(
    formula: Formula, value: Callable[[Key], float], start: float, by: dict[Key, float]
) -> float:
    """The larger way that the value moves, upwards or downwards."""
    ways = (
        value_of(formula, lambda key: value(key) + by.get(key, 0.0)),
        value_of(formula, lambda key: value(key) - by.get(key, 0.0)),
    )
    return max((abs(way - start) for way in ways if way is not None), default=0.0)
