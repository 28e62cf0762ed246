"""A network of layers written as formulas."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Model
from bp_tutor.catalogue.forward import forward_of, inputs_of
from bp_tutor.catalogue.generate import array_values
from bp_tutor.formula import Quantity, Ref, Role, walk
from bp_tutor.formula.quantity import FIRST_STATES, STARTS, VALUE
from bp_tutor.problem.signals import input_signal
from bp_tutor.solve.given import sample_values
from bp_tutor.solve.objective import RATE, with_loss

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, LayerFormulas
    from bp_tutor.fields.numbers import Row
    from bp_tutor.formula import Formula
    from bp_tutor.problem.model import Problem


def network_model(problem: Problem, rows: tuple[int, ...]) -> Model:
    """The formulas of a network for the samples `rows` (counted from 0)."""
    network = problem.network
    assert network is not None
    signal = input_signal(network)
    inputs = inputs_of(signal, len(rows))
    numbers = sample_values(network.samples, rows, network, inputs)
    if network.tokens:
        # Of a one-hot row nothing is written but its 1.
        inputs = tuple(map(_without_zeros, inputs, numbers))
    forward = forward_of(network.layers, signal, len(rows), inputs)
    given: dict[Quantity, Row | None] = dict(zip(inputs, numbers, strict=True))
    trained: list[Quantity] = []
    tied: dict[Quantity, Formula] = {}
    rules: dict[Quantity, str] = dict.fromkeys(inputs, "input_gradient")
    for placed in forward.layers:
        layer, table = placed.layer, placed.arrays
        for quantity, array in table.items():
            given[quantity] = array_values(layer, array, quantity, rows)
            rules[quantity] = array.rule
        tied |= placed.tied
        rules |= _rules_back(placed.formulas, last=placed is forward.layers[-1])
        trained = [*(one for one in table if _is_trained(layer, one)), *trained]
    owned = (node for formula in tied.values() for node in walk(formula))
    rules |= {node.quantity: "tied_gradient" for node in owned if isinstance(node, Ref)}
    asked = inputs if network.ask_inputs else ()
    model = Model(
        forward.lines, given, {}, (*trained, *asked), tuple(trained), rules=rules, rate=RATE,
        outputs=forward.outputs, tied=tied,
    )  # fmt: skip
    if network.given:
        model = _with_given(model, problem, rows)
    if network.loss is not None:
        return with_loss(model, problem, forward.outputs, rows)
    return model if network.goes_back else model._replace(wanted=(), trained=())


def _without_zeros(quantity: Quantity, numbers: Row | None) -> Quantity:
    """The same quantity, of which zeros are no part."""
    if numbers is None:
        return quantity
    places = zip(quantity.places(), numbers, strict=True)
    zeros = frozenset(index for index, number in places if number == 0)
    place, shape, axes = quantity.place, quantity.shape, quantity.axes
    return Quantity(quantity.symbol, place, shape, axes, role=quantity.role, removed=zeros)


def _with_given(model: Model, problem: Problem, rows: tuple[int, ...]) -> Model:
    """The model with what is given of its arrays; the backward pass begins at derivatives."""
    network = problem.network
    assert network is not None
    known = {line.quantity.name: line.quantity for line in model.definitions}
    for kind in STARTS:
        known |= {v.as_kind(kind).name: v.as_kind(kind) for v in known.values() if not v.kind}
    given = dict(model.given)
    seeds: dict[Quantity, Formula] = {}
    stated: list[Quantity] = []
    for name, matrix in network.given:
        quantity = known[name]
        numbers = None if matrix is None else (matrix[row] for row in rows)
        given[quantity] = None if numbers is None else tuple(chain(*numbers))
        if quantity.kind in STARTS:
            seeds[quantity.as_kind(VALUE)] = Ref(quantity)
        else:
            stated.append(quantity)
    learns = network.learning_rate is not None
    if learns:
        given[RATE] = None
    # By a given value is differentiated as by an input: nothing else may be known before it.
    if network.alone:
        given = {quantity: given[quantity] for quantity in stated}
        model = model._replace(trained=(), wanted=())
    model = model._replace(
        given=given, wanted=(*model.wanted, *stated), rate=RATE if learns else None
    )
    if not seeds:
        return model
    return model._replace(
        seeds=seeds,
        factor=-1.0 if problem.conventions.delta == "descent" else 1.0,
    )


def _is_trained(layer: Layer, quantity: Quantity) -> bool:
    """Whether an update changes an array of the layer."""
    frozen = layer.frozen or (quantity.role is Role.BIAS and layer.bias.frozen)
    return not frozen and quantity.role not in (*FIRST_STATES, Role.RUNNING, Role.FIXED)


def _rules_back(formulas: LayerFormulas, *, last: bool) -> dict[Quantity, str]:
    """By which words the derivatives of a layer's own quantities are named."""
    rules = {}
    for line in formulas.lines:
        if line.quantity.role is Role.WEIGHTED_SUM:
            rules[line.quantity] = "output_delta" if last else "hidden_delta"
        elif line.inlined or line.quantity in formulas.outputs:
            rules[line.quantity] = "loss_slope" if last else "error_back"
    return rules
