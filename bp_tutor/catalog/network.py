"""A network of layers written as formulas."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from bp_tutor.catalog.definition import Definition, Model
from bp_tutor.catalog.generate import normal
from bp_tutor.catalog.layers import activations, bias, dense, weights
from bp_tutor.catalog.losses import LOSSES, stable_loss
from bp_tutor.catalog.measures import MEASURES
from bp_tutor.formula import HALF, Call, Formula, Mul, Number, Pow, Quantity, Reduce, Ref
from bp_tutor.formula.build import add, mul, number, tidy
from bp_tutor.formula.functions import template
from bp_tutor.problem.model import Generated

if TYPE_CHECKING:
    from bp_tutor.problem.model import Layer, Loss, Matrix, Network, Problem, Row

LOSS = Quantity("L")
RATE = Quantity("eta")
DECAY = Quantity("lambda")


def network_model(problem: Problem, rows: tuple[int, ...]) -> Model:
    """The formulas of a network for the samples `rows` (counted from 0)."""
    network = problem.network
    assert network is not None
    samples = len(rows)
    source = activations(1, samples, network.inputs)
    given: dict[Quantity, Row | None] = {
        source: _rows(network.samples, rows, activations(1, network.sample_count, network.inputs))
    }
    definitions: list[Definition] = []
    trained: list[Quantity] = []
    rules: dict[Quantity, str] = {source: "input_gradient"}
    asked = [source] if network.ask_inputs else []
    for position, layer in enumerate(network.layers, 2):
        weight = weights(position - 1, source.shape[1], layer.units)
        given[weight] = _values(layer.weights, weight)
        parameters = [] if layer.frozen else [weight]
        rules[weight] = "weight_gradient"
        if layer.bias.kind != "none":
            shift = bias(position, 1 if layer.bias.shared else layer.units)
            given[shift] = _values(layer.bias.values, shift)
            rules[shift] = "shared_bias_gradient" if layer.bias.shared else "bias_gradient"
            parameters += [] if layer.frozen or layer.bias.frozen else [shift]
        lines = dense(layer, position, source)
        before, source = (line.quantity for line in lines)
        last = position == len(network.layers) + 1
        rules[before] = "output_delta" if last else "hidden_delta"
        rules[source] = "loss_slope" if last else "error_back"
        definitions += lines
        trained = [*parameters, *trained]
    model = Model(
        tuple(definitions), given, {}, (*trained, *asked), tuple(trained), rules=rules, rate=RATE
    )
    if network.loss is None:
        return model._replace(wanted=(), trained=())
    outputs = activations(len(network.layers) + 1, network.sample_count, network.layers[-1].units)
    return _with_loss(model, problem, network.loss, _rows(network.targets, rows, outputs))


def _with_loss(model: Model, problem: Problem, loss: Loss, targets: Row | None) -> Model:
    assert problem.network is not None
    layer = problem.network.layers[-1]
    before, output = (line.quantity for line in model.definitions[-2:])
    row = LOSSES[loss.name]
    target = Quantity("Y", (), output.shape, output.axes)
    each = Quantity("E", (), output.shape, output.axes)
    function = row.turned if loss.error == "target-prediction" else row.function
    shown: Formula = Call(function, (Ref(output), Ref(target)))
    shown = stable_loss(loss.name, layer.activation, shown, Ref(before), Ref(target))
    share = _share(loss, output.shape)
    total = mul(number(share), Reduce("sum", Ref(each), (0, 1), scalar=True))
    given = model.given | {target: targets, RATE: None}
    if loss.weight_decay:
        total = add(total, _penalty(model))
        given[DECAY] = (loss.weight_decay,)
    factor = Fraction(-1 if problem.conventions.delta == "descent" else 1)
    if loss.drop_factor and row.doubled:
        factor /= 2
    fused = dict(row.fused).get(layer.activation)
    shortcuts: dict[Quantity, Formula] = {}
    rules = dict(model.rules)
    if fused is not None and (row.usually_fused if loss.fused is None else loss.fused):
        holes = {"a": Ref(output), "y": Ref(target)}
        delta = _filled(fused, holes)
        shortcuts[before] = tidy(mul(number(share * factor), delta))
        rules[before] = "fused_delta"
    return model._replace(
        definitions=(
            *model.definitions,
            Definition(each, shown, "loss", "output_loss"),
            Definition(LOSS, total, "loss", "total_loss"),
            *(
                Definition(
                    MEASURES[name].quantity,
                    MEASURES[name].formula(Ref(output), Ref(target)),
                    "loss",
                    f"measure_{name}",
                )
                for name in problem.network.measures
            ),
        ),
        given=given,
        seeds={LOSS: number(factor)},
        shortcuts=shortcuts,
        rules=rules,
        loss=LOSS,
        factor=float(factor),
    )


def _share(loss: Loss, shape: tuple[int, ...]) -> Fraction:
    """What each output's loss counts in the total: 1/samples and 1/outputs where averaged."""
    samples, outputs = shape
    averaged = LOSSES[loss.name].mean if loss.outputs == "default" else loss.outputs == "mean"
    return Fraction(1, (samples if loss.samples == "mean" else 1) * (outputs if averaged else 1))


def _penalty(model: Model) -> Formula:
    squares = [
        Reduce("sum", Pow(Ref(weight), Number(2)), (0, 1), scalar=True)
        for weight in model.given
        if weight.symbol == "W"
    ]
    return Mul((HALF, Ref(DECAY), add(*squares)))


def _filled(text: str, holes: dict[str, Ref]) -> Formula:
    from bp_tutor.formula import replace as replace_nodes
    from bp_tutor.formula.functions import Hole

    return replace_nodes(
        template(text), lambda node: holes[node.symbol] if isinstance(node, Hole) else None
    )


def _rows(matrix: Matrix | Generated | None, rows: tuple[int, ...], whole: Quantity) -> Row | None:
    """The numbers of some samples; `whole` is the quantity over all of them."""
    if matrix is None:
        return None
    if isinstance(matrix, Generated):
        width = whole.shape[1]
        drawn = normal(matrix, whole)
        matrix = tuple(drawn[start : start + width] for start in range(0, len(drawn), width))
    return tuple(number for row in rows for number in matrix[row])


def _values(values: Matrix | Row | Generated | None, quantity: Quantity) -> Row | None:
    if isinstance(values, Generated):
        return normal(values, quantity)
    if values is None or not values:
        return None
    if isinstance(values[0], tuple):
        return tuple(number for row in values for number in row)
    return tuple(values)


def layer_sizes(network: Network) -> tuple[int, ...]:
    """Units of every layer, the input first."""
    return (network.inputs, *(layer.units for layer in network.layers))


def kinked(layer: Layer) -> bool:
    """Whether the layer's activation has a point without a slope."""
    from bp_tutor.formula import FUNCTIONS

    return layer.activation in FUNCTIONS and bool(FUNCTIONS[layer.activation].kinks)
