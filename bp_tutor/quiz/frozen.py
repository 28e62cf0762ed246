"""Biases that an exercise never updates: a line for each, so that they can be asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Ref
from bp_tutor.formula.quantity import UPDATED, VALUE
from bp_tutor.solve import Definition, Step

if TYPE_CHECKING:
    from bp_tutor.formula import Quantity
    from bp_tutor.solve import Run

RULE = "kept"
MOST_RUNS = 40
_extended: dict[int, tuple[Run, Run]] = {}


def frozen_biases(run: Run) -> list[Quantity]:
    """The biases with numbers that stay as they are, though weights are updated."""
    if not run.program.carried_on or run.program.carried_on[0][1] not in run.values:
        return []
    return [
        quantity
        for quantity in run.program.model.given
        if quantity.symbol == "B"
        and quantity.kind == VALUE
        and quantity in run.values
        and run.program.line(quantity.as_kind(UPDATED)) is None
    ]


def with_frozen(run: Run) -> Run:
    """The run with the new value of each frozen bias, which is the old one."""
    found = _extended.get(id(run))
    if found is not None and found[0] is run:
        return found[1]
    frozen = frozen_biases(run)
    if not frozen:
        return run
    values, steps = dict(run.values), list(run.steps)
    for quantity in frozen:
        new = quantity.as_kind(UPDATED)
        values[new] = run.values[quantity]
        line = Definition(new, Ref(quantity), "update", RULE)
        steps.append(Step(line, run.update, values[new]))
    extended = run._replace(steps=tuple(steps), values=values)
    if len(_extended) >= MOST_RUNS:
        _extended.pop(next(iter(_extended)))
    _extended[id(run)] = (run, extended)
    return extended
