"""A network of layers written as formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Model
from bp_tutor.catalogue.generate import array_values
from bp_tutor.catalogue.kinds import KINDS
from bp_tutor.catalogue.layer_table import LAYERS
from bp_tutor.catalogue.layers import Place, array_quantities, axes_of
from bp_tutor.formula import Quantity, Role
from bp_tutor.problem.signals import input_signal
from bp_tutor.solve.given import sample_values
from bp_tutor.solve.objective import RATE, with_loss

if TYPE_CHECKING:
    from bp_tutor.catalogue.definition import Definition
    from bp_tutor.catalogue.kinds import Signal
    from bp_tutor.catalogue.layers import Flow
    from bp_tutor.fields.numbers import Row
    from bp_tutor.problem.model import Problem


def network_model(problem: Problem, rows: tuple[int, ...]) -> Model:
    """The formulas of a network for the samples `rows` (counted from 0)."""
    network = problem.network
    assert network is not None
    signal = input_signal(network)
    flow = inputs_of(signal, len(rows))
    given: dict[Quantity, Row | None] = dict(
        zip(flow, sample_values(network.samples, rows, network, flow), strict=True)
    )
    inputs = flow
    definitions: list[Definition] = []
    trained: list[Quantity] = []
    rules: dict[Quantity, str] = dict.fromkeys(flow, "input_gradient")
    for number, layer in enumerate(network.layers, 2):
        arrays = array_quantities(layer, number, signal)
        parameters = []
        for array in KINDS[layer.kind].arrays(layer, signal):
            quantity = arrays[array.letter]
            given[quantity] = array_values(layer, array, quantity)
            rules[quantity] = array.rule
            is_bias = array.letter.startswith("B")
            if array.trained and not (layer.frozen or (is_bias and layer.bias.frozen)):
                parameters.append(quantity)
        built = LAYERS[layer.kind](Place(layer, number, flow, signal, arrays))
        last = number == len(network.layers) + 1
        for line in built.lines:
            if line.preactivation:
                rules[line.quantity] = "output_delta" if last else "hidden_delta"
            elif line.carried or line.quantity in built.flow:
                rules[line.quantity] = "loss_slope" if last else "error_back"
        definitions += built.lines
        trained = [*parameters, *trained]
        signal, flow = KINDS[layer.kind].hands_on(layer, signal), built.flow
    asked = inputs if network.ask_inputs else ()
    model = Model(
        tuple(definitions), given, {}, (*trained, *asked), tuple(trained), rules=rules, rate=RATE
    )
    model = model._replace(outputs=flow)
    if network.loss is None:
        return model._replace(wanted=(), trained=())
    return with_loss(model, problem, flow, rows)


def inputs_of(signal: Signal, samples: int) -> Flow:
    """The quantities in which the inputs arrive: one, or one for each time step."""
    shape = signal.shape if signal.form == "positions" else (samples, *signal.shape)
    steps = [(step,) for step in range(1, signal.steps + 1)] if signal.form == "sequence" else [()]
    axes = axes_of(shape, signal.form)
    return tuple(Quantity("A", (1, *step), shape, axes, role=Role.INPUT) for step in steps)
