"""Random networks for the quiz: small, of every activation and loss, with drawn numbers."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from random import Random

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.explain import symbols_of
from bp_tutor.problem.model import Network, Problem
from bp_tutor.quiz import Context, contexts_of
from bp_tutor.solve import solve
from tests.presented import presentation_of

HIDDEN = ("sigmoid", "tanh", "softplus", "sigmoid", "tanh")
LAST = (
    ("sigmoid", Loss("half_squared_error")),
    ("sigmoid", Loss("mean_squared_error")),
    ("identity", Loss("half_squared_error")),
    ("tanh", Loss("squared_error")),
    ("sigmoid", Loss("binary_cross_entropy")),
    ("softmax", Loss("cross_entropy")),
    ("sigmoid", Loss("half_squared_error", penalty=("weight_decay", 0.1))),
)


def random_context(seed: int, **changes: object) -> Context:
    """A solved random network, seen by an English reader."""
    problem = random_problem(seed, **changes)
    return context_of_problem(problem, 2 if changes.get("updates") else 1)


def context_of_problem(problem: Problem, updates: int = 1, language: str = "en") -> Context:
    trace = solve(problem, updates)
    symbols = symbols_of(problem)
    page = presentation_of(symbols, language, "unicode", problem.digits, problem.rounding)
    return contexts_of(trace, page)[updates - 1]


def random_problem(seed: int, **changes: object) -> Problem:
    draw = Random(seed)  # noqa: S311
    units = [draw.randint(2, 3) for _ in range(4)]
    activation, loss = LAST[seed % len(LAST)]
    layers = []
    for number, (before, after) in enumerate(pairwise(units)):
        last = number == len(units) - 2
        layers.append(
            Layer(
                after,
                activation if last else draw.choice(HIDDEN),
                weights=tuple(
                    tuple(round(draw.uniform(-1, 1), 3) for _ in range(after))
                    for _ in range(before)
                ),
                bias=Bias(
                    values=tuple(round(draw.uniform(-1, 1), 3) for _ in range(after)),
                    frozen=bool(changes.get("frozen")),
                ),
            )
        )
    count = draw.choice((1, 1, 2, 3))
    if activation == "softmax":
        chosen = [draw.randrange(units[-1]) for _ in range(count)]
        targets = tuple(tuple(float(u == c) for u in range(units[-1])) for c in chosen)
    else:
        targets = tuple(
            tuple(round(draw.uniform(0.05, 0.95), 2) for _ in range(units[-1]))
            for _ in range(count)
        )
    network = Network(
        units[0],
        tuple(layers),
        samples=tuple(
            tuple(round(draw.uniform(0.1, 1), 2) for _ in range(units[0])) for _ in range(count)
        ),
        targets=targets,
        sample_count=count,
        loss=loss,
        learning_rate=round(draw.uniform(0.05, 0.9), 2),
    )
    return Problem(Path("random.yaml"), network=network)
