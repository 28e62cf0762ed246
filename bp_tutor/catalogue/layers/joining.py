"""Layers where branches meet: what several layers hand on is added up or set side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import LAYER_NUMBER, LayerFormulas, LayerKind
from bp_tutor.catalogue.layer_formulas import activation_line
from bp_tutor.fields.records import Field, ListOf
from bp_tutor.formula import Add, Ref, Role, apply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.catalogue.layer import Layer, LayerContext, Reached, Signal
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section
    from bp_tutor.formula import Quantity

EVERY_FORM = ("vector", "sequence", "positions", "image")
MOST_JOINED = 64


def layer_numbers(name: str, *also: str) -> Field:
    """The key under which the numbers of the layers stand."""
    layers = ListOf(LAYER_NUMBER, "expected.layer_numbers", least=2, most=MOST_JOINED)
    return Field(name, layers, "[1, 2]", required=True, also=also)


def _axis(signal: Signal) -> int:
    """Along which axis of one sample signals are set side by side: channels, or units."""
    return 0 if signal.form == "image" else len(signal.shape) - 1


def _written(signal: Signal) -> str:
    lengths = (signal.steps, *signal.shape) if signal.form == "sequence" else signal.shape
    return " x ".join(map(str, lengths))


def of_one_shape(section: Section, reached: Reached, *, but: int | None = None) -> bool:
    """Whether what arrives has one form and shape, `but` for the length of one axis."""

    def compared(signal: Signal) -> Signal:
        if but is None:
            return signal
        return signal._replace(shape=(*signal.shape[:but], 0, *signal.shape[but + 1 :]))

    first = reached.signal
    for source, signal in zip(reached.sources, reached.arriving, strict=True):
        if signal.form != first.form or compared(signal) != compared(first):
            reached.context.mistake(
                section.node, "problem.join_shapes", layer=reached.number, kind=section.name,
                first=reached.sources[0], other=source,
                first_shape=_written(first), other_shape=_written(signal),
            )  # fmt: skip
            return False
    return True


def meeting(context: LayerContext) -> Iterator[tuple[int | None, tuple[Quantity, ...]]]:
    """Each time step's number with what arrives then."""
    pairs = zip(context.steps(), zip(*context.arriving, strict=True), strict=True)
    for (step, _), found in pairs:
        yield step, found


def _added(section: Section, reached: Reached) -> dict[str, Setting] | None:
    return {} if of_one_shape(section, reached) else None


def _sum(context: LayerContext) -> LayerFormulas:
    """`A = A₁ + A₂`, or `Z = A₁ + A₂` and `A = f(Z)`."""
    lines: list[Definition] = []
    outputs = []
    plain = context.layer.activation == "identity"
    for step, found in meeting(context):
        after = context.quantity(
            "A", step, found[0].shape, Role.OUTPUT if plain else Role.ACTIVATION
        )
        total = Add(tuple(map(Ref, found)))
        if plain:
            lines.append(Definition(after, total, "forward", "added"))
        else:
            before = context.quantity("Z", step, found[0].shape, Role.WEIGHTED_SUM)
            lines.append(Definition(before, total, "forward", "added"))
            lines.append(activation_line(context.layer, before, after))
        outputs.append(after)
    return LayerFormulas(tuple(lines), tuple(outputs))


ADD = LayerKind(
    key="add",
    own_field=layer_numbers("add", "sum", "residual", "skip"),
    also=("sum", "residual", "skip"),
    takes=EVERY_FORM,
    joins=True,
    entrywise=True,
    activation="identity",
    settings=_added,
    formulas=_sum,
    examples=("{add: [1, 1]}", "{add: [1, 1], activation: relu}"),
)


def _concatenated(section: Section, reached: Reached) -> dict[str, Setting] | None:
    axis = _axis(reached.signal)
    if not of_one_shape(section, reached, but=axis):
        return None
    return {"length": sum(signal.shape[axis] for signal in reached.arriving)}


def _together(layer: Layer, signal: Signal) -> Signal:
    axis = _axis(signal)
    length = layer.setting("length")
    return signal._replace(shape=(*signal.shape[:axis], length, *signal.shape[axis + 1 :]))


def _side_by_side(context: LayerContext) -> LayerFormulas:
    """`A = [A₁, A₂]`, along units or channels."""
    lines: list[Definition] = []
    for step, found in meeting(context):
        # The first axis of an image's array counts samples.
        axis = 1 if context.signal.form == "image" else len(found[0].shape) - 1
        together = apply("concatenate", *map(Ref, found), options=(axis,))
        after = context.quantity("A", step, together.shape, Role.OUTPUT)
        lines.append(Definition(after, together, "forward", "concatenated"))
    return LayerFormulas(tuple(lines), tuple(line.quantity for line in lines))


CONCATENATE = LayerKind(
    key="concatenate",
    own_field=layer_numbers("concatenate", "concat", "cat", "merge", "join"),
    also=("concat", "cat", "merge", "join"),
    takes=EVERY_FORM,
    joins=True,
    settings=_concatenated,
    hands_on=_together,
    formulas=_side_by_side,
    examples=("{concatenate: [1, 1]}",),
)
