"""Where the benchmarks touch the product: the only place to change when its names change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.problem import find_problem, load_problem
from bp_tutor.solve import solve

if TYPE_CHECKING:
    from collections.abc import Callable

    Updates = Callable[[int], float]

SMALL, LARGE, EXERCISE = "sigmoid-2-2-2", "digits-784", "exercise"


class NotThereError(Exception):
    """The product cannot do this yet."""


def updates_of(name: str) -> Updates:
    """Does so many updates of a problem in its steady state, and gives the loss after them."""
    message = f"no trainer is connected for {name}"
    raise NotThereError(message)


def large_given() -> dict[str, Any]:
    """What `yardsticks.large_numpy` needs to start from the same numbers as the product."""
    import numpy as np

    problem = load_problem(find_problem(LARGE))
    assert problem.network is not None
    run = solve(problem).runs[0]
    arrays = {
        quantity.name: np.array(value, float).reshape(quantity.shape)
        for quantity, value in run.values.items()
    }
    return {
        "x": arrays["A[1]"][0],
        "target": arrays["Y"][0],
        "layers": tuple((arrays[f"W[{n}]"], arrays[f"B[{n + 1}]"][0]) for n in (1, 2)),
        "rate": problem.network.learning_rate,
    }


def one_entry() -> Callable[[], float]:
    """Expands one entry of the exercise's trace to a scalar formula, and evaluates it."""
    run = solve(load_problem(find_problem(EXERCISE))).runs[0]
    step = run.step("dZ[2]")

    def work() -> float:
        return step.formula.entry((0, 0)).value(run.value)

    return work
