"""One letter means one quantity on a page, in every notation and style."""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from bp_tutor.explain import symbols_of
from bp_tutor.formula.quantity import Quantity
from bp_tutor.notations import notation_names
from bp_tutor.problem import load_problem
from bp_tutor.solve import solve
from tests.cli.running import good

OPTIMISERS = {
    "none": "gradient_descent",
    "momentum": "{momentum: {mu: 0.9}}",
    "of gradients": "{momentum: {mu: 0.9, form: gradient}}",
    "nesterov": "{nesterov: {mu: 0.9}}",
    "rmsprop": "{rmsprop: {rho: 0.9}}",
    "adam": "{adam: {beta1: 0.9, beta2: 0.99}}",
}
LOSSES = {"plain": "half_squared_error", "decay": "{name: half_squared_error, weight_decay: 0.1}"}
OWN = {
    "no names": "",
    "rate called as momentum": "names: {eta: μ, lambda: α}\n",
    "decay called as momentum": "names: {lambda: μ}\n",
    "rate called as a mean": "names: {eta: ρ}\n",
    "sums called as momentum": "names: {Z: μ}\n",
    "rate called as the count": "names: {eta: t}\n",
    "decay called as a mean": "names: {lambda: ρ}\n",
}
TEXT = """
title: Letters
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {{units: 2, activation: sigmoid, weights: [[0.5, 0.4], [0.6, 0.3]], bias: [0.1, 0.2]}}
    - {{units: 1, activation: sigmoid, weights: [[0.5], [0.6]], bias: [0.1]}}
inputs: [0.5, 0.8]
targets: [1]
loss: {loss}
learning_rate: 0.1
optimiser: {optimiser}
{own}"""
CASES = tuple(product(OPTIMISERS, LOSSES, OWN))


def read(folder: Path, case: tuple[str, str, str]) -> Path:
    optimiser, loss, own = case
    file = folder / "letters.yaml"
    text = TEXT.format(loss=LOSSES[loss], optimiser=OPTIMISERS[optimiser], own=OWN[own])
    file.write_text(text, "utf-8")
    return file


@pytest.mark.parametrize("case", CASES, ids=" / ".join)
def test_all_symbols_differ(tmp_path: Path, case: tuple[str, str, str]) -> None:
    problem = load_problem(read(tmp_path, case))
    trace = solve(problem)
    run = trace.runs[0]
    found: dict[Quantity, None] = dict.fromkeys(run.values)
    for notation, style in product((None, *notation_names()), ("unicode", "ascii", "latex")):
        symbols = symbols_of(problem, notation)
        names: dict[str, str] = {}
        for quantity in found:
            for index in quantity.indices():
                name, identifier = symbols.name(quantity, index, style), quantity.identifier(index)
                other = names.setdefault(name, identifier)
                assert other == identifier, (notation, style, name)


def test_the_letters_of_momentum_and_decay(tmp_path: Path) -> None:
    text = good("solve", str(read(tmp_path, ("momentum", "decay", "no names"))))
    assert "μ·v_W" in text
    assert "κ = 0.1 on the weights" in text
    plain = good("solve", str(read(tmp_path, ("momentum", "decay", "no names"))), "--ascii")
    assert "mu*v_W" in plain
    assert "kappa = 0.1 on the weights" in plain
    alone = good("solve", str(read(tmp_path, ("none", "decay", "no names"))))
    assert "weight decay μ = 0.1" in " ".join(alone.split()), "nothing else is called so"
