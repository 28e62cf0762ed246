"""Mistakes with updates: steps, rates, weights that are updated too early."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Add, Entry, Formula, Mul, Neg, Number, replace, walk
from bp_tutor.formula.quantity import DERIVATIVE, STEP, UPDATED, VALUE
from bp_tutor.quiz.frozen import frozen_biases
from bp_tutor.quiz.mistakes.case import moved_entries, total

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
    values, run = case.book.run.values, case.book.run

    def newer(quantity: Quantity, index: tuple[int, ...]) -> Formula | None:
        other = quantity.as_kind(VALUE if quantity.kind == UPDATED else UPDATED)
        return Entry(other, index) if other in values else None

    yield from _at_another_time(case, newer)
    runs = case.context.trace.runs
    if 2 <= run.update <= len(runs):
        before = runs[run.update - 2]

        def older(quantity: Quantity, index: tuple[int, ...]) -> Formula | None:
            known = quantity.kind == VALUE and quantity in before.program.model.given
            return Number(before.value(quantity, index)) if known else None

        yield from _at_another_time(case, older)


def _at_another_time(
    case: Case, other: Callable[[Quantity, tuple[int, ...]], Formula | None]
) -> Iterator[Rewritten]:
    first: list[Formula] = []

    def move(quantity: Quantity, index: tuple[int, ...]) -> Formula | None:
        weight = quantity.symbol[0] in "WR" and quantity.kind in (VALUE, UPDATED)
        found = other(quantity, index) if weight else None
        if found is not None:
            first.append(Entry(quantity, index))
        return found

    found = moved_entries(case.formula, move)
    if first:
        yield found, first[0]


def frozen_bias(case: Case) -> Iterator[Rewritten]:
    """A bias that is never updated, taken as if it had been."""
    context, run = case.context, case.book.run
    updating = case.phase == "update"
    if not updating and not 2 <= run.update <= len(context.trace.runs):
        return
    # What an update would have made of it: of this one, or of the one before.
    source = run if updating else context.trace.runs[run.update - 2]
    frozen = set(frozen_biases(run))
    rate = run.program.model.rate
    for node in walk(case.formula):
        if not (isinstance(node, Entry) and node.quantity in frozen):
            continue
        deltas = [q for q in source.values if q.name == f"dZ[{node.quantity.place[0]}]"]
        if not deltas or rate is None or rate not in source.values:
            continue
        at = _deltas_of(node, deltas[0])
        if updating and at:
            step = Neg(Mul((Entry(rate, ()), total(tuple(Entry(deltas[0], one) for one in at)))))
            yield replace(case.formula, _only(node, Add((node, step)))), node
        elif at:
            moved = -source.values[rate][0] * sum(source.value(deltas[0], one) for one in at)
            yield replace(case.formula, _only(node, Add((node, Number(moved))))), node


def _deltas_of(bias: Entry, delta: Quantity) -> list[tuple[int, ...]]:
    """The deltas that a bias would be moved by: its unit's, or of all units that share it."""
    if len(delta.shape) != 2:
        return []
    columns = range(delta.shape[1]) if bias.quantity.size == 1 else (bias.index[-1],)
    return [(row, column) for row in range(delta.shape[0]) for column in columns]


def _only(old: Formula, new: Formula) -> Callable[[Formula], Formula | None]:
    return lambda node: new if node is old else None
