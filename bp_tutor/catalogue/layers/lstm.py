"""LSTM: a cell state that gates write, keep and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import ROW, LayerKind, biases, in_parts, units_under_key
from bp_tutor.catalogue.layers.recurrent import (
    CELL,
    STATE,
    begins_with,
    cell_arrays,
    first_state,
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
from bp_tutor.fields.forms import Flag
from bp_tutor.fields.records import Field
from bp_tutor.formula import Add, Mul, Ref, Role, call

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array, Layer, LayerContext, Reached, Signal
    from bp_tutor.catalogue.layers.recurrent import States
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section
    from bp_tutor.formula import Quantity

GATES = {"input": "i", "forget": "f", "output": "o", "candidate": "g"}
"""The gates by the names that a file uses, in the order in which they are calculated."""


PEEPHOLES = {"input": "i", "forget": "f", "output": "o"}
"""The gates that may look at the cell (Gers and Schmidhuber, 2000)."""


def _settings(section: Section, reached: Reached) -> dict[str, Setting] | None:
    settings = returned(section, reached)
    if settings is not None and (section.has("peepholes") or section["lstm"]["peephole"]):
        settings["peephole"] = 1
    return settings


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    role = Role.INITIAL_CELL_STATE
    cell = first_state(layer, "C", "initial_cell", of="C", role=role)
    found = cell_arrays(layer, signal, GATES)
    if dict(layer.settings).get("peephole"):
        found += tuple(
            biases(f"P{small}", layer.units, part, field="peepholes")._replace(
                role=Role.SCALE, rule="weight_gradient"
            )
            for part, small in PEEPHOLES.items()
        )
    return *found, cell


def _step(
    context: LayerContext, step: int, source: Quantity, states: States
) -> tuple[list[Definition], States]:
    """With peepholes the input and forget gate see the old cell, the output gate the new one."""
    lines: list[Definition] = []
    gates: dict[str, Ref] = {}
    peephole = "Pi" in context.arrays
    shape = (source.shape[0], context.layer.units)
    cell = context.quantity("C", step, shape, Role.CELL_STATE)
    seen = {"i": states["C"], "f": states["C"], "o": cell}

    def gate(name: str) -> None:
        kept = from_state(context, Ref(states["H"]), name)
        if peephole and name in seen:
            look = Mul((Ref(context.arrays[f"P{name}"]), Ref(seen[name])))
            before = gate_sum(context, step, source, Add((kept, look)), name, rule="peephole_sum")
        else:
            before = gate_sum(context, step, source, kept, name)
        after = gate_value(context, before, name.upper(), "tanh" if name == "g" else "sigmoid")
        lines.extend((before, after))
        gates[name] = Ref(after.quantity)

    for name in "ifg" if peephole else "ifog":
        gate(name)
    key = "gates_peephole" if peephole else "gates_lstm"
    lines[0] = with_remark(lines[0], key, where=is_first(context, step))
    squashed = context.quantity("T", step, shape, Role.GATE)
    state = context.quantity("A", step, shape, Role.OUTPUT)
    kept = Mul((gates["f"], Ref(states["C"])))
    added = Mul((gates["i"], gates["g"]))
    lines.append(Definition(cell, Add((kept, added)), "forward", "cell_state"))
    if peephole:
        gate("o")
    lines += [
        Definition(squashed, call("tanh", Ref(cell)), "forward", "activation", inlined=True),
        Definition(state, Mul((gates["o"], Ref(squashed))), "forward", "gated_output"),
    ]
    return lines, {"H": state, "C": cell}


LSTM = LayerKind(
    key="lstm",
    fields=(
        *CELL,
        Field("initial_cell", STATE, "[0]", also=("c0", "cell")),
        Field("peephole", Flag(), "true", default=False),
    ),
    example="{units: 1, returns: last}",
    also=(),
    takes=("sequence",),
    units=units_under_key,
    settings=_settings,
    numbers=(
        *gated("lstm", GATES),
        in_parts("lstm", "peepholes", PEEPHOLES, ROW, "[0.1]"),
    ),
    arrays=_arrays,
    hands_on=hands_on,
    looks_at=begins_with,
    formulas=lambda context: unrolled(context, _step),
    examples=("{lstm: {units: 3, returns: last}}", "{lstm: {units: 2, peephole: true}}"),
)
