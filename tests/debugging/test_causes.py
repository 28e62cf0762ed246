"""Causes by their names, where the bank says what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

import bp_tutor
from tests.debugging.broken import CASES
from tests.debugging.test_bank import arrays_of, found

if TYPE_CHECKING:
    from tests.debugging.broken import Arrays

OF_CASE = {
    "loop-gradients-accumulate": ("W2.grad", "not_reset"),
    "loop-gradients-accumulate-weights-only": ("W1.grad", "not_reset"),
    "loop-stale-a1-in-dw2": ("W2.grad", "stale"),
    "loop-stale-slope": ("dz1", "stale"),
    "loop-stale-output": ("dz2", "stale"),
    "loop-stale-a1-forward": ("z2", "stale"),
    "module-labels-off-by-one": ("logits.grad", "labels_shifted"),
    "module-labels-not-one-hot": ("logits.grad", "labels_not_one_hot"),
}


@pytest.mark.parametrize("name", OF_CASE)
def test_a_cause_is_called_what_it_is(name: str) -> None:
    case = next(one for one in CASES if one.name == name)
    array, cause = OF_CASE[name]
    causes = {one.name: one.causes for one in found(case, 1).first}
    assert cause in causes[array]


def steps_added_up(count: int) -> Arrays:
    """Some steps of a linear layer whose gradients are added up, as without `zero_grad`."""
    draw = np.random.default_rng(2)
    x, y, w = draw.normal(size=(5, 3)), draw.normal(size=(5, 2)), draw.normal(size=(3, 2))
    b = np.zeros(2)
    total, bias = np.zeros_like(w), np.zeros(2)
    for _ in range(count):
        before = w, b
        error = (x @ w + b - y) / 5
        total, bias = total + x.T @ error, bias + error.sum(axis=0)
        w, b = w - 0.1 * total, b - 0.1 * bias
    return {"X": x, "Y": y, "W1": before[0], "b1": before[1], "dW1": total, "db1": bias}


@pytest.mark.parametrize("count", [2, 3, 5])
def test_gradients_of_several_steps_are_told_apart_from_a_factor(count: int) -> None:
    answer = bp_tutor.debug(
        [("dense", 2, "identity")], arrays=steps_added_up(count), eta=0.1, lang="en"
    )
    assert [(one.name, one.causes) for one in answer.first] == [
        ("dW1", ("not_reset",)), ("db1", ("not_reset",)),
    ]  # fmt: skip


def test_twice_a_gradient_may_be_two_backward_passes() -> None:
    given = arrays_of()
    given["dW1"] = given["X"].T @ given["dZ1"] * 2
    (first,) = bp_tutor.debug([("dense", 2, "identity")], arrays=given, lang="en").first
    assert "backward_twice" in first.causes
    assert {"factor_two", "divided_by_other"} & {*first.causes}


@pytest.mark.parametrize(
    ("share", "cause"),
    [(0.0, "decay_left_out"), (-0.1, "decay_sign"), (0.2, "decay_twice"), (0.37, "decay_other")],
)
def test_weight_decay_is_named_the_right_way_round(share: float, cause: str) -> None:
    given = arrays_of()
    given["W2"], given["b2"] = np.array([[0.5], [-1.0]]), np.zeros(1)
    given["Y"] = given["Y"][:, :1]
    error = (given["Z1"] @ given["W2"] - given["Y"]) / 4
    given |= {"dZ2": error, "dZ1": error @ given["W2"].T}
    given["dW2"] = given["Z1"].T @ error + 0.1 * given["W2"]
    given["dW1"] = given["X"].T @ given["dZ1"] + share * given["W1"]
    layers = [("dense", 2, "identity"), ("dense", 1, "identity")]
    (first,) = bp_tutor.debug(layers, arrays=given, lam=0.1, lang="en").first
    assert (first.name, first.causes) == ("dW1", (cause,))
    # Nobody said that there is to be any.
    del given["dW2"]
    if share:
        (first,) = bp_tutor.debug(layers, arrays=given, lang="en").first
        assert first.causes == ("weight_decay" if share > 0 else "decay_sign",)


def test_weight_decay_of_a_problem_that_is_left_out() -> None:
    solved = bp_tutor.load("batch-weight-decay").solve(updates=1, rounding="exact")
    run = solved._trace.runs[0]
    lines = {step.quantity.name: step for step in run.steps}
    assert "dW[1]" in lines
    decay = next(one for one in run.values if one.name == "lambda")
    share = run.values[decay][0]
    wrong = solved.array("dW[1]") - share * solved.array("W[1]")
    (first,) = bp_tutor.debug("batch-weight-decay", lang="en", dW1=wrong).first
    assert first.causes[0] == "decay_left_out"


def test_both_deltas_that_give_the_numbers_are_named() -> None:
    draw = np.random.default_rng(7)
    x, w, y = draw.normal(size=(4, 3)), draw.normal(size=(3, 1)), np.array([[0], [1], [1], [0]])
    a = 1 / (1 + np.exp(-(x @ w)))
    given = {"X": x, "W1": w, "b1": np.zeros(1), "Y": y, "A1": a, "dZ1": (a - y) / 4 * a * (1 - a)}
    layers = [("dense", 1, "sigmoid")]
    (first,) = bp_tutor.debug(layers, loss="binary_cross_entropy", arrays=given, lang="en").first
    assert {*first.causes} == {"slope_twice", "squared_error_delta"}
    given["dZ1"] = (a - y) / 4
    (first,) = bp_tutor.debug(layers, loss="half_squared_error", arrays=given, lang="en").first
    assert {*first.causes} == {"slope_left_out", "cross_entropy_delta"}
