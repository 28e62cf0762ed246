"""Selected updates of a training: some out of many, each with all its steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.solve.program import batches, program_of
from bp_tutor.solve.rounding import rounder
from bp_tutor.solve.solver import run_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.formula import Quantity
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve.program import Program
    from bp_tutor.solve.trace import Run, Values

STEPPED = 3
"""So few updates are done one by one, without compiling them first."""


def runs_at(
    problem: Problem,
    updates: Iterable[int],
    programs: dict[tuple[int, ...], Program] | None = None,
) -> dict[int, Run]:
    """The runs of some updates (counted from 1); those that cannot be reached are left out.

    `programs` holds those of single batches that are there already, and takes up new ones.

    Raises:
        NumberError: a value on the way has no number.
    """
    epoch = batches(problem)
    rounded = rounder(problem.rounding)
    weights: dict[Quantity, Values] = {}
    found: dict[int, Run] = {}
    programs = {} if programs is None else programs
    advance = None
    done = 0
    for update in sorted(set(updates)):
        while done < update - 1:
            if update - 1 - done > STEPPED:
                if advance is None:
                    from bp_tutor.solve.training import stepper, trainable

                    if trainable(problem, _program(problem, epoch[0], programs)) is not None:
                        return found
                    advance = stepper(problem, programs)
                weights = advance(weights, done, update - 1 - done)
                done = update - 1
                continue
            rows = epoch[done % len(epoch)]
            program = _program(problem, rows, programs)
            run = found.get(done + 1) or run_of(program, problem, done + 1, rows, weights, rounded)
            news = run.program.next_values
            if not news or news[0][1] not in run.values:
                return found
            weights = {old: run.values[new] for old, new in news}
            done += 1
        rows = epoch[done % len(epoch)]
        program = _program(problem, rows, programs)
        found[update] = run_of(program, problem, update, rows, weights, rounded)
    return found


def _program(
    problem: Problem, rows: tuple[int, ...], programs: dict[tuple[int, ...], Program]
) -> Program:
    if rows not in programs:
        programs[rows] = program_of(problem, rows)
    return programs[rows]
