"""Whether answers fit other numbers than those that they were marked by."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bp_tutor.marking.paper import Exercise, Outcome

LEAST = 3
"""So many answers must fit other numbers, and twice as many as fit the own ones."""
NEAR = 2e-3
"""So near is a value, as a part of it: nearer than chance brings several."""


def fitting(outcome: Outcome, exercise: Exercise) -> int:
    """How many of a student's numbers are values of an exercise, whatever they were marked by."""
    found = 0
    for mark in outcome.marks:
        with suppress(ValueError):
            value = float(mark.answer.value.strip().replace(",", ".").replace("−", "-"))
            graph = exercise.contexts[mark.question.update - 1].graph
            address = graph.find(mark.question.identifier)
            if address is None:
                continue
            exact = graph.exact(address)
            found += exact != 0 and abs(value - exact) <= NEAR * abs(exact)
    return found


def fits_better(outcome: Outcome, own: Exercise, other: Exercise) -> bool:
    """Whether answers fit another exercise far better than the own one."""
    there = fitting(outcome, other)
    return there >= LEAST and there >= len(outcome.marks) / 2 and there > 2 * fitting(outcome, own)
