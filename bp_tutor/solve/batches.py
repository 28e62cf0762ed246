"""Which samples each update uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bp_tutor.problem.model import Problem


def batches(problem: Problem) -> tuple[tuple[int, ...], ...]:
    """The batches of one epoch, in turn: sample numbers counted from 0."""
    network = problem.network
    if network is None:
        return ((0,),)
    count = network.sample_count
    size = network.batch or count
    return tuple(tuple(range(start, min(start + size, count))) for start in range(0, count, size))


def rate_at(problem: Problem, update: int) -> float | None:
    """The learning rate of an update (counted from 1); the last of a list stays."""
    rate = _rate(problem)
    return rate[min(update, len(rate)) - 1] if isinstance(rate, tuple) else rate


def rate_stays(problem: Problem, first: int, last: int) -> int:
    """The latest update up to `last` until which the learning rate of `first` stays."""
    rate = _rate(problem)
    if isinstance(rate, tuple):
        for update in range(first, min(last, len(rate))):
            if rate[update] != rate[first - 1]:
                return update
    return last


def _rate(problem: Problem) -> float | tuple[float, ...] | None:
    part = problem.graph or problem.network
    assert part is not None
    return part.learning_rate
