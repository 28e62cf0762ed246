"""Attention: `softmax(Q @ K.T / sqrt(keys)) @ V`, each position over all positions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import (
    COUNT,
    MATRIX,
    LayerFormulas,
    LayerKind,
    in_parts,
    to_units,
    weights,
)
from bp_tutor.fields.records import Field
from bp_tutor.formula import Div, MatMul, Number, Ref, Role, Transpose, apply, call

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array, Layer, LayerContext, Reached, Signal
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section

PARTS = {"query": "q", "key": "k", "value": "v"}


def _units(section: Section) -> int:
    values: int = section["attention"]["values"]
    return values


def _settings(section: Section, _: Reached) -> dict[str, Setting]:
    return {"keys": section["attention"]["keys"]}


def _widths(layer: Layer) -> dict[str, int]:
    """The units of each part: a query is compared with the keys, so both are equally long."""
    keys = layer.setting("keys")
    return {"query": keys, "key": keys, "value": layer.units}


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    return tuple(
        weights(f"W{PARTS[part]}", signal.shape[1], width, part=part, leaves=True)
        for part, width in _widths(layer).items()
    )


def _formulas(context: LayerContext) -> LayerFormulas:
    source = context.inputs[0]
    positions = source.shape[0]
    lines, parts = [], {}
    for part, width in _widths(context.layer).items():
        small = PARTS[part]
        found = context.quantity(small.upper(), None, (positions, width))
        formula = MatMul(Ref(source), Ref(context.arrays[f"W{small}"]))
        lines.append(Definition(found, formula, "forward", part))
        parts[part] = Ref(found)
    scores = context.quantity("S", None, (positions, positions))
    shares = context.quantity("P", None, (positions, positions))
    after = context.quantity("A", None, (positions, context.layer.units), Role.OUTPUT)
    product = MatMul(parts["query"], Transpose(parts["key"]))
    root = call("sqrt", Number(context.layer.setting("keys")))
    lines += [
        Definition(scores, Div(product, root), "forward", "scores"),
        Definition(shares, apply("softmax", Ref(scores)), "forward", "softmax"),
        Definition(after, MatMul(Ref(shares), parts["value"]), "forward", "mixture"),
    ]
    return LayerFormulas(tuple(lines), (after,))


ATTENTION = LayerKind(
    key="attention",
    fields=(
        Field("keys", COUNT, "2", required=True),
        Field("values", COUNT, "2", required=True, also=("units",)),
    ),
    example="{keys: 2, values: 2}",
    also=("self_attention",),
    takes=("positions",),
    units=_units,
    settings=_settings,
    numbers=(in_parts("attention", "weights", PARTS, MATRIX, "[[1, 0]]"),),
    arrays=_arrays,
    hands_on=to_units,
    formulas=_formulas,
    examples=("{attention: {keys: 2, values: 3}}",),
)
