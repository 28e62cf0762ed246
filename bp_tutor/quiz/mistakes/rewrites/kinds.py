"""Operands exchanged for another kind of value: old for new, value for derivative, and so on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Entry, Neg, Number
from bp_tutor.formula.quantity import DERIVATIVE, STEP, UPDATED, VALUE, Address, Role
from bp_tutor.quiz.mistakes.case import (
    MOST_ENTRIES,
    has_role,
    inside,
    is_derivative,
    is_error,
    total,
)
from bp_tutor.quiz.mistakes.rewrites.neighbours import is_weight
from bp_tutor.quiz.mistakes.rewrites.slopes import behind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Formula
    from bp_tutor.quiz.entry_graph import EntryGraph
    from bp_tutor.quiz.mistakes.case import Case, Rewritten


# Old and new


def updated_weights(case: Case) -> Iterator[Rewritten]:
    """Weights that are already updated in the backward pass; or old ones where new ones belong.

    In an update: the gradient of the one before, or what an optimiser kept before this one.
    """
    trained = {old for old, _ in case.graph.run.program.next_values if not old.kind}

    def changes(address: Address) -> bool:
        return is_weight(address) or (case.is_in_graph and address.quantity in trained)

    def newer(address: Address) -> Formula | None:
        other = address.as_kind(VALUE if address.quantity.kind == UPDATED else UPDATED)
        return Entry(*other) if changes(address) and case.is_known(other) else None

    def kept_before(address: Address) -> Formula | None:
        kind = address.quantity.kind
        if address == case.address or not kind.endswith(UPDATED) or kind == UPDATED:
            return None
        other = address.as_kind(kind.removesuffix(UPDATED))
        return Entry(*other) if case.is_known(other) else None

    yield from case.with_entries(kept_before if case.is_update else newer)
    for before in _updates_before(case.graph):

        def older(address: Address, before: EntryGraph = before) -> Formula | None:
            given = before.run.program.model.given
            known = not address.quantity.kind and address.quantity in given
            return Number(before.exact(address)) if known and changes(address) else None

        def older_gradient(address: Address, before: EntryGraph = before) -> Formula | None:
            known = address.quantity.kind == DERIVATIVE and before.known(address)
            return Number(before.exact(address)) if known else None

        yield from case.with_entries(older_gradient if case.is_update else older)


def _updates_before(graph: EntryGraph) -> Iterator[EntryGraph]:
    """The update before, and the first one of all."""
    before = graph.before
    if before is None:
        return
    yield before
    first = before
    while first.before is not None:
        first = first.before
    if first is not before:
        yield first


# Values and derivatives


def gradient_for_value(case: Case) -> Iterator[Rewritten]:
    """The derivative by a value where the value belongs, such as the gradient for the weight.

    In an update: the gradient for what an optimiser keeps of it.
    """

    def other(address: Address) -> Formula | None:
        kind = address.quantity.kind
        derivative = address.as_kind(DERIVATIVE)
        if case.is_update:
            fits = kind not in (VALUE, DERIVATIVE, UPDATED, STEP)
        else:
            fits = kind == VALUE and (address.quantity.is_weight or case.is_in_graph)
        return Entry(*derivative) if fits and case.is_known(derivative) else None

    def before(address: Address) -> Formula | None:
        last = case.graph.before
        if last is None or other(address) is None or not last.known(address.as_kind(DERIVATIVE)):
            return None
        return Number(last.exact(address.as_kind(DERIVATIVE)))

    yield from case.with_each(other)
    if case.is_update:
        yield from case.with_entries(before)
    for one in case.products if case.quantity.kind == DERIVATIVE else ():
        # The gradient of the weight in the place of the error that comes back through it.
        weights = [each for each in one.top if isinstance(each, Entry) and other(each.address)]
        errors = [each for each in one.top if is_derivative(each)]
        if len(weights) == len(errors) == 1:
            gradient = other(weights[0].address)
            assert gradient is not None
            new = one.with_other((errors[0], weights[0]), (gradient,))
            if new is not None:
                yield case.exchanged(one.node, new)


def value_for_derivative(case: Case) -> Iterator[Rewritten]:
    """A value where its derivative belongs, such as the net input for the delta."""

    def other(address: Address) -> Formula | None:
        value = address.as_kind(VALUE)
        derivative = address.quantity.kind == DERIVATIVE
        return Entry(*value) if derivative and case.is_known(value) else None

    yield from case.with_entries(other)


def own_value_for_factor(case: Case) -> Iterator[Rewritten]:
    """Of u·v differentiated by u, what belongs here is v; and not u itself.

    In a network a weight's gradient is not found so: there what came in has a name of its own.
    """
    own = case.address.as_kind(VALUE)
    of_a_layer = case.quantity.is_weight and not case.is_in_graph
    if case.quantity.kind != DERIVATIVE or of_a_layer or not case.is_known(own):
        return
    factors = {
        factor.address
        for one in case.products
        for factor in one.top
        if isinstance(factor, Entry) and any(map(is_derivative, one.top))
    }

    def other(address: Address) -> Formula | None:
        plain = address.quantity.kind == VALUE and not address.quantity.is_weight
        return Entry(*own) if plain and address in factors else None

    yield from case.with_entries(other)


def delta_for_gradient(case: Case) -> Iterator[Rewritten]:
    """The delta where the gradient of a weight belongs."""
    if not case.is_update:
        return

    def other(address: Address) -> Formula | None:
        if address.quantity.kind != DERIVATIVE or len(case.graph.leaves(address)) > MOST_ENTRIES:
            return None
        found = [
            leaf
            for leaf in case.graph.leaves(address)
            if leaf.quantity.kind == DERIVATIVE and case.is_known(leaf)
        ]
        return total(tuple(Entry(*leaf) for leaf in found)) if found else None

    yield from case.with_entries(other)


def derivative_for_delta(case: Case) -> Iterator[Rewritten]:
    """The derivative by a unit's output where the one by its net input belongs."""

    def other(address: Address) -> Formula | None:
        if address.quantity.kind != DERIVATIVE:
            return None
        after = behind(case, address.as_kind(VALUE))
        found = None if after is None else after.as_kind(DERIVATIVE)
        return Entry(*found) if found is not None and case.is_known(found) else None

    yield from case.with_each(other)


# Error, target and loss


def target_left_out(case: Case) -> Iterator[Rewritten]:
    """The output alone where its error belongs."""
    for node in case.nodes:
        if is_error(node):
            kept = [term for term in node.children if not has_role(term, Role.TARGET)]
            if len(kept) == 1:
                yield case.exchanged(node, kept[0].arg if isinstance(kept[0], Neg) else kept[0])


def loss_for_error(case: Case) -> Iterator[Rewritten]:
    """The loss where the error belongs, which is the loss's derivative."""
    if case.quantity.kind != DERIVATIVE:
        return
    losses = [
        one for one in case.values if one.role is Role.OUTPUT_LOSS and one in case.graph.steps
    ]
    for node in case.nodes:
        if not is_error(node):
            continue
        for quantity in losses:
            one_step = quantity.step == case.quantity.step or len(losses) == 1
            address = Address(quantity, case.index)
            if one_step and inside(*address) and case.graph.known(address):
                yield case.exchanged(node, Entry(*address))
