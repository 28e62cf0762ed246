"""SwiGLU: gated units, `swish(A @ Wg + Bg) * (A @ Wv + Bv)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import (
    COUNT,
    MATRIX,
    ROW,
    UNITS,
    LayerFormulas,
    LayerKind,
    biases,
    in_parts,
    to_units,
    units_under_key,
    weights,
)
from bp_tutor.catalogue.layer_formulas import biased
from bp_tutor.fields.forms import Number
from bp_tutor.fields.records import Field
from bp_tutor.formula import MatMul, Mul, Ref, Role, call
from bp_tutor.formula.algebra import number

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array, Layer, LayerContext, Reached, Signal
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section

PARTS = {"gate": "g", "value": "v"}


def _settings(section: Section, _: Reached) -> dict[str, Setting]:
    return {"beta": section["swiglu"]["beta"]}


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    found: list[Array] = []
    for part, small in PARTS.items():
        sources = signal.shape[-1]
        found.append(weights(f"W{small}", sources, layer.units, part=part, leaves=True))
        if layer.bias.kind != "none":
            found.append(biases(f"B{small}", layer.units, part))
    return tuple(found)


def _formulas(context: LayerContext) -> LayerFormulas:
    """The gate and the value as weighted sums, at every time step with the same weights."""
    beta = number(context.layer.number("beta"))
    lines: list[Definition] = []
    outputs = []
    for step, source in context.steps():
        shape = (source.shape[0], context.layer.units)
        sums = []
        for small in PARTS.values():
            before = context.quantity(f"Z{small}", step, shape, Role.WEIGHTED_SUM)
            weighted = MatMul(Ref(source), Ref(context.arrays[f"W{small}"]))
            line = biased(context, weighted, f"B{small}")
            lines.append(Definition(before, line, "forward", "weighted_sum"))
            sums.append(Ref(before))
        gate, value = sums
        opened = context.quantity("G", step, shape, Role.GATE)
        after = context.quantity("A", step, shape, Role.OUTPUT)
        swish = call("swish", gate, beta)
        lines += [
            Definition(opened, swish, "forward", "activation", inlined=True),
            Definition(after, Mul((Ref(opened), value)), "forward", "gated_output"),
        ]
        outputs.append(after)
    return LayerFormulas(tuple(lines), tuple(outputs))


SWIGLU = LayerKind(
    key="swiglu",
    fields=(
        Field("units", COUNT, "2", required=True, also=("size", "hidden")),
        Field("beta", Number(), "1", 1.0),
    ),
    example="{units: 2}",
    also=("gated", "glu"),
    takes=UNITS,
    units=units_under_key,
    settings=_settings,
    numbers=(
        in_parts("swiglu", "weights", PARTS, MATRIX, "[[0.1, 0.2]]"),
        in_parts("swiglu", "bias", PARTS, ROW, "[0.1]"),
    ),
    arrays=_arrays,
    hands_on=to_units,
    formulas=_formulas,
    examples=("{swiglu: {units: 3, beta: 1}}",),
)
