"""Dense layers: every unit weighs all that reaches it, `A = f(A @ W + B)`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.bias import BIAS
from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import (
    UNITS,
    UNITS_OR_NAMES,
    Array,
    LayerFormulas,
    LayerKind,
    biases,
    to_units,
    weights,
)
from bp_tutor.catalogue.layer_formulas import activation_line, biased
from bp_tutor.catalogue.ties import MATRIX_OR_TIED
from bp_tutor.fields.records import Field
from bp_tutor.formula import MatMul, Ref, Role, apply
from bp_tutor.formula.algebra import add

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, LayerContext, Signal
    from bp_tutor.fields.records import Section
    from bp_tutor.formula import Formula, Quantity


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    found: list[Array] = []
    if not layer.gaps:
        found.append(weights("W", signal.shape[-1], layer.units, leaves=True))
    for edge in layer.edges:
        if edge.own:
            rule = "tied_gradient" if edge.shared else "weight_gradient"
            place = edge.weight
            found.append(Array("W", (), (), "weights", role=Role.EDGE, rule=rule, place=place))
    if layer.bias.shared:
        found.append(biases("B", 1)._replace(rule="shared_bias_gradient"))
    elif layer.bias.kind != "none":
        found.append(biases("B", layer.units))
    return tuple(found)


def _weighted(context: LayerContext, source: Quantity) -> Formula:
    """What reaches the units: `A @ W`, and a term for each edge by itself."""
    layer = context.layer
    terms: list[Formula] = []
    if not layer.gaps:
        terms.append(MatMul(Ref(source), context.array("W")))
    for edge in layer.edges:
        start = context.output_of(edge.source)[0]
        place = (start.shape[1], layer.units, edge.start - 1, edge.unit - 1)
        weight = apply("at_place", Ref(edge.quantity), options=place)
        terms.append(MatMul(Ref(start), weight))
    return add(*terms)


def _formulas(context: LayerContext) -> LayerFormulas:
    """`Z = A @ W + B` and `A = f(Z)`, at every time step with the same weights."""
    lines, outputs = [], []
    for step, source in context.steps():
        shape = (source.shape[0], context.layer.units)
        before = context.quantity("Z", step, shape, Role.WEIGHTED_SUM)
        after = context.quantity("A", step, shape, Role.ACTIVATION)
        weighted = biased(context, _weighted(context, source))
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
