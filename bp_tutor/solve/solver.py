"""From a problem to its trace."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import VALUE
from bp_tutor.solve.evaluate import evaluate
from bp_tutor.solve.program import batches, numbers_at, program_of
from bp_tutor.solve.rounding import rounder
from bp_tutor.solve.trace import Run, Step, Trace

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula import Quantity
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve.program import Program
    from bp_tutor.solve.trace import Values


def solve(problem: Problem, updates: int = 1) -> Trace:
    """Every step of `updates` updates, and the loss after the last of them."""
    programs: dict[tuple[int, ...], Program] = {}
    epoch = batches(problem)
    rounded = rounder(problem.rounding)
    weights: dict[Quantity, Values] = {}
    runs = []
    for update in range(1, updates + 1):
        rows = epoch[(update - 1) % len(epoch)]
        if rows not in programs:
            programs[rows] = program_of(problem, rows)
        program = programs[rows]
        run = run_of(program, problem, update, rows, weights, rounded)
        runs.append(run)
        if not program.next_values or program.next_values[0][1] not in run.values:
            return Trace(problem, tuple(runs))
        weights = {old: run.values[new] for old, new in program.next_values}
    if runs[0].program.model.stated:
        # New weights change values that are given, and by how much nobody said.
        return Trace(problem, tuple(runs))
    # Over all samples, before as after: single batches have losses of their own.
    over_all = forward_by(problem, programs.get(_every_row(problem)))
    before = runs[0] if len(epoch) == 1 else over_all(0, {})
    return Trace(problem, tuple(runs), over_all(updates, weights), before)


def forward(problem: Problem, updates: int, weights: dict[Quantity, Values]) -> Run:
    """Forward pass and loss over all samples, with the weights as they are after `updates`."""
    return forward_by(problem)(updates, weights)


def _every_row(problem: Problem) -> tuple[int, ...]:
    return tuple(row for batch in batches(problem) for row in batch)


def forward_by(
    problem: Problem, program: Program | None = None
) -> Callable[[int, dict[Quantity, Values]], Run]:
    """The same as a function of updates and weights, for many of them.

    The `program` of all samples is made where it is not given.
    """
    rows, rounded = _every_row(problem), rounder(problem.rounding)
    program = program or program_of(problem, rows)

    def forward(updates: int, weights: dict[Quantity, Values]) -> Run:
        only = ("forward", "loss")
        # The loss at the weights themselves: what an optimiser keeps leads nowhere here.
        here = {quantity: weights[quantity] for quantity in weights if quantity.kind == VALUE}
        return run_of(program, problem, updates + 1, rows, here, rounded, only)

    return forward


def run_of(
    program: Program,
    problem: Problem,
    update: int,
    rows: tuple[int, ...],
    weights: dict[Quantity, Values],
    rounded: Callable[[Quantity, float], float] | None,
    phases: tuple[str, ...] = (),
) -> Run:
    """One update from `weights` on, or only some phases of it."""
    known = {
        quantity: given for quantity, given in program.model.given.items() if given is not None
    }
    known |= numbers_at(problem, program, update)
    known.update(weights)
    lines = [line for line in program.lines if not phases or line.phase in phases]
    values = evaluate(lines, known, rounded)
    if program.model.asides:
        values = evaluate(program.model.asides, values, rounded)
    steps = tuple(Step(line, update, values.get(line.quantity)) for line in lines)
    return Run(update, rows, program, steps, values)
