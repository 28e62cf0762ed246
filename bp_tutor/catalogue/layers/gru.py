"""GRU: gates blend the old state with a candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import ROW, LayerKind, biases, units_under_key
from bp_tutor.catalogue.layers.recurrent import (
    CELL,
    begins_with,
    cell_arrays,
    from_state,
    gate_sum,
    gate_value,
    gated,
    hands_on,
    is_first,
    returned,
    unrolled,
    with_remark,
)
from bp_tutor.fields.forms import Choice
from bp_tutor.fields.records import Field
from bp_tutor.formula import Add, Mul, Neg, Number, Ref, Role

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array, Layer, LayerContext, Reached, Signal
    from bp_tutor.catalogue.layers.recurrent import States
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section
    from bp_tutor.formula import Formula, Quantity

GATES = {"reset": "r", "update": "z", "candidate": "n"}
"""The gates by the names that a file uses, in the order in which they are calculated."""


def _settings(section: Section, reached: Reached) -> dict[str, Setting] | None:
    settings, own = returned(section, reached), section["gru"]
    if settings is None:
        return None
    if own["reset"] == "after":
        settings["reset_after"] = 1
    if own["update"] == "renews":
        settings["renews"] = 1
    if not section.has("recurrent_bias"):
        return settings
    if own["reset"] == "after":
        return {**settings, "recurrent_bias": 1}
    reached.context.mistake(
        section.at("recurrent_bias"), "problem.recurrent_bias", layer=reached.number
    )
    return None


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    found = cell_arrays(layer, signal, GATES)
    if not dict(layer.settings).get("recurrent_bias"):
        return found
    return *found, biases("Bh", layer.units, field="recurrent_bias")


def _step(
    context: LayerContext, step: int, source: Quantity, states: States
) -> tuple[list[Definition], States]:
    hidden, settings = Ref(states["H"]), dict(context.layer.settings)
    after = settings.get("reset_after")
    lines: list[Definition] = []
    gates: dict[str, Ref] = {}
    for gate, letter in (("r", "G"), ("z", "U")):
        before = gate_sum(context, step, source, from_state(context, hidden, gate), gate)
        value = gate_value(context, before, letter, "sigmoid")
        lines += [before, value]
        gates[gate] = Ref(value.quantity)
    key = "gates_gru_after" if after else "gates_gru"
    lines[0] = with_remark(lines[0], key, where=is_first(context, step))
    shape = before.quantity.shape
    kept = _kept_after if after else _kept_before
    made, part = kept(context, step, gates["r"], hidden)
    before = gate_sum(context, step, source, part, "n")
    candidate = gate_value(context, before, "N", "tanh")
    state = context.quantity("A", step, shape, Role.OUTPUT)
    rest = Add((Number(1), Neg(gates["z"])))
    old, new = (rest, gates["z"]) if settings.get("renews") else (gates["z"], rest)
    blended = Add((Mul((new, Ref(candidate.quantity))), Mul((old, hidden))))
    lines += [*made, before, candidate, Definition(state, blended, "forward", "blended_state")]
    return lines, {"H": state}


def _kept_before(
    context: LayerContext, step: int, reset: Ref, hidden: Ref
) -> tuple[list[Definition], Formula]:
    """The reset gate before the matrix: `(r * h) @ R` (Cho et al., 2014)."""
    faded = context.quantity("F", step, reset.shape)
    line = Definition(faded, Mul((reset, hidden)), "forward", "gated_output")
    return [line], from_state(context, Ref(faded), "n")


def _kept_after(
    context: LayerContext, step: int, reset: Ref, hidden: Ref
) -> tuple[list[Definition], Formula]:
    """The reset gate behind the matrix, as libraries have it: `r * (h @ R + b)`."""
    total = from_state(context, hidden, "n")
    if "Bh" in context.arrays:
        total = Add((total, Ref(context.arrays["Bh"])))
    # The first state may be one for all samples.
    weighed = context.quantity("V", step, total.shape)
    faded = context.quantity("F", step, reset.shape)
    lines = [
        Definition(weighed, total, "forward", "state_weighed"),
        Definition(faded, Mul((reset, Ref(weighed))), "forward", "gated_output"),
    ]
    return lines, Ref(faded)


GRU = LayerKind(
    key="gru",
    fields=(
        *CELL,
        Field("reset", Choice(("before", "after")), "after", "before", also=("reset_after",)),
        Field("update", Choice(("keeps", "renews")), "renews", "keeps"),
    ),
    example="{units: 1}",
    also=(),
    takes=("sequence",),
    units=units_under_key,
    settings=_settings,
    numbers=(*gated("gru", GATES), Field("recurrent_bias", ROW, "[0.1]")),
    arrays=_arrays,
    hands_on=hands_on,
    looks_at=begins_with,
    formulas=lambda context: unrolled(context, _step),
    examples=(
        "{gru: {units: 3, returns: mean}}",
        "{gru: {units: 2, reset: after, update: renews}, recurrent_bias: [0.1, 0.2]}",
    ),
)
