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
    LAYER_NUMBER,
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
from bp_tutor.catalogue.layer_formulas import activation_line, biased, mean_of
from bp_tutor.fields.forms import Choice
from bp_tutor.fields.numbers import Numbers
from bp_tutor.fields.records import Field
from bp_tutor.formula import Add, MatMul, Ref, Role, call
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
    Field("initial_from", LAYER_NUMBER, "2", also=("encoder", "state_from")),
    Field("direction", Choice(("forward", "backward")), "backward", "forward"),
)
"""What is said of every cell."""


def returned(section: Section, reached: Reached) -> dict[str, Setting] | None:
    """Which states the layer hands on, whose last state it begins with, and which way it goes."""
    own = section[section.name]
    settings: dict[str, Setting] = {"returns": own["returns"]}
    if own["direction"] == "backward":
        settings["backward_from"] = reached.signal.steps + 1
    if not own.has("initial_from"):
        return settings
    number, units = own["initial_from"], own["units"]
    if own.has("initial"):
        reached.context.mistake(own.at("initial"), "problem.initial_twice", layer=reached.number)
        return None
    fits = 1 < number < reached.number
    signal = reached.signals[number - 1] if fits else None
    if signal is None or signal.form not in ("vector", "sequence") or signal.shape != (units,):
        reached.context.mistake(
            own.at("initial_from"), "problem.initial_from", layer=reached.number, units=units
        )
        return None
    return {**settings, "initial_from": number}


def begins_with(layer: Layer) -> tuple[int, ...]:
    """The layer whose last state is its first, if there is one."""
    settings = dict(layer.settings)
    return (layer.setting("initial_from"),) if "initial_from" in settings else ()


def hands_on(layer: Layer, signal: Signal) -> Signal:
    """The states of all steps, the last one, or their mean."""
    if dict(layer.settings).get("returns", "all") == "all":
        return Signal("sequence", (layer.units,), signal.steps)
    return Signal("vector", (layer.units,))


def cell_arrays(layer: Layer, signal: Signal, gates: dict[str, str]) -> tuple[Array, ...]:
    """The arrays of each gate, and the first state unless it is that of another layer."""
    found = gate_arrays(layer, signal, gates)
    if "initial_from" in dict(layer.settings):
        return found
    return *found, first_state(layer, "H", "initial", of="A")


def gate_arrays(layer: Layer, signal: Signal, gates: dict[str, str]) -> tuple[Array, ...]:
    """The arrays of each gate, by its name in a file and its small letter."""
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
    return tuple(found)


def first_state(
    layer: Layer, letter: str, field: str, *, of: str, role: Role = Role.INITIAL_STATE
) -> Array:
    """The state before the first step, of all samples or of each."""
    rows = dict(layer.arrays).get(letter)
    shape, axes = (1, layer.units), ("one", "unit")
    if isinstance(rows, tuple) and isinstance(rows[0], tuple):
        shape, axes = (len(rows), layer.units), (SAMPLE, "unit")
    step = int(dict(layer.settings).get("backward_from", 0))
    return Array(letter, shape, axes, field, role=role, initial_of=of, at_step=step)


def gated(kind: str, gates: dict[str, str]) -> tuple[Field, ...]:
    """Weights and biases of a cell with gates, as a file gives them."""
    return (
        in_parts(kind, "weights", gates, MATRIX, "[[0.1, 0.2]]"),
        in_parts(kind, "recurrent_weights", gates, MATRIX, "[[0.1]]"),
        in_parts(kind, "bias", gates, ROW, "[0.1]"),
    )


def unrolled(context: LayerContext, cell: Cell) -> LayerFormulas:
    """The cell at every step, each with the states of the step before.

    Backward in time the step before is the next one of the sequence.
    """
    settings = dict(context.layer.settings)
    states: States = {
        letter: quantity for letter, quantity in context.arrays.items() if letter in ("H", "C")
    }
    if "initial_from" in settings:
        states["H"] = context.output_of(context.layer.setting("initial_from"))[-1]
    lines: list[Definition] = []
    found: dict[int, Quantity] = {}
    steps = list(enumerate(context.inputs, 1))
    for step, source in reversed(steps) if "backward_from" in settings else steps:
        made, states = cell(context, step, source, states)
        if not found:
            made[0] = made[0]._replace(remarks=(*_remarks(settings), *made[0].remarks))
        lines += made
        found[step] = states["H"]
    outputs = [found[step] for step in sorted(found)]
    returns = settings.get("returns", "all")
    if returns == "last":
        return LayerFormulas(tuple(lines), (states["H"],))
    if returns == "mean":
        mean = context.quantity("M", None, outputs[0].shape, Role.OUTPUT)
        lines.append(
            Definition(mean, mean_of(tuple(map(Ref, outputs))), "forward", "mean_of_states")
        )
        return LayerFormulas(tuple(lines), (mean,))
    return LayerFormulas(tuple(lines), tuple(outputs))


def _remarks(settings: dict[str, Setting]) -> list[Remark]:
    """What is said above the first step."""
    found = []
    if "backward_from" in settings:
        found.append(Remark("backward_in_time"))
    if "initial_from" in settings:
        found.append(Remark("state_from", (("layer", int(settings["initial_from"])),)))
    return found


def gate_sum(
    context: LayerContext,
    step: int,
    source: Quantity,
    kept: Formula,
    gate: str,
    *,
    rule: str = "recurrent_sum",
) -> Definition:
    """`Z = x @ W + kept + B` of one gate, `kept` being what comes from the states before."""
    fresh = MatMul(Ref(source), Ref(context.arrays[f"W{gate}"]))
    shape = (source.shape[0], context.layer.units)
    before = context.quantity(f"Z{gate}", step, shape, Role.WEIGHTED_SUM)
    return Definition(before, biased(context, Add((fresh, kept)), f"B{gate}"), "forward", rule)


def from_state(context: LayerContext, state: Formula, gate: str) -> Formula:
    """`h @ R` of one gate."""
    return MatMul(state, Ref(context.arrays[f"R{gate}"]))


def with_remark(line: Definition, key: str, *, where: bool) -> Definition:
    """The line with a sentence above it."""
    return line._replace(remarks=(*line.remarks, Remark(key))) if where else line


def is_first(context: LayerContext, step: int) -> bool:
    """Whether a step is the first that is worked out."""
    settings = dict(context.layer.settings)
    return step == (int(settings["backward_from"]) - 1 if "backward_from" in settings else 1)


def gate_value(context: LayerContext, line: Definition, letter: str, function: str) -> Definition:
    """A gate's value between 0 and 1, or a candidate's between -1 and 1."""
    before = line.quantity
    after = context.quantity(letter, before.place[1], before.shape, Role.GATE)
    return Definition(after, call(function, Ref(before)), "forward", "activation", inlined=True)


def _elman(
    context: LayerContext, step: int, source: Quantity, states: States
) -> tuple[list[Definition], States]:
    kept = from_state(context, Ref(states["H"]), "")
    line = gate_sum(context, step, source, kept, "")
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
    looks_at=begins_with,
    formulas=lambda context: unrolled(context, _elman),
    examples=(
        "{recurrent: {units: 3, returns: all}, activation: tanh}",
        "{recurrent: {units: 3, direction: backward}}",
    ),
)
