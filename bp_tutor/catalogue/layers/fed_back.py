"""A recurrent layer with outputs that come back as the next step's inputs.

The row that reaches it is the input of the first step; then what a step puts out enters the next.
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
    weights,
)
from bp_tutor.catalogue.layer_formulas import activation_line
from bp_tutor.catalogue.layers.recurrent import (
    STATE,
    first_state,
    from_state,
    gate_arrays,
    gate_sum,
)
from bp_tutor.fields.forms import Whole
from bp_tutor.fields.records import Field
from bp_tutor.formula import Add, MatMul, Ref, Role

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, LayerContext, Reached
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section

MOST_STEPS = 1_000


def _settings(section: Section, _: Reached) -> dict[str, Setting]:
    settings: dict[str, Setting] = {"steps": section["fed_back"]["steps"]}
    if section.has("output_bias"):
        settings["output_bias"] = 1
    return settings


def _units(section: Section) -> int:
    units: int = section["fed_back"]["units"]
    return units


def _arrays(layer: Layer, signal: Signal) -> tuple[Array, ...]:
    outputs = signal.shape[0]
    found = (
        *gate_arrays(layer, signal, {"": ""}),
        weights("V", layer.units, outputs, "output_weights", leaves=False)._replace(
            role=Role.RECURRENT_WEIGHT
        ),
        first_state(layer, "H", "initial", of="H"),
    )
    if not dict(layer.settings).get("output_bias"):
        return found
    return *found, biases("Bv", outputs, field="output_bias")


def _hands_on(layer: Layer, signal: Signal) -> Signal:
    return Signal("sequence", signal.shape, layer.setting("steps"))


def _formulas(context: LayerContext) -> LayerFormulas:
    """`h = f(x @ W + h @ R + B)` and `y = h @ V + Bv`; then x is the y of the step before."""
    source, state = context.inputs[0], context.arrays["H"]
    samples, outputs = source.shape
    lines: list[Definition] = []
    found = []
    for step in range(1, context.layer.setting("steps") + 1):
        line = gate_sum(context, step, source, from_state(context, Ref(state), ""), "")
        if step == 1:
            line = line._replace(remarks=(Remark("fed_back"),))
        state = context.quantity("H", step, (samples, context.layer.units), Role.ACTIVATION)
        made = MatMul(Ref(state), Ref(context.arrays["V"]))
        total = Add((made, Ref(context.arrays["Bv"]))) if "Bv" in context.arrays else made
        source = context.quantity("A", step, (samples, outputs), Role.OUTPUT)
        lines += [
            line,
            activation_line(context.layer, line.quantity, state),
            Definition(source, total, "forward", "put_out"),
        ]
        found.append(source)
    return LayerFormulas(tuple(lines), tuple(found))


FED_BACK = LayerKind(
    key="fed_back",
    fields=(
        Field("units", COUNT, "2", required=True, also=("size", "hidden")),
        Field("steps", Whole(1, MOST_STEPS), "3", required=True, also=("length",)),
        Field("initial", STATE, "[0, 0]", also=("h0", "initial_state")),
    ),
    example="{units: 2, steps: 3}",
    also=("feedback", "generator", "one_to_many"),
    takes=("vector",),
    units=_units,
    settings=_settings,
    activation="tanh",
    numbers=(
        Field("weights", MATRIX, "[[0.1, 0.2]]", also=("w",)),
        Field("recurrent_weights", MATRIX, "[[0.3]]", also=("state_weights", "hidden_weights")),
        BIAS,
        Field("output_weights", MATRIX, "[[0.5]]", also=("v",)),
        Field("output_bias", ROW, "[0.1]"),
    ),
    arrays=_arrays,
    hands_on=_hands_on,
    formulas=_formulas,
    examples=("{fed_back: {units: 3, steps: 2}, output_bias: [0.1, 0.2]}",),
)
