"""The lines of an update: from gradients to new weights, by any optimiser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue import Definition, Remark
from bp_tutor.catalogue.clipping import CLIPPED, CLIPPING, LIMIT, NORM, norm_of
from bp_tutor.catalogue.learning_rules import LEARNING_RULES
from bp_tutor.catalogue.optimisers import AHEAD, COUNT, form_of, numbers_of
from bp_tutor.catalogue.schedules import SCHEDULED, rate_of
from bp_tutor.formula import Formula, Number, Quantity, Ref
from bp_tutor.formula.algebra import add, filled, mul, neg, template, tidy
from bp_tutor.formula.quantity import DERIVATIVE, STEP, UPDATED, Role
from bp_tutor.frozen import Frozen
from bp_tutor.solve.backward import handed_on

if TYPE_CHECKING:
    from bp_tutor.catalogue import Model
    from bp_tutor.catalogue.clipping import ClippingKind
    from bp_tutor.catalogue.optimisers import Optimiser, UpdateForm
    from bp_tutor.problem.model import Problem

UPDATES = Quantity(COUNT, role=Role.SETTING)


class Update(Frozen):
    """The lines, what they start from, and what each update hands on to the next."""

    lines: tuple[Definition, ...]
    given: dict[Quantity, tuple[float, ...] | None]
    next_values: tuple[tuple[Quantity, Quantity], ...]
    ahead: tuple[Definition, ...] = ()
    """The points at which gradients are taken, where those are not the weights themselves."""


def update_of(
    problem: Problem,
    model: Model,
    trained: tuple[Quantity, ...],
    measured: tuple[Quantity, ...],
) -> Update:
    """The update of the quantities `trained` by the problem's optimiser.

    The length of all gradients, by which they are clipped, is that of those by `measured`.
    """
    part = problem.network or problem.graph
    assert part is not None
    form = form_of(part.optimiser, problem.conventions.report)
    numbers = numbers_of(part.optimiser)
    lines: list[Definition] = []
    carried = [(quantity, quantity.as_kind(UPDATED)) for quantity in trained]
    given: dict[Quantity, tuple[float, ...] | None] = {
        Quantity(name, role=Role.SETTING): (value,) for name, value in numbers.items()
    }
    starts = dict(part.states)
    if part.optimiser.schedule is not None:
        assert model.rate is not None
        assert isinstance(part.learning_rate, float)
        rate = rate_of(part.optimiser.schedule, part.learning_rate, Ref(UPDATES))
        said = (Remark("scheduled"),)
        lines.append(Definition(model.rate, rate, "update", SCHEDULED, remarks=said))
    clipping = _clipping_of(part.optimiser, measured)
    if clipping is not None:
        lines += clipping.norm
        given |= clipping.given
    for quantity in trained if model.errors else ():
        lines += _correction(problem, model, quantity)
    for quantity in trained if not model.errors else ():
        gradient = _gradient(model, quantity)
        if clipping is not None:
            lines.append(clipping.line(quantity, gradient))
            gradient = Ref(quantity.as_kind(CLIPPED))
        lines += _lines(form, tuple(numbers), model, quantity, gradient)
        for state in form.states:
            kept = quantity.as_kind(state)
            given[kept] = starts.get(kept.name, (0.0,) * quantity.size)
            carried.append((kept, quantity.as_kind(state + UPDATED)))
    if part.optimiser.counts:
        given[UPDATES] = starts.get(COUNT, (1.0,))
        counted = UPDATES.as_kind(UPDATED)
        one_more = add(Ref(UPDATES), Number(1))
        lines.append(Definition(counted, one_more, "update", "count", inlined=True))
        carried.append((UPDATES, counted))
    ahead = tuple(_point(form, tuple(numbers), quantity) for quantity in trained if form.ahead)
    return Update(tuple(lines), given, tuple(carried), ahead)


def corrected(model: Model, quantity: Quantity) -> Formula | None:
    """What a learning rule without a gradient makes of the errors for one array of weights."""
    parts = [
        part
        for line in model.definitions
        if line.quantity in model.errors
        for _, part in handed_on(
            line.formula, model.errors[line.quantity], Ref(line.quantity), {quantity}
        )
    ]
    return add(*parts) if parts else None


def _correction(problem: Problem, model: Model, quantity: Quantity) -> list[Definition]:
    """The lines of a correction and of what comes out of it."""
    network, error = problem.network, corrected(model, quantity)
    assert network is not None
    assert model.rate is not None
    assert error is not None
    rule = LEARNING_RULES[network.learning_rule].rule
    step = Definition(quantity.as_kind(STEP), tidy(mul(Ref(model.rate), error)), "update", rule)
    new = add(Ref(quantity), Ref(step.quantity))
    return [step, Definition(quantity.as_kind(UPDATED), new, "update", "new_weight")]


def _point(form: UpdateForm, parameters: tuple[str, ...], quantity: Quantity) -> Definition:
    """The line of the point ahead of a weight."""
    holes: dict[str, Formula] = {"w": Ref(quantity)}
    holes |= {name: Ref(Quantity(name, role=Role.SETTING)) for name in parameters}
    holes |= {state: Ref(quantity.as_kind(state)) for state in form.states}
    formula = filled(template(form.ahead), holes)
    return Definition(quantity.as_kind(AHEAD), formula, "forward", "look_ahead")


def _gradient(model: Model, quantity: Quantity) -> Formula:
    """The derivative of the loss, whichever way round deltas are told."""
    derivative = Ref(quantity.as_kind(DERIVATIVE))
    return neg(derivative) if model.factor < 0 else derivative


class _Clipping(Frozen):
    """What clips every gradient: what is given for it, and its lines."""

    kind: ClippingKind
    given: dict[Quantity, tuple[float, ...] | None]
    norm: tuple[Definition, ...]
    """The length of all gradients, where it counts."""

    def line(self, quantity: Quantity, gradient: Formula) -> Definition:
        """The line of one gradient."""
        names = (*self.given, *(line.quantity for line in self.norm))
        holes: dict[str, Formula] = {name.symbol: Ref(name) for name in names}
        formula = filled(template(self.kind.formula), {**holes, "g": gradient})
        return Definition(quantity.as_kind(CLIPPED), tidy(formula), "update", self.kind.rule)


def _clipping_of(optimiser: Optimiser, measured: tuple[Quantity, ...]) -> _Clipping | None:
    if optimiser.clipping is None:
        return None
    name, limit = optimiser.clipping
    kind = CLIPPING[name]
    given: dict[Quantity, tuple[float, ...] | None] = {Quantity(LIMIT, role=Role.SETTING): (limit,)}
    if not kind.by_norm:
        return _Clipping(kind, given, ())
    length = norm_of(quantity.as_kind(DERIVATIVE) for quantity in measured)
    norm = Definition(Quantity(NORM, role=Role.SETTING), length, "update", "gradient_norm")
    return _Clipping(kind, given, (norm,))


def _lines(
    form: UpdateForm,
    parameters: tuple[str, ...],
    model: Model,
    quantity: Quantity,
    gradient: Formula,
) -> list[Definition]:
    assert model.rate is not None
    holes: dict[str, Formula] = {
        "w": Ref(quantity),
        "g": gradient,
        "eta": Ref(model.rate),
        COUNT: Ref(UPDATES),
    }
    holes |= {name: Ref(Quantity(name, role=Role.SETTING)) for name in parameters}
    holes |= {state: Ref(quantity.as_kind(state)) for state in form.states}
    lines: list[Definition] = []
    for line in form.lines:
        formula = filled(template(line.formula), holes)
        defined = quantity.as_kind(line.kind)
        said = (Remark(form.remark),) if form.remark and not lines else ()
        lines.append(Definition(defined, tidy(formula), "update", line.rule, remarks=said))
        name = line.kind.replace("'", "_new") if line.kind.endswith("'") else line.kind
        holes[name] = Ref(defined)
    return lines
