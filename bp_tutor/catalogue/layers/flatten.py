"""Flattening: all values of an image in one row, channel by channel, row by row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import LayerFormulas, LayerKind, Signal
from bp_tutor.formula import Ref, Role, apply

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, LayerContext


def _hands_on(_: Layer, signal: Signal) -> Signal:
    return Signal("vector", (signal.size,))


def _formulas(context: LayerContext) -> LayerFormulas:
    row = apply("flatten", Ref(context.inputs[0]))
    after = context.quantity("A", None, row.shape, Role.OUTPUT)
    return LayerFormulas((Definition(after, row, "forward", "flatten"),), (after,))


FLATTEN = LayerKind(
    key="flatten",
    also=("reshape",),
    takes=("image",),
    is_word=True,
    hands_on=_hands_on,
    formulas=_formulas,
    examples=("flatten",),
)
