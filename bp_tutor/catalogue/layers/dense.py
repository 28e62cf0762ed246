"""Dense layers: every unit weighs all that reaches it, `A = f(A @ W + B)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.bias import BIAS
from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import (
    UNITS,
    UNITS_OR_NAMES,
    LayerFormulas,
    LayerKind,
    biases,
    to_units,
    weights,
)
from bp_tutor.catalogue.layer_formulas import activation_line, biased
from bp_tutor.catalogue.ties import MATRIX_OR_TIED
from bp_tutor.fields.records import Field
from bp_tutor.formula import MatMul, Ref, Role

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array, Layer, LayerContext, Signal
    from bp_tutor.fields.records import Section


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    matrix = weights("W", signal.shape[-1], layer.units, leaves=True)
    if layer.bias.kind == "none":
        return (matrix,)
    if layer.bias.shared:
        return matrix, biases("B", 1)._replace(rule="shared_bias_gradient")
    return matrix, biases("B", layer.units)


def _formulas(context: LayerContext) -> LayerFormulas:
    """`Z = A @ W + B` and `A = f(Z)`, at every time step with the same weights."""
    lines, outputs = [], []
    for step, source in context.steps():
        shape = (source.shape[0], context.layer.units)
        before = context.quantity("Z", step, shape, Role.WEIGHTED_SUM)
        after = context.quantity("A", step, shape, Role.ACTIVATION)
        weighted = biased(context, MatMul(Ref(source), context.array("W")))
        told = context.told("W") if source is context.inputs[0] else ()
        lines += [
            Definition(before, weighted, "forward", "weighted_sum", remarks=told),
            activation_line(context.layer, before, after),
        ]
        outputs.append(after)
    return LayerFormulas(tuple(lines), tuple(outputs))


def _units(section: Section) -> int:
    units: int | tuple[str, ...] = section["units"]
    return units if isinstance(units, int) else len(units)


DENSE = LayerKind(
    key="dense",
    own_field=Field("units", UNITS_OR_NAMES, "3", required=True, also=("size", "neurons", "nodes")),
    also=(),
    record_name="layer",
    takes=UNITS,
    units=_units,
    activation="identity",
    numbers=(
        Field("weights", MATRIX_OR_TIED, "[[0.1, 0.2], [0.3, 0.4]]", also=("w", "kernel")),
        BIAS,
    ),
    arrays=_arrays,
    hands_on=to_units,
    formulas=_formulas,
    shares_bias=True,
    wired=True,
    examples=("{units: 3, activation: sigmoid}",),
)
