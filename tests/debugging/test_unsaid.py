"""What nobody has said of a network: its loss, activations, biases; arrays that show nothing."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

import bp_tutor
from tests.cli.running import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.debugging.broken import Arrays

OUTPUTS: dict[str, tuple[str, int]] = {
    "binary_cross_entropy": ("sigmoid", 1),
    "half_squared_error": ("sigmoid", 2),
    "squared_error": ("identity", 2),
    "cross_entropy": ("softmax", 3),
}


def program(loss: str, *, biases: bool = True) -> Arrays:
    """Gradients of a right program, worked out by its own lines."""
    draw = np.random.default_rng(4)
    activation, units = OUTPUTS[loss]
    x, y = draw.normal(size=(6, 2)), np.eye(3)[draw.integers(0, 3, 6)][:, :units]
    weights = {"W1": draw.normal(size=(2, 4)), "W2": draw.normal(size=(4, units))}
    shifts = {"b1": draw.normal(size=4), "b2": draw.normal(size=units)} if biases else {}
    hidden = np.tanh(x @ weights["W1"] + shifts.get("b1", 0))
    out = hidden @ weights["W2"] + shifts.get("b2", 0)
    if activation == "softmax":
        out = np.exp(out) / np.exp(out).sum(axis=1, keepdims=True)
    if activation == "sigmoid":
        out = 1 / (1 + np.exp(-out))
    delta = (out - y) / 6
    if loss == "squared_error":
        delta = 2 * delta
    if loss == "half_squared_error":
        delta = delta * out * (1 - out)
    back = delta @ weights["W2"].T * (1 - hidden**2)
    found = {"X": x, "y": y, **weights, **shifts, "dW2": hidden.T @ delta, "dW1": x.T @ back}
    return found | ({"db2": delta.sum(axis=0), "db1": back.sum(axis=0)} if biases else {})


def layers_of(loss: str) -> Any:
    activation, units = OUTPUTS[loss]
    return [("dense", 4, "tanh"), ("dense", units, activation)]


@pytest.mark.parametrize("loss", OUTPUTS)
def test_the_loss_is_the_one_in_which_arrays_agree_and_is_named(loss: str) -> None:
    found = bp_tutor.debug(layers_of(loss), lang="en", arrays=program(loss))
    assert (found.right, found.compared, found.assumed["loss"]) == (True, 4, loss)
    assert f"You did not say which loss it is: {loss} is taken" in " ".join(found.text().split())
    said = bp_tutor.debug(layers_of(loss), loss=loss, lang="en", arrays=program(loss))
    assert dict(said.assumed) == {}


def test_a_mistake_elsewhere_does_not_change_the_loss() -> None:
    arrays = program("binary_cross_entropy")
    arrays["dW1"] = -arrays["dW1"]
    found = bp_tutor.debug(layers_of("binary_cross_entropy"), lang="en", arrays=arrays)
    assert found.assumed["loss"] == "binary_cross_entropy"
    assert [one.name for one in found.first] == ["dW1"]


def test_a_loop_keeps_the_loss_that_its_first_arrays_have_shown() -> None:
    arrays = program("binary_cross_entropy")
    watched = bp_tutor.watch(layers_of("binary_cross_entropy"), eta=0.1, lang="en")
    assert watched(arrays=arrays)
    other = program("binary_cross_entropy")
    hidden = np.tanh(other["X"] @ other["W1"] + other["b1"])
    out = 1 / (1 + np.exp(-(hidden @ other["W2"] + other["b2"])))
    delta = (out - other["y"]) / 6 * out * (1 - out)
    stays = {name: other[name] for name in ("X", "y")}
    weights = {name: other[name] - 0.1 * arrays[f"d{name}"] for name in ("W1", "b1", "W2", "b2")}
    assert not watched(arrays=stays | weights | {"dW2": hidden.T @ delta})
    assert watched.found is not None
    assert watched.found.assumed["loss"] == "binary_cross_entropy"


@pytest.mark.parametrize("more", [{}, {"b1": 0, "b2": 0}, {"b1": None, "b2": None}])
def test_a_network_may_have_no_biases(more: dict[str, Any]) -> None:
    loss = "binary_cross_entropy"
    arrays = program(loss, biases=False)
    found = bp_tutor.debug(layers_of(loss), loss=loss, lang="en", arrays=arrays | more)
    assert (found.right, found.compared) == (True, 2)
    assert ("bias" in found.assumed) == (not more)
    watched = bp_tutor.watch(layers_of(loss), loss=loss, eta=0.1, lang="en")
    for _ in range(2):
        assert watched(arrays=arrays | more)
        w1, w2 = (arrays[name] - 0.1 * arrays[f"d{name}"] for name in ("W1", "W2"))
        hidden = np.tanh(arrays["X"] @ w1)
        delta = (1 / (1 + np.exp(-(hidden @ w2))) - arrays["y"]) / 6
        arrays = arrays | {
            "W1": w1, "W2": w2, "dW2": hidden.T @ delta,
            "dW1": arrays["X"].T @ (delta @ w2.T * (1 - hidden**2)),
        }  # fmt: skip
    assert watched.text() == "2 updates compared; all of it follows.\n"


def test_where_nothing_was_compared_nothing_is_called_right(tmp_path: Path) -> None:
    loss = "binary_cross_entropy"
    arrays = program(loss)
    given = {name: arrays[name] for name in ("X", "y", "W1", "b1", "W2", "b2")}
    long = "what_is_no_name_of_anything_here_" * 3
    for more in ({}, {long: arrays["dW1"]}):
        found = bp_tutor.debug(layers_of(loss), loss=loss, lang="en", arrays=given | more)
        assert (found.compared, "Nothing was compared" in str(found)) == (0, True)
        assert "No array" not in str(found)
        assert ("..." in str(found)) == bool(more)
    path = tmp_path / "given.json"
    path.write_text(json.dumps({name: array.tolist() for name, array in given.items()}))
    typed = ("--layers", "2,4,1", "--activation", "tanh,sigmoid", "--loss", loss, "--lang", "en")
    assert run("debug", str(path), *typed).code == 1


def test_activations_that_are_not_typed_are_named(tmp_path: Path) -> None:
    loss = "binary_cross_entropy"
    arrays = program(loss)
    path = tmp_path / "own.json"
    path.write_text(json.dumps({name: array.tolist() for name, array in arrays.items()}))
    done = run("debug", str(path), "--layers", "2,4,1", "--lang", "en")
    assert (done.code, "tanh, sigmoid are taken" in " ".join(done.out.split())) == (0, True)


def test_a_loop_says_what_was_not_compared() -> None:
    loss = "binary_cross_entropy"
    arrays = program(loss)

    def watching(eta: float | None = 0.1) -> bp_tutor.Watch:
        return bp_tutor.watch(layers_of(loss), loss=loss, eta=eta, lang="en")

    watched = watching()
    assert "No update was handed in yet." in watched.text()
    watched(X=arrays["X"])
    assert "follows" not in watched.text()
    assert "nothing in it could be compared" in watched.text()
    watched = watching(None)
    for _ in range(2):
        watched(arrays=arrays)
    assert "The steps themselves were not compared" in watched.text()
    watched = watching()
    watched(arrays=arrays)
    with pytest.raises(bp_tutor.BpTutorError, match=r"shape|inputs"):
        watched(arrays=arrays | {"X": arrays["X"][:, :1]})
    with pytest.raises(bp_tutor.BpTutorError, match="2 inputs in the updates before"):
        watched(X=arrays["X"][:, :1], y=arrays["y"], dW1=arrays["dW1"][:1])
