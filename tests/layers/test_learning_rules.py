"""Learning rules without a gradient: lecture 004's gates learnt, against plain loops."""

from __future__ import annotations

import json
import re
from itertools import product
from typing import Any

import pytest

from bp_tutor.catalogue.learning_rules import LEARNING_RULES
from bp_tutor.explain import symbols_of
from bp_tutor.problem import Problem, ProblemError, find_problem, load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import contexts_of
from bp_tutor.quiz.batch import Unclear, mark_all, question_of
from bp_tutor.solve import solve
from bp_tutor.solve.training import train
from tests.code.running import deviation, run_all, write
from tests.code.test_loops import compare
from tests.presented import presentation_of
from tests.pytorch.needed import needs_torch

ROWS = list(product((0, 1), (0, 1)))
GATES = {
    "and": [a & b for a, b in ROWS],
    "or": [a | b for a, b in ROWS],
    "nand": [1 - (a & b) for a, b in ROWS],
    "xor": [a ^ b for a, b in ROWS],
}
BIASES = {
    "added": [0.05],
    "threshold": {"kind": "threshold", "values": [0.2]},
    "minus_input": {"kind": "minus_input", "values": [0.2]},
    "none": "none",
}
RATE = 0.1


def gate(targets: list[int], bias: str = "added", **more: Any) -> Problem:
    layer = {
        "units": 1, "activation": "step", "weights": [[0.3], [-0.1]], "bias": BIASES[bias],
    }  # fmt: skip
    file = {
        "network": {"inputs": 2, "weight_order": "from-to", "layers": [layer]},
        "inputs": ROWS, "targets": [[y] for y in targets], "learning_rate": RATE,
        "learning_rule": "perceptron", **more,
    }  # fmt: skip
    return read_problem(json.dumps({key: each for key, each in file.items() if each is not None}))


def by_hand(rule: str, targets: list[int], bias: str, updates: int) -> tuple[list[float], float]:
    """Weights and bias after so many corrections, one sample after the other."""
    w, sign = [0.3, -0.1], -1 if bias in ("threshold", "minus_input") else 1
    b = {"added": 0.05, "none": 0.0}.get(bias, 0.2)
    for update in range(updates):
        x, y = ROWS[update % 4], targets[update % 4]
        z = w[0] * x[0] + w[1] * x[1] + sign * b
        error = {"perceptron": y - (z >= 0), "widrow_hoff": y - z, "hebb": y}[rule]
        w = [one + RATE * error * each for one, each in zip(w, x, strict=True)]
        b += 0 if bias == "none" else sign * RATE * error
    return w, b


@pytest.mark.parametrize("bias", BIASES)
@pytest.mark.parametrize("rule", ["perceptron", "widrow_hoff", "hebb"])
def test_corrections_are_those_of_plain_loops(rule: str, bias: str) -> None:
    problem = gate(GATES["and"], bias, learning_rule=rule)
    runs = solve(problem, 6).runs
    for update, run in enumerate(runs, 1):
        before, old = by_hand(rule, GATES["and"], bias, update - 1)
        weights, new = by_hand(rule, GATES["and"], bias, update)
        assert run.step("W'[1]").value == pytest.approx(weights)
        steps = [after - one for after, one in zip(weights, before, strict=True)]
        assert run.step("stepW[1]").value == pytest.approx(steps)
        if bias != "none":
            assert run.step("B'[2]").value == pytest.approx([new])
            assert run.step("stepB[2]").value == pytest.approx([new - old])
    last = train(problem, 6, (6,)).last
    weights, _ = by_hand(rule, GATES["and"], bias, 6)
    assert last.values[last.program.model.quantity("W[1]")] == pytest.approx(weights)


@pytest.mark.parametrize("name", GATES)
def test_what_one_line_parts_is_learnt_and_nothing_else(name: str) -> None:
    """The loss counts the wrong outputs; no line parts the outputs of XOR."""
    losses = [point.loss for point in train(gate(GATES[name]), 400).points]
    if name == "xor":
        assert min(losses) >= 1
    else:
        assert losses[-1] == 0


def test_the_problem_of_the_perceptron_is_learnt_by_its_sixth_update() -> None:
    problem = load_problem(find_problem("perceptron"))
    w, threshold = [0.5, -0.2], 0.9
    rows = [((1, 1), 1), ((1, 0), 0), ((0, 1), 0), ((0, 0), 0)]
    wrong = []
    for update in range(problem.updates):
        x, y = rows[update % 4]
        error = y - (w[0] * x[0] + w[1] * x[1] >= threshold)
        w = [one + 0.4 * error * each for one, each in zip(w, x, strict=True)]
        threshold -= 0.4 * error
        wrong.append(sum(y != (w[0] * a + w[1] * b >= threshold) for (a, b), y in rows))
    last = solve(problem, problem.updates).runs[-1]
    assert last.step("W'[1]").value == pytest.approx(w)
    assert last.step("B'[2]").value == pytest.approx([threshold])
    assert wrong[-1] == 0 < min(wrong[:-1])
    points = train(problem, problem.updates, tuple(range(1, problem.updates + 1))).points
    assert [point.loss for point in points] == wrong


def test_the_whole_batch_adds_up_its_corrections() -> None:
    (run,) = solve(gate(GATES["or"], batch="full"), 1).runs
    outputs = [0.3 * a - 0.1 * b + 0.05 >= 0 for a, b in ROWS]
    errors = [y - out for y, out in zip(GATES["or"], outputs, strict=True)]
    expected = [RATE * sum(e * x[i] for e, x in zip(errors, ROWS, strict=True)) for i in (0, 1)]
    assert run.step("stepW[1]").value == pytest.approx(expected)
    assert run.step("stepB[2]").value == pytest.approx([RATE * sum(errors)])


@pytest.mark.parametrize("rule", ["perceptron", "widrow_hoff"])
def test_programs_follow_it(rule: str) -> None:
    problem = gate(GATES["and"], "threshold", learning_rule=rule)
    written = write(problem, 4)
    (ran,) = run_all([written.text])
    assert deviation(written, ran) < 1e-9
    assert compare(problem, 4) > 3


@pytest.mark.parametrize("rule", LEARNING_RULES)
def test_pytorch_has_nothing_to_differentiate(rule: str) -> None:
    text = write(gate(GATES["and"], learning_rule=rule), 4, "pytorch").text
    assert "W1_new = W1 + DeltaW1" in text
    assert not re.search("optim|backward|grad", text)


@needs_torch
@pytest.mark.parametrize("updates", [1, 4])
def test_programs_in_pytorch_follow_it(updates: int) -> None:
    written = [
        write(gate(GATES["and"], bias, learning_rule=rule), updates, "pytorch")
        for rule, bias in product(LEARNING_RULES, BIASES)
    ]
    for each, ran in zip(written, run_all([each.text for each in written]), strict=True):
        assert deviation(each, ran) < 1e-9


def test_a_correction_is_asked_for() -> None:
    """The third sample is (1, 0): 0.3 - 0.15 (the bias has fallen twice) is above 0, and wrong."""
    problem = gate(GATES["and"])
    contexts = contexts_of(solve(problem, 4), presentation_of(symbols_of(problem)))
    question = question_of(contexts, "stepW[1,1,1]#3")
    assert not isinstance(question, Unclear)
    for typed, right in (("-0.1", True), ("0.1", False)):
        (result,) = mark_all(contexts, [(question, typed)])
        assert result.verdict is not None
        assert result.verdict.right is right


def test_a_correction_that_is_taken_off_is_named() -> None:
    """0.5 + 0.4 = 0.9 in the problem of the perceptron; 0.5 - 0.4 by gradient descent's sign."""
    problem = load_problem(find_problem("perceptron"))
    contexts = contexts_of(solve(problem, 1), presentation_of(symbols_of(problem)))
    question = question_of(contexts, "W'[1,1,1]")
    assert not isinstance(question, Unclear)
    (result,) = mark_all(contexts, [(question, "0.1")])
    assert result.verdict is not None
    assert [one.misconception for one in result.verdict.diagnoses] == ["correction_subtracted"]


HIDDEN = {"units": 2, "activation": "tanh", "weights": [[1, 2], [3, 4]], "bias": "none"}
LAST = {"units": 1, "activation": "step", "weights": [[1], [1]], "bias": "none"}


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ({"learning_rule": "perceptorn"}, "problem.unknown_rule"),
        ({"optimiser": "adam"}, "problem.rule_alone"),
        ({"clipping": {"norm": 1}}, "problem.rule_alone"),
        ({"loss": "none"}, "problem.rule_and_loss"),
        ({"loss": {"name": "squared_error", "l2": 0.1}}, "problem.rule_and_loss"),
        ({"learning_rate": None}, "problem.missing_key"),
    ],
)
def test_what_cannot_be_is_told(more: dict[str, Any], key: str) -> None:
    with pytest.raises(ProblemError) as told:
        gate(GATES["and"], **more)
    assert key in {mistake.key for mistake in told.value.mistakes}


def test_layers_before_it_are_frozen() -> None:
    network = {"inputs": 2, "weight_order": "from-to", "layers": [HIDDEN, LAST]}
    with pytest.raises(ProblemError, match="rule_for_one_layer"):
        gate(GATES["and"], network=network)
    frozen = {**network, "layers": [{**HIDDEN, "frozen": True}, LAST]}
    run = solve(gate(GATES["and"], network=frozen), 1).runs[0]
    assert run.program.next_values
    assert {old.name for old, _ in run.program.next_values} == {"W[2]"}
