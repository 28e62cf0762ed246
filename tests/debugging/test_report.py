"""What the report says beside the verdicts: lines, one entry, the gradient check."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import bp_tutor
from bp_tutor.debugging.slips import leaves
from tests.benchmarks.wrong_gradient import report
from tests.debugging.right import RIGHT
from tests.debugging.test_bank import arrays_of, found

if TYPE_CHECKING:
    from bp_tutor.formula import Quantity
    from tests.debugging.broken import Arrays, Case


def evaluated(lines: list[str], arrays: Arrays) -> np.ndarray[Any, Any]:
    """The last of some lines of a report, worked out by NumPy alone from what was handed in."""
    values = dict(arrays)
    for line in lines:
        own = sorted(values, key=len, reverse=True)
        name, _, text = line.partition(" = ")
        for place, each in enumerate(own):
            text = re.sub(rf"(?<![\w.\]]){re.escape(each)}(?![\w(])", f"own{place}", text)
        scope = {f"own{place}": values[each] for place, each in enumerate(own)}
        values[name] = eval(text, {"np": np, **scope})  # noqa: S307 - lines of the report
    return np.asarray(values[name], dtype=float)


def compare_lines(case: Case) -> int:
    """How many arrays of a right program are what the lines to them give."""
    arrays = case.run(np.random.default_rng(5))
    answer = found(case, 5)
    known = arrays if case.learning_rate is None else arrays | {"eta": np.array(case.learning_rate)}
    compared = 0
    for one in answer._outcome.judged:
        if one.status == "unchecked":
            continue
        lines = lines_to(answer, one.quantity)
        value, mine = np.squeeze(evaluated(lines, known)), np.squeeze(arrays[one.name])
        assert np.allclose(value, mine, rtol=1e-4, atol=1e-6), (case.name, lines)
        compared += 1
    return compared


def lines_to(answer: bp_tutor.Diagnosis, wanted: Quantity) -> list[str]:
    """The line of an array behind those of everything in it that was not handed in."""
    defined, handed = answer._outcome.lines.defined, set(answer._outcome.given.values())
    needed = {wanted}
    for quantity in reversed(defined):
        if quantity in needed:
            inside = {leaf.quantity for leaf in leaves(defined[quantity].formula)}
            needed |= {one for one in inside & defined.keys() if one.name not in handed}
    return [answer._line_of(one) for one in defined if one in needed]


def test_lines_give_what_a_right_program_has() -> None:
    """In its names, its layout and its scale, with nothing but NumPy."""
    assert sum(map(compare_lines, RIGHT)) > 400


def spoilt(*, downhill: bool = False) -> Arrays:
    """A network with a hidden layer whose slope is left out, samples in rows or in columns."""
    draw = np.random.default_rng(4)
    x, y = draw.normal(size=(4, 3)), draw.integers(0, 2, size=(4, 1))
    w1, b1, w2, b2 = (draw.normal(size=size) for size in ((3, 2), (1, 2), (2, 1), (1, 1)))
    a1 = np.tanh(x @ w1 + b1)
    a2 = 1 / (1 + np.exp(-(a1 @ w2 + b2)))
    delta = (y - a2 if downhill else (a2 - y) / 4) + 0.0
    back = delta @ w2.T
    arrays = {"X": x, "Y": y, "W1": w1, "b1": b1, "W2": w2, "b2": b2, "A1": a1, "A2": a2,
              "dZ2": delta, "dW2": a1.T @ delta, "dZ1": back, "dW1": x.T @ back}  # fmt: skip
    if downhill:
        arrays = {name: array.T for name, array in arrays.items()}
    return arrays


LAYERS = [("dense", 2, "tanh"), ("dense", 1, "sigmoid")]


def compared(arrays: Arrays, lang: str = "en") -> bp_tutor.Diagnosis:
    return bp_tutor.debug(LAYERS, loss="binary_cross_entropy", arrays=arrays, lang=lang)


@pytest.mark.parametrize("downhill", [False, True])
def test_the_entry_that_is_most_off_is_derived_with_own_names_and_numbers(downhill: bool) -> None:
    arrays = spoilt(downhill=downhill)
    answer = compared(arrays)
    assert [one.name for one in answer.first] == ["dZ1"]
    # By NumPy: the slope, and where it changes most.
    right = arrays["dZ1"] * (1 - arrays["A1"] ** 2)
    place = np.unravel_index(np.abs(right - arrays["dZ1"]).argmax(), right.shape)
    name = f"dZ1[{place[0]}, {place[1]}]"
    text = answer.text()
    rows = text[text.index("most off") :].splitlines()
    derived = rows[: next(at for at, row in enumerate(rows) if "Yours" in row) + 1]
    assert any(row.strip().startswith(f"{name} ") for row in derived)
    # The lines before it have their results as well.
    number = derived[-2].replace("−", "-").split("≈")[-1].split("=")[-1]
    assert float(number.split()[0]) == pytest.approx(right[place], rel=1e-3)
    assert float(derived[-1].replace("−", "-").split(" = ")[1].rstrip(".")) == pytest.approx(
        arrays["dZ1"][place], rel=1e-3
    )
    assert "(1 − " in text
    assert "hidden delta" in text


def loss_by_loops(arrays: Arrays) -> float:
    """Binary cross-entropy of the mean over the samples, sample by sample."""
    total = 0.0
    for x, y in zip(arrays["X"], arrays["Y"][:, 0], strict=True):
        hidden = [np.tanh(x @ arrays["W1"][:, unit] + arrays["b1"][0, unit]) for unit in (0, 1)]
        a = 1 / (1 + np.exp(-(hidden @ arrays["W2"][:, 0] + arrays["b2"][0, 0])))
        total -= y * np.log(a) + (1 - y) * np.log(1 - a)
    return total / len(arrays["X"])


def test_the_gradient_check_is_the_one_that_a_student_would_do() -> None:
    arrays = spoilt()
    checks = {one.name: one for one in compared(arrays).gradient_check}
    assert list(checks) == ["dW2", "dW1"]
    for name, passes in (("dW2", True), ("dW1", False)):
        weights = arrays[name[1:]]
        numerical = np.zeros_like(weights)
        for place in np.ndindex(weights.shape):
            sides = []
            for step in (1e-6, -1e-6):
                moved = weights.copy()
                moved[place] += step
                sides.append(loss_by_loops(arrays | {name[1:]: moved}))
            numerical[place] = (sides[0] - sides[1]) / 2e-6
        error = np.linalg.norm(arrays[name] - numerical) / (
            np.linalg.norm(arrays[name]) + np.linalg.norm(numerical)
        )
        assert checks[name].passes is passes
        assert checks[name].error == pytest.approx(error, abs=1e-6)
        assert (checks[name].compared, checks[name].of) == (weights.size, weights.size)
    told = compared(arrays).text()
    assert "dW2: relative error" in told
    assert told.rstrip().endswith("fails")
    assert "不通过" in compared(arrays, "zh").text()


def test_the_gradient_check_needs_the_loss() -> None:
    arrays = spoilt()
    del arrays["b2"]
    assert compared(arrays).gradient_check == ()
    assert bp_tutor.debug(LAYERS, arrays=arrays_of_one_layer(), lang="en").gradient_check == ()


def arrays_of_one_layer() -> Arrays:
    return {"A1": arrays_of()["Z1"][:, :2], "dZ1": np.zeros((4, 2))}


def test_a_kink_is_no_failure() -> None:
    """At 0 a difference of ReLU is half the slope of either side, which is nobody's mistake."""
    arrays = {"X": np.array([[1.0, -1], [2, 1]]), "W1": np.ones((2, 2)), "b1": np.zeros(2),
              "W2": np.array([[1.0], [2]]), "b2": np.zeros(1), "Y": np.zeros((2, 1))}  # fmt: skip
    z1 = arrays["X"] @ arrays["W1"]
    delta = (np.maximum(z1, 0) @ arrays["W2"]) / 2
    arrays["dW1"] = arrays["X"].T @ (delta @ arrays["W2"].T * (z1 > 0))
    layers = [("dense", 2, "relu"), ("dense", 1, "identity")]
    answer = bp_tutor.debug(layers, arrays=arrays, lang="en")
    assert answer.right
    assert all(one.passes for one in answer.gradient_check)


def test_of_a_large_array_some_entries_are_compared() -> None:
    """784-30-10, whose time is measured by the benchmarks."""
    text = report()
    assert "the slope of the activation is left out" in text
    assert "60 of 23520 entries compared" in text
