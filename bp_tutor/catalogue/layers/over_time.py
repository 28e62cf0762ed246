"""The steps of a sequence squeezed into one: their mean or the largest value, unit by unit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import LayerFormulas, LayerKind, Signal
from bp_tutor.catalogue.layer_formulas import mean_of
from bp_tutor.fields.forms import Choice
from bp_tutor.fields.records import Field
from bp_tutor.formula import Ref, Role, apply

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, LayerContext, Reached
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section

RULES = {"mean": "mean_over_time", "max": "max_over_time"}
"""The way of squeezing -> its rule, and what it is called."""


def _settings(section: Section, _: Reached) -> dict[str, Setting]:
    return {"way": section["over_time"]}


def _hands_on(_: Layer, signal: Signal) -> Signal:
    return Signal("vector", signal.shape)


def _formulas(context: LayerContext) -> LayerFormulas:
    way, steps = context.layer.word("way"), tuple(map(Ref, context.inputs))
    squeezed = mean_of(steps) if way == "mean" else apply("largest_step", *steps)
    after = context.quantity("A", None, squeezed.shape, Role.OUTPUT)
    line = Definition(after, squeezed, "forward", RULES[way])
    return LayerFormulas((line,), (after,))


OVER_TIME = LayerKind(
    key="over_time",
    own_field=Field("over_time", Choice(tuple(RULES)), "max", required=True),
    also=("squeeze", "global_pooling", "time_pooling", "pool_over_time"),
    takes=("sequence",),
    settings=_settings,
    hands_on=_hands_on,
    formulas=_formulas,
    called=lambda layer: RULES[layer.word("way")],
    examples=("{over_time: mean}", "{over_time: max}"),
)
