"""What the formulas of several layers have in common: biases and activations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.activations import ACTIVATIONS, activated
from bp_tutor.catalogue.definition import Definition
from bp_tutor.formula import Ref

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, LayerContext
    from bp_tutor.formula import Formula, Quantity


def biased(context: LayerContext, weighted: Formula, letter: str = "B") -> Formula:
    """A weighted sum with the layer's bias, where it has one."""
    if letter not in context.arrays:
        return weighted
    return context.layer.bias.brought_into(weighted, Ref(context.arrays[letter]))


def activation_line(layer: Layer, before: Quantity, after: Quantity) -> Definition:
    """The line of a layer's activation; its derivative is written into the delta's line."""
    inlined = not ACTIVATIONS[layer.activation].primitive
    return Definition(after, activated(layer, Ref(before)), "forward", "activation", inlined)
