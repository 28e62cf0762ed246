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
    rate = problem.graph.learning_rate if problem.graph else problem.network.learning_rate  # type: ignore[union-attr]
    if isinstance(rate, tuple):
        return rate[min(update, len(rate)) - 1]
    return rate
