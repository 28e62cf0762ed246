"""Far out: right numbers, no warnings, and a clear word where there is no number."""

from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.problem import Graph, Network, Problem
from bp_tutor.solve import NumberError, evaluate, solve
from tests.solve.networks import identifiers


@pytest.fixture(params=["entry by entry", "on arrays"], autouse=True)
def each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """By plain Python and by NumPy; warnings are errors in both."""
    if request.param == "on arrays":
        monkeypatch.setattr(evaluate, "SMALL", -1)
    warnings.simplefilter("error")


def one_layer(
    activation: str, weights: list[float], loss: Loss, targets: list[float]
) -> dict[str, float]:
    layer = Layer(len(weights), activation, weights=(tuple(weights),), bias=Bias("none"))
    network = Network(
        1, (layer,), samples=((1.0,),), targets=(tuple(targets),), loss=loss, learning_rate=0.1
    )
    return identifiers(solve(Problem(Path("far.yaml"), network=network)).runs[0])


@pytest.mark.parametrize("z", [-1000.0, 1000.0])
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_sigmoid_with_binary_cross_entropy(z: float, target: float) -> None:
    found = one_layer("sigmoid", [z], Loss("binary_cross_entropy"), [target])
    right = float(z > 0)
    assert found["A[2,1]"] == right
    assert found["L"] == (0 if right == target else 1000)
    assert found["dZ[2,1]"] == right - target
    assert found["W'[1,1,1]"] == z - 0.1 * (right - target)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_softmax_with_cross_entropy(place: int) -> None:
    targets = [float(unit == place) for unit in range(3)]
    found = one_layer("softmax", [1000.0, 0.0, -1000.0], Loss("cross_entropy"), targets)
    assert [found[f"A[2,{unit}]"] for unit in (1, 2, 3)] == [1, 0, 0]
    assert found["L"] == 1000 * place
    deltas = [found[f"dZ[2,{unit}]"] for unit in (1, 2, 3)]
    assert deltas == [1 - targets[0], -targets[1], -targets[2]]


def test_logits_that_are_all_large() -> None:
    found = one_layer("softmax", [1000.0, 1000.0], Loss("cross_entropy"), [1, 0])
    assert found["A[2,1]"] == 0.5
    assert found["L"] == pytest.approx(0.6931471805599453)


@pytest.mark.parametrize(
    ("activation", "z", "value", "slope"),
    [
        ("sigmoid", -1000.0, 0, 0), ("sigmoid", 1000.0, 1, 0),
        ("tanh", -1000.0, -1, 0), ("tanh", 1000.0, 1, 0),
        ("elu", -1000.0, -1, 0), ("elu", 1000.0, 1000, 1),
        ("softplus", -1000.0, 0, 0), ("softplus", 1000.0, 1000, 1),
        ("swish", -1000.0, 0, 0), ("swish", 1000.0, 1000, 1),
        ("relu", -1000.0, 0, 0), ("leaky_relu", -1000.0, -10, 0.01),
    ],
)  # fmt: skip
def test_every_activation_far_out(activation: str, z: float, value: float, slope: float) -> None:
    found = one_layer(activation, [z], Loss("half_squared_error"), [value + 1])
    assert found["A[2,1]"] == pytest.approx(value, abs=1e-300)
    assert found["dZ[2,1]"] == pytest.approx(-slope, abs=1e-300)


def test_a_hidden_softmax_far_out() -> None:
    layers = (
        Layer(2, "softmax", weights=((1000.0, -1000.0),), bias=Bias("none")),
        Layer(1, "identity", weights=((1.0,), (2.0,)), bias=Bias("none")),
    )
    network = Network(1, layers, samples=((1.0,),), targets=((0.0,),), learning_rate=0.1)
    found = identifiers(solve(Problem(Path("far.yaml"), network=network)).runs[0])
    assert found["A[3,1]"] == 1
    assert found["dZ[2,1]"] == 0


@pytest.mark.parametrize("z", [1000.0, -1000.0])
@pytest.mark.parametrize("target", [0.0, 1.0])
def test_not_fused_no_number_holds_the_slope_but_one_holds_the_delta(
    z: float, target: float
) -> None:
    found = one_layer("sigmoid", [z], Loss("binary_cross_entropy", fused=False), [target])
    right = float(z > 0)
    assert "dA[2,1]" not in found
    assert found["L"] == (0 if right == target else 1000)
    assert found["dZ[2,1]"] == right - target
    assert found["W'[1,1,1]"] == z - 0.1 * (right - target)


@pytest.mark.parametrize(
    "formula",
    ["log(x)", "log10(x)", "1/x", "log(x - 1)", "sqrt(x - 1)", "x**-1", "exp(1000 - x)",
     "(x - 1)**0.5", "1e200*1e200*(x + 1)"],
)  # fmt: skip
def test_what_is_no_number_is_named(formula: str) -> None:
    made = Graph((("e", formula),), values=(("x", 0.0),), differentiate="e", with_respect_to=("x",))
    with pytest.raises(NumberError, match=r"^e$"):
        solve(Problem(Path("graph.yaml"), graph=made))


def test_huge_constants_are_differentiated_without_overflow() -> None:
    text = "*".join(["9e300"] * 5) + "*x*" + "*".join(["1e-300"] * 5)
    made = Graph((("e", text),), values=(("x", 0.0),), differentiate="e", with_respect_to=("x",))
    with pytest.raises(NumberError):
        solve(Problem(Path("graph.yaml"), graph=made))
