"""Gated units, attention, layer normalisation: against plain loops and differences."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer, Signal
from bp_tutor.problem.model import Network
from tests.layers.cases import Draw, assert_all, dense, network_of, with_arrays


def swiglu(draw: Draw, units: int, beta: float = 1, bias: str = "added") -> Layer:
    layer = Layer(units, bias=Bias(bias), kind="swiglu", settings=(("beta", beta),))
    return with_arrays(layer, draw, ("Wg", "Bg", "Wv", "Bv"))


def attention(draw: Draw, keys: int, values: int) -> Layer:
    layer = Layer(values, kind="attention", settings=(("keys", keys),))
    return with_arrays(layer, draw, ("Wq", "Wk", "Wv"))


def several_heads(draw: Draw, choose: st.DataObject, positions: int, units: int) -> Layer:
    """Heads with a projection; masks, biases, and the inputs for keys and values, or without."""
    heads = choose.draw(st.integers(1, 3))
    sizes = {name: heads * choose.draw(st.integers(1, 2)) for name in ("keys", "values")}
    settings = sizes | ({"heads": heads} if heads > 1 else {})
    if choose.draw(st.booleans()):
        settings["biases"] = 1
    across = choose.draw(st.booleans())
    if across:
        settings |= {"keys_from": 1, "sources": units, "seen": positions}
    if choose.draw(st.booleans()):
        padded = choose.draw(st.integers(0, 2 ** (positions - 1) - 1)) * 2
        settings |= {"causal": 0 if across else choose.draw(st.integers(0, 1)), "padded": padded}
    layer = Layer(
        choose.draw(st.integers(1, 3)), kind="attention", settings=tuple(settings.items())
    )
    keys = [array.key for array in layer.arrays_after(Signal("positions", (positions, units)))]
    return layer._replace(arrays=tuple((key, draw.array()) for key in keys))


def normalisation(draw: Draw, epsilon: float = 1e-5) -> Layer:
    layer = Layer(0, kind="normalisation", settings=(("epsilon", epsilon),))
    return with_arrays(layer, draw, ("gamma", "B"))


def prelu(draw: Draw) -> Layer:
    return with_arrays(Layer(0, kind="prelu"), draw, ("alpha",))


@st.composite
def networks(draw: st.DrawFn, kinds: tuple[str, ...]) -> Network:
    numbers = Draw(draw(st.integers(0, 10**6)))
    form = (
        "positions"
        if "attention" in kinds
        else draw(st.sampled_from(["vector", "sequence", "positions"]))
    )
    units = draw(st.integers(2, 3))
    sizes = (units,) if form == "vector" else (draw(st.integers(1, 4)), units)
    small = st.integers(1, 3)
    layers = []
    for kind in kinds:
        if kind == "attention":
            layers.append(attention(numbers, draw(small), draw(st.integers(2, 3))))
        elif kind == "prelu":
            layers += [dense(numbers, draw(small), "identity"), prelu(numbers)]
        elif kind == "activate":
            function = draw(st.sampled_from(["relu", "tanh", "sigmoid", "softmax"]))
            layers.append(Layer(0, function, kind="activate"))
        elif kind == "swiglu":
            beta = draw(st.sampled_from([1, 0.5, 2]))
            layers.append(
                swiglu(numbers, draw(small), beta, draw(st.sampled_from(["added", "none"])))
            )
        else:
            # A small epsilon beside a small variance bends more than differences can follow.
            layers.append(normalisation(numbers, draw(st.sampled_from([0.1, 0.5]))))
    if draw(st.booleans()):
        layers.append(dense(numbers, draw(small), draw(st.sampled_from(["identity", "tanh"]))))
    samples = 1 if form == "positions" else draw(st.integers(1, 3))
    return network_of(numbers, layers, form, sizes, samples=samples)


@settings(max_examples=10, deadline=None)
@given(network=networks(("swiglu",)))
def test_swiglu(network: Network) -> None:
    assert_all(network)


@settings(max_examples=10, deadline=None)
@given(network=networks(("normalisation",)))
def test_layer_normalisation(network: Network) -> None:
    assert_all(network)


@settings(max_examples=10, deadline=None)
@given(network=networks(("prelu", "prelu")))
def test_slopes_that_are_learnt(network: Network) -> None:
    assert_all(network)


@settings(max_examples=8, deadline=None)
@given(network=networks(("activate", "normalisation", "activate", "activate")))
def test_activations_by_themselves(network: Network) -> None:
    assert_all(network)


@settings(max_examples=10, deadline=None)
@given(network=networks(("attention",)))
def test_attention(network: Network) -> None:
    assert_all(network)


@settings(max_examples=12, deadline=None)
@given(choose=st.data(), seed=st.integers(0, 10**6))
def test_several_heads_with_masks(choose: st.DataObject, seed: int) -> None:
    numbers = Draw(seed)
    positions, units = choose.draw(st.integers(1, 4)), choose.draw(st.integers(1, 3))
    layers = [
        several_heads(numbers, choose, positions, units),
    ]
    if choose.draw(st.booleans()):
        before = dense(numbers, units, "tanh")
        layers = [before, *layers]
    assert_all(network_of(numbers, layers, "positions", (positions, units)))


@settings(max_examples=8, deadline=None)
@given(network=networks(("normalisation", "attention", "normalisation", "swiglu")))
def test_a_block_of_them(network: Network) -> None:
    assert_all(network)
