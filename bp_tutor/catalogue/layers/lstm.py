"""LSTM: a cell state that gates write, keep and read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import LayerKind, units_under_key
from bp_tutor.catalogue.layers.recurrent import (
    CELL,
    STATE,
    cell_arrays,
    first_state,
    gate_sum,
    gate_value,
    gated,
    hands_on,
    returned,
    unrolled,
)
from bp_tutor.fields.records import Field
from bp_tutor.formula import Add, Mul, Ref, Role, call

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array, Layer, LayerContext, Signal
    from bp_tutor.catalogue.layers.recurrent import States
    from bp_tutor.formula import Quantity

GATES = {"input": "i", "forget": "f", "output": "o", "candidate": "g"}
"""The gates by the names that a file uses, in the order in which they are calculated."""


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    role = Role.INITIAL_CELL_STATE
    cell = first_state(layer, "C", "initial_cell", of="C", role=role)
    return *cell_arrays(layer, signal, GATES), cell


def _step(
    context: LayerContext, step: int, source: Quantity, states: States
) -> tuple[list[Definition], States]:
    lines, gates = [], {}
    for gate in GATES.values():
        remark = "gates_lstm" if gate == "i" else ""
        before = gate_sum(context, step, source, Ref(states["H"]), gate, remark)
        after = gate_value(context, before, gate.upper(), "tanh" if gate == "g" else "sigmoid")
        lines += [before, after]
        gates[gate] = Ref(after.quantity)
    shape = before.quantity.shape
    cell = context.quantity("C", step, shape, Role.CELL_STATE)
    squashed = context.quantity("T", step, shape, Role.GATE)
    state = context.quantity("A", step, shape, Role.OUTPUT)
    kept = Mul((gates["f"], Ref(states["C"])))
    added = Mul((gates["i"], gates["g"]))
    lines += [
        Definition(cell, Add((kept, added)), "forward", "cell_state"),
        Definition(squashed, call("tanh", Ref(cell)), "forward", "activation", inlined=True),
        Definition(state, Mul((gates["o"], Ref(squashed))), "forward", "gated_output"),
    ]
    return lines, {"H": state, "C": cell}


LSTM = LayerKind(
    key="lstm",
    fields=(
        *CELL,
        Field("initial_cell", STATE, "[0]", also=("c0", "cell")),
    ),
    example="{units: 1, returns: last}",
    also=(),
    takes=("sequence",),
    units=units_under_key,
    settings=returned,
    numbers=gated("lstm", GATES),
    arrays=_arrays,
    hands_on=hands_on,
    formulas=lambda context: unrolled(context, _step),
    examples=("{lstm: {units: 3, returns: last}}",),
)
