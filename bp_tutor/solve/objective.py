"""The loss of a network: of each output, in all, with weight decay and measures."""

from __future__ import annotations

from fractions import Fraction
from math import prod
from typing import TYPE_CHECKING

from bp_tutor.catalogue.definition import Definition
from bp_tutor.catalogue.learning_rules import LEARNING_RULES
from bp_tutor.catalogue.losses import LOSSES, fused_of, loss_of, parameters_of, smoothed
from bp_tutor.catalogue.measures import MEASURES
from bp_tutor.catalogue.regularisers import REGULARISERS
from bp_tutor.formula import (
    Formula,
    Quantity,
    Reduce,
    Ref,
    StableForm,
    walk,
)
from bp_tutor.formula.algebra import add, filled, in_losses, mul, number, template, tidy
from bp_tutor.formula.quantity import ONE, SAMPLE, WEIGHTS, Role
from bp_tutor.solve.given import sample_values
from bp_tutor.solve.weighted import weighted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from bp_tutor.catalogue.definition import Model
    from bp_tutor.catalogue.layer import Outputs
    from bp_tutor.catalogue.losses import Loss
    from bp_tutor.fields.numbers import Row
    from bp_tutor.problem.model import Network, Problem
    from bp_tutor.solve.weighted import Weighted

LOSS = Quantity("L", role=Role.LOSS)
RATE = Quantity("eta", role=Role.RATE)
DECAY = Quantity("lambda", role=Role.DECAY)
OF_DATA = Quantity("L_data", role=Role.LOSS_PART)
OF_WEIGHTS = Quantity("L_decay", role=Role.LOSS_PART)


def with_loss(model: Model, problem: Problem, outputs: Outputs, rows: tuple[int, ...]) -> Model:
    """The model with its loss over `outputs`: at every time step where there are several."""
    network = problem.network
    assert network is not None
    assert network.loss is not None
    loss = network.loss
    sign = Fraction(-1 if problem.conventions.delta == "descent" else 1)
    dropped = loss.drop_factor and LOSSES[loss.name].doubled
    factor = sign / 2 if dropped else sign
    fused = fused_of(loss, network.layers[-1].activation)
    at_once, stated = loss.fused is not False, not model.given.keys().isdisjoint(outputs)
    lines: list[Definition] = []
    together: dict[Quantity, tuple[Formula, Formula, Formula]] = {}
    targets = [_beside(output, "Y", Role.TARGET, len(outputs)) for output in outputs]
    weights = weighted(network, loss, tuple(targets), rows)
    for place, (output, target) in enumerate(zip(outputs, targets, strict=True)):
        line = next(line for line in model.definitions if line.quantity == output)
        before = line.activates
        wanted = smoothed(loss, Ref(target))
        shown = loss_of(loss, Ref(output), wanted)
        if before is not None and fused is not None:
            holes = {"a": Ref(output), "y": wanted, "z": Ref(before)} | parameters_of(loss)
            computed = filled(in_losses(template(fused.computed)), holes)
            if not stated:
                shown = StableForm(shown, computed, Ref(output), line.formula)
            # Outputs that share one row have p - y only where they count alike.
            if weights.of_rows or not LOSSES[loss.name].whole_rows:
                delta = weights.times(place, filled(template(fused.delta), holes))
                share = weights.share * factor
                together[before] = (tidy(mul(number(share), delta)), Ref(output), line.formula)
        each = _beside(output, "E", Role.OUTPUT_LOSS, len(outputs))
        lines.append(Definition(each, shown, "loss", "output_loss", inlined=bool(weights.arrays)))
    axes = tuple(range(len(outputs[0].shape)))
    counted = [weights.times(place, Ref(line.quantity)) for place, line in enumerate(lines)]
    sums = [Reduce("sum", each, axes, scalar=True) for each in counted]
    total = mul(number(weights.share), add(*sums))
    asides = list(_of_samples(counted, weights.of_sample, outputs[0].samples))
    given = _given(model, network, targets, rows, weights)
    seeds: dict[Quantity, Formula] = {LOSS: number(factor)}
    if loss.penalty is not None:
        given[DECAY] = (loss.penalty[1],)
        parts = _parts(model, loss, total)
        total = add(total, parts[1].formula)
        if not dropped:
            asides += parts
        else:
            # Only the errors lose their factor 2: the two parts are differentiated apart.
            lines += parts
            total = add(Ref(OF_DATA), Ref(OF_WEIGHTS))
            seeds = {OF_DATA: number(factor), OF_WEIGHTS: number(sign)}
    lines.append(Definition(LOSS, total, "loss", "total_loss"))
    lines += [_measured(name, outputs, targets) for name in network.measures]
    shortcuts = {before: delta for before, (delta, *_) in together.items() if at_once}
    if network.learning_rule:
        return model._replace(
            definitions=(*model.definitions, *lines),
            given=given,
            loss=LOSS,
            targets=LOSSES[loss.name].targets,
            asides=tuple(asides),
            wanted=(),
            errors=_errors(model, network.learning_rule, outputs, targets),
        )
    return model._replace(
        definitions=(*model.definitions, *lines),
        given=given,
        seeds=seeds,
        shortcuts=shortcuts,
        safe={} if at_once or stated or _lead_elsewhere(model, outputs, together) else together,
        rules={**model.rules, **dict.fromkeys(shortcuts, "fused_delta")},
        loss=LOSS,
        targets=LOSSES[loss.name].targets,
        factor=float(factor),
        asides=tuple(asides),
    )


def _given(
    model: Model, network: Network, targets: list[Quantity], rows: tuple[int, ...], of: Weighted
) -> dict[Quantity, Row | None]:
    """What is given, with targets, what they count, and a learning rate that each update has."""
    values = sample_values(network.targets, rows, network, tuple(targets))
    given = {**model.given, **dict(zip(targets, values, strict=True)), **dict(of.arrays)}
    return given if model.rate is None else given | {RATE: None}


def _errors(
    model: Model, rule: str, outputs: Outputs, targets: list[Quantity]
) -> dict[Quantity, Formula]:
    """How far each net input is off, as a learning rule takes it."""
    found: dict[Quantity, Formula] = {}
    for output, target in zip(outputs, targets, strict=True):
        before = next(line for line in model.definitions if line.quantity == output).activates
        assert before is not None
        holes: dict[str, Formula] = {"a": Ref(output), "y": Ref(target), "z": Ref(before)}
        found[before] = tidy(filled(template(LEARNING_RULES[rule].error), holes))
    return found


def _parts(model: Model, loss: Loss, of_data: Formula) -> list[Definition]:
    """What the data and what the weights cost."""
    assert loss.penalty is not None
    kind = REGULARISERS[loss.penalty[0]]
    penalty = kind.penalty(DECAY, _penalised(model, loss.penalised), loss.l1_share)
    return [
        Definition(OF_DATA, of_data, "loss", "data_loss"),
        Definition(OF_WEIGHTS, penalty, "loss", kind.rule),
    ]


def _measured(name: str, outputs: Outputs, targets: list[Quantity]) -> Definition:
    """A measure that is only reported."""
    measure = MEASURES[name]
    formula = measure.formula([*map(Ref, outputs)], [*map(Ref, targets)])
    quantity = Quantity(measure.symbol, role=Role.MEASURE)
    return Definition(quantity, formula, "loss", f"measure_{name}", may_fail=True)


def _of_samples(counted: list[Formula], share: Fraction, samples: int) -> Iterator[Definition]:
    """The loss of each sample, without weight decay, where there are several."""
    if samples == 1:
        return
    terms: list[Formula] = []
    for each in counted:
        axes = tuple(range(1, len(each.shape)))
        terms.append(Reduce("sum", each, axes) if prod(each.shape) > samples else each)
    # The other axes have length 1: the index says the sample, and zeros.
    one = (ONE,) * (len(counted[0].shape) - 1)
    shape = (samples, *[1] * len(one))
    quantity = Quantity("L", (), shape, (SAMPLE, *one), role=Role.LOSS)
    yield Definition(quantity, mul(number(share), add(*terms)), "loss", "sample_loss")


def _beside(output: Quantity, letter: str, role: Role, steps: int) -> Quantity:
    """A quantity with a number for each output, at the same time step."""
    place = output.place[1:] if steps > 1 else ()
    return Quantity(letter, place, output.shape, output.axes, role=role)


def _lead_elsewhere(model: Model, outputs: Outputs, before: Collection[Quantity]) -> bool:
    """Whether outputs or what stands in front of them lead to anything but their own loss."""
    lines = (line for line in model.definitions if line.quantity not in outputs)
    nodes = (node for line in lines for node in walk(line.formula))
    return any(isinstance(n, Ref) and n.quantity in (*outputs, *before) for n in nodes)


def _penalised(model: Model, which: str) -> list[Quantity]:
    """What a regulariser counts: weights, or biases as well; initial states are left out."""
    roles = (*WEIGHTS, Role.BIAS) if which == "all" else WEIGHTS
    return [quantity for quantity in model.given if quantity.role in roles]
