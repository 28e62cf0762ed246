"""What a student hands in whose program is off in one plain way, and what the report says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import bp_tutor

if TYPE_CHECKING:
    from tests.debugging.broken import Arrays

LAYERS = [("dense", 5, "tanh"), ("dense", 1, "sigmoid")]
SAMPLES = 8


def sigmoid(z: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.asarray(1 / (1 + np.exp(-z)))


def given() -> Arrays:
    """Inputs, targets, weights and flat biases of a network with one hidden layer."""
    draw = np.random.default_rng(7)
    return {
        "X": draw.normal(size=(SAMPLES, 3)), "y": (draw.random((SAMPLES, 1)) > 0.5) * 1.0,
        "W1": draw.normal(size=(3, 5)), "b1": draw.normal(size=5) * 0.1,
        "W2": draw.normal(size=(5, 1)), "b2": np.array([0.1]),
    }  # fmt: skip


def forward(of: Arrays) -> Arrays:
    z1 = of["X"] @ of["W1"] + of["b1"]
    a1 = np.tanh(z1)
    z2 = a1 @ of["W2"] + of["b2"]
    return {"z1": z1, "a1": a1, "z2": z2, "yhat": sigmoid(z2)}


def backward(of: Arrays, *, rows: slice = slice(None)) -> Arrays:
    """Deltas and gradients; only some rows are counted in the weight gradient of layer 1."""
    values = forward(of)
    dz2 = (values["yhat"] - of["y"]) / SAMPLES
    dz1 = dz2 @ of["W2"].T * (1 - values["a1"] ** 2)
    return {"dz2": dz2, "dz1": dz1, "dW2": values["a1"].T @ dz2, "db2": dz2.sum(axis=0),
            "dW1": of["X"][rows].T @ dz1[rows], "db1": dz1.sum(axis=0)}  # fmt: skip


def gradients(of: Arrays) -> Arrays:
    return {name: array for name, array in backward(of).items() if name[1] != "z"}


def debug(arrays: Arrays, loss: str = "binary_cross_entropy", **more: Any) -> bp_tutor.Diagnosis:
    return bp_tutor.debug(LAYERS, loss=loss, arrays=arrays, **{"lang": "en", **more})


def first_of(answer: bp_tutor.Diagnosis) -> dict[str, tuple[str, ...]]:
    return {one.name: one.causes for one in answer.first}


@pytest.mark.parametrize("name", ["db1", "dz2"])
def test_a_number_in_place_of_an_array_has_another_shape(name: str) -> None:
    """Its numbers are not compared, and no gradient check passes it."""
    arrays = given() | forward(given()) | backward(given())
    arrays[name] = np.sum(arrays["dz1"])
    answer = debug(arrays)
    assert [one.name for one in answer.first] == [name]
    assert f"{name} has the shape (); " in answer.text()
    assert "Yours" not in answer.text()
    assert name not in {one.name for one in answer.gradient_check}
    if name == "db1":
        assert first_of(answer) == {"db1": ("sum_over_all",)}


def test_what_comes_out_of_another_shape_follows() -> None:
    arrays = given() | forward(given())
    dz2 = (arrays["yhat"] - arrays["y"].ravel()) / SAMPLES
    dz1 = dz2 @ np.repeat(arrays["W2"], SAMPLES, axis=1).T * (1 - arrays["a1"] ** 2)
    wide = {"dz2": dz2, "dW2": arrays["a1"].T @ dz2, "db2": dz2.sum(axis=0), "dz1": dz1}
    status = {one.name: one.status for one in debug(arrays | wide).arrays}
    assert status["dz2"] == "wrong"
    assert status["dW2"] == status["db2"] == "follows"
    # Without dz1 it would be the numbers of nothing.
    assert status["dz1"] == "wrong"


def test_a_constant_factor_is_said() -> None:
    factor = 0.1
    answer = debug(given() | {name: one * factor for name, one in gradients(given()).items()})
    assert first_of(answer) == dict.fromkeys(["dW2", "db2", "dW1", "db1"], ("constant_factor",))
    assert f"each entry is {factor:g} times" in answer.text()
    # Said once of all of them.
    assert answer.text().count("What gives all its entries") == 1


def test_a_single_number_is_a_multiple_of_any_other() -> None:
    for spoilt in (1.7 * gradients(given())["db2"], 0.01 + gradients(given())["db2"]):
        answer = debug(given() | gradients(given()) | {"db2": spoilt})
        assert first_of(answer) == {"db2": ()}
        assert "1 of 1 entry differs" in answer.text()


def new_values(rate: float) -> Arrays:
    of = given()
    return {f"{name[1:]}_new": of[name[1:]] - rate * one for name, one in gradients(of).items()}


def test_another_learning_rate_is_said() -> None:
    answer = debug(given() | gradients(given()) | new_values(0.05), eta=0.5)
    names = ["W2_new", "b2_new", "W1_new", "b1_new"]
    assert first_of(answer) == dict.fromkeys(names, ("other_rate",))
    assert "eta = 0.05" in answer.text()


def test_a_step_that_was_not_made_is_said_to_be_that() -> None:
    answer = debug(given() | gradients(given()) | new_values(0.0), eta=0.5)
    assert {*first_of(answer).values()} == {("step_not_made",)}


def test_zeros_were_not_filled() -> None:
    answer = debug(given() | gradients(given()) | {"dW1": np.zeros((3, 5))})
    assert first_of(answer) == {"dW1": ("zeros",)}


@pytest.mark.parametrize("rows", [slice(-1), slice(1, None)])
def test_a_sample_may_be_missing(rows: slice) -> None:
    answer = debug(given() | gradients(given()) | {"dW1": backward(given(), rows=rows)["dW1"]})
    assert first_of(answer) == {"dW1": ("sample_left_out",)}


def test_gradients_of_the_sum_are_right_on_a_condition() -> None:
    """Where no new value shows whether the mean is taken in the step."""
    larger = {name: one * SAMPLES for name, one in gradients(given()).items()}
    told = " ".join(debug(given() | larger).text().split())
    assert "Your gradients are 8 times those of the mean over the samples: right only if" in told
    assert "is taken in the step" not in told
    told = " ".join(debug(given() | larger | new_values(0.5), eta=0.5).text().split())
    assert "the mean over the samples is taken in the step" in told
    assert "8 times" not in told
    deltas = {"dz2": backward(given())["dz2"] * SAMPLES}
    told = " ".join(debug(given() | deltas).text().split())
    assert "Your deltas are 8 times" in told
    assert "is taken in the gradients" not in told


def test_targets_that_do_not_go_with_the_loss_are_noticed() -> None:
    turned = given() | {"y": 2 * given()["y"] - 1}
    assert "y has targets below 0 or above 1" in debug(turned | gradients(turned)).text()
    assert {*first_of(debug(turned | gradients(given()))).values()} == {("other_targets",)}
    assert "targets" not in debug(given() | gradients(given())).text()
    assert "targets" not in debug(turned | backward(turned), "half_squared_error").text()


CLASSES = [("dense", 3, "softmax")]


def of_classes(scale: float = 1.0) -> Arrays:
    draw = np.random.default_rng(4)
    x, w, b = draw.normal(size=(6, 4)), draw.normal(size=(4, 3)), draw.normal(size=3) * 0.1
    return {"X": x, "W1": w, "b1": b, "Y": np.eye(3)[draw.integers(0, 3, 6)] * scale}


def softmax(z: np.ndarray[Any, Any], axis: int = 1) -> np.ndarray[Any, Any]:
    return np.asarray(np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True))


def by_delta(of: Arrays, delta: np.ndarray[Any, Any]) -> bp_tutor.Diagnosis:
    arrays = {**of, "dW1": of["X"].T @ delta, "db1": delta.sum(axis=0)}
    return bp_tutor.debug(CLASSES, loss="cross_entropy", arrays=arrays, lang="en")


def test_softmax_twice_and_over_the_samples_show_in_gradients_alone() -> None:
    of = of_classes()
    z = of["X"] @ of["W1"] + of["b1"]
    p = softmax(z)
    again = (softmax(p) - of["Y"]) / 6
    jacobian = np.array([np.diag(row) - np.outer(row, row) for row in p])
    twice = by_delta(of, np.einsum("sij,sj->si", jacobian, again))
    assert first_of(twice) == dict.fromkeys(("dW1", "db1"), ("softmax_in_loss_too",))
    across = by_delta(of, (softmax(z, axis=0) - of["Y"]) / 6)
    assert {*first_of(across).values()} == {("softmax_over_samples",)}
    doubled = of_classes(2.0)
    assert "do not add up to 1" in by_delta(doubled, (p - doubled["Y"]) / 6).text()


def test_gradients_that_are_all_wrong_have_the_layout_of_their_shapes() -> None:
    of = of_classes()
    noise = np.random.default_rng(9)
    arrays = {"X": of["X"], "Y": of["Y"], "W1.grad": noise.normal(size=(3, 4))}
    answer = bp_tutor.debug(CLASSES, loss="cross_entropy", arrays=arrays, lang="en")
    assert "has the shape" not in answer.text()


def test_another_activation_and_layer_are_named() -> None:
    of = given()
    values = forward(of)
    dz1 = backward(of)["dz2"] @ of["W2"].T * (values["z1"] > 0)
    answer = debug(of | values | {"dz2": backward(of)["dz2"], "dz1": dz1})
    assert first_of(answer)["dz1"] == ("other_slope",)
    assert "the slope of another activation was taken: that of ReLU" in answer.text()
    leaking = np.where(values["z1"] > 0, values["z1"], 0.01 * values["z1"])
    assert "another activation was applied: leaky ReLU" in debug(of | {"a1": leaking}).text()


def test_flat_biases_stay_flat() -> None:
    """The line gives the shape that the own biases have, and so does what is said of a shape."""
    arrays = given() | forward(given()) | backward(given())
    wrong = arrays | {"db1": arrays["dz1"].sum(axis=1)}
    text = debug(wrong).text()
    assert "db1 has the shape (8,); (5,) is right." in text
    (line,) = (row.strip() for row in text.splitlines() if row.strip().startswith("db1 = "))
    scope: dict[str, Any] = {"np": np, **arrays}
    value = eval(line.partition(" = ")[2], scope)  # noqa: S307 - a line of the report
    assert value.shape == (5,)
    assert np.allclose(value, arrays["db1"])
    # Where nobody handed in more than rows, they are rows.
    rows = {name: one[None, :] if name in ("b1", "b2", "db2") else one
            for name, one in arrays.items()}  # fmt: skip
    assert "(1, 5) is right" in debug(rows | {"db1": wrong["db1"]}).text()


def test_nothing_is_known_is_said_once() -> None:
    noise = np.random.default_rng(3)
    arrays = {"dW1": noise.normal(size=(3, 5)), "db1": noise.normal(size=5)}
    text = debug(given() | arrays).text()
    assert "dW1, db1 are the first arrays that are wrong." in text
    assert text.count("No mistake that is known here") == 1
