"""Parametric ReLU: below 0 each unit has a slope of its own, which is learnt (He et al., 2015)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import ROW, UNITS, LayerFormulas, LayerKind, biases
from bp_tutor.fields.records import Field
from bp_tutor.formula import Ref, Role, call

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array, Layer, LayerContext, Signal


def _arrays(_: Layer, signal: Signal) -> tuple[Array, ...]:
    row = biases("alpha", signal.shape[-1], field="slopes")
    return (row._replace(role=Role.SCALE, rule="slope_gradient"),)


def _formulas(context: LayerContext) -> LayerFormulas:
    slopes = Ref(context.arrays["alpha"])
    lines = []
    for step, source in context.steps():
        after = context.quantity("A", step, source.shape, Role.OUTPUT)
        bent = call("prelu", Ref(source), slopes)
        lines.append(Definition(after, bent, "forward", "activation"))
    return LayerFormulas(tuple(lines), tuple(line.quantity for line in lines))


PRELU = LayerKind(
    key="prelu",
    also=("parametric_relu",),
    takes=UNITS,
    is_word=True,
    numbers=(Field("slopes", ROW, "[0.25, 0.25]", also=("alpha",)),),
    arrays=_arrays,
    formulas=_formulas,
    examples=("{prelu: }",),
)
