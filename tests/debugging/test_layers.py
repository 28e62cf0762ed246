"""Convolutions and recurrent layers: right programs in several conventions, and broken ones.

The programs are loops, written from public descriptions of such bugs: the kernel that is (or is
not) turned round, the bias summed over too few axes, a hidden state of the wrong step, the error
of the later step forgotten (min-char-rnn's `dhnext`), the slope at the raw value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import bp_tutor

if TYPE_CHECKING:
    from tests.debugging.broken import Arrays

STEPS = 3


def recurrent(mistake: str = "") -> Arrays:
    """The loops of min-char-rnn: column vectors, weights (to, from), errors summed over steps."""
    draw = np.random.default_rng(8)
    shapes = {"Wxh": (3, 2), "Whh": (3, 3), "Why": (2, 3), "bh": (3, 1), "by": (2, 1)}
    found: Arrays = {name: draw.normal(size=shape) for name, shape in shapes.items()}
    wxh, whh, why, bh, by = found.values()
    hidden = {0: np.zeros((3, 1))}
    found["hs[0]"] = hidden[0]
    out: dict[int, Any] = {}
    for step in range(1, STEPS + 1):
        found[f"xs[{step}]"] = draw.normal(size=(2, 1))
        found[f"ts[{step}]"] = draw.normal(size=(2, 1))
        before = hidden[step - 1] if mistake != "state" else hidden[max(step - 2, 0)]
        hidden[step] = np.tanh(wxh @ found[f"xs[{step}]"] + whh @ before + bh)
        out[step] = why @ hidden[step] + by
        found |= {f"hs[{step}]": hidden[step], f"ys[{step}]": out[step]}
    grads = {f"d{name}": np.zeros(shape) for name, shape in shapes.items()}
    later = np.zeros((3, 1))
    for step in range(STEPS, 0, -1):
        dy = out[step] - found[f"ts[{step}]"]
        grads["dWhy"] += dy @ hidden[step].T
        grads["dby"] += dy
        back = why.T @ dy + (later if mistake != "later" else 0)
        slope = 1 - hidden[step] ** 2 if mistake != "slope" else 1 - hidden[step]
        raw = slope * back
        grads["dbh"] += raw
        grads["dWxh"] += raw @ found[f"xs[{step}]"].T
        grads["dWhh"] += raw @ hidden[step - 1 if mistake != "now" else step].T
        later = (whh.T if mistake != "transposed" else whh) @ raw
        found |= {f"dys[{step}]": dy, f"dhs[{step}]": back, f"dhraw[{step}]": raw}
    if mistake == "sign":
        grads["dWhh"] = -grads["dWhh"]
    return found | grads


def of_recurrent(arrays: Arrays) -> bp_tutor.Diagnosis:
    network = bp_tutor.network(
        [
            {"recurrent": {"units": 3, "returns": "all", "initial": [0, 0, 0]},
             "activation": "tanh"},
            {"units": 2},
        ],
        size={"steps": STEPS, "units": 2},
        inputs=[[1, 2]] * STEPS,
        targets=[[1, 2]] * STEPS,
        loss="half_squared_error",
        learning_rate=0.1,
        lang="en",
    )  # fmt: skip
    return bp_tutor.debug(network, arrays=arrays, lang="en")


def image(mistake: str = "") -> Arrays:
    """A kernel over an image, ReLU, all of it into one dense unit, with plain loops."""
    draw = np.random.default_rng(9)
    x, y = draw.normal(size=(2, 2, 4, 4)), draw.normal(size=(2, 1))
    kernel, b1 = draw.normal(size=(2, 2, 2, 2)), draw.normal(size=2)
    weights, b2 = draw.normal(size=(18, 1)), draw.normal(size=1)
    used = kernel[:, :, ::-1, ::-1] if mistake == "flipped" else kernel
    z1 = np.zeros((2, 2, 3, 3))
    for sample, out, row, column in np.ndindex(z1.shape):
        window = x[sample, :, row : row + 2, column : column + 2]
        z1[sample, out, row, column] = (window * used[out]).sum() + b1[out]
    a1 = np.maximum(z1, 0)
    flat = a1.reshape(2, -1)
    z2 = flat @ weights + b2
    delta = (z2 - y) / 2
    da1 = (delta @ weights.T).reshape(z1.shape)
    dz1 = da1 if mistake == "slope" else da1 * (z1 > 0)
    dk = np.zeros_like(kernel)
    for sample, out, row, column in np.ndindex(z1.shape):
        window = x[sample, :, row : row + 2, column : column + 2]
        dk[out] += window * dz1[sample, out, row, column]
    db1 = dz1.sum(axis=(0, 2, 3))
    if mistake == "turned":
        dk = dk[:, :, ::-1, ::-1]
    if mistake == "bias":
        db1 = dz1[0].sum(axis=(1, 2))
    if mistake == "mean":
        db1 = dz1.mean(axis=(0, 2, 3))
    return {"X": x, "Y": y, "K1": kernel, "conv1.bias": b1, "fc1.weight": weights, "fc1.bias": b2,
            "Z1": z1, "A1": a1, "dZ2": delta, "fc1.weight.grad": flat.T @ delta, "dZ1": dz1,
            "dK1": dk, "conv1.bias.grad": db1}  # fmt: skip


def of_image(arrays: Arrays) -> bp_tutor.Diagnosis:
    network = bp_tutor.network(
        [
            {"convolution": {"channels": 2, "kernel": 2}, "activation": "relu"},
            {"flatten": None},
            {"units": 1},
        ],
        size={"channels": 2, "height": 4, "width": 4},
        inputs=np.ones((2, 2, 4, 4)),
        targets=[[0], [0]],
        loss="half_squared_error",
        learning_rate=0.1,
        lang="en",
    )
    return bp_tutor.debug(network, arrays=arrays, lang="en")


MAKERS = {"recurrent": (recurrent, of_recurrent), "image": (image, of_image)}
FEW = {
    "recurrent": ("xs", "ts", "hs[0]", "W", "b", "dW", "db"),
    "image": ("X", "Y", "K1", "conv1", "fc1", "dK1"),
}


@pytest.mark.parametrize("name", MAKERS)
def test_right_programs_are_right(name: str) -> None:
    """In double and single precision, whole and in part, samples and weights either way round."""
    make, judge = MAKERS[name]
    arrays = make()
    few = {key: array for key, array in arrays.items() if key.startswith(FEW[name])}
    single = {key: array.astype(np.float32) for key, array in arrays.items()}
    turned = {key: array.T if array.ndim == 2 else array for key, array in arrays.items()}
    ways = [arrays, few, single, turned]
    for way in ways:
        answer = judge(way)
        assert answer.right, answer.text()
        assert not answer.not_understood
        assert all(one.passes for one in answer.gradient_check)
        assert {one.status for one in answer.arrays} == {"agrees"}
    assert judge(arrays).gradient_check


BROKEN = {
    ("recurrent", "state"): ("hs[2]", "other_step"),
    ("recurrent", "later"): ("dhs[2]", "term_left_out"),
    ("recurrent", "slope"): ("dhraw[3]", "slope_unfinished"),
    ("recurrent", "now"): ("dWhh", ""),
    ("recurrent", "transposed"): ("dhs[2]", "transposed"),
    ("recurrent", "sign"): ("dWhh", "sign"),
    ("image", "flipped"): ("Z1", "kernel_flipped"),
    ("image", "slope"): ("dZ1", "slope_left_out"),
    ("image", "turned"): ("dK1", "kernel_flipped"),
    ("image", "bias"): ("conv1.bias.grad", "axis_left_out"),
    ("image", "mean"): ("conv1.bias.grad", "mean_for_sum"),
}


@pytest.mark.parametrize(("name", "mistake"), BROKEN)
def test_the_first_wrong_array_and_its_cause_are_named(name: str, mistake: str) -> None:
    make, judge = MAKERS[name]
    answer = judge(make(mistake))
    array, cause = BROKEN[name, mistake]
    first = {one.name: one.causes for one in answer.first}
    assert array in first, answer.text()
    assert not cause or cause in first[array]
    assert "It should be:" in answer.text()


def activated(first: bool, mistake: str = "") -> Arrays:
    """Two dense layers with ReLU between them, counted as one of the `first` or by itself."""
    draw = np.random.default_rng(3)
    x, y = draw.normal(size=(4, 3)), draw.normal(size=(4, 2))
    w1, b1, w2, b2 = (draw.normal(size=size) for size in ((3, 5), 5, (5, 2), 2))
    z1 = x @ w1 + b1
    relu = np.maximum(z1, 0)
    z2 = relu @ w2 + b2
    dz2 = (z2 - y) / 4
    back = dz2 @ w2.T
    dz1 = back if mistake else back * (z1 > 0)
    found = {"X": x, "Y": y, "W1": w1, "b1": b1, "W2": w2, "b2": b2, "Z1": z1, "Z2": z2,
             "dZ2": dz2, "dZ1": dz1, "dW1": x.T @ dz1, "dW2": relu.T @ dz2}  # fmt: skip
    if first:
        return found | {"A1": relu, "A2": z2, "dA1": back}
    return found | {"A1": z1, "A2": relu, "A3": z2, "dA1": dz1, "dA2": back}


def of_activated(arrays: Arrays) -> bp_tutor.Diagnosis:
    network = bp_tutor.network(
        [{"units": 5}, {"activate": "relu"}, {"units": 2}],
        inputs=np.ones((4, 3)),
        targets=[[0, 0]] * 4,
        loss="half_squared_error",
        learning_rate=0.1,
        lang="en",
    )
    return bp_tutor.debug(network, arrays=arrays, lang="en")


@pytest.mark.parametrize("first", [True, False])
def test_an_activation_by_itself_is_counted_as_the_program_counts(first: bool) -> None:
    answer = of_activated(activated(first))
    assert {one.status for one in answer.arrays} == {"agrees"}, answer.text()
    (wrong,) = of_activated(activated(first, "slope")).first
    assert (wrong.name, "slope_left_out" in wrong.causes) == ("dZ1" if first else "dA1", True)


class Parameter:
    """What a parameter of PyTorch has: `detach`, `cpu`, `numpy`, and its gradient."""

    is_leaf = True

    def __init__(self, array: np.ndarray[Any, Any], grad: Parameter | None = None) -> None:
        self.array, self.grad = array, grad

    def detach(self) -> Parameter:
        return self

    def cpu(self) -> Parameter:
        return self

    def numpy(self) -> np.ndarray[Any, Any]:
        return self.array


def test_parameters_bring_their_gradients_along() -> None:
    draw = np.random.default_rng(3)
    x, y = draw.normal(size=(4, 3)), draw.normal(size=(4, 1))
    weight, bias = draw.normal(size=(1, 3)), draw.normal(size=1)
    error = 2 * (x @ weight.T + bias - y) / 4
    for factor, right in ((1.0, True), (1.5, False)):
        parameters = {
            "fc1.weight": Parameter(weight, Parameter(error.T @ x * factor)),
            "fc1.bias": Parameter(bias, Parameter(error.sum(axis=0))),
        }
        answer = bp_tutor.debug(
            [("dense", 1, "identity")], loss="squared_error", lang="en",
            arrays={"x": x, "y": y, **parameters},
        )  # fmt: skip
        assert answer.right is right
        assert [one.name for one in answer.gradient_check] == ["fc1.weight.grad", "fc1.bias.grad"]
