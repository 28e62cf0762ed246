"""Computation graphs whose leaves are arrays: matrix products, sums, means, functions by entry."""

from __future__ import annotations

import re
from io import StringIO
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bp_tutor.problem import ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve
from bp_tutor.solve.check import check
from tests.cli.running import good
from tests.code.running import run_all

if TYPE_CHECKING:
    from pathlib import Path

    from bp_tutor.solve import Run

VALUES: dict[str, Any] = {
    "X": [[1.0, 2.0, -0.5], [3.0, -1.0, 0.25]],
    "W": [[0.5, -0.3], [0.2, 0.4], [-0.7, 0.9]],
    "b": [0.1, 0.2],
    "c": [[0.4], [-0.6]],
    "Y": [[1.0, 0.0], [0.0, 1.0]],
    "s": 1.5,
}
FORMULAS = {
    "Z": "X @ W + b",
    "A": "sigmoid(Z)",
    "R": "A.T @ A*s - W.T @ W/3",
    "H": "sum(tanh(X @ W), 2)*c",
    "M": "mean(Z**2, 1)",
    "P": "softmax(Z)",
    "Q": "log_softmax(c.T)",
    "L": "mean((A - Y)**2) + sum(R) + sum(H @ M) + sum(b)*sum(X @ W + b) + sum(c/s)"
    " - mean(Y*log(P)) + sum(P @ Q.T*c)",
}


def text_of(values: dict[str, Any], formulas: dict[str, str], asked: str, more: str = "") -> str:
    lines = ["notation: plain", "graph:", "  values:"]
    lines += [f"    {name}: {value}" for name, value in values.items()]
    lines += ["  formulas:", *(f"    {name}: {text}" for name, text in formulas.items())]
    lines += ["  differentiate: L", f"  with_respect_to: [{asked}]", more]
    return "\n".join(lines) + "\n"


def by_numpy(values: dict[str, Any]) -> float:
    """The same with NumPy, written by hand."""
    x, w, b, c, y = (np.atleast_2d(np.array(values[name])) for name in "XWbcY")
    s = values["s"]
    z = x @ w + b
    a = 1 / (1 + np.exp(-z))
    r = (a.T @ a) * s - w.T @ w / 3
    h = np.tanh(x @ w).sum(axis=1, keepdims=True) * c
    m = (z**2).mean(axis=0, keepdims=True)
    total = ((a - y) ** 2).mean() + r.sum() + (h @ m).sum() + b.sum() * (x @ w + b).sum()
    p, q = (np.exp(each) / np.exp(each).sum(axis=1, keepdims=True) for each in (z, c.T))
    total -= (y * np.log(p)).mean() - ((p @ np.log(q).T) * c).sum()
    return float(total + (c / s).sum())


def moved(name: str, place: tuple[int, ...], by: float) -> dict[str, Any]:
    value = np.array(VALUES[name])
    value[place] += by
    return VALUES | {name: value.tolist()}


def run_of(text: str) -> Run:
    (run,) = solve(read_problem(text)).runs
    return run


def value(run: Run, name: str) -> Any:
    quantity = next(each for each in run.values if each.name == name)
    return np.array(run.values[quantity]).reshape(quantity.shape)


def test_values_and_gradients_are_those_of_the_definition() -> None:
    run = run_of(text_of(VALUES, FORMULAS, "X, W, b, c, s"))
    assert value(run, "L") == pytest.approx(by_numpy(VALUES), rel=1e-13)
    for name in ("X", "W", "b", "c", "s"):
        slopes = np.zeros(np.shape(VALUES[name]))
        for place in np.ndindex(slopes.shape):
            up, down = (by_numpy(moved(name, place, by)) for by in (1e-6, -1e-6))
            slopes[place] = (up - down) / 2e-6
        found = value(run, f"d{name}").reshape(slopes.shape)
        np.testing.assert_allclose(found, slopes, atol=1e-8, err_msg=name)
    found = check(run)
    assert found is not None
    assert (found.checked, found.failed) == (6 + 6 + 2 + 2 + 1, ())


@pytest.mark.parametrize(
    ("formula", "gradient"),
    [
        ("sum(W)", np.ones((3, 2))),
        ("mean(W)", np.full((3, 2), 1 / 6)),
        ("sum(X @ W)", np.array(VALUES["X"]).sum(axis=0)[:, None] * np.ones((1, 2))),
        ("sum(W.T)", np.ones((3, 2))),
        ("sum(W + X.T)", np.ones((3, 2))),
        ("sum(b*W)", np.ones((3, 1)) * [[0.1, 0.2]]),
        ("mean(mean(W, 1) @ W.T)", None),
    ],
)
def test_a_sum_hands_the_same_on_to_every_entry(formula: str, gradient: Any) -> None:
    run = run_of(text_of(VALUES, {"L": formula}, "W, b" if "b" in formula else "W"))
    if gradient is not None:
        np.testing.assert_allclose(value(run, "dW"), gradient, rtol=1e-13)
    if "b" in formula:
        np.testing.assert_allclose(value(run, "db"), np.sum(VALUES["W"], axis=0)[None], rtol=1e-13)
    found = check(run)
    assert found is not None
    assert (found.failed, found.undecided, found.skipped) == ((), (), ())


SMALL = text_of(
    {name: VALUES[name] for name in ("b", "Y")}
    | {"X": [[1, 2], [3, -1]], "W": [[0.5, -0.3], [0.2, 0.4]]},
    {name: FORMULAS[name] for name in ("Z", "A")} | {"L": "mean((A - Y)**2)"},
    "W, b",
    "  learning_rate: 0.5",
)


def test_programs_calculate_with_arrays(tmp_path: Path) -> None:
    path = tmp_path / "arrays.yaml"
    path.write_text(SMALL, encoding="utf-8")
    run = run_of(SMALL)
    (ran,) = run_all([good("solve", str(path), "--code", "numpy")])
    assert not ran.failed
    arrays: dict[str, Any] = ran.values
    np.testing.assert_allclose(arrays["dL_dW"], value(run, "dW"), atol=1e-12)
    np.testing.assert_allclose(arrays["b_new"], value(run, "b'"), atol=1e-12)


def test_every_command_knows_arrays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "arrays.yaml"
    path.write_text(SMALL, encoding="utf-8")
    file = str(path)
    by_entry = good("solve", file, "--ascii")
    assert "Z11 = X11*W11 + X12*W21 + b1 = 1*0.5 + 2*0.2 + 0.1 = 1" in by_entry
    assert "dL/dW11 = dL/dZ11*dZ11/dW11 + dL/dZ21*dZ21/dW11" in by_entry
    assert "Gradients compared with central differences: 6; they agree" in by_entry
    whole = good("solve", file, "--form", "matrix", "--ascii")
    assert "dL/dW = X.T @ dL/dZ" in whole
    general = good("solve", file, "--form", "general", "--ascii")
    assert re.search(r"dL/dW_rq = sum\[(\w)=1\.\.\.2\]\(X_\1r\*dL/dZ_\1q\)", general)
    assert "sound" in good("check", file)
    assert good("why", file, "dW[1,2]", "--ascii").startswith("dL/dW12 = dL/dZ12*dZ12/dW12")
    for command, ending in (("page", "html"), ("draw", "svg"), ("worksheet", "md")):
        good(command, file, "-o", str(tmp_path / f"made.{ending}"))
    monkeypatch.setattr("sys.stdin", StringIO("1\nq\n"))
    asked = good("quiz", file, "--ascii", HOME=str(tmp_path))
    assert "X11 = 1, X12 = 2\n" in asked
    assert "1: right." in asked
    answers = tmp_path / "answers.csv"
    answers.write_text('student,id,value\nA,Z12,0.7\nA,"Z[2,1]",1.4\n', encoding="utf-8")
    assert "2 of 2 answers right" in good("mark", file, str(answers))
    drawn = [good("variant", file, "--seed", str(seed)) for seed in (1, 2)]
    assert drawn[0] != drawn[1]
    for text in drawn:
        problem = read_problem(text)
        assert problem.graph is not None
        values: dict[str, Any] = dict(problem.graph.values)
        assert len({each for row in values["X"] for each in row}) > 1
        assert {each for row in values["Y"] for each in row} <= {0, 1}


@pytest.mark.parametrize(
    ("formulas", "key"),
    [
        ({"Z": "X @ b", "L": "sum(Z)"}, "sizes"),
        ({"L": "sum(X + c + W)"}, "sizes"),
        ({"L": "X @ W"}, "not_one_number"),
        ({"L": "sum(s)*sum(W)"}, "array_function"),
        ({"A": "flatten(X @ W)", "L": "sum(A)"}, "array_function"),
        ({"A": "softmax(c)", "L": "sum(A)*sum(W)"}, "rows_of_one"),
        ({"Z": "A @ W", "A": "Z + 1", "L": "sum(A)*sum(W)"}, "circle"),
        ({"L": "sum(log(W))"}, "no_value_domain"),
        ({"Z": "X @ Q", "L": "sum(Z)"}, "unknown_quantity_name"),
    ],
)
def test_what_does_not_fit_is_told_once(formulas: dict[str, str], key: str) -> None:
    with pytest.raises(ProblemError) as told:
        read_problem(text_of(VALUES, formulas, "W"))
    assert [each.key for each in told.value.mistakes] == [f"problem.{key}"]


def test_one_number_has_no_softmax() -> None:
    with pytest.raises(ProblemError) as told:
        read_problem(text_of(VALUES, {"A": "softmax(s)", "L": "A*sum(W)"}, "W"))
    assert [each.key for each in told.value.mistakes] == ["formula.not_array"]


@pytest.mark.parametrize(
    ("leaf", "key"),
    [("[[1, 2], [3]]", "ragged"), ("[]", "found"), ("[[[1]]]", "found"), ("[1, x]", "found")],
)
def test_a_leaf_is_a_number_a_row_or_a_matrix(leaf: str, key: str) -> None:
    text = text_of({"W": "LEAF"}, {"L": "sum(W)"}, "W")
    with pytest.raises(ProblemError) as told:
        read_problem(re.sub("LEAF", leaf, text))
    assert [each.key for each in told.value.mistakes] == [f"problem.{key}"]
