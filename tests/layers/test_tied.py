"""Weights that several layers share, as they are and transposed."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.layer import Layer, Tie
from bp_tutor.explain import symbols_of
from bp_tutor.output.json_trace import trace_json
from bp_tutor.problem import ProblemError, find_problem, load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.model import Network
from bp_tutor.solve import solve
from tests.cli.running import good, run
from tests.layers.cases import Draw, assert_all, dense, network_of


def tied(draw: Draw, units: int, layer: int, *, transposed: bool = False) -> Layer:
    """A dense layer with biases of its own and the weights of another layer."""
    own = dense(draw, units, "tanh")
    return own._replace(weights=None, ties=(Tie("W", layer, "W", transposed),))


@st.composite
def networks(draw: st.DrawFn) -> Network:
    """There and back through one matrix, and back once more through what is tied already."""
    numbers = Draw(draw(st.integers(0, 10**6)))
    form = draw(st.sampled_from(["vector", "sequence", "positions"]))
    units, inner = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    layers = [
        dense(numbers, inner, "sigmoid"),
        tied(numbers, units, 2, transposed=True),
        tied(numbers, inner, 3, transposed=True),
        tied(numbers, units, 3),
    ]
    sizes = (units,) if form == "vector" else (2, units)
    samples = 1 if form == "positions" else draw(st.integers(1, 2))
    kept = draw(st.integers(2, 4))
    return network_of(numbers, layers[:kept], form, sizes, samples=samples)


@settings(max_examples=10, deadline=None)
@given(network=networks())
def test_tied_weights_are_those_of_plain_loops(network: Network) -> None:
    assert_all(network)


FILE = """title: Tied
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 3, weights: [[0.1, 0.8, 0.3], [0.4, 0.6, 0.2]], bias: none}
    - {units: UNITS, weights: TIED, bias: none}
inputs: [0.5, 1]
targets: TARGETS
learning_rate: 0.5
"""


def read(tied: str, units: int = 2, more: str = "") -> Any:
    text = FILE.replace("UNITS", str(units)).replace("TIED", tied)
    return read_problem(text.replace("TARGETS", str([1] * units)) + more)


def test_a_shared_weight_is_updated_once_by_the_sum_of_both_places() -> None:
    problem = read("{tied: 2, transposed: true}")
    text, sound = trace_json(solve(problem), symbols_of(problem))
    assert sound
    assert json.loads(text)["verified"]["gradients"] == 6
    x, w = (0.5, 1.0), ((0.1, 0.8, 0.3), (0.4, 0.6, 0.2))
    h = [sum(x[i] * w[i][j] for i in (0, 1)) for j in (0, 1, 2)]
    delta = [sum(h[j] * w[i][j] for j in (0, 1, 2)) - 1 for i in (0, 1)]
    back = [sum(delta[i] * w[i][j] for i in (0, 1)) for j in (0, 1, 2)]
    new = [w[i][j] - 0.5 * (x[i] * back[j] + delta[i] * h[j]) for i in (0, 1) for j in (0, 1, 2)]
    run = solve(problem).runs[0]
    found = {quantity.name: values for quantity, values in run.values.items()}
    assert found["W'[1]"] == pytest.approx(new)
    assert "W'[2]" not in found
    rules = {step.quantity.name: step.line.rule for step in run.steps}
    assert rules["dW[1]"] == "tied_gradient"


@pytest.mark.parametrize(
    ("tied", "units", "key", "path"),
    [
        ("{tied: 2}", 2, "problem.tied_turned", "layers[1].weights"),
        ("{tied: 2, transposed: true}", 3, "problem.tied_shape", "layers[1].weights"),
        ("{tied: 3}", 2, "problem.tied_layer", "layers[1].weights"),
        ("{tied: 1}", 2, "problem.tied_layer", "layers[1].weights"),
        ("{tied: x}", 2, "problem.found", "layers[1].weights.tied"),
        ("{transposed: true}", 2, "problem.missing_key", "layers[1].weights.tied"),
    ],
)
def test_what_cannot_be_shared_is_told_with_its_place(
    tied: str, units: int, key: str, path: str
) -> None:
    with pytest.raises(ProblemError) as error:
        read(tied, units)
    found = error.value.mistakes[0]
    assert (found.key, found.path) == (key, f"network.{path}")


def test_sequential_updates_cannot_wait_for_both_places() -> None:
    more = "conventions: {update_order: sequential}\n"
    with pytest.raises(ProblemError) as error:
        read("{tied: 2, transposed: true}", more=more)
    assert [one.key for one in error.value.mistakes] == ["problem.sequential_tied"]


def test_the_tied_autoencoder_by_hand() -> None:
    run = solve(load_problem(find_problem("autoencoder-tied"))).runs[0]
    found = {quantity.name: values for quantity, values in run.values.items()}
    x, w = np.array([1, 0, 1]), np.array([[0.5, -1], [1, 0.5], [-0.5, 1]])
    hidden = 1 / (1 + np.exp(-(x @ w + [0, 0.5])))
    delta = w @ hidden + [0.5, 0, 0.5] - x
    back = delta @ w * hidden * (1 - hidden)
    gradient = np.outer(x, back) + np.outer(delta, hidden)
    assert found["dW[1]"] == pytest.approx(gradient.ravel().tolist())
    assert found["W'[1]"] == pytest.approx((w - 0.5 * gradient).ravel().tolist())


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("W[2]", "W[1]"),
        ("W[2,1,3]", "W[1,3,1]"),
        ("dW[2,2,1]", "dW[1,1,2]"),
        ("W'[2,2,3]", "W'[1,3,2]"),
    ],
)
def test_who_asks_for_a_tied_weight_is_told_what_it_is_tied_to(asked: str, meant: str) -> None:
    for command in (
        ("why", "autoencoder-tied", asked),
        ("solve", "autoencoder-tied", "--entry", asked),
    ):
        for language in ("en", "zh"):
            told = run(*command, "--lang", language)
            assert (told.code, meant in told.err) == (2, True), told
    if "," in meant:
        assert good("why", "autoencoder-tied", meant)
