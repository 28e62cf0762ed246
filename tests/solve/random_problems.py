"""Random problem files: every activation and function, numbers of every size."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from bp_tutor.problem import Problem
from bp_tutor.problem.load import read_problem
from bp_tutor.reader import ReadError
from bp_tutor.solve import NumberError, Trace, solve

ACTIVATIONS = (
    "identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "swish",
)  # fmt: skip
LOSSES = (
    "half_squared_error", "squared_error", "mean_squared_error", "mean_absolute_error", "huber",
    "cross_entropy", "binary_cross_entropy",
)  # fmt: skip
OPTIMISERS = ("{momentum: {mu: 0.9}}", "{nesterov: {mu: 0.9}}", "adam", "rmsprop")
FUNCTIONS = (
    "exp", "log", "log10", "sqrt", "sin", "cos", "abs", "sigmoid", "tanh", "relu", "softplus",
    "elu", "swish", "leaky_relu",
)  # fmt: skip
SIZES = (1, 1, 1, 1, 0.1, 10, 100, 745, 1e3, 1e6, 1e-3, 1e-6, 1e-12, 1e16)


def solved(seed: int, updates: int = 3) -> Trace | None:
    """A problem solved; None where one of its formulas has no value or a kink in the text."""
    draw = Random(seed)  # noqa: S311
    text = network(draw) if seed % 2 else graph(draw)
    try:
        return solve(problem_of(text), updates if "learning_rate" in text else 1)
    except (ReadError, NumberError):
        return None


def problem_of(text: str) -> Problem:
    return read_problem(text, Path("random.yaml"))


def network(draw: Random) -> str:
    """A dense network with its samples, its loss and an optimiser."""
    loss, size = draw.choice(LOSSES), draw.choice(SIZES)
    units = [draw.randint(1, 4) for _ in range(draw.randint(2, 5))]
    if loss == "cross_entropy":
        units[-1] += 1
    activations = [draw.choice(ACTIVATIONS) for _ in units[1:]]
    activations[-1] = {"cross_entropy": "softmax", "binary_cross_entropy": "sigmoid"}.get(
        loss, activations[-1]
    )
    lines = ["network:", f"  inputs: {units[0]}", "  weight_order: from-to", "  layers:"]
    for before, here, activation in zip(units, units[1:], activations, strict=False):
        weights = [[number(draw, size, 0.3) for _ in range(here)] for _ in range(before)]
        bias = draw.choice(["none", [number(draw, size, 0.2) for _ in range(here)]])
        lines.append(
            f"    - {{units: {here}, activation: {activation}, weights: {weights}, bias: {bias}}}"
        )
    samples = draw.choice((1, 1, 2, 3))
    inputs = [[number(draw, size, 0.4) for _ in range(units[0])] for _ in range(samples)]
    targets = [target(draw, loss, units[-1], size) for _ in range(samples)]
    decay = draw.random() < 0.2
    lines += [
        f"inputs: {inputs}",
        f"targets: {targets}",
        f"loss: {{name: {loss}, weight_decay: 0.1}}" if decay else f"loss: {loss}",
        f"learning_rate: {draw.choice((0.1, 0.5, 1, 10, 1000))}",
    ]
    if draw.random() < 0.3:
        lines.append(f"optimiser: {draw.choice(OPTIMISERS)}")
    return "\n".join([*lines, "updates: 3", ""])


def number(draw: Random, size: float, share: float = 1.0) -> float:
    """A number with a few figures, now and then a round one; a share of them of this size."""
    if draw.random() < 0.1:
        return draw.choice((0, 1, -1))
    value = draw.gauss(0, 1) * (size if draw.random() < share else 1)
    return float(f"{value:.{draw.randint(1, 6)}g}")


def target(draw: Random, loss: str, units: int, size: float) -> list[float]:
    if loss == "cross_entropy":
        chosen = draw.randrange(units)
        return [float(place == chosen) for place in range(units)]
    if loss == "binary_cross_entropy":
        return [draw.choice((0, 1, 0.3)) for _ in range(units)]
    return [number(draw, size, 0.3) for _ in range(units)]


def graph(draw: Random) -> str:
    """A computation graph; its loss or the derivative by its last value is given."""
    names = [f"x{place}" for place in range(1, draw.randint(2, 5))]
    leaves = {name: number(draw, draw.choice(SIZES), 0.4) for name in names}
    given = ", ".join(f"{name}: {value}" for name, value in leaves.items())
    lines = ["graph:", f"  values: {{{given}}}", "  formulas:"]
    for place in range(1, draw.randint(2, 5)):
        lines.append(f'    f{place}: "{expression(draw, names, draw.randint(1, 3))}"')
        names.append(f"f{place}")
    last = names[-1]
    leading, text = {last}, "\n".join(lines)
    for name in reversed(names):
        own = re.search(rf'^    {name}: "(.*)"$', text, re.MULTILINE)
        if name in leading and own:
            leading |= set(re.findall(r"[A-Za-z_]\w*", own[1]))
    upstream = number(draw, draw.choice(SIZES))
    lines += [
        f"  given: {{dJ/d{last}: {upstream}}}"
        if draw.random() < 0.2
        else f"  differentiate: {last}",
        f"  with_respect_to: [{', '.join(leaf for leaf in leaves if leaf in leading)}]",
    ]
    return "\n".join([*lines, *(["  learning_rate: 0.1"] if draw.random() < 0.5 else []), ""])


def expression(draw: Random, names: list[str], depth: int) -> str:
    """A formula as somebody would type it, powers with any exponent among them."""
    if depth == 0 or draw.random() < 0.15:
        return draw.choice(names) if draw.random() < 0.8 else repr(abs(number(draw, 10)))
    one, other = (expression(draw, names, depth - 1) for _ in range(2))
    forms = (
        f"({one} + {other})", f"({one} - {other})", f"{one}*{other}", f"({one})*({other})",
        f"({one})/({other})", f"({one})**({other})", f"max({one}, {other})", f"min({one}, {other})",
        f"({one})**{draw.choice(('2', '3', '0.5', '(-1)', '(1/3)', '1.5', '(2 - 0.5)'))}",
        *(f"{name}({one})" for name in draw.sample(FUNCTIONS, 5)),
    )  # fmt: skip
    return draw.choice(forms)
