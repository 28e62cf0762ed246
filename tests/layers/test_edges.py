"""Edges over layers, edges that are missing, and one weight on several: `edges:` of a network."""

from __future__ import annotations

import json
from itertools import chain
from math import tanh
from pathlib import Path
from typing import Any

import pytest

from bp_tutor.explain import symbols_of
from bp_tutor.output.json_trace import trace_json
from bp_tutor.problem import Problem, ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import StudentAnswers, contexts_of, mark, samples, understand
from bp_tutor.solve import solve
from bp_tutor.solve.training import train
from tests.cli.running import good
from tests.code.running import deviation, run_all, write
from tests.lectures.by_hand import sigmoid
from tests.quiz.networks import context_of_problem
from tests.quiz.test_samples import questions_of

SKIP = """title: Skip connection
network:
  inputs: [x]
  layers:
    - {units: [u0], activation: relu, bias: none}
    - {units: [u1], activation: relu, bias: none}
    - {units: [u2], activation: identity, bias: none}
  edges: {w0: [x, u0], w1: [u0, u1], w2: [u1, u2], ws: [u0, u2]}
  values: {w0: 0.5, w1: 0.4, w2: 0.3, ws: 0.2}
inputs: [1]
targets: [-3]
loss: mean_absolute_error
learning_rate: 1
"""
TIED = """title: One weight on two edges, and units that are not joined
notation: flat
network:
  inputs: [x1, x2]
  layers:
    - {units: [h1, h2], activation: tanh}
    - {units: [o1, o2], activation: sigmoid}
  edges:
    {w1: [x1, h1], w2: [x2, h1], v: [[x2, h2], [h1, o1]], w5: [h2, o1], w6: [h2, o2], ws: [x1, o2],
     b1: h1, b2: h2, c: [o1, o2]}
  values:
    {w1: 0.1, w2: 0.2, v: -0.5, w5: 0.5, w6: 0.6, ws: 0.7, b1: 0.25, b2: 0.35, c: 0.1}
inputs: [[0.2, 0.8], [1, -1]]
targets: [[1, 0], [0, 1]]
learning_rate: 0.5
"""
VALUES: dict[str, float] = {
    "w1": 0.1, "w2": 0.2, "v": -0.5, "w5": 0.5, "w6": 0.6, "ws": 0.7, "b1": 0.25, "b2": 0.35,
    "c": 0.1,
}  # fmt: skip
PLACES = {
    "w1": "W[1,1,1]", "w2": "W[1,2,1]", "v": "W[1,2,2]", "w5": "W[2,2,1]", "w6": "W[2,2,2]",
    "ws": "W[1,1,3,2]", "b1": "B[2,1]", "b2": "B[2,2]", "c": "B[3,1]",
}  # fmt: skip


@pytest.fixture
def tied() -> Problem:
    return read_problem(TIED)


def numbers(problem: Problem) -> dict[str, float]:
    """Every number of the first update, by its identifier."""
    run = solve(problem).runs[0]
    return {
        quantity.identifier(index): value
        for quantity, values in run.values.items()
        for index, value in zip(quantity.indices(), values, strict=True)
    }


def loss_of(v: dict[str, float]) -> float:
    """The loss of both samples, each unit with its own edges."""
    total = 0.0
    for (x1, x2), targets in (((0.2, 0.8), (1, 0)), ((1, -1), (0, 1))):
        h1 = tanh(v["w1"] * x1 + v["w2"] * x2 + v["b1"])
        h2 = tanh(v["v"] * x2 + v["b2"])
        o1 = sigmoid(v["v"] * h1 + v["w5"] * h2 + v["c"])
        o2 = sigmoid(v["w6"] * h2 + v["ws"] * x1 + v["c"])
        total += sum((o - y) ** 2 / 2 for o, y in zip((o1, o2), targets, strict=True))
    return total / 2


def test_a_skip_connection_by_hand() -> None:
    found = numbers(read_problem(SKIP))
    assert found["A[4,1]"] == pytest.approx(0.3 * 0.4 * 0.5 + 0.2 * 0.5)
    expected = {"W[1,1,1]": 0.32, "W[2,1,1]": 0.15, "W[3,1,1]": 0.2, "W[2,1,4,1]": 0.5}
    assert {name: found[f"d{name}"] for name in expected} == pytest.approx(expected)


def test_gradients_are_differences_of_the_loss(tied: Problem) -> None:
    found = numbers(tied)
    assert found["L"] == pytest.approx(loss_of(VALUES))
    for name, place in PLACES.items():
        ends = [loss_of(VALUES | {name: VALUES[name] + by}) for by in (1e-5, -1e-5)]
        gradient = (ends[0] - ends[1]) / 2e-5
        assert found[f"d{place}"] == pytest.approx(gradient, rel=1e-7, abs=1e-10)
        assert found[place[0] + "'" + place[1:]] == pytest.approx(
            VALUES[name] - 0.5 * gradient, rel=1e-7
        )


def test_it_checks_itself_and_says_where_a_weight_is_shared(tied: Problem) -> None:
    text, sound = trace_json(solve(tied), symbols_of(tied))
    assert sound
    assert json.loads(text)["verified"]["gradients"] == len(PLACES)
    rules = {step.quantity.name: step.line.rule for step in solve(tied).runs[0].steps}
    assert rules["dW[1,2,2]"] == "tied_gradient"
    assert rules["dW[1,1,1]"] == "weight_gradient"


def test_many_updates_are_those_of_descent_along_differences(tied: Problem) -> None:
    now = dict(VALUES)
    for _ in range(3):
        slopes = {
            name: (
                loss_of(now | {name: now[name] + 1e-5}) - loss_of(now | {name: now[name] - 1e-5})
            )
            / 2e-5
            for name in now
        }
        now = {name: now[name] - 0.5 * slopes[name] for name in now}
    assert train(tied, 3).points[-1].loss == pytest.approx(loss_of(now), rel=1e-8)


def test_its_program_says_the_same(tied: Problem) -> None:
    program = write(tied)
    (ran,) = run_all([program.text])
    assert deviation(program, ran) < 1e-9


def test_it_is_asked_about_and_marked(tied: Problem) -> None:
    whole = context_of_problem(tied)
    contexts = contexts_of(whole.trace, whole.page)
    questions = questions_of(contexts)
    assert "dW[1,2,2]" in {question.identifier for question in questions}
    for question in questions:
        context = contexts[question.update - 1]
        for text in samples(question, context).right:
            found = mark(question, understand(question, text, context), StudentAnswers(context))
            assert found.right, (question, text)


def test_the_names_of_edges_are_kept_in_every_notation(tmp_path: Path) -> None:
    path = tmp_path / "tied.yaml"
    path.write_text(TIED, encoding="utf-8")
    for notation in ("flat", "layered", "superscript"):
        printed = good("solve", str(path), "--notation", notation)
        assert "∂L/∂ws" in printed
        assert "tied weights, summed" in printed


def changed(**edges: Any) -> str:
    """The file with other edges; None takes one out."""
    kept = {name: f"{name}: " + value for name, value in EDGES.items()}
    kept |= {name: f"{name}: {value}" for name, value in edges.items()}
    kept = {name: text for name, text in kept.items() if edges.get(name, "") is not None}
    values = ", ".join(f"{name}: 0.5" for name in kept)
    network = TIED[: TIED.index("  edges:")]
    return f"{network}  edges: {{{', '.join(kept.values())}}}\n  values: {{{values}}}\nloss: none\n"


EDGES = {
    "w1": "[x1, h1]", "w2": "[x2, h1]", "v": "[[x2, h2], [h1, o1]]", "w5": "[h2, o1]",
    "w6": "[h2, o2]", "ws": "[x1, o2]", "b1": "h1", "b2": "h2", "c": "[o1, o2]",
}  # fmt: skip


@pytest.mark.parametrize(
    ("edges", "keys"),
    [
        ({"ws": "[o2, x1]"}, ["problem.found"]),
        ({"ws": "[h1, h2]"}, ["problem.edge_twice"]),
        ({"ws": "[x1, x2]"}, ["problem.found"]),
        ({"ws": "[[x1, o2], [x1, o2]]"}, ["problem.edge_twice"]),
        ({"ws": "[[x1, o2], [h1]]"}, ["problem.found"]),
        ({"ws": "[x1, o3]"}, ["problem.unknown_unit"]),
        ({"v": "[h1, o1]"}, ["problem.values_missing"]),
        ({"v": "[x2, h2]", "w5": None}, ["problem.edge_into_none"]),
        ({"w5": None, "w6": None}, ["problem.edge_out_of_none"]),
    ],
)
def test_edges_that_cannot_be_are_told(edges: dict[str, Any], keys: list[str]) -> None:
    with pytest.raises(ProblemError) as error:
        read_problem(changed(**edges))
    assert {mistake.key for mistake in error.value.mistakes} & set(keys)


def test_a_matrix_beside_single_edges_is_told() -> None:
    text = TIED.replace("[o1, o2], activation", "[o1, o2], weights: [[1, 1], [1, 1]], activation")
    with pytest.raises(ProblemError) as error:
        read_problem(text.replace("notation: flat", "notation: flat", 1))
    keys = list(chain(mistake.key for mistake in error.value.mistakes))
    assert "problem.edges_and_matrix" in keys
