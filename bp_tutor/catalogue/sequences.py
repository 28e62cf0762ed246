"""Recurrent layers, unrolled over the steps of a sequence; the weights are shared by all.

Elman's layer, LSTM and GRU. Backpropagation through time is nothing new here: the sums over
the steps come from using the same weights in every step's formula.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition, Remark
from bp_tutor.catalogue.layers import Built, activation_line, biased
from bp_tutor.formula import Add, MatMul, Mul, Neg, Number, Ref, call
from bp_tutor.formula.algebra import div

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.catalogue.layers import Place
    from bp_tutor.formula import Formula, Quantity

    Cell = Callable[["Place", int, Quantity, "States"], tuple[list[Definition], "States"]]
    States = dict[str, Quantity]


FIRST_GATES = ("i", "r")
"""The gates above whose lines the order of all gates is said."""


def _unrolled(place: Place, cell: Cell) -> Built:
    """The cell at every step, each with the states of the step before."""
    states: States = {
        letter: quantity for letter, quantity in place.arrays.items() if letter in ("H", "C")
    }
    lines: list[Definition] = []
    flow: list[Quantity] = []
    for step, source in enumerate(place.flow, 1):
        found, states = cell(place, step, source, states)
        lines += found
        flow.append(states["H"])
    returns = dict(place.layer.settings).get("returns", "all")
    if returns == "last":
        return Built(tuple(lines), (flow[-1],))
    if returns == "mean":
        mean = place.at("M", None, flow[0].shape)
        total = Add(tuple(map(Ref, flow))) if len(flow) > 1 else Ref(flow[0])
        lines.append(Definition(mean, div(total, Number(len(flow))), "forward", "mean_of_states"))
        return Built(tuple(lines), (mean,))
    return Built(tuple(lines), tuple(flow))


def _gate(place: Place, step: int, source: Quantity, state: Formula, gate: str) -> Definition:
    """`Z = x @ W + h @ R + B` of one gate."""
    fresh = MatMul(Ref(source), Ref(place.arrays[f"W{gate}"]))
    kept = MatMul(state, Ref(place.arrays[f"R{gate}"]))
    before = place.at(f"Z{gate}", step, (source.shape[0], place.layer.units))
    total = biased(place, Add((fresh, kept)), f"B{gate}")
    first = step == 1 and gate in FIRST_GATES
    remarks = (Remark(f"gates_{place.layer.kind}"),) if first else ()
    return Definition(
        before, total, "forward", "recurrent_sum", remarks=remarks, preactivation=True
    )


def _opened(place: Place, line: Definition, letter: str, function: str) -> Definition:
    """A gate's value between 0 and 1, or a candidate's between -1 and 1."""
    before = line.quantity
    after = place.at(letter, before.place[1], before.shape)
    return Definition(after, call(function, Ref(before)), "forward", "activation", carried=True)


def _elman(
    place: Place, step: int, source: Quantity, states: States
) -> tuple[list[Definition], States]:
    line = _gate(place, step, source, Ref(states["H"]), "")
    after = place.at("A", step, line.quantity.shape)
    return [line, activation_line(place.layer, line.quantity, after)], {"H": after}


def _lstm(
    place: Place, step: int, source: Quantity, states: States
) -> tuple[list[Definition], States]:
    hidden = Ref(states["H"])
    lines, gates = [], {}
    for gate in ("i", "f", "o", "g"):
        before = _gate(place, step, source, hidden, gate)
        after = _opened(place, before, gate.upper(), "tanh" if gate == "g" else "sigmoid")
        lines += [before, after]
        gates[gate] = Ref(after.quantity)
    shape = before.quantity.shape
    cell, squashed, state = (place.at(letter, step, shape) for letter in ("C", "T", "A"))
    kept = Mul((gates["f"], Ref(states["C"])))
    added = Mul((gates["i"], gates["g"]))
    lines += [
        Definition(cell, Add((kept, added)), "forward", "cell_state"),
        Definition(squashed, call("tanh", Ref(cell)), "forward", "activation", carried=True),
        Definition(state, Mul((gates["o"], Ref(squashed))), "forward", "gated_output"),
    ]
    return lines, {"H": state, "C": cell}


def _gru(
    place: Place, step: int, source: Quantity, states: States
) -> tuple[list[Definition], States]:
    hidden = Ref(states["H"])
    lines, gates = [], {}
    for gate in ("r", "z"):
        before = _gate(place, step, source, hidden, gate)
        after = _opened(place, before, {"r": "G", "z": "U"}[gate], "sigmoid")
        lines += [before, after]
        gates[gate] = Ref(after.quantity)
    # The reset gate stands before the matrix: h~ = tanh(x W + (r * h) R + b).
    faded = place.at("F", step, before.quantity.shape)
    lines.append(Definition(faded, Mul((gates["r"], hidden)), "forward", "gated_output"))
    before = _gate(place, step, source, Ref(faded), "n")
    candidate = _opened(place, before, "N", "tanh")
    state = place.at("A", step, before.quantity.shape)
    blended = Add(
        (
            Mul((Add((Number(1), Neg(gates["z"]))), Ref(candidate.quantity))),
            Mul((gates["z"], hidden)),
        )
    )
    lines += [before, candidate, Definition(state, blended, "forward", "blended_state")]
    return lines, {"H": state}


recurrent = partial(_unrolled, cell=_elman)
lstm = partial(_unrolled, cell=_lstm)
gru = partial(_unrolled, cell=_gru)
