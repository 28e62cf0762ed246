"""Updates: the step's direction and size, what is not updated, and the lines of optimisers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Add, Div, Entry, Formula, Mul, Neg, Number, replace
from bp_tutor.formula.algebra import neg
from bp_tutor.formula.quantity import DERIVATIVE, STEP, UPDATED, VALUE, Address, Quantity, Role
from bp_tutor.quiz.entry_graph import frozen_biases
from bp_tutor.quiz.mistakes.case import has_role, total

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.quiz.mistakes.case import Case, Rewritten


def step_added(case: Case) -> Iterator[Rewritten]:
    """The step taken uphill."""
    if not case.graph.run.program.model.errors:
        yield from _other_way(case)


def correction_subtracted(case: Case) -> Iterator[Rewritten]:
    """What a learning rule adds, taken off."""
    if case.graph.run.program.model.errors:
        yield from _other_way(case)


def _other_way(case: Case) -> Iterator[Rewritten]:
    if not case.is_update:
        return
    match case.written:
        case Add((Entry() as old, Neg(step))):
            yield case.as_a_whole(Add((old, step)))
        case Add((Entry() as old, step)):
            yield case.as_a_whole(Add((old, Neg(step))))
        case Add((first, Neg(step))) if has_role(step, Role.RATE):
            yield case.as_a_whole(Add((first, step)))


def rate_left_out(case: Case) -> Iterator[Rewritten]:
    """The whole gradient taken as the step."""
    rate = case.graph.run.program.model.rate
    if rate is None:
        return
    own = Entry(rate, ())
    for made in case.with_entries(lambda one: Number(1) if one.quantity == rate else None):
        yield made._replace(formula=_without_ones(made.formula), part=own)


def _without_ones(formula: Formula) -> Formula:
    """A formula without the factors that are 1."""

    def plain(node: Formula) -> Formula | None:
        if isinstance(node, Mul) and Number(1) in node.factors:
            rest = tuple(_without_ones(one) for one in node.factors if one != Number(1))
            return Mul(rest) if len(rest) > 1 else rest[0] if rest else Number(1)
        return None

    return replace(formula, plain)


def gradient_for_step(case: Case) -> Iterator[Rewritten]:
    """The gradient where a step or a new weight is asked for."""
    gradient = _derivative(case) if case.is_update else None
    if gradient is not None and gradient != case.written:
        yield case.as_a_whole(gradient)
        if case.quantity.kind == STEP:
            yield case.as_a_whole(Neg(gradient))


def step_for_gradient(case: Case) -> Iterator[Rewritten]:
    """The step where a gradient or a new weight is asked for."""
    rate = case.graph.run.program.model.rate
    trained = case.graph.run.program.line(case.quantity.as_kind(UPDATED)) is not None
    if rate is None or rate not in case.values or not trained:
        return
    gradient = case.written if case.quantity.kind == DERIVATIVE else _derivative(case)
    if gradient is not None and case.quantity.kind in (DERIVATIVE, UPDATED):
        yield case.as_a_whole(Neg(Mul((Entry(rate, ()), gradient))))
        yield case.as_a_whole(Mul((Entry(rate, ()), gradient)))
    match case.written:
        case Add((Entry(), step)) if case.quantity.kind == UPDATED:
            yield case.as_a_whole(step)
            yield case.as_a_whole(neg(step))


def _derivative(case: Case) -> Formula | None:
    """The entry of the derivative by what is updated here."""
    own = case.address.as_kind(DERIVATIVE)
    return Entry(*own) if case.graph.known(own) and own != case.address else None


def new_for_gradient(case: Case) -> Iterator[Rewritten]:
    """The new value where the gradient or the step is asked for."""
    if case.quantity.kind not in (DERIVATIVE, STEP):
        return
    new = case.address.as_kind(UPDATED)
    if not case.graph.known(new) or new.quantity not in case.graph.steps:
        return
    formula = case.graph.formula(new)
    yield case.as_a_whole(_put_in(case, formula))
    rate = case.graph.run.program.model.rate
    whole = replace(
        formula,
        lambda node: Number(1) if isinstance(node, Entry) and node.quantity == rate else None,
    )
    if rate is not None and case.quantity.kind == DERIVATIVE:
        yield case.as_a_whole(_put_in(case, _without_ones(whole)))


def _put_in(case: Case, formula: Formula) -> Formula:
    """A later formula with the one that is asked for in its place."""

    def own(node: Formula) -> Formula | None:
        same = isinstance(node, Entry) and node.address == case.address
        return case.written if same else None

    return replace(formula, own)


def old_value(case: Case) -> Iterator[Rewritten]:
    """The old value where the new one is asked for: nothing was updated."""
    if case.quantity.kind.endswith(UPDATED):
        old = case.address.as_kind(case.quantity.kind.removesuffix(UPDATED))
        if case.graph.known(old):
            yield case.as_a_whole(Entry(*old))


# The lines of optimisers


def share_exchanged(case: Case) -> Iterator[Rewritten]:
    """Of β and 1 - β, which share out old and new, one in the place of the other."""
    for node in case.nodes:
        match node:
            case Add((Number() as one, Neg(Entry(quantity) as share))) if (
                one == Number(1) and quantity.role is Role.SETTING
            ):
                yield case.exchanged(node, share)

                def exchanged(part: Formula, node: Formula = node) -> Formula | None:
                    if part == node:
                        return share
                    return node if part == share else None

                both = replace(case.written, exchanged)
                yield case.as_a_whole(both)


def correction_left_out(case: Case) -> Iterator[Rewritten]:
    """The moment itself where the one with its correction belongs."""

    def before(address: Address) -> Formula | None:
        line = case.graph.run.program.line(address.quantity)
        if line is None or line.phase != "update":
            return None
        match line.entry(address.index):
            case Div(Entry() as moment, _):
                return moment
        return None

    yield from case.in_each(before)
    match case.written:
        case Div(Entry() as moment, _) if case.is_update:
            yield case.as_a_whole(moment)


def plain_step(case: Case) -> Iterator[Rewritten]:
    """The step of plain gradient descent where an optimiser's belongs."""
    rate, gradient = case.graph.run.program.model.rate, _derivative(case)
    if case.quantity.kind != UPDATED or rate is None or gradient is None:
        return
    if gradient not in case.nodes or len(case.addresses) > 3:
        old = Entry(*case.address.as_kind(VALUE))
        descent = case.graph.run.program.model.factor > 0
        step = Mul((Entry(rate, ()), gradient))
        yield case.as_a_whole(Add((old, neg(step) if descent else step)))


# Biases that are never updated


def frozen_bias(case: Case) -> Iterator[Rewritten]:
    """A bias that is never updated, taken as if it had been."""
    # What an update would have made of it: of this one, or of the one before.
    updating = case.quantity.kind == UPDATED
    source = case.graph if updating else case.graph.before
    if source is None:
        return
    frozen = set(frozen_biases(case.graph.run))
    rate, values = case.graph.run.program.model.rate, source.run.values
    for node in case.nodes:
        if not isinstance(node, Entry) or node.quantity not in frozen:
            continue
        place = node.quantity.place[:1]
        delta = next((one for one in values if one.is_delta and one.place == place), None)
        deltas = [] if delta is None else _deltas_of(node, delta)
        if not deltas or rate is None or rate not in values:
            continue
        if updating:
            step = Neg(Mul((Entry(rate, ()), total(tuple(Entry(*one) for one in deltas)))))
            yield case.exchanged(node, Add((node, step)))
        else:
            moved = -values[rate][0] * sum(map(source.exact, deltas))
            yield case.exchanged(node, Add((node, Number(moved))))


def _deltas_of(bias: Entry, delta: Quantity) -> list[Address]:
    """The deltas that a bias would be moved by: its unit's, or of all units that share it."""
    if len(delta.shape) != 2:
        return []
    columns = range(delta.shape[1]) if bias.quantity.size == 1 else (bias.index[-1],)
    return [Address(delta, (row, column)) for row in range(delta.shape[0]) for column in columns]
