"""Many updates at full speed: the formulas compiled once, the loss kept at chosen points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from bp_tutor.formula import as_computed
from bp_tutor.formula.compiling import compile_arrays, compile_scalars
from bp_tutor.solve.batches import batches, rate_at, rate_stays
from bp_tutor.solve.evaluate import NumberError, work
from bp_tutor.solve.program import Program, program_of, used
from bp_tutor.solve.rounding import rounder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve.trace import Run, Values

    Watched = tuple[Quantity, tuple[int, ...]]
    """An entry whose way is kept: a quantity and an index counted from 0."""

STRAIGHT_LINE = 2_500
"""Multiplications an update up to which straight-line Python beats NumPy's calls."""


class Point(NamedTuple):
    """The loss over all samples after so many updates, and the entries that were watched."""

    updates: int
    loss: float
    watched: Values = ()


class Training(NamedTuple):
    """The course of a training: the loss at chosen points, and the last forward pass."""

    points: tuple[Point, ...]
    last: Run


def chosen_points(updates: int, most: int = 13) -> tuple[int, ...]:
    """Counts at which the loss is worth a look: 0, 1, 2, 5, 10, ... and the last one."""
    found = {0, updates}
    power = 1
    while power <= updates:
        found.update(step * power for step in (1, 2, 5) if step * power <= updates)
        power *= 10
    points = sorted(found)
    return tuple(
        points if len(points) <= most else [*points[:2], *points[len(points) - most + 2 :]]
    )


def few_points(training: Training) -> Training:
    """The same training with no more points than a table has rows."""
    kept = chosen_points(training.points[-1].updates)
    return training._replace(points=tuple(p for p in training.points if p.updates in kept))


def many_points(updates: int, most: int) -> tuple[int, ...]:
    """Counts for a picture: every one up to `most`, else evenly spaced ones and the first few."""
    if updates <= most:
        return tuple(range(updates + 1))
    even = (round(updates * place / most) for place in range(most + 1))
    return tuple(sorted({*chosen_points(updates), *even}))


def train(
    problem: Problem,
    updates: int,
    points: tuple[int, ...] | None = None,
    progress: Callable[[int], None] | None = None,
    watched: tuple[Watched, ...] = (),
) -> Training:
    """`updates` updates of a problem whose numbers are all given.

    `progress` is told the number of updates done, now and then. Each point keeps the numbers
    of the `watched` entries beside the loss.

    Raises:
        NumberError: a weight or the loss left the range of numbers.
    """
    from bp_tutor.solve.solver import forward_by

    wanted = points or chosen_points(updates)
    weights: dict[Quantity, Values] = {}
    found = []
    done = 0
    advance = stepper(problem)
    forward = forward_by(problem)
    for point in wanted:
        for target in _stretches(done, point):
            weights = advance(weights, done, target - done)
            done = target
            if progress:
                progress(done)
        run = forward(done, weights)
        assert run.program.model.loss is not None
        seen = tuple(run.value(quantity, index) for quantity, index in watched)
        found.append(Point(done, run.values[run.program.model.loss][0], seen))
    return Training(tuple(found), run)


def _stretches(done: int, until: int, most: int = 20_000) -> Iterator[int]:
    while done < until:
        done = min(done + most, until)
        yield done


def stepper(problem: Problem) -> Callable[[dict[Quantity, Values], int, int], Any]:
    """A function that takes weights through some updates, the first of them number `done` + 1."""
    epoch = batches(problem)
    movers = [_Mover(problem, rows) for rows in epoch]

    def advance(weights: dict[Quantity, Values], done: int, times: int) -> dict[Quantity, Values]:
        end = done + times
        while done < end:
            until = done + 1 if len(movers) > 1 else rate_stays(problem, done + 1, end)
            mover = movers[done % len(movers)]
            weights = mover.move(weights, rate_at(problem, done + 1), until - done)
            done = until
        return weights

    return advance


class _Mover:
    """The compiled update of one batch."""

    def __init__(self, problem: Problem, rows: tuple[int, ...]) -> None:
        self.program = program_of(problem, rows)
        self.by_hand = rounder(problem.rounding)
        self.lines = needed_lines(self.program, by_hand=self.by_hand is not None)
        model = self.program.model
        self.known = {q: given for q, given in model.given.items() if given is not None}
        uses = {quantity for line in self.lines for quantity in used(line.formula)}
        self.inputs = [q for q in model.given if q in uses or q in dict(self.program.carried_on)]
        self.news = [new for _, new in self.program.carried_on]
        self.small = sum(work(line.formula) for line in self.lines) <= STRAIGHT_LINE
        compiler = compile_scalars if self.small else compile_arrays
        pairs = [(line.quantity, line.formula) for line in self.lines]
        self.run = compiler(self.inputs, pairs, self.news, self.program.carried_on)

    def move(
        self, weights: dict[Quantity, Values], rate: float | None, times: int
    ) -> dict[Quantity, Values]:
        values = self.known | weights
        if self.program.model.rate is not None and rate is not None:
            values[self.program.model.rate] = (rate,)
        if self.by_hand is not None:
            return self._by_hand(values, times)
        try:
            results = self._called(values, times)
        except (ValueError, OverflowError, ZeroDivisionError) as error:
            raise NumberError(self.news[0], None) from error
        for new, numbers in results.items():
            if not all(number - number == 0 for number in numbers):
                raise NumberError(new, None)
        return {old: results[new] for old, new in self.program.carried_on}

    def _called(self, values: dict[Quantity, Values], times: int) -> dict[Quantity, Values]:
        if self.small:
            flat = self.run(times, *(number for q in self.inputs for number in values[q]))
            found, start = {}, 0
            for new in self.news:
                found[new] = flat[start : start + new.size]
                start += new.size
            return found
        import numpy as np

        arrays = (np.array(values[q]).reshape(q.shape) for q in self.inputs)
        results = self.run(times, *arrays)
        return {
            new: tuple(np.asarray(result).ravel().tolist())
            for new, result in zip(self.news, results, strict=True)
        }

    def _by_hand(self, values: dict[Quantity, Values], times: int) -> dict[Quantity, Values]:
        from bp_tutor.solve.evaluate import evaluate

        for _ in range(times):
            found = evaluate(self.lines, values, self.by_hand)
            values |= {old: found[new] for old, new in self.program.carried_on}
        return {old: values[old] for old, _ in self.program.carried_on}


def needed_lines(program: Program, *, by_hand: bool) -> list[Any]:
    """The lines that the update needs, without those that are only there to be read.

    By hand, lines are worked out as they are shown; else as code computes them.
    """
    needed = {new for _, new in program.carried_on}
    kept = []
    for line in reversed(program.lines):
        if line.quantity in needed:
            kept.append(line)
            needed.update(used(line.formula if by_hand else as_computed(line.formula)))
    return kept[::-1]


def trainable(problem: Problem) -> str | None:
    """What is missing for a training: `no_loss`, `no_rate`, `no_numbers`, or nothing."""
    program = program_of(problem)
    if program.model.loss is None or not program.model.seeds:
        return "no_loss"
    given = program.model.given
    if any(given[q] is None for q in given if q != program.model.rate):
        return "no_numbers"
    return None if program.carried_on and rate_at(problem, 1) is not None else "no_rate"
