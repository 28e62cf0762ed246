"""GRU: gates blend the old state with a candidate."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.layer import LayerKind, units_under_key
from bp_tutor.catalogue.layers.recurrent import (
    CELL,
    cell_arrays,
    gate_sum,
    gate_value,
    gated,
    hands_on,
    returned,
    unrolled,
)
from bp_tutor.formula import Add, Mul, Neg, Number, Ref, Role

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import LayerContext
    from bp_tutor.catalogue.layers.recurrent import States
    from bp_tutor.formula import Quantity

GATES = {"reset": "r", "update": "z", "candidate": "n"}
"""The gates by the names that a file uses, in the order in which they are calculated."""


def _step(
    context: LayerContext, step: int, source: Quantity, states: States
) -> tuple[list[Definition], States]:
    hidden = Ref(states["H"])
    lines, gates = [], {}
    for gate, letter, remark in (("r", "G", "gates_gru"), ("z", "U", "")):
        before = gate_sum(context, step, source, hidden, gate, remark)
        after = gate_value(context, before, letter, "sigmoid")
        lines += [before, after]
        gates[gate] = Ref(after.quantity)
    shape = before.quantity.shape
    # The reset gate stands before the matrix: h~ = tanh(x W + (r * h) R + b).
    faded = context.quantity("F", step, shape)
    lines.append(Definition(faded, Mul((gates["r"], hidden)), "forward", "gated_output"))
    before = gate_sum(context, step, source, Ref(faded), "n")
    candidate = gate_value(context, before, "N", "tanh")
    state = context.quantity("A", step, shape, Role.OUTPUT)
    fresh = Mul((Add((Number(1), Neg(gates["z"]))), Ref(candidate.quantity)))
    blended = Add((fresh, Mul((gates["z"], hidden))))
    lines += [before, candidate, Definition(state, blended, "forward", "blended_state")]
    return lines, {"H": state}


GRU = LayerKind(
    key="gru",
    fields=CELL,
    example="{units: 1}",
    also=(),
    takes=("sequence",),
    units=units_under_key,
    settings=returned,
    numbers=gated("gru", GATES),
    arrays=lambda layer, signal: cell_arrays(layer, signal, GATES),
    hands_on=hands_on,
    formulas=lambda context: unrolled(context, _step),
    examples=("{gru: {units: 3, returns: mean}}",),
)
