"""Arrays by a formula: evenly spaced, in steps, all equal, on the diagonal alone, or drawn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bp_tutor.authoring.variant import Variants
from bp_tutor.problem import ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve

NETWORK = """network:
  inputs: 2
  layers:
    - {units: 2, activation: sigmoid, weights: WEIGHTS, bias: BIAS}
inputs: INPUTS
targets: [0.5, 1]
"""
USUAL = {"WEIGHTS": "{identity: 1}", "BIAS": "{constant: 0.1}", "INPUTS": "[1, 2]"}
GRAPH = """notation: plain
graph:
  values: {X: LEAF, s: 2}
  formulas: {L: s*sum(X)}
  differentiate: L
  with_respect_to: [s]
"""


def array(text: str, name: str) -> Any:
    (run,) = solve(read_problem(text)).runs
    quantity = next(each for each in run.values if each.name == name)
    return np.array(run.values[quantity]).reshape(quantity.shape)


def network(**changes: str) -> str:
    text = NETWORK
    for place, value in (USUAL | changes).items():
        text = text.replace(place, value)
    return text


@pytest.mark.parametrize(
    ("place", "name", "given", "wanted"),
    [
        ("WEIGHTS", "W[1]", "{identity: 1}", np.eye(2)),
        ("WEIGHTS", "W[1]", "{identity: -0.5}", -0.5 * np.eye(2)),
        ("WEIGHTS", "W[1]", "{constant: 0.3}", np.full((2, 2), 0.3)),
        ("WEIGHTS", "W[1]", "{linspace: [-1, 2]}", np.linspace(-1, 2, 4).reshape(2, 2)),
        ("WEIGHTS", "W[1]", "{arange: [0, 1, 0.25]}", np.arange(0, 1, 0.25).reshape(2, 2)),
        ("BIAS", "B[2]", "{constant: -1}", np.full((1, 2), -1.0)),
        ("BIAS", "B[2]", "{arange: [3, 1, -1]}", np.array([[3.0, 2.0]])),
        ("INPUTS", "A[1]", "{linspace: [0.1, 0.2]}", np.array([[0.1, 0.2]])),
        ("INPUTS", "A[1]", "{arange: [1, 3]}", np.array([[1.0, 2.0]])),
    ],
)
def test_networks_have_arrays_by_a_formula(place: str, name: str, given: str, wanted: Any) -> None:
    np.testing.assert_allclose(array(network(**{place: given}), name), wanted, atol=1e-15)


def test_samples_are_made_of_as_many_numbers_as_there_are() -> None:
    text = network(INPUTS="{linspace: [0, 1, 6]}").replace("[0.5, 1]", "[[0, 1], [1, 0], [1, 1]]")
    np.testing.assert_allclose(array(text, "A[1]"), np.linspace(0, 1, 6).reshape(3, 2), atol=1e-15)
    text = network(INPUTS="{identity: 1}").replace("[0.5, 1]", "[[0, 1], [1, 0]]")
    np.testing.assert_allclose(array(text, "A[1]"), np.eye(2), atol=0)


@pytest.mark.parametrize(
    ("leaf", "wanted"),
    [
        ("{linspace: [0, 1, 5]}", np.linspace(0, 1, 5)[None]),
        ("{linspace: [0, 1], shape: [2, 3]}", np.linspace(0, 1, 6).reshape(2, 3)),
        ("{arange: [0, 1, 0.1]}", np.arange(0, 1, 0.1)[None]),
        ("{arange: [6, 0, -1], shape: [2, 3]}", np.arange(6, 0, -1.0).reshape(2, 3)),
        ("{constant: 2.5, shape: [3, 1]}", np.full((3, 1), 2.5)),
        ("{identity: 1, shape: [3, 2]}", np.eye(3, 2)),
    ],
)
def test_leaves_of_a_graph_have_arrays_by_a_formula(leaf: str, wanted: Any) -> None:
    np.testing.assert_allclose(array(GRAPH.replace("LEAF", leaf), "X"), wanted, atol=1e-15)


def test_leaves_are_drawn_as_weights_are() -> None:
    text = GRAPH.replace("LEAF", "{seed: 1, scale: 0.5, shape: [30, 40]}")
    drawn = array(text, "X")
    assert drawn.shape == (30, 40)
    assert abs(drawn.mean()) < 0.06
    assert abs(drawn.std() - 0.5) < 0.05
    np.testing.assert_array_equal(drawn, array(text, "X"))


def test_what_a_formula_says_stays_in_variants() -> None:
    text = network(WEIGHTS="{arange: [0, 1, 0.25]}")
    variants = Variants(text, read_problem(text))
    made = [variants.make(seed).text for seed in range(3)]
    assert len(set(made)) == 3
    assert all("{arange: [0, 1, 0.25]}" in each and "{constant: 0.1}" in each for each in made)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        (network(WEIGHTS="{linspace: [0, 1, 5]}"), ["problem.formula_size"]),
        (network(WEIGHTS="{arange: [0, 1, 0.1]}"), ["problem.formula_size"]),
        (network(WEIGHTS="{arange: [0, 1, 0]}"), ["problem.found"]),
        (network(WEIGHTS="{linspace: [0]}"), ["problem.list_length"]),
        (network(WEIGHTS="{linspace: [0, 1, 2.5]}"), ["problem.found"]),
        (network(WEIGHTS="{constant: 1, identity: 1}"), ["problem.two_arrays"]),
        (network(BIAS="{identity: 1}"), ["problem.formula_size"]),
        (network(BIAS="{constant: 1, shared: 2}"), ["problem.bias_twice"]),
        (network(INPUTS="{linspace: [0, 1, 5]}"), ["problem.formula_size"]),
        (GRAPH.replace("LEAF", "{constant: 1}"), ["problem.missing_key"]),
        (GRAPH.replace("LEAF", "{seed: 1, scale: 1}"), ["problem.missing_key"]),
        (GRAPH.replace("LEAF", "{shape: [1, 2]}"), ["problem.found"]),
        (GRAPH.replace("LEAF", "{linspace: [0, 1, 5], shape: [2, 3]}"), ["problem.formula_size"]),
        (GRAPH.replace("LEAF", "{constant: 1, shape: [1000, 1000]}"), ["problem.large_leaf"]),
    ],
)
def test_what_does_not_fit_is_told(text: str, keys: list[str]) -> None:
    with pytest.raises(ProblemError) as told:
        read_problem(text)
    assert [each.key for each in told.value.mistakes] == keys
