"""Random points at which two formulas are compared: no algebra, and never a wrong no."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from bp_tutor.quiz.moving import value_of
from bp_tutor.solve import NumberError
from bp_tutor.solve.evaluate import evaluate

if TYPE_CHECKING:
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.quiz.book import Book, Key
    from bp_tutor.solve.trace import Values

    Point = dict[Quantity, Values]

COUNT = 3
MOST_TRIES = 20
SIGNED = ("W", "R", "B", "X")
"""Letters of what may be negative as well."""


def points_of(book: Book) -> list[Point]:
    """Every quantity's values at a few points: all follow from what was drawn."""
    found = book.kept.get("points")
    if found is None:
        found = book.kept["points"] = _drawn(book)
    return found  # type: ignore[return-value]


def _drawn(book: Book) -> list[Point]:
    points: list[Point] = []
    for seed in range(MOST_TRIES):
        draw = Random(seed)  # noqa: S311 - the same points every time, and no secret
        given = {
            quantity: _values(book, quantity, draw) for quantity in book.run.program.model.given
        }
        try:
            points.append(evaluate([step.line for step in book.run.steps], given))
        except NumberError:
            continue
        if len(points) == COUNT:
            break
    return points


def _values(book: Book, quantity: Quantity, draw: Random) -> Values:
    constant = quantity.symbol in ("t", "epsilon", "mu", "rho", "beta1", "beta2", "lambda")
    known = book.run.program.model.given.get(quantity)
    if constant and known is not None:
        return known
    low = -0.9 if quantity.symbol[0] in SIGNED and quantity.place else 0.15
    numbers = [draw.uniform(low, 0.9) for _ in range(quantity.size)]
    if quantity.symbol == "Y" and quantity.shape:
        # Targets of a softmax are probabilities: its delta p - y holds for no others.
        width = quantity.shape[-1]
        rows = [numbers[at : at + width] for at in range(0, len(numbers), width)]
        numbers = [number / sum(row) for row in rows for number in row]
    return tuple(numbers)


def number_at(point: Point, key: Key) -> float:
    """One entry at a point."""
    quantity, index = key
    return point[quantity][quantity.row_major(index)]


def number_of(formula: Formula, point: Point) -> float | None:
    """The number of a formula at a point; None where it has none."""
    return value_of(formula, lambda key: number_at(point, key))
