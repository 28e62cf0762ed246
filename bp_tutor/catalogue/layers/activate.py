"""An activation by itself: behind a normalisation or a pooling, or in front of all other layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.activations import activated
from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import LayerFormulas, LayerKind
from bp_tutor.formula import Ref, Role

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import LayerContext


def _formulas(context: LayerContext) -> LayerFormulas:
    """`A = f(A of the layer before)`: there is no weighted sum."""
    lines = []
    for step, source in context.steps():
        after = context.quantity("A", step, source.shape, Role.OUTPUT)
        lines.append(Definition(after, activated(context.layer, Ref(source)), "forward", "applied"))
    return LayerFormulas(tuple(lines), tuple(line.quantity for line in lines))


ACTIVATE = LayerKind(
    key="activate",
    also=("apply", "activation_layer", "nonlinearity"),
    takes=("vector", "sequence", "positions", "image"),
    activation="identity",
    activation_key="activate",
    entrywise=True,
    formulas=_formulas,
    examples=("{activate: relu}", "{activate: {leaky_relu: {alpha: 0.1}}}"),
)
