"""Weights per class and per sample, and targets that are left out, against plain loops."""

from __future__ import annotations

import json
from math import exp, log
from typing import Any

import pytest

from bp_tutor.problem import Problem, ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve
from bp_tutor.solve.check import check
from bp_tutor.solve.training import train
from tests.code.running import deviation, run_all, write
from tests.code.test_loops import compare

LOGITS = [[2, 1, -0.5], [0.3, -1.2, 0.8], [1, 0, 0.25], [0.1, 0.4, -0.3]]
CLASSES = [0, 2, None, 1]
"""The class of each sample; of the third nobody knows."""
CLASS_WEIGHTS, SAMPLE_WEIGHTS = [1, 2, 0.5], [1, 3, 2, 0.25]
Rows = list[list[float]]


def one_hot(unknown: float = -1) -> Rows:
    return [
        [unknown] * 3 if known is None else [float(known == each) for each in range(3)]
        for known in CLASSES
    ]


def alone(loss: dict[str, Any], targets: Rows | None = None) -> Problem:
    file = {"logits": LOGITS, "targets": targets or one_hot(), "loss": loss}
    return read_problem(json.dumps(file))


@pytest.mark.parametrize("samples", ["mean", "sum"])
@pytest.mark.parametrize("divide_by", ["count", "weights"])
@pytest.mark.parametrize("by_class", [False, True])
@pytest.mark.parametrize("by_sample", [False, True])
def test_cross_entropy_over_what_is_left(
    samples: str, divide_by: str, by_class: bool, by_sample: bool
) -> None:
    loss: dict[str, Any] = {
        "name": "cross_entropy", "ignored": -1, "divide_by": divide_by, "samples": samples,
    }  # fmt: skip
    loss |= {"class_weights": CLASS_WEIGHTS} if by_class else {}
    loss |= {"sample_weights": SAMPLE_WEIGHTS} if by_sample else {}
    weights: list[float] = []
    losses: list[float] = []
    deltas: Rows = []
    for place, (row, known) in enumerate(zip(LOGITS, CLASSES, strict=True)):
        powers = [exp(each) for each in row]
        shares = [each / sum(powers) for each in powers]
        if known is None:
            deltas.append([0.0] * 3)
            continue
        weight = (CLASS_WEIGHTS[known] if by_class else 1) * (
            SAMPLE_WEIGHTS[place] if by_sample else 1
        )
        weights.append(weight)
        losses.append(-weight * log(shares[known]))
        deltas.append([weight * (share - (each == known)) for each, share in enumerate(shares)])
    by = {"count": len(weights), "weights": sum(weights)}[divide_by] if samples == "mean" else 1
    for fused in (True, False):
        run = solve(alone({**loss, "fused": fused})).runs[0]
        assert run.step("L").value == pytest.approx((sum(losses) / by,))
        expected = [each / by for row in deltas for each in row]
        assert run.step("dZ[2]").value == pytest.approx(expected, abs=1e-12)
        found = check(run)
        assert found is not None
        assert found.failed == ()


INPUTS: Rows = [[0.35, 0.9], [0.1, 0.2], [1, -1]]
TARGETS: Rows = [[0.5, -7], [1, 0], [0, 1]]


def network(loss: dict[str, Any], targets: Any = TARGETS, **more: Any) -> Problem:
    layer = {
        "units": len(targets[0]), "activation": "sigmoid", "bias": [0.1, 0][: len(targets[0])],
        "weights": [[0.3, 0.2][: len(targets[0])], [0.9, -0.4][: len(targets[0])]],
    }  # fmt: skip
    file = {
        "network": {"inputs": 2, "weight_order": "from-to", "layers": [layer]},
        "inputs": INPUTS, "targets": targets, "learning_rate": 0.5, "loss": loss, **more,
    }  # fmt: skip
    return read_problem(json.dumps(file))


def outputs() -> Rows:
    sums = [[0.3 * a + 0.9 * b + 0.1, 0.2 * a - 0.4 * b] for a, b in INPUTS]
    return [[1 / (1 + exp(-each)) for each in row] for row in sums]


MIXED: dict[str, Any] = {
    "name": "squared_error", "class_weights": [1, 3], "sample_weights": [1, 0.5, 2], "ignored": -7,
}  # fmt: skip


@pytest.mark.parametrize(("mean", "by"), [("mean", 5), ("sum", 3)])
def test_outputs_that_count_differently(mean: str, by: int) -> None:
    """Five of six outputs have a target; all three samples have one at least."""
    total = sum(
        sample * unit * (out - y) ** 2
        for row, wanted, sample in zip(outputs(), TARGETS, (1, 0.5, 2), strict=True)
        for out, y, unit in zip(row, wanted, (1, 3), strict=True)
        if y != -7
    )
    run = solve(network({**MIXED, "outputs": mean})).runs[0]
    assert run.step("L").value == pytest.approx((total / by,))
    found = check(run)
    assert found is not None
    assert found.failed == ()


def test_one_probability_has_two_classes() -> None:
    targets = [[1], [0], [1]]
    loss = {"name": "binary_cross_entropy", "class_weights": [0.5, 4]}
    terms = [
        4 * -log(row[0]) if y else 0.5 * -log(1 - row[0])
        for row, (y,) in zip(outputs(), targets, strict=True)
    ]
    run = solve(network(loss, targets)).runs[0]
    assert run.step("L").value == pytest.approx((sum(terms) / 3,))
    delta = [
        weight * (row[0] - y) / 3
        for row, (y,), weight in zip(outputs(), targets, (4, 0.5, 4), strict=True)
    ]
    assert run.step("dZ[2]").value == pytest.approx(delta)


def test_equal_weights_change_nothing() -> None:
    plain = solve(network({"name": "mean_squared_error", "outputs": "mean"})).runs[0]
    ones = {"name": "mean_squared_error", "outputs": "mean", "sample_weights": [1, 1, 1]}
    for divide_by in ("count", "weights"):
        run = solve(network({**ones, "divide_by": divide_by})).runs[0]
        for name in ("L", "dW[1]", "dB[2]"):
            assert run.step(name).value == pytest.approx(plain.step(name).value)


def test_training_and_programs_follow() -> None:
    problem = network(MIXED, batch=2, updates=3)
    trace = solve(problem, 3)
    last = train(problem, 3, (3,)).last
    assert trace.after is not None
    for quantity in trace.runs[0].program.model.trained:
        assert last.values[quantity] == pytest.approx(trace.after.values[quantity], rel=1e-9)
    written = write(problem, 3)
    (ran,) = run_all([written.text])
    assert deviation(written, ran) < 1e-9
    assert compare(network(MIXED), 1) > 3


@pytest.mark.parametrize(
    ("loss", "key"),
    [
        ({"class_weights": [1, 2]}, "problem.loss_weights_count"),
        ({"sample_weights": [1]}, "problem.loss_weights_count"),
        ({"class_weights": [1, 2, -1]}, "problem.found"),
        ({"class_weights": [1, 2, 3], "label_smoothing": 0.1}, "problem.class_weights_of_shares"),
        ({"sample_weights": [0, 0, 1, 0], "divide_by": "weights"}, "problem.no_target_left"),
        ({"class_weights": [0, 0, 0], "divide_by": "weights"}, "problem.no_target_left"),
    ],
)
def test_what_cannot_be_is_told_once(loss: dict[str, Any], key: str) -> None:
    with pytest.raises(ProblemError) as told:
        alone({"name": "cross_entropy", "ignored": -1, **loss})
    (mistake,) = told.value.mistakes
    assert mistake.key == key


def test_weights_of_nothing_are_told_once_for_all_batches() -> None:
    with pytest.raises(ProblemError) as told:
        network({**MIXED, "sample_weights": [0, 0, 0], "divide_by": "weights"}, batch="online")
    assert [one.key for one in told.value.mistakes] == ["problem.no_target_left"]


def test_something_is_left_everywhere() -> None:
    loss: dict[str, Any] = {"name": "cross_entropy", "ignored": -1}
    with pytest.raises(ProblemError, match="no_target_left"):
        alone(loss, [[-1.0] * 3] * 4)
    with pytest.raises(ProblemError, match="ignored_in_part"):
        alone(loss, [[-1, 1, 0], *one_hot()[1:]])
    with pytest.raises(ProblemError, match="no_target_left_in_batch"):
        network({**MIXED, "ignored": 0.5}, [[1, 0], [1, 0], [0.5, 0.5]], batch="online")
