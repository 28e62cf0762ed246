"""Recurrent layers, unrolled over the steps of a sequence; the weights are shared by all.

Elman's layer, and what LSTM and GRU have in common with it. Backpropagation through time is
nothing new here: the sums over the steps come from using the same weights in every step's
formula.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.bias import BIAS
from bp_tutor.catalogue.definition import Definition, Remark
from bp_tutor.catalogue.layer import (
    COUNT,
    MATRIX,
    ROW,
    Array,
    LayerFormulas,
    LayerKind,
    Signal,
    biases,
    in_parts,
    units_under_key,
    weights,
)
from bp_tutor.catalogue.layer_formulas import activation_line, biased
from bp_tutor.fields.forms import Choice
from bp_tutor.fields.numbers import Numbers
from bp_tutor.fields.records import Field
from bp_tutor.formula import Add, MatMul, Number, Ref, Role, call
from bp_tutor.formula.algebra import div
from bp_tutor.formula.quantity import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.catalogue.layer import Layer, LayerContext, Reached
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section
    from bp_tutor.formula import Formula, Quantity

    States = dict[str, Quantity]
    Cell = Callable[[LayerContext, int, Quantity, States], tuple[list[Definition], States]]

STATE = Numbers("expected.row", one_row=True)
"""The state at step 0: of every sample, or a row for each."""
CELL = (
    Field("units", COUNT, "2", required=True, also=("size", "hidden")),
    Field("returns", Choice(("all", "last", "mean")), "last", "all"),
    Field("initial", STATE, "[0, 0]", also=("h0", "initial_state")),
)
"""What is said of every cell."""


def returned(section: Section, _: Reached) -> dict[str, Setting]:
    """Which states the layer hands on."""
    return {"returns": section[section.name]["returns"]}


def hands_on(layer: Layer, signal: Signal) -> Signal:
    """The states of all steps, the last one, or their mean."""
    if dict(layer.settings).get("returns", "all") == "all":
        return Signal("sequence", (layer.units,), signal.steps)
    return Signal("vector", (layer.units,))


def cell_arrays(layer: Layer, signal: Signal, gates: dict[str, str]) -> tuple[Array, ...]:
    """The arrays of each gate, by its name in a file and its small letter, and the first state."""
    found = []
    for part, small in gates.items():
        found += [
            weights(f"W{small}", signal.shape[0], layer.units, part=part, leaves=True),
            weights(
                f"R{small}", layer.units, layer.units, "recurrent_weights", part, leaves=False
            )._replace(role=Role.RECURRENT_WEIGHT),
        ]
        if layer.bias.kind != "none":
            found.append(biases(f"B{small}", layer.units, part))
    return *found, first_state(layer, "H", "initial", of="A")


def first_state(
    layer: Layer, letter: str, field: str, *, of: str, role: Role = Role.INITIAL_STATE
) -> Array:
    """The state before the first step, of all samples or of each."""
    rows = dict(layer.arrays).get(letter)
    if isinstance(rows, tuple) and isinstance(rows[0], tuple):
        return Array(
            letter, (len(rows), layer.units), (SAMPLE, "unit"), field, role=role, initial_of=of
        )
    return Array(letter, (1, layer.units), ("one", "unit"), field, role=role, initial_of=of)


def gated(kind: str, gates: dict[str, str]) -> tuple[Field, ...]:
    """Weights and biases of a cell with gates, as a file gives them."""
    return (
        in_parts(kind, "weights", gates, MATRIX, "[[0.1, 0.2]]"),
        in_parts(kind, "recurrent_weights", gates, MATRIX, "[[0.1]]"),
        in_parts(kind, "bias", gates, ROW, "[0.1]"),
    )


def unrolled(context: LayerContext, cell: Cell) -> LayerFormulas:
    """The cell at every step, each with the states of the step before."""
    states: States = {
        letter: quantity for letter, quantity in context.arrays.items() if letter in ("H", "C")
    }
    lines: list[Definition] = []
    outputs: list[Quantity] = []
    for step, source in enumerate(context.inputs, 1):
        found, states = cell(context, step, source, states)
        lines += found
        outputs.append(states["H"])
    returns = dict(context.layer.settings).get("returns", "all")
    if returns == "last":
        return LayerFormulas(tuple(lines), (outputs[-1],))
    if returns == "mean":
        mean = context.quantity("M", None, outputs[0].shape, Role.OUTPUT)
        total = Add(tuple(map(Ref, outputs))) if len(outputs) > 1 else Ref(outputs[0])
        lines.append(
            Definition(mean, div(total, Number(len(outputs))), "forward", "mean_of_states")
        )
        return LayerFormulas(tuple(lines), (mean,))
    return LayerFormulas(tuple(lines), tuple(outputs))


def gate_sum(
    context: LayerContext, step: int, source: Quantity, state: Formula, gate: str, remark: str = ""
) -> Definition:
    """`Z = x @ W + h @ R + B` of one gate; the remark stands above its first line."""
    fresh = MatMul(Ref(source), Ref(context.arrays[f"W{gate}"]))
    kept = MatMul(state, Ref(context.arrays[f"R{gate}"]))
    shape = (source.shape[0], context.layer.units)
    before = context.quantity(f"Z{gate}", step, shape, Role.WEIGHTED_SUM)
    total = biased(context, Add((fresh, kept)), f"B{gate}")
    remarks = (Remark(remark),) if remark and step == 1 else ()
    return Definition(before, total, "forward", "recurrent_sum", remarks=remarks)


def gate_value(context: LayerContext, line: Definition, letter: str, function: str) -> Definition:
    """A gate's value between 0 and 1, or a candidate's between -1 and 1."""
    before = line.quantity
    after = context.quantity(letter, before.place[1], before.shape, Role.GATE)
    return Definition(after, call(function, Ref(before)), "forward", "activation", inlined=True)


def _elman(
    context: LayerContext, step: int, source: Quantity, states: States
) -> tuple[list[Definition], States]:
    line = gate_sum(context, step, source, Ref(states["H"]), "")
    after = context.quantity("A", step, line.quantity.shape, Role.ACTIVATION)
    return [line, activation_line(context.layer, line.quantity, after)], {"H": after}


RECURRENT = LayerKind(
    key="recurrent",
    fields=CELL,
    example="{units: 2}",
    also=("rnn", "elman", "simple_rnn"),
    takes=("sequence",),
    units=units_under_key,
    settings=returned,
    activation="tanh",
    numbers=(
        Field("weights", MATRIX, "[[0.1, 0.2]]", also=("w", "u")),
        Field("recurrent_weights", MATRIX, "[[0.3]]", also=("state_weights", "hidden_weights")),
        BIAS,
    ),
    arrays=lambda layer, signal: cell_arrays(layer, signal, {"": ""}),
    hands_on=hands_on,
    formulas=lambda context: unrolled(context, _elman),
    examples=("{recurrent: {units: 3, returns: all}, activation: tanh}",),
)
