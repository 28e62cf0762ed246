"""A loss without a network: predictions or logits with their targets, value and derivative."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.problem import ProblemError
from bp_tutor.problem.load import read_problem
from tests.cli.running import good, run
from tests.code.running import run_all
from tests.problem.test_given_arrays import array, differences, run_of
from tests.solve.by_loops import output_loss

if TYPE_CHECKING:
    from pathlib import Path

Array = Any
ALONE = "{name}: {numbers}\ntargets: {targets}\nloss: {loss}\n"
LOGITS = [[2, 1, -0.5], [0.3, -1.2, 0.8]]
CLASSES = [[1, 0, 0], [0, 0, 1]]


def softmax(row: Array) -> Array:
    return np.exp(row) / np.exp(row).sum()


def of_logits(logits: Array) -> float:
    """Cross-entropy, averaged over the samples, by its definition."""
    total = 0.0
    for row, wanted in zip(logits, CLASSES, strict=True):
        total -= math.log(softmax(row)[wanted.index(1)])
    return total / len(logits)


def test_cross_entropy_of_logits() -> None:
    text = ALONE.format(name="logits", numbers=LOGITS, targets=CLASSES, loss="cross_entropy")
    run = run_of(text)
    assert array(run, "L").item() == pytest.approx(of_logits(LOGITS), abs=1e-12)
    np.testing.assert_allclose(array(run, "A[2]"), [softmax(row) for row in LOGITS], atol=1e-12)
    np.testing.assert_allclose(array(run, "dZ[2]"), differences(of_logits, LOGITS), atol=1e-8)
    # Nothing is said of a network that nobody knows.
    lines = {step.quantity.name for step in run.steps if not step.line.inlined}
    assert lines == {"A[2]", "E", "L", "dZ[2]"}


@pytest.mark.parametrize("name", sorted(LOSSES))
def test_every_loss_of_predictions(name: str) -> None:
    """Value and slope against plain loops and central differences, on two samples."""
    kind = LOSSES[name]
    numbers: Array = [[0.7, 0.2, 0.1], [0.25, 0.35, 0.4]]
    targets: Array = [[0.6, 0.3, 0.1], [0.2, 0.2, 0.6]] if kind.shares else CLASSES
    if kind.signs:
        targets = [[1, -1, -1], [-1, -1, 1]]
    if kind.logarithms:
        numbers = np.log(numbers).round(3).tolist()
    run = run_of(ALONE.format(name="predictions", numbers=numbers, targets=targets, loss=name))

    def total(outputs: Array) -> float:
        found = 0.0
        for row, wanted in zip(outputs, targets, strict=True):
            # A margin is kept from the output of the right class.
            shift = 1 - row[wanted.index(1)] if kind.classes else 0
            costs = [output_loss(name, a + shift, y) for a, y in zip(row, wanted, strict=True)]
            found += sum(costs) / (len(costs) if kind.mean else 1)
        return found / len(outputs)

    assert array(run, "L").item() == pytest.approx(total(numbers), abs=1e-12)
    np.testing.assert_allclose(array(run, "dA[2]"), differences(total, numbers), atol=1e-7)


@pytest.mark.parametrize(
    ("loss", "made"),
    [("binary_cross_entropy", "sigmoid"), ("binary_focal", "sigmoid"), ("focal", "softmax")],
)
def test_each_loss_makes_predictions_of_its_logits(loss: str, made: str) -> None:
    logits = [1.5, -0.4]
    run = run_of(ALONE.format(name="logits", numbers=logits, targets=[1, 0], loss=loss))
    sigmoid = 1 / (1 + np.exp(-np.array(logits)))
    wanted = sigmoid if made == "sigmoid" else softmax(logits)
    np.testing.assert_allclose(array(run, "A[2]")[0], wanted, atol=1e-12)


def test_columns_may_be_the_samples() -> None:
    turned = np.array(LOGITS).T.tolist(), np.array(CLASSES).T.tolist()
    text = ALONE.format(name="logits", numbers=turned[0], targets=turned[1], loss="cross_entropy")
    run = run_of(text + "conventions: {samples: columns}\n")
    assert array(run, "L").item() == pytest.approx(of_logits(LOGITS), abs=1e-12)


def test_programs_questions_and_pages(tmp_path: Path) -> None:
    path, answers = tmp_path / "loss.yaml", tmp_path / "answers.csv"
    text = ALONE.format(name="logits", numbers=LOGITS, targets=CLASSES, loss="cross_entropy")
    path.write_text(text, encoding="utf-8")
    ran = run_all([good("solve", str(path), "--code", form) for form in ("numpy", "python")])
    for done in ran:
        assert not done.failed
        loss: Any = done.values["L"]
        assert loss == pytest.approx(of_logits(LOGITS), abs=1e-12)
    share = softmax(LOGITS[1])[0]
    answers.write_text(f'student,id,value\nA,"dZ[2,1]@2",{share / 2:.6f}\n', encoding="utf-8")
    assert "1 of 1 answer right" in good("mark", str(path), str(answers))
    assert "──" not in good("solve", str(path))
    written = json.loads(good("solve", str(path), "--format", "json"))
    assert written["given"]["Z[2,1]@1"] == 2
    assert "autograd" in good("solve", str(path), "--code", "pytorch")
    good("page", str(path), "-o", str(tmp_path / "loss.html"))
    good("worksheet", str(path), "-o", str(tmp_path / "sheet.md"))
    assert "there are no weights to train" in run("train", str(path)).err


GOOD = ALONE.format(name="predictions", numbers=[0.7, 0.2], targets=[1, 0], loss="squared_error")


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("targets: [1, 0]\n", ""), "loss_alone_lacks"),
        (("loss: squared_error\n", ""), "loss_alone_lacks"),
        (("squared_error", "none"), "loss_alone_lacks"),
        (("targets: [1, 0]", "targets: [1, 0, 0]"), "targets_count"),
        (("targets: [1, 0]", "targets: [[1, 0], [0, 1]]"), "given_samples"),
        (("loss:", "learning_rate: 1\nloss:"), "not_for_loss"),
        (("loss:", "updates: 3\nloss:"), "not_for_loss"),
        (("loss:", "inputs: [1, 2]\nloss:"), "not_for_loss"),
        (("loss:", "logits: [1, 2]\nloss:"), "loss_alone_twice"),
        (("loss:", "graph: {formulas: {c: 2*3}}\nloss:"), "loss_alone_beside"),
        (("predictions", "logits"), "no_logits"),
        (("squared_error", "{name: squared_error, l2: 0.1}"), "not_for_loss"),
        (("squared_error", "{name: cross_entropy, fused: true}"), "not_fused"),
        (("[0.7, 0.2]", "[1.7, 0.2]", "squared_error", "cross_entropy"), "predictions_shares"),
        (
            ("[0.7, 0.2]", "[0, 0.2]", "squared_error", "binary_cross_entropy"),
            "predictions_probabilities",
        ),
        (("[0.7, 0.2]", "[0.7]", "[1, 0]", "[1]", "squared_error", "cross_entropy"), "one_class"),
    ],
)
def test_what_does_not_fit_is_told(change: tuple[str, ...], key: str) -> None:
    text = GOOD
    for old, new in zip(change[::2], change[1::2], strict=True):
        text = text.replace(old, new)
    with pytest.raises(ProblemError) as told:
        read_problem(text)
    assert f"problem.{key}" in {mistake.key for mistake in told.value.mistakes}
