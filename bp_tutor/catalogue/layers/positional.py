"""Positional encoding: what tells the positions apart is added, sines or learnt numbers."""

from __future__ import annotations

from math import cos, sin
from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition, Remark
from bp_tutor.catalogue.layer import Array, LayerFormulas, LayerKind
from bp_tutor.fields.numbers import Numbers, Seeded
from bp_tutor.fields.records import Field, OneOf
from bp_tutor.formula import Add, Ref, Role

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, LayerContext, Reached, Signal
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.numbers import Row
    from bp_tutor.fields.records import Section

BASE = 10_000


def waves(positions: int, units: int) -> Row:
    """sin(p/10000^(2i/units)) and cos of the same in turn, positions counted from 0.

    Vaswani et al. (2017), section 3.5.
    """
    return tuple(
        (cos if unit % 2 else sin)(position / BASE ** ((unit - unit % 2) / units))
        for position in range(positions)
        for unit in range(units)
    )


def _settings(section: Section, _: Reached) -> dict[str, Setting]:
    return {"kind": "sine" if section["weights"] is None else "learnt"}


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    table = Array("Pe", signal.shape, ("position", "unit"), "weights", role=Role.SCALE)
    if layer.word("kind") == "learnt":
        return (table,)
    return (table._replace(role=Role.FIXED, start=waves(*signal.shape)),)


def _formulas(context: LayerContext) -> LayerFormulas:
    (source,) = context.inputs
    after = context.quantity("A", None, source.shape, Role.OUTPUT)
    total = Add((Ref(source), Ref(context.arrays["Pe"])))
    said = (Remark("sine_positions"),) if context.layer.word("kind") == "sine" else ()
    line = Definition(after, total, "forward", "position_added", remarks=said)
    return LayerFormulas((line,), (after,))


POSITIONAL = LayerKind(
    key="positional",
    also=("positional_encoding", "position", "position_embedding", "positional_embedding"),
    takes=("positions",),
    is_word=True,
    settings=_settings,
    numbers=(
        Field(
            "weights",
            OneOf("expected.weights", items=Numbers("expected.weights"), mapping=Seeded()),
            "[[0.1, 0], [0, 0.1]]",
            also=("table",),
        ),
    ),
    arrays=_arrays,
    formulas=_formulas,
    examples=("positional", "{positional: , weights: [[0.1, 0], [0, 0.1]]}"),
)
