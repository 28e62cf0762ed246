"""Layers as forward formulas; the backward pass comes from these by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalog.definition import Definition
from bp_tutor.formula import (
    FUNCTIONS,
    Call,
    Formula,
    MatMul,
    Mul,
    Number,
    Quantity,
    Ref,
    apply,
)
from bp_tutor.formula.build import add, neg, number

if TYPE_CHECKING:
    from bp_tutor.problem.model import Layer

_CONSTANT_INPUT = {"plus_input": 1, "minus_input": -1}


def activations(layer: int, samples: int, units: int) -> Quantity:
    """The values that layer `layer` hands on, shape (samples, units); layer 1 is the input."""
    return Quantity("A", (layer,), (samples, units), ("sample", "unit"))


def weights(layer: int, sources: int, units: int) -> Quantity:
    """The weights that leave layer `layer`, shape (sources, units)."""
    return Quantity("W", (layer,), (sources, units), ("from", "to"))


def bias(layer: int, units: int) -> Quantity:
    """The bias of layer `layer`, shape (1, units), or (1, 1) where the layer shares it."""
    return Quantity("B", (layer,), (1, units), ("one", "unit"))


def dense(layer: Layer, number_of_layer: int, source: Quantity) -> list[Definition]:
    """`Z = A @ W + B` and `A = f(Z)` of one dense layer, given what it reads from."""
    samples, sources = source.shape
    shape, axes = (samples, layer.units), ("sample", "unit")
    before = Quantity("Z", (number_of_layer,), shape, axes)
    weighted: Formula = MatMul(Ref(source), Ref(weights(number_of_layer - 1, sources, layer.units)))
    if layer.bias.kind != "none":
        shift: Formula = Ref(bias(number_of_layer, 1 if layer.bias.shared else layer.units))
        if layer.bias.kind in _CONSTANT_INPUT:
            shift = Mul((Number(_CONSTANT_INPUT[layer.bias.kind]), shift))
        elif layer.bias.kind == "threshold":
            shift = neg(shift)
        weighted = add(weighted, shift)
    after = activations(number_of_layer, samples, layer.units)
    return [
        Definition(before, weighted, "forward", "weighted_sum"),
        Definition(
            after,
            activated(layer, Ref(before)),
            "forward",
            "activation",
            carried=layer.activation != "softmax",
        ),
    ]


def activated(layer: Layer, before: Formula) -> Formula:
    """The layer's activation of `before`."""
    if layer.activation == "identity":
        return before
    if layer.activation == "softmax":
        return apply("softmax", before)
    function = FUNCTIONS[layer.activation]
    if layer.slope_at_zero and function.kinks:
        slope = function.slopes[0] or ""
        # The unit's side of the kink moves onto the kink itself.
        function = function.with_slope(slope.replace("z > 0", "z >= 0").replace("z <= 0", "z < 0"))
    given = dict(layer.parameters)
    names = function.parameters[len(function.parameters) - len(function.defaults) :]
    values = [given.get(name, value) for name, value in zip(names, function.defaults, strict=True)]
    return Call(function, (before, *map(number, values)))
