"""What is wrong beside a network is told once, truly, and where it stands."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from bp_tutor.problem import ProblemError
from bp_tutor.problem.load import read_problem
from tests.cli.running import good

if TYPE_CHECKING:
    from pathlib import Path

NETWORK = """network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 2, activation: sigmoid, weights: [[0.1, 0.2], [0.3, 0.4]], bias: none}
inputs: [0.35, 0.9]
"""
GRAPH = """notation: plain
graph:
  values: {w: 0.5}
  given: {dL/dw: 0.2, NAME: NUMBER}
  learning_rate: 0.1
  optimiser: OPTIMISER
"""
LEARNT = "targets: [0, 1]\nlearning_rate: 0.1\noptimiser: "


def mistakes(text: str) -> list[tuple[str, int, int]]:
    with pytest.raises(ProblemError) as told:
        read_problem(text)
    return [
        (each.key, each.mark.line, each.mark.column) for each in told.value.mistakes if each.mark
    ]


@pytest.mark.parametrize(
    ("text", "key", "line", "column"),
    [
        (NETWORK + 'givn: {"dA[2]": [1, 2]}', "problem.unknown_key", 7, 1),
        (NETWORK + "given: 0.6", "problem.found", 7, 8),
        (NETWORK + "given:", "problem.found", 7, 7),
        ("logit: [1, 2]\ntargets: [1, 0]\nloss: cross_entropy", "problem.unknown_key", 1, 1),
        ("logits: [1, 2]\ntargets: [1, 0]", "problem.loss_alone_lacks", 1, 1),
        (NETWORK, "problem.no_targets", 1, 1),
        (
            "predictions: [0.2, 0.8]\nlogits: [1, 2]\ntargets: [1, 0]\nloss: cross_entropy",
            "problem.loss_alone_twice",
            2,
            9,
        ),
        (
            "predictions: [1, 0.2]\ntargets: [1, 0]\nloss: binary_cross_entropy",
            "problem.predictions_probabilities",
            1,
            15,
        ),
        (
            "predictions: [[0.5, 0.2], [0.3, 0]]\ntargets: [[1, 0], [1, 0]]\nloss: cross_entropy",
            "problem.predictions_shares",
            1,
            33,
        ),
        (NETWORK + 'given: {"dW[1]": [[1, 2], [1, 2]]}', "problem.given_gradient", 7, 9),
        (NETWORK + 'given: {"dL/dW_111": 2}', "problem.given_gradient", 7, 9),
        (NETWORK + 'targets: [0, 1]\ngiven: {"A[1]": [1, 2]}', "problem.given_input", 8, 9),
        (NETWORK + "targets: [0, 1]\ngiven: {W_111: 2}", "problem.given_weight", 8, 9),
        (NETWORK + LEARNT + "momentum\ngiven: {t: 3}", "problem.no_count", 10, 9),
        (NETWORK + LEARNT + 'adam\ngiven: {"sW[1]": [[0, 1], [1, -2]]}', "problem.found", 10, 31),
        (NETWORK + "given: {dA[2]: [[1, 2]]}", "reader.bare_name", 7, 9),
    ],
)
def test_only_the_cause_is_told(text: str, key: str, line: int, column: int) -> None:
    assert mistakes(text) == [(key, line, column)]


@pytest.mark.parametrize(
    ("optimiser", "state", "number", "key"),
    [
        ("momentum", "t", "3", "problem.no_count"),
        ("lion", "t", "3", "problem.no_count"),
        ("adam", "s_w", "-1", "problem.found"),
        ("adam", "m_w", "-1", ""),
        ("amsgrad", "q_w", "-1", "problem.found"),
        ("adadelta", "r_w", "-0.1", "problem.found"),
        ("adamax", "u_w", "-1", "problem.found"),
        ("rmsprop_momentum", "s_w", "-1", "problem.found"),
        ("rmsprop_momentum", "v_w", "-1", ""),
    ],
)
def test_what_is_made_of_squares_is_not_negative(
    optimiser: str, state: str, number: str, key: str
) -> None:
    text = GRAPH.replace("OPTIMISER", optimiser).replace("NAME", state).replace("NUMBER", number)
    if not key:
        assert read_problem(text).graph
        return
    column = 23 if key == "problem.no_count" else 23 + len(state) + 2
    assert mistakes(text) == [(key, 4, column)]


@pytest.mark.parametrize(("updates", "count"), [("", 3), ("updates: 5\n", 5), ("updates: 3\n", 3)])
def test_each_gradient_has_an_update(updates: str, count: int) -> None:
    text = GRAPH.replace("0.2, NAME: NUMBER", "[0.2, -0.4, 0.1]").replace("OPTIMISER", "adam")
    assert read_problem(text + updates).updates == count
    assert mistakes(text + "updates: 2\n") == [("problem.given_beyond", 4, 11)]


def test_what_an_optimiser_starts_from_is_told(tmp_path: Path) -> None:
    path = tmp_path / "steps.yaml"
    text = GRAPH.replace("0.2,", "[0.2, -0.4],").replace("OPTIMISER", "adam")
    path.write_text(text.replace("NAME: NUMBER", "m_w: 0.05, t: 3"), encoding="utf-8")
    shown = good("solve", str(path), "--updates", "3", "--ascii")
    assert "0 at the start: s." in shown
    assert re.findall(r"t = (\d) in this update", shown) == ["3", "4", "5"]
    assert "t counts the updates from 1" not in shown
    good("worksheet", str(path), "-o", str(tmp_path / "sheet.md"))
    assert "0 at the start: s" in (tmp_path / "sheet.md").read_text(encoding="utf-8")
    path.write_text(text.replace(", NAME: NUMBER", "") + "updates: 3\n", encoding="utf-8")
    shown = good("solve", str(path), "--ascii")
    assert "dL/dw in turn: 0.2, -0.4, and the last one from then on;" in shown
    assert "0 at the start: m, s." in shown
    assert "t counts the updates from 1" in shown
    network = (
        NETWORK + LEARNT + 'adam\ngiven: {"mW[1]": [[0, 1], [1, 2]], "sW[1]": [[1, 1], [1, 2]]}\n'
    )
    path.write_text(network.replace("bias: none", "bias: [0.1, 0.2]"), encoding="utf-8")
    assert "0 at the start: m_B2, s_B2." in good("solve", str(path), "--ascii")
