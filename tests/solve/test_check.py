"""The derivation's check of itself: it must be able to fail, and say what."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.catalogue import losses
from bp_tutor.formula import FUNCTIONS
from bp_tutor.problem import Graph, Problem, load_problem
from bp_tutor.solve import check as checking
from bp_tutor.solve import solve
from bp_tutor.solve.check import Check, check

PROBLEMS = Path(__file__).parents[2] / "problems"
WRONG = {
    "a factor too many": "2*a*(1 - a)",
    "a lost factor": "1 - a",
    "a sign": "-(a*(1 - a))",
    "almost right": "a*(1 - a) + 0.0001",
}


def result_of(name: str) -> Check:
    result = check(solve(load_problem(PROBLEMS / f"{name}.yaml")).runs[0])
    assert result is not None
    return result


@pytest.mark.parametrize("slope", WRONG.values(), ids=WRONG)
def test_a_wrong_slope_is_found(slope: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FUNCTIONS, "sigmoid", FUNCTIONS["sigmoid"].with_slope(slope))
    result = result_of("exercise")
    assert "dW[3,1,1]" in result.failed
    assert result.largest > checking.TOLERANCE


def test_a_wrong_slope_of_a_loss_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    row = losses.LOSSES["half_squared_error"]
    wrong = row._replace(slope="2*(a - y)")
    monkeypatch.setitem(losses.LOSSES, "half_squared_error", wrong)
    # The second input is 0, and so are the gradients of the weights that leave it.
    assert len(result_of("exercise").failed) == 32 - 3


def test_a_wrong_shortcut_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    row = losses.LOSSES["cross_entropy"]
    assert row.fused is not None
    wrong = row._replace(fused=row.fused._replace(delta="y - a"))
    monkeypatch.setitem(losses.LOSSES, "cross_entropy", wrong)
    assert len(result_of("softmax-cross-entropy").failed) == 6


def test_a_wrong_slope_is_found_along_directions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "SMALL", -1)
    right = result_of("exercise")
    assert right.along_directions
    assert not right.failed
    monkeypatch.setitem(FUNCTIONS, "sigmoid", FUNCTIONS["sigmoid"].with_slope("a"))
    result = result_of("exercise")
    assert set(result.failed) == {"dW[1]", "dB[2]", "dW[2]", "dB[3]", "dW[3]", "dB[4]"}


def test_right_gradients_are_counted() -> None:
    result = result_of("exercise")
    assert (result.checked, result.failed, result.skipped) == (32, (), ())
    assert result.largest < 1e-8


def graph(formula: str, x: float) -> Check:
    made = Graph((("e", formula),), values=(("x", x),), differentiate="e", with_respect_to=("x",))
    result = check(solve(Problem(Path("graph.yaml"), graph=made)).runs[0])
    assert result is not None
    return result


@pytest.mark.parametrize("formula", ["relu(x)", "abs(x)", "max(x, 0)", "max(0, x, -x)"])
def test_a_kink_is_skipped_and_named(formula: str) -> None:
    assert graph(formula, 0.0).skipped == ("dx",)
    beside = graph(formula, 0.5)
    assert (beside.checked, beside.skipped, beside.failed) == (1, (), ())


@pytest.mark.parametrize(
    "formula",
    [
        "x**3", "2**x", "x**x", "1/x", "x/(1 + x)", "sqrt(x)", "log(x)", "log10(x)", "exp(-x)",
        "sin(x)*cos(x)", "tanh(sigmoid(x))", "swish(x)", "softplus(x)", "elu(-x)",
        "leaky_relu(-x)", "min(x, 2)", "max(x, 0.1, 0.2)", "I(x > 0)*x", "-(2*x)", "-x*-2.5",
        "(x + 1)*(x + 2)*(x + 3)", "x - (x - x**2)", "winner(1, x, 0)*x",
    ],
)  # fmt: skip
def test_every_kind_of_formula_is_differentiated_right(formula: str) -> None:
    result = graph(formula, 0.7)
    assert (result.checked, result.failed, result.skipped) == (1, (), ())
