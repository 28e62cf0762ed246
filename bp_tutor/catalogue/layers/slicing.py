"""A slice: some of the units, channels, steps or positions, one after another, and no others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import COUNT, LayerFormulas, LayerKind
from bp_tutor.fields.forms import Choice
from bp_tutor.fields.records import Field
from bp_tutor.formula import Ref, Role, apply
from bp_tutor.reader import Key

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, LayerContext, Reached, Signal
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section

OF = {
    "units": ("vector", "sequence", "positions"),
    "channels": ("image",),
    "steps": ("sequence",),
    "positions": ("positions",),
}
"""What can be counted off -> the forms of input that have it."""


def _length(of: str, signal: Signal) -> int:
    """How many there are."""
    if of == "steps":
        return signal.steps
    return signal.shape[-1 if of == "units" else 0]


def _settings(section: Section, reached: Reached) -> dict[str, Setting] | None:
    own: Section = section["slice"]
    of, first, last = (own[name] for name in ("of", "first", "last"))
    signal, context = reached.signal, reached.context
    if signal.form not in OF[of]:
        context.mistake(
            own.at("of"), "problem.slice_of", layer=reached.number, name=of,
            form=Key(f"form.{signal.form}"),
            choices=", ".join(name for name, forms in OF.items() if signal.form in forms),
        )  # fmt: skip
        return None
    length = _length(of, signal)
    last = length if last is None else last
    if not first <= last <= length:
        wrong = own.at("last" if own.has("last") else "first")
        context.mistake(
            wrong, "problem.slice_span", layer=reached.number, name=of, first=first, last=last,
            count=length,
        )  # fmt: skip
        return None
    return {"of": of, "first": first, "last": last}


def _hands_on(layer: Layer, signal: Signal) -> Signal:
    length = layer.setting("last") - layer.setting("first") + 1
    of = layer.word("of")
    if of == "steps":
        return signal._replace(steps=length)
    before, behind = signal.shape[:-1], signal.shape[1:]
    return signal._replace(shape=(*before, length) if of == "units" else (length, *behind))


def _formulas(context: LayerContext) -> LayerFormulas:
    """Steps are quantities of their own and handed on as they are; of others a part is taken."""
    of, first, last = (dict(context.layer.settings)[name] for name in ("of", "first", "last"))
    assert isinstance(first, int)
    assert isinstance(last, int)
    if of == "steps":
        return LayerFormulas((), context.inputs[first - 1 : last])
    lines: list[Definition] = []
    for step, source in context.steps():
        axis = {"channels": 1, "positions": 0}.get(str(of), len(source.shape) - 1)
        taken = apply("slice_of", Ref(source), options=(axis, first - 1, last))
        after = context.quantity("A", step, taken.shape, Role.OUTPUT)
        lines.append(Definition(after, taken, "forward", "slice"))
    return LayerFormulas(tuple(lines), tuple(line.quantity for line in lines))


SLICE = LayerKind(
    key="slice",
    also=("part", "crop", "narrow", "split"),
    fields=(
        Field("of", Choice(tuple(OF)), "steps", required=True, also=("axis", "along")),
        Field("first", COUNT, "1", 1, also=("start", "from")),
        Field("last", COUNT, "2", also=("end", "stop", "to")),
    ),
    example="{of: units, first: 1, last: 2}",
    takes=("vector", "image", "positions", "sequence"),
    settings=_settings,
    hands_on=_hands_on,
    formulas=_formulas,
    examples=("{slice: {of: units, first: 2}}",),
)
