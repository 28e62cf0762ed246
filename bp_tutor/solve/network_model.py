"""A network of layers written as formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Model
from bp_tutor.catalogue.generate import array_values
from bp_tutor.catalogue.layer import LayerContext, axes_of, layer_kind
from bp_tutor.formula import Quantity, Role
from bp_tutor.formula.quantity import FIRST_STATES
from bp_tutor.problem.signals import input_signal
from bp_tutor.solve.given import sample_values
from bp_tutor.solve.objective import RATE, with_loss

if TYPE_CHECKING:
    from bp_tutor.catalogue.definition import Definition
    from bp_tutor.catalogue.layer import Layer, LayerFormulas, Outputs, Signal
    from bp_tutor.fields.numbers import Row
    from bp_tutor.problem.model import Problem


def network_model(problem: Problem, rows: tuple[int, ...]) -> Model:
    """The formulas of a network for the samples `rows` (counted from 0)."""
    network = problem.network
    assert network is not None
    signal = input_signal(network)
    inputs = inputs_of(signal, len(rows))
    outputs = [inputs]
    given: dict[Quantity, Row | None] = dict(
        zip(inputs, sample_values(network.samples, rows, network, inputs), strict=True)
    )
    definitions: list[Definition] = []
    trained: list[Quantity] = []
    rules: dict[Quantity, str] = dict.fromkeys(inputs, "input_gradient")
    for number, layer in enumerate(network.layers, 2):
        table = {array.quantity(number): array for array in layer.arrays_after(signal)}
        for quantity, array in table.items():
            given[quantity] = array_values(layer, array, quantity)
            rules[quantity] = array.rule
        arrays = {array.letter: quantity for quantity, array in table.items()}
        context = LayerContext(layer, number, signal, arrays, tuple(outputs))
        formulas = layer_kind(layer.kind).formulas(context)
        rules |= _rules_back(formulas, last=number == len(network.layers) + 1)
        definitions += formulas.lines
        trained = [*(one for one in table if _is_trained(layer, one)), *trained]
        signal = layer.hands_on(signal)
        outputs.append(formulas.outputs)
    asked = inputs if network.ask_inputs else ()
    model = Model(
        tuple(definitions), given, {}, (*trained, *asked), tuple(trained), rules=rules, rate=RATE
    )
    model = model._replace(outputs=outputs[-1])
    if network.loss is None:
        return model._replace(wanted=(), trained=())
    return with_loss(model, problem, outputs[-1], rows)


def _is_trained(layer: Layer, quantity: Quantity) -> bool:
    """Whether an update changes an array of the layer."""
    frozen = layer.frozen or (quantity.role is Role.BIAS and layer.bias.frozen)
    return not frozen and quantity.role not in FIRST_STATES


def _rules_back(formulas: LayerFormulas, *, last: bool) -> dict[Quantity, str]:
    """By which words the derivatives of a layer's own quantities are named."""
    rules = {}
    for line in formulas.lines:
        if line.quantity.role is Role.WEIGHTED_SUM:
            rules[line.quantity] = "output_delta" if last else "hidden_delta"
        elif line.inlined or line.quantity in formulas.outputs:
            rules[line.quantity] = "loss_slope" if last else "error_back"
    return rules


def inputs_of(signal: Signal, samples: int) -> Outputs:
    """The quantities in which the inputs arrive: one, or one for each time step."""
    shape = signal.shape if signal.form == "positions" else (samples, *signal.shape)
    steps = [(step,) for step in range(1, signal.steps + 1)] if signal.form == "sequence" else [()]
    axes = axes_of(shape, signal.form)
    return tuple(Quantity("A", (1, *step), shape, axes, role=Role.INPUT) for step in steps)
