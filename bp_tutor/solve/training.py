"""Many updates at full speed: the formulas compiled once, the loss kept at chosen points."""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

from bp_tutor.formula import as_computed
from bp_tutor.formula.compiling import compile_arrays, compile_scalars
from bp_tutor.solve.evaluate import NumberError, work
from bp_tutor.solve.program import Program, batches, numbers_stay, program_of, rate_at, used
from bp_tutor.solve.rounding import rounder
from bp_tutor.solve.solver import forward_by

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.formula import Address, Quantity
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve.trace import Run, Values

STRAIGHT_LINE = 2_500
"""Multiplications an update up to which straight-line Python beats NumPy's calls."""
WITHOUT_ARRAYS = 10_000
"""Those up to which it serves where there is no NumPy, as in a browser."""


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
    watched: tuple[Address, ...] = (),
) -> Training:
    """`updates` updates of a problem whose numbers are all given.

    `progress` is told the number of updates done, now and then. Each point keeps the numbers
    of the `watched` entries beside the loss.

    Raises:
        NumberError: a weight or the loss left the range of numbers.
    """
    wanted = points or chosen_points(updates)
    course = Course(problem)
    found = []
    for point in wanted:
        for target in _stretches(course.done, point):
            course.go_on(target - course.done)
            if progress:
                progress(course.done)
        run = course.look()
        seen = tuple(run.value(quantity, index) for quantity, index in watched)
        found.append(Point(course.done, loss_of(run), seen))
    return Training(tuple(found), run)


class Course:
    """A training under way: it goes on from where it is, compiled once."""

    def __init__(self, problem: Problem) -> None:
        self._advance = stepper(problem)
        self._forward = forward_by(problem)
        self.weights: dict[Quantity, Values] = {}
        """What the updates changed, weights and what an optimiser keeps; at first nothing."""
        self.done = 0
        """So many updates."""

    def go_on(self, updates: int, rates: Problem | None = None) -> None:
        """So many updates more, with the learning rates of the problem or of another one.

        Raises:
            NumberError: a weight left the range of numbers; then nothing is done.
        """
        self.weights = self._advance(self.weights, self.done, updates, rates)
        self.done += updates

    def look(self) -> Run:
        """Forward pass and loss over all samples, as they are now.

        Raises:
            NumberError: a value is not a number.
        """
        return self._forward(self.done, self.weights)


def loss_of(run: Run) -> float:
    """The loss of a run that has one."""
    assert run.program.model.loss is not None
    return run.values[run.program.model.loss][0]


def _stretches(done: int, until: int, most: int = 20_000) -> Iterator[int]:
    while done < until:
        done = min(done + most, until)
        yield done


def stepper(
    problem: Problem, programs: dict[tuple[int, ...], Program] | None = None
) -> Callable[..., dict[Quantity, Values]]:
    """A function that takes weights through some updates, the first of them number `done` + 1.

    `programs` holds those of single batches that are there already, and takes up new ones. The
    function takes learning rates from `rates`, where given, which differs in nothing else.
    """
    known = {} if programs is None else programs
    movers = []
    for rows in batches(problem):
        if rows not in known:
            known[rows] = program_of(problem, rows)
        movers.append(_Mover(problem, known[rows]))

    def advance(
        weights: dict[Quantity, Values], done: int, times: int, rates: Problem | None = None
    ) -> dict[Quantity, Values]:
        end, asked = done + times, rates or problem
        state = movers[0].start(weights)
        while done < end:
            until = done + 1 if len(movers) > 1 else numbers_stay(asked, done + 1, end)
            mover = movers[done % len(movers)]
            state = mover.move(state, rate_at(asked, done + 1), until - done)
            done = until
        return movers[0].named(state)

    return advance


class _Mover:
    """The compiled update of one batch."""

    def __init__(self, problem: Problem, program: Program) -> None:
        self.program = program
        rounded = rounder(problem.rounding)
        lines = needed_lines(self.program, by_hand=rounded is not None)
        model = self.program.model
        self.given = {q: given for q, given in model.given.items() if given is not None}
        uses = {quantity for line in lines for quantity in used(line.formula)}
        self.olds = [old for old, _ in self.program.next_values]
        self.news = [new for _, new in self.program.next_values]
        others = [q for q in model.given if q in uses and q not in self.olds]
        # What is rounded by hand is worked through entry by entry, however large it is.
        most = STRAIGHT_LINE if has_arrays() else WITHOUT_ARRAYS
        self.small = rounded is not None or _work(lines) <= most
        pairs = [(line.quantity, line.formula) for line in lines]
        inputs, carried = [*self.olds, *others], self.program.next_values
        self.others = others
        self.rate: float | None = None
        self.known: tuple[Any, ...] = ()
        if self.small:
            self.run: Callable[..., Any] = compile_scalars(
                inputs, pairs, self.news, carried, rounded
            )
        else:
            self.run = compile_arrays(inputs, pairs, self.news, carried)

    def start(self, weights: dict[Quantity, Values]) -> tuple[Any, ...]:
        """The weights as `move` takes them: numbers behind each other, or arrays."""
        return self._put(self.olds, self.given | weights)

    def named(self, state: tuple[Any, ...]) -> dict[Quantity, Values]:
        """What `move` made of them, by name."""
        if not self.small:
            return dict(zip(self.olds, map(_listed, state), strict=True))
        found, start = {}, 0
        for old in self.olds:
            found[old] = state[start : start + old.size]
            start += old.size
        return found

    def move(self, state: tuple[Any, ...], rate: float | None, times: int) -> tuple[Any, ...]:
        """The weights after some updates with one learning rate.

        Raises:
            NumberError: one of them left the range of numbers.
        """
        if rate != self.rate or not self.known:
            self.rate, values = rate, dict(self.given)
            if self.program.model.rate is not None and rate is not None:
                values[self.program.model.rate] = (rate,)
            self.known = self._put(self.others, values)
        try:
            found: tuple[Any, ...] = self.run(times, *state, *self.known)
        except (ValueError, OverflowError, ZeroDivisionError) as error:
            raise NumberError(self.news[0], None) from error
        total = sum(found) if self.small else None
        if total is None or total - total != 0:
            self._refuse(found)
        return found

    def _refuse(self, state: tuple[Any, ...]) -> None:
        for new, numbers in zip(self.news, self.named(state).values(), strict=True):
            if not all(number - number == 0 for number in numbers):
                raise NumberError(new, None)

    def _put(self, quantities: list[Quantity], values: dict[Quantity, Values]) -> tuple[Any, ...]:
        if self.small:
            return tuple(number for q in quantities for number in values[q])
        import numpy as np

        return tuple(np.array(values[q]).reshape(q.shape) for q in quantities)


def _listed(array: Any) -> Values:
    import numpy as np

    return tuple(np.asarray(array).ravel().tolist())


def needed_lines(program: Program, *, by_hand: bool) -> list[Any]:
    """The lines that the update needs, without those that are only there to be read.

    By hand, lines are worked out as they are shown; else as code computes them.
    """
    needed = {new for _, new in program.next_values}
    kept = []
    for line in reversed(program.lines):
        if line.quantity in needed:
            kept.append(line)
            needed.update(used(line.formula if by_hand else as_computed(line.formula)))
    return kept[::-1]


def _work(lines: list[Any]) -> int:
    """Multiplications of all lines."""
    return sum(work(line.formula) for line in lines)


def has_arrays() -> bool:
    """Whether NumPy is there."""
    return find_spec("numpy") is not None


def too_large(problem: Problem) -> int:
    """Multiplications of one update where they are too many without NumPy, and it is missing."""
    if has_arrays() or problem.rounding.by_hand:
        return 0
    count = _work(needed_lines(program_of(problem, batches(problem)[0]), by_hand=False))
    return count if count > WITHOUT_ARRAYS else 0


def trainable(problem: Problem, program: Program | None = None) -> str | None:
    """Why it cannot be trained: `no_loss`, `no_weights`, `stated`, `no_numbers` or `no_rate`."""
    program = program or program_of(problem)
    if program.model.loss is None or not (program.model.seeds or program.model.errors):
        return "no_loss"
    if problem.network is not None and problem.network.alone:
        return "no_weights"
    if program.model.stated:
        return "stated"
    given = program.model.given
    if any(given[q] is None for q in given if q != program.model.rate):
        return "no_numbers"
    return None if program.next_values and rate_at(problem, 1) is not None else "no_rate"
