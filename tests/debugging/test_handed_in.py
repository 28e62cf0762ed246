"""What `debug` takes, and what it says of what cannot be taken."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import bp_tutor
from bp_tutor.debugging.named import canonical_names
from tests.cli.running import run
from tests.debugging.test_unsaid import layers_of, program

LOSS = "binary_cross_entropy"
LAYERS = layers_of(LOSS)


def refused(*network: Any, **more: Any) -> str:
    with pytest.raises(bp_tutor.BpTutorError) as caught:
        bp_tutor.debug(*network, **{"lang": "en", **more})
    return str(caught.value)


@pytest.mark.parametrize(
    ("network", "more", "said"),
    [
        ((5,), {}, "the layers of a network are expected"),
        (([],), {}, "the layers of a network are expected"),
        ((LAYERS,), {"arrays": [1, 2]}, "this is list"),
        ((LAYERS, "mse"), {}, "did you mean 'mean_squared_error'"),
        ((LAYERS,), {"loss": "bce"}, "did you mean 'binary_cross_entropy'"),
        ((LAYERS,), {"loss": ["bce"]}, "unknown loss"),
        ((LAYERS,), {"los": "mse"}, "did you mean 'loss'"),
        ((LAYERS,), {"loss": "cross_entropy"}, "take binary_cross_entropy"),
        (([("dense", 3, ["tanh"])],), {}, "unknown activation"),
        (([("dense", 3, "tanh", 1)],), {}, "is no layer"),
        (([("lstm", 3)],), {}, "is no layer"),
        (([{"units": 3, "bias": 0}],), {}, "is no layer"),
        ((LAYERS,), {"W1": None}, "W1 is None"),
        ((LAYERS,), {"X": np.zeros((0, 2))}, "(0, 2): there is no number in it"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(
    network: tuple[Any, ...], more: dict[str, Any], said: str
) -> None:
    assert said in refused(*network, **more)


@pytest.mark.parametrize(
    "layer", [("dense", 2), ("dense", 2, None), ["dense", 2, "identity"], {"units": 2}]
)
def test_a_layer_may_be_said_as_for_a_network(layer: Any) -> None:
    x, w = np.array([[1.0, 2], [3, 5]]), np.array([[1.0, -1], [2, 0.5]])
    found = bp_tutor.debug([layer], lang="en", X=x, W1=w, b1=0, Z1=x @ w, Y=x)
    assert (found.right, found.compared) == (True, 1)


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize(
    ("name", "shape", "wanted"),
    [("W1", (2, 5), (2, 4)), ("y", (5, 1), (6, 1)), ("X", (6, 3), (6, 2)), ("b1", (3,), (1, 4))],
)
def test_a_shape_that_does_not_fit_is_said_with_the_one_that_does(
    name: str, shape: tuple[int, ...], wanted: tuple[int, ...], columns: bool
) -> None:
    arrays = program(LOSS) | {name: np.ones(shape)}
    if columns:
        arrays = {each: array.T for each, array in arrays.items()}
        shape, wanted = shape[::-1], wanted if name == "b1" else wanted[::-1]
    said = refused(LAYERS, loss=LOSS, arrays=arrays)
    assert f"{name} has the shape {shape}" in said
    assert f"{wanted} is right" in said


def test_a_loop_needs_its_network() -> None:
    with pytest.raises(bp_tutor.BpTutorError, match="which layers are they"):
        bp_tutor.watch(lang="en")


NAMES = {
    "gradW1": "dW[1]", "gW2": "dW[2]", "gb1": "dB[2]", "nablaW2": "dW[2]", "gradientb2": "dB[3]",
    "w_ih": "W[1]", "w_ho": "W[2]", "grad_w_ih": "dW[1]", "d_w_ho": "dW[2]",
}  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_gradients_and_places_are_read_joined_or_apart(name: str) -> None:
    assert canonical_names((name, "W1", "W2"), 2, inputs_at=0, errors=False)[name] == NAMES[name]


def test_a_name_that_is_not_read_is_told_what_names_are() -> None:
    said = bp_tutor.debug(LAYERS, loss=LOSS, lang="en", arrays=program(LOSS) | {"foo": [1.0]})
    assert "Not understood: foo. Names are such as X, Y, W1" in str(said)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (("exercise",), "see bp-tutor debug --help"),
        (("exercise", "own.json", "--loss", "cross_entropy"), "--loss says what the problem says"),
        (("exercise", "own.json", "--layers", "3,1"), "--layers says what the problem says"),
    ],
)
def test_what_is_typed_twice_or_not_at_all_is_said(
    typed: tuple[str, ...], said: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.json").write_text('{"dW1": [[1]]}', encoding="utf-8")
    done = run("debug", *typed, "--lang", "en")
    assert (done.code, said in " ".join(done.err.split())) == (2, True)


def test_the_help_says_how_layers_are_said() -> None:
    text = " ".join(run("debug", "--help", "--lang", "en").out.split())
    assert "--layers 3,5,1 --activation tanh,sigmoid --loss" in text
    assert "none for the forward pass" not in text
