"""Exercises that differ in their numbers alone: mistakes make the same formulas of them."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from bp_tutor.formula.choices import has_stable
from bp_tutor.formula.quantity import Role
from bp_tutor.quiz.mistakes.rewrites import MISCONCEPTIONS

if TYPE_CHECKING:
    from bp_tutor.formula import Address, Quantity
    from bp_tutor.quiz.entry_graph import EntryGraph

MOST_KEPT = 8
"""So many exercises are remembered that others may be like: a class has one or two."""

Made = TypeVar("Made")


class Likeness(NamedTuple):
    """All of an update that mistakes in its formulas depend on; the numbers themselves do not."""

    quantities: tuple[object, ...]
    program: object
    lines: tuple[object, ...]
    chosen: tuple[object, ...]
    mistakes: tuple[object, ...]
    """What is known of mistakes: who adds one finds it in exercises seen before as well."""


def likeness_of(graph: EntryGraph) -> Likeness | None:
    """What an update has to share with another; None where numbers of one before stand in it."""
    if graph.before is not None:
        return None
    run, program = graph.run, graph.run.program
    model = program.model
    known = (*run.values, *run.quantities(), *model.given)
    return Likeness(
        tuple(map(_told, known)),
        program._replace(model=model._replace(given=dict.fromkeys(model.given))),
        tuple((step.line, step.value is None) for step in run.steps),
        # A mask says what is dropped; and numbers decide in which form a stable line is used.
        (
            *(values for one, values in run.values.items() if one.role is Role.FIXED),
            *(
                graph.leaves(entry)
                for step in run.steps
                if has_stable(step.line.formula)
                for entry in step.quantity.addresses()
            ),
        ),
        tuple(MISCONCEPTIONS.items()),
    )


def _told(quantity: Quantity) -> tuple[object, ...]:
    """A quantity with all that is said of it: two of one name may play other roles."""
    one = quantity
    return one.symbol, one.kind, one.place, one.shape, one.axes, one.role, one.removed


class Shared(Generic[Made]):
    """What is made of the entries of updates, once for all that are alike."""

    def __init__(self) -> None:
        self._kept: deque[tuple[Likeness, dict[tuple[str, Address], Made]]] = deque(
            maxlen=MOST_KEPT
        )

    def of(self, graph: EntryGraph) -> dict[tuple[str, Address], Made]:
        """What was made of updates like this one, by what it is and the entry."""
        likeness = likeness_of(graph)
        if likeness is None:
            return {}
        for one, made in self._kept:
            if one == likeness:
                return made
        made = {}
        self._kept.append((likeness, made))
        return made
