"""What a step points at: the names to mark in the picture, and the numbers that it uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.nodes import Equation
from bp_tutor.formula import Entry, Quantity, Role
from bp_tutor.formula.quantity import SAMPLE, SIGNALS, VALUE
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.explain.presentation import Presentation
    from bp_tutor.explain.steps import StepOf
    from bp_tutor.formula import Address
    from bp_tutor.solve import Run

UNITS = (Role.WEIGHTED_SUM, *SIGNALS)
MOST_MARKED = 12
"""More marks than this point at nothing any more."""


class Marks(Frozen):
    """Names as they stand in the picture, and `A₁₁ = 0.05` for each number in use."""

    gives: frozenset[str]
    uses: frozenset[str]
    numbers: tuple[str, ...]
    left_out: int = 0
    """Numbers in use beyond those that are listed."""
    wires: tuple[tuple[str, bool], ...] = ()
    """Numbers of the weights that are meant, as they stand on their wires where these are drawn
    one by one; and whether it is the weight that the step is about."""


def marks_of(presentation: Presentation, run: Run, step: StepOf) -> Marks:
    """What to mark while a step is looked at."""
    settings = presentation.settings
    used = [found for name in step.uses[:MOST_MARKED] if (found := run.find(name)) is not None]
    given = [found for name in step.gives[:MOST_MARKED] if (found := run.find(name)) is not None]
    gives = _names(presentation, given)
    numbers = tuple(
        presentation.say(Equation(Entry(quantity, index), settings.number(run, quantity, index)))
        for quantity, index in used
        if quantity in run.values
    )
    left_out = max(0, len(step.uses) - MOST_MARKED)
    wires = {
        **_wires(presentation, run, used, about=False),
        **_wires(presentation, run, given, about=True),
    }
    return Marks(gives, _names(presentation, used) - gives, numbers, left_out, tuple(wires.items()))


def _wires(
    presentation: Presentation, run: Run, entries: Iterable[Address], *, about: bool
) -> dict[str, bool]:
    """The numbers of the weights among some entries, or among what these are derivatives of."""
    plain = (address.as_kind(VALUE) for address in entries)
    return {
        presentation.figure(presentation.settings.result(run, quantity, index)): about
        for quantity, index in plain
        if quantity.role is Role.WEIGHT and quantity in run.values
    }


def _names(presentation: Presentation, entries: Iterable[Address]) -> frozenset[str]:
    """How the units, weights and nodes that are meant are called in the picture."""
    found: set[str] = set()
    for quantity, index in entries:
        plain = quantity.as_kind("")
        if quantity.axes == (SAMPLE, "unit") and quantity.role in UNITS:
            # A unit is drawn with its activation, and without a sample.
            one = (1, quantity.shape[1])
            plain = Quantity("A", quantity.place, one, quantity.axes, role=Role.ACTIVATION)
            found.add(presentation.name(plain, (0, index[1])))
        else:
            found.add(presentation.name(plain, index))
            if len(quantity.place) == 1 and quantity.role is Role.WEIGHT:
                found.add(presentation.name(plain, None))
    return frozenset(found)
