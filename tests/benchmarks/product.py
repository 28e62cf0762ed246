"""Where the benchmarks touch the product: the only place to change when its names change."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from bp_tutor.formula.compiling import entry_of
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.solve import solve
from bp_tutor.solve.batches import batches, rate_at
from bp_tutor.solve.solver import forward
from bp_tutor.solve.training import _Mover as Mover

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula import Quantity
    from bp_tutor.solve.trace import Values

SMALL, LARGE, EXERCISE = "sigmoid-2-2-2", "digits-784", "exercise"
IMAGE = str(Path(__file__).with_name("image-28.yaml"))


class Updates:
    """Takes a problem through updates in its steady state, everything compiled before."""

    def __init__(self, name: str) -> None:
        self.problem = load_problem(find_problem(name))
        (rows,) = batches(self.problem)
        self.mover = Mover(self.problem, rows)
        self.rate = rate_at(self.problem, 1)
        self.weights: dict[Quantity, Values] = {}

    def __call__(self, count: int) -> None:
        self.weights = self.mover.move(self.weights, self.rate, count)

    def loss_after(self, count: int) -> float:
        """The loss after `count` more updates."""
        self(count)
        run = forward(self.problem, 0, self.weights)
        loss = run.program.model.loss
        assert loss is not None
        return run.value(loss, ())


def large_given() -> dict[str, Any]:
    """What `yardsticks.large_numpy` needs to start from the same numbers as the product."""
    arrays, rate = _arrays(LARGE)
    return {
        "x": arrays["A[1]"][0],
        "target": arrays["Y"][0],
        "layers": tuple((arrays[f"W[{n}]"], arrays[f"B[{n + 1}]"][0]) for n in (1, 2)),
        "rate": rate,
    }


def image_given() -> dict[str, Any]:
    """The same for `yardsticks.image_numpy`."""
    arrays, rate = _arrays(IMAGE)
    return {
        "image": arrays["A[1]"][0, 0],
        "target": arrays["Y"][0],
        "kernel": arrays["W[1]"][:, 0],
        "bias": arrays["B[2]"].reshape(-1),
        "dense": (arrays["W[4]"], arrays["B[5]"][0]),
        "rate": rate,
    }


def _arrays(name: str) -> tuple[dict[str, Any], Any]:
    """Every array of a problem's first update by its name, and the learning rate."""
    import numpy as np

    problem = load_problem(find_problem(name))
    assert problem.network is not None
    run = solve(problem).runs[0]
    arrays = {
        quantity.name: np.array(value, float).reshape(quantity.shape)
        for quantity, value in run.values.items()
    }
    return arrays, problem.network.learning_rate


def one_entry(name: str, quantity: str, index: tuple[int, ...]) -> Callable[[], float]:
    """Expands one entry of a problem's trace to a scalar formula, and evaluates it."""
    run = solve(load_problem(find_problem(name))).runs[0]
    step = run.step(quantity)

    def work() -> float:
        return entry_of(step.formula, index).value(run.value)

    return work
