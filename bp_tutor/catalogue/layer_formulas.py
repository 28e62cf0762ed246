"""What the formulas of several layers have in common: biases, activations, means over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.activations import ACTIVATIONS, activated
from bp_tutor.catalogue.definition import Definition
from bp_tutor.formula import Add, Number, Ref
from bp_tutor.formula.algebra import div

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


def mean_of(steps: tuple[Formula, ...]) -> Formula:
    """The mean over the steps, unit by unit."""
    total = Add(steps) if len(steps) > 1 else steps[0]
    return div(total, Number(len(steps)))
