"""Embedding: a row of weights for each token, `A @ W` where each row of A is one-hot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition, Remark
from bp_tutor.catalogue.layer import (
    COUNT,
    MATRIX,
    UNITS,
    LayerFormulas,
    LayerKind,
    to_units,
    units_under_key,
    weights,
)
from bp_tutor.fields.records import Field
from bp_tutor.formula import MatMul, Ref, Role

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array, Layer, LayerContext, Signal


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    return (weights("W", signal.shape[-1], layer.units, leaves=True),)


def _formulas(context: LayerContext) -> LayerFormulas:
    lines: list[Definition] = []
    matrix = context.array("W")
    for step, source in context.steps():
        after = context.quantity("A", step, (source.shape[0], context.layer.units), Role.OUTPUT)
        said = () if lines else (Remark("one_hot"),)
        picked = MatMul(Ref(source), matrix)
        lines.append(Definition(after, picked, "forward", "embedding", remarks=said))
    return LayerFormulas(tuple(lines), tuple(line.quantity for line in lines))


EMBEDDING = LayerKind(
    key="embedding",
    also=("embed", "lookup", "embeddings"),
    takes=UNITS,
    fields=(Field("units", COUNT, "2", required=True, also=("size", "dimensions", "width")),),
    example="{units: 2}",
    units=units_under_key,
    numbers=(Field("weights", MATRIX, "[[0.1, 0.2], [0.3, 0.4]]", also=("w", "table")),),
    arrays=_arrays,
    hands_on=to_units,
    formulas=_formulas,
    examples=("{embedding: {units: 3}}",),
)
