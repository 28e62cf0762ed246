"""A mistake in a graph has the name that it has in the network that the graph writes out."""

from __future__ import annotations

from math import exp

import pytest

from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import Context, StudentAnswers, mark, understand
from bp_tutor.quiz.kinds import KINDS
from tests.quiz.networks import context_of_problem

NETWORK = """
title: Two units behind each other
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 1, activation: sigmoid, weights: [[0.4], [-0.7]], bias: [0.15]}
    - {units: 1, activation: sigmoid, weights: [[0.85]], bias: [-0.3]}
inputs: [0.65, 0.9]
targets: [0.2]
loss: half_squared_error
learning_rate: 0.5
"""
GRAPH = """
title: The same as a graph
graph:
  values: {x: 0.65, u: 0.9, p: 0.4, q: -0.7, c: 0.15, r: 0.85, d: -0.3, y: 0.2}
  formulas:
    s: p*x + q*u + c
    h: sigmoid(s)
    o: r*h + d
    a: sigmoid(o)
    L: 1/2*(a - y)**2
  differentiate: L
  with_respect_to: [p, q, c, r, d]
  learning_rate: 0.5
"""
NAMES = {
    "s": "Z[2,1]", "h": "A[2,1]", "o": "Z[3,1]", "do": "dZ[3,1]",
    "ds": "dZ[2,1]", "dp": "dW[1,1,1]", "dc": "dB[2,1]", "dr": "dW[2,1,1]",
    "p'": "W'[1,1,1]", "r'": "W'[2,1,1]", "c'": "B'[2,1]",
}  # fmt: skip


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


S = 0.4 * 0.65 - 0.7 * 0.9 + 0.15
H = sigmoid(S)
O = 0.85 * H - 0.3  # noqa: E741
A = sigmoid(O)
DO = (A - 0.2) * A * (1 - A)
DS = DO * 0.85 * H * (1 - H)

WRONG = [
    ("s", 0.4 * 0.65 - 0.7 * 0.9, "bias_left_out"),
    ("s", S - 0.3, "bias_subtracted"),
    ("s", S - 0.65 * 0.4 - 0.65 * 0.7, "other_weight"),
    ("o", 0.85 * S - 0.3, "activation_left_out"),
    ("o", 0.85 * H + 0.3, "bias_subtracted"),
    ("h", exp(-S), "exponential_alone"),
    ("do", A - 0.2, "slope_left_out"),
    ("do", -DO, "error_turned"),
    ("do", A * (1 - A), "error_left_out"),
    ("do", A * A * (1 - A), "target_left_out"),
    ("do", (A - 0.2) ** 2 / 2 * A * (1 - A), "loss_for_error"),
    ("ds", DO * 0.85, "slope_left_out"),
    ("ds", DO * H * (1 - H), "weight_left_out"),
    ("ds", 0.85 * H * (1 - H), "error_left_out"),
    ("ds", DO * (0.85 - 0.5 * DO * H) * H * (1 - H), "updated_weights"),
    ("ds", DO * DO * H * H * (1 - H), "gradient_for_value"),
    ("ds", (A - 0.2) * 0.85 * H * (1 - H), "derivative_for_delta"),
    ("dp", DS, "input_left_out"),
    ("dp", 0.65, "error_left_out"),
    ("dp", DO * 0.85 * 0.65, "derivative_for_delta"),
    ("dp", DS * H, "own_output_for_input"),
    ("dp", DS * 0.65 * H * (1 - H), "slope_on_top"),
    ("dr", DO * S, "activation_left_out"),
    ("dr", DO * H * H * (1 - H), "slope_on_top"),
    ("dc", DO * 0.85, "derivative_for_delta"),
    ("p'", 0.4 - 0.5 * DS, "delta_for_gradient"),
    ("p'", 0.4 - DS * 0.65, "rate_left_out"),
    ("p'", 0.4 + 0.5 * DS * 0.65, "step_added"),
    ("p'", 0.4 - 0.5 * DS * 0.9, "other_gradient"),
    ("p'", 0.4 - 0.5 * DO * H, "other_gradient"),
    ("c'", 0.15 - 0.5 * DO, "other_gradient"),
]  # fmt: skip


def _context(text: str) -> Context:
    return context_of_problem(read_problem(text))


@pytest.fixture(scope="module")
def both() -> tuple[Context, Context]:
    return _context(NETWORK), _context(GRAPH)


def _names(context: Context, identifier: str, value: float) -> set[str]:
    questions = (*KINDS["number"].make(context), *KINDS["update"].make(context))
    question = next(one for one in questions if one.identifier == identifier)
    understood = understand(question, f"{value:#.9g}", context)
    verdict = mark(question, understood, StudentAnswers(context))
    assert not verdict.right
    return {each.misconception for each in verdict.diagnoses}


@pytest.mark.parametrize(("name", "value", "key"), WRONG)
def test_a_graph_has_the_names_of_its_network(
    both: tuple[Context, Context], name: str, value: float, key: str
) -> None:
    network, graph = both
    named = _names(graph, name, value)
    assert key in named
    assert key in _names(network, NAMES[name], value)


PLAIN = """
title: Nothing says which of them is a weight
graph:
  values: {a: 0.4, b: -0.7, c: 0.9}
  formulas: {s: a + b, f: s*c}
  differentiate: f
  with_respect_to: [a, b, c]
"""


def test_where_all_is_differentiated_a_factor_is_a_factor() -> None:
    context = _context(PLAIN)
    assert _names(context, "ds", 1.0) <= {"factor_left_out"}
    assert _names(context, "s", 0.4) == {"path_left_out"}
