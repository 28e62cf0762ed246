"""Mistakes with updates: steps, rates, weights that are updated too early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Add, Entry, Formula, Mul, Neg, Number, replace, walk
from bp_tutor.formula.quantity import DERIVATIVE, STEP, UPDATED, VALUE
from bp_tutor.quiz.mistakes.case import moved_entries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.mistakes.case import Case, Rewritten


def step_added(case: Case) -> Iterator[Rewritten]:
    """The step taken uphill."""
    match case.formula:
        case Add((Entry() as old, Neg(step))):
            yield Add((old, step)), case.formula
        case Add((Entry() as old, step)):
            yield Add((old, Neg(step))), case.formula


def gradient_for_step(case: Case) -> Iterator[Rewritten]:
    """The gradient where a step or a new weight is asked for."""
    gradient = case.derivative()
    if gradient is not None and gradient != case.formula:
        yield gradient, case.formula
        if case.quantity.kind == STEP:
            yield Neg(gradient), case.formula


def step_for_gradient(case: Case) -> Iterator[Rewritten]:
    """The step where a gradient or a new weight is asked for."""
    rate = case.book.run.program.model.rate
    if rate is None or rate not in case.book.run.values:
        return
    gradient = case.formula if case.quantity.kind == DERIVATIVE else case.derivative()
    if gradient is not None:
        yield Neg(Mul((Entry(rate, ()), gradient))), case.formula
        yield Mul((Entry(rate, ()), gradient)), case.formula


def rate_left_out(case: Case) -> Iterator[Rewritten]:
    """The whole gradient taken as the step."""
    rate = case.book.run.program.model.rate
    found = moved_entries(case.formula, lambda q, _: Number(1) if q == rate else None)
    if found != case.formula and rate is not None:
        yield found, Entry(rate, ())


def step_left_out(case: Case) -> Iterator[Rewritten]:
    """A new weight that is the old one: the step forgotten."""
    old = Entry(case.quantity.as_kind(VALUE), case.at)
    if case.formula != old:
        yield old, case.formula


def updated_weights(case: Case) -> Iterator[Rewritten]:
    """Weights that are already updated in the backward pass; or old ones where new ones belong."""
    first: list[Formula] = []
    values = case.book.run.values

    def newer(quantity: Quantity, index: tuple[int, ...]) -> Formula | None:
        if quantity.symbol[0] not in "WR":
            return None
        other = quantity.as_kind(VALUE if quantity.kind == UPDATED else UPDATED)
        if quantity.kind not in (VALUE, UPDATED) or other not in values:
            return None
        first.append(Entry(quantity, index))
        return Entry(other, index)

    found = moved_entries(case.formula, newer)
    if first:
        yield found, first[0]


def frozen_bias(case: Case) -> Iterator[Rewritten]:
    """A bias that is never updated, used as if it had been."""
    context, run = case.context, case.book.run
    if run.update < 2 or run.update > len(context.trace.runs):
        return
    before = context.trace.runs[run.update - 2]
    frozen = {
        q
        for q in run.program.model.given
        if q.symbol == "B" and not q.kind and q.as_kind(UPDATED) not in run.values
    }
    rate = run.program.model.rate
    for node in walk(case.formula):
        if not (isinstance(node, Entry) and node.quantity in frozen):
            continue
        deltas = [q for q in before.values if q.name == f"dZ[{node.quantity.place[0]}]"]
        if deltas and rate in before.values and node.quantity.size == deltas[0].shape[-1]:
            column = node.index[-1]
            delta = sum(before.value(deltas[0], (row, column)) for row in range(deltas[0].shape[0]))
            moved = Add((node, Number(-before.values[rate][0] * delta)))
            yield replace(case.formula, _only(node, moved)), node


def _only(old: Formula, new: Formula) -> Callable[[Formula], Formula | None]:
    return lambda node: new if node is old else None
