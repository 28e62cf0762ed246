"""Pooling: of each window of an image only its largest value or its mean is handed on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition, Remark
from bp_tutor.catalogue.layer import LayerFormulas, LayerKind, Signal
from bp_tutor.catalogue.layers.windows import (
    OrWord,
    Sides,
    fitting,
    size_remarks,
    sizes_after,
)
from bp_tutor.fields.records import Field
from bp_tutor.formula import Reduce, Ref, Role, apply

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, LayerContext, Reached
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section

WAYS = {"max": "max_pooling", "average": "average_pooling", "global": "global_average"}
"""The way of pooling -> its rule, and what it is called; `global` is the mean of a channel."""
_PRIMITIVES = {"max": "max_pool", "average": "average_pool"}


def _settings(section: Section, reached: Reached) -> dict[str, Setting] | None:
    own: Section = section["pooling"]
    ways = [way for way in ("max", "average") if own.has(way)]
    if len(ways) != 1:
        if ways or not own.meant - {""}:
            reached.context.mistake(own.node, "problem.pooling_way")
        return None
    (way,) = ways
    window = own[way]
    if window == "global":
        if own.has("stride"):
            reached.context.mistake(own.at("stride"), "problem.global_stride")
        return {"way": "global"}
    (rows, columns), (down, across) = window, own["stride"] or window
    sides: dict[str, Setting] = {"rows": rows, "columns": columns, "down": down, "across": across}
    return fitting({"way": way, **sides}, section, reached)


def _hands_on(layer: Layer, signal: Signal) -> Signal:
    if layer.word("way") == "global":
        return Signal("vector", signal.shape[:1])
    return signal._replace(shape=(signal.shape[0], *sizes_after(layer, signal)))


def _formulas(context: LayerContext) -> LayerFormulas:
    layer, source = context.layer, Ref(context.inputs[0])
    way = layer.word("way")
    if way == "global":
        pooled = apply("flatten", Reduce("mean", source, (2, 3)))
        remarks: tuple[Remark, ...] = ()
    else:
        options = tuple(layer.setting(name) for name in ("rows", "columns", "down", "across"))
        pooled = apply(_PRIMITIVES[way], source, options=options)
        remarks = size_remarks(layer, context.signal)
    after = context.quantity("A", None, pooled.shape, Role.OUTPUT)
    line = Definition(after, pooled, "forward", WAYS[way], remarks=remarks)
    return LayerFormulas((line,), (after,))


POOLING = LayerKind(
    key="pooling",
    fields=(
        Field("max", Sides(), "2", also=("maximum", "window", "size")),
        Field(
            "average",
            OrWord("global", Sides(), "expected.window"),
            "2",
            also=("mean", "avg"),
        ),
        Field("stride", Sides(), "2", also=("strides", "step")),
    ),
    example="{max: 2}",
    also=("pool", "max_pool", "maxpool", "max_pooling", "average_pooling", "avg_pool"),
    takes=("image",),
    settings=_settings,
    hands_on=_hands_on,
    formulas=_formulas,
    called=lambda layer: WAYS[layer.word("way")],
    examples=(
        "{pooling: {max: 2}}",
        "{pooling: {average: [2, 3], stride: 1}}",
        "{pooling: {average: global}}",
    ),
)
