"""Operands exchanged for others of their kind: another unit, weight, layer, step, sample, time.

An entry that is exchanged is exchanged wherever it stands in the formula, for whoever looks up
the wrong number writes it down each time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Entry, Neg, Number, Quantity
from bp_tutor.formula.quantity import (
    DERIVATIVE,
    ONE,
    SAMPLE,
    SIGNALS,
    UPDATED,
    VALUE,
    Address,
    Role,
)
from bp_tutor.quiz.mistakes.case import has_role, inside, is_difference, is_error, total
from bp_tutor.quiz.mistakes.rewrites.slopes import behind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.formula import Formula
    from bp_tutor.quiz.mistakes.case import Case, Rewritten

MOST_ENTRIES = 12
"""In longer formulas single operands are not exchanged: that could explain almost any number."""
MOST_NEIGHBOURS = 4
NODES = (Role.LEAF, Role.NODE)


# The neighbours of an entry


def other_unit(case: Case) -> Iterator[Rewritten]:
    """The value or the derivative of another unit."""
    yield from _neighbours(case, lambda one: not one.quantity.is_weight and one.role not in _OWN)


def other_weight(case: Case) -> Iterator[Rewritten]:
    """The weight of another edge."""
    yield from _weights_of_another(case)
    yield from _neighbours(case, _is_weight)


def other_target(case: Case) -> Iterator[Rewritten]:
    """The target of another output."""
    yield from _neighbours(case, lambda one: one.role is Role.TARGET)


_OWN = (Role.TARGET, *NODES)


def _neighbours(case: Case, wanted: Callable[[Address], bool]) -> Iterator[Rewritten]:
    if len(case.addresses) > MOST_ENTRIES:
        return
    for address in case.addresses:
        if wanted(address):
            for other in _beside(address):
                if case.is_known(other):
                    yield from case.with_entries(_swap(address, other))


def _swap(old: Address, new: Address) -> Callable[[Address], Formula | None]:
    return lambda address: Entry(*new) if address == old else None


def _beside(address: Address) -> list[Address]:
    """Entries of the same quantity that differ in one place that counts no samples."""
    quantity, index = address
    found = []
    for at, (axis, length) in enumerate(zip(quantity.axes, quantity.shape, strict=True)):
        if axis in (SAMPLE, ONE):
            continue
        places = sorted((p for p in range(length) if p != index[at]), key=_from(index[at]))
        found += [
            Address(quantity, (*index[:at], place, *index[at + 1 :]))
            for place in places[:MOST_NEIGHBOURS]
        ]
    return found


def _from(place: int) -> Callable[[int], int]:
    return lambda other: abs(other - place)


def _weights_of_another(case: Case) -> Iterator[Rewritten]:
    """All weights of a sum taken from another row or column."""
    weights = [address for address in case.addresses if _is_weight(address)]
    for quantity in dict.fromkeys(address.quantity for address in weights):
        own = [address.index for address in weights if address.quantity == quantity]
        if len(own) < 2:
            continue
        for at, length in enumerate(quantity.shape):
            if len({index[at] for index in own}) > 1:
                continue
            for place in range(length):
                if place != own[0][at] and place <= MOST_NEIGHBOURS:
                    yield from case.with_entries(_moved(case, quantity, at, place))


def _moved(
    case: Case, quantity: Quantity, at: int, place: int
) -> Callable[[Address], Formula | None]:
    def other(address: Address) -> Formula | None:
        if address.quantity != quantity:
            return None
        index = (*address.index[:at], place, *address.index[at + 1 :])
        return Entry(quantity, index) if case.is_known(Address(quantity, index)) else None

    return other


def other_name(case: Case) -> Iterator[Rewritten]:
    """In a computation graph: a value whose name differs in its number alone."""
    if len(case.addresses) > MOST_ENTRIES:
        return
    for address in case.addresses:
        stem = address.quantity.symbol.rstrip("0123456789")
        if address.role not in NODES or stem == address.quantity.symbol:
            continue
        for quantity in case.graph.run.values:
            alike = quantity.symbol.rstrip("0123456789") == stem and quantity.role is address.role
            other = Address(quantity, ())
            same_kind = quantity.kind == address.quantity.kind and other != address
            if alike and same_kind and case.is_known(other):
                yield from case.with_entries(_swap(address, other))


# The same place in another sample, step, gate or layer


def other_sample(case: Case) -> Iterator[Rewritten]:
    """The values of another sample."""
    samples = case.quantity.samples
    if samples == 1:
        return
    at = case.quantity.axes.index(SAMPLE)
    for sample in range(samples):
        if sample != case.index[at]:

            def other(address: Address, sample: int = sample) -> Formula | None:
                if address.quantity.samples == 1:
                    return None
                place = address.quantity.axes.index(SAMPLE)
                index = (*address.index[:place], sample, *address.index[place + 1 :])
                moved = Address(address.quantity, index)
                return Entry(*moved) if case.is_known(moved) else None

            found = [
                each for one in case.addresses for each in case.with_entries(_only(one, other))
            ]
            if len(found) > 1:
                yield from case.with_entries(other)
            yield from found


def _only(
    one: Address, other: Callable[[Address], Formula | None]
) -> Callable[[Address], Formula | None]:
    return lambda address: other(address) if address == one else None


def other_step(case: Case) -> Iterator[Rewritten]:
    """The values of another time step: all of one letter, and those of each step alone."""
    own = [quantity for quantity in _quantities(case) if quantity.step is not None]
    for by in (1, -1):
        for head in dict.fromkeys((one.symbol, one.kind, one.place[:1]) for one in own):
            alike = [one for one in own if (one.symbol, one.kind, one.place[:1]) == head]
            moved = {one: _at_step(case, one, by) for one in alike}
            if len(alike) > 1:
                yield from case.with_entries(_in_places(case, moved))
            for one in alike:
                yield from case.with_entries(_in_place(case, one, moved[one]))


def _in_places(
    case: Case, moved: dict[Quantity, Quantity | None]
) -> Callable[[Address], Formula | None]:
    def other(address: Address) -> Formula | None:
        new = moved.get(address.quantity)
        found = Address(new, address.index) if new is not None else None
        return Entry(*found) if found is not None and case.is_known(found) else None

    return other


def same_step_state(case: Case) -> Iterator[Rewritten]:
    """The state of the same step where the one of the step before belongs."""
    found: dict[Address, Address] = {}
    for one in case.products:
        entries = [factor for factor in one.top if isinstance(factor, Entry)]
        steps = [entry.quantity.step for entry in entries if entry.quantity.kind == DERIVATIVE]
        step = max((number for number in steps if number is not None), default=None)
        for entry in entries:
            quantity = entry.quantity
            before = 0 if quantity.role in _FIRST else quantity.step
            if step is None or quantity.kind or before != step - 1:
                continue
            later = _at_step(case, quantity, 1)
            if later is not None and case.is_known(Address(later, entry.index)):
                found[entry.address] = Address(later, entry.index)
    yield from case.with_entries(lambda one: Entry(*found[one]) if one in found else None)


_FIRST = (Role.INITIAL_STATE, Role.INITIAL_CELL_STATE)


def _at_step(case: Case, quantity: Quantity, by: int) -> Quantity | None:
    """What a quantity is some steps later."""
    step = 0 if quantity.role in _FIRST else quantity.step
    if step is None:
        return None
    place = (*quantity.place[:1], step + by) if quantity.role is not Role.TARGET else (step + by,)
    for other in case.graph.run.values:
        alike = other.symbol == quantity.symbol and other.kind == quantity.kind
        if alike and other.place == place and other.shape == quantity.shape:
            return other
    return None


def other_part(case: Case) -> Iterator[Rewritten]:
    """The value or the weights of another gate, or of another part of the same layer."""
    own = _quantities(case)
    for quantity in own:
        for other in _other_input(case, quantity) if not case.is_update else ():
            yield from case.with_entries(_in_place(case, quantity, other))
        for other in case.graph.run.values:
            same_place = (other.place, other.shape, other.kind) == (
                quantity.place,
                quantity.shape,
                quantity.kind,
            )
            both_weights = quantity.is_weight or other.is_weight or Role.BIAS in _roles(case)
            alike = same_place and (other.role is quantity.role or not both_weights)
            if alike and quantity.place and other != quantity:
                yield from case.with_entries(_in_place(case, quantity, other))
                if other in own and own.index(other) > own.index(quantity):
                    swapped: dict[Quantity, Quantity | None] = {quantity: other, other: quantity}
                    yield from case.with_entries(_in_places(case, swapped))


def _other_input(case: Case, own: Quantity) -> list[Quantity]:
    """For the weights of a state those of what comes in, and the other way round."""
    kinds = {Role.WEIGHT, Role.RECURRENT_WEIGHT} if own.is_weight else set()
    return [
        one
        for one in case.graph.run.values
        if {own.role, one.role} == kinds and (one.layer, one.kind) == (own.layer, own.kind)
    ]


def _roles(case: Case) -> set[Role]:
    return {address.role for address in case.addresses if address.quantity.place}


def wrong_layer(case: Case) -> Iterator[Rewritten]:
    """The values or weights of the layer before or behind where this layer's belong."""
    if case.is_update:
        return
    layers = {
        (one.place[0], _letter(one), one.kind): one
        for one in case.graph.run.values
        if len(one.place) == 1 and not one.kind
    }
    for by in (1, -1):
        for own in _quantities(case):
            if len(own.place) == 1 and not own.kind:
                other = layers.get((own.place[0] + by, _letter(own), own.kind))
                yield from case.with_entries(_in_place(case, own, other))


def _letter(quantity: Quantity) -> str:
    """What the layers hand on has one letter, whatever makes it."""
    return "signal" if quantity.role in SIGNALS else quantity.symbol


def own_output_for_input(case: Case) -> Iterator[Rewritten]:
    """What the unit makes, where the gradient takes what came in."""
    found: dict[Address, Address] = {}
    for one in case.products if case.quantity.kind == DERIVATIVE else ():
        entries = [factor for factor in one.top if isinstance(factor, Entry)]
        errors = [entry for entry in entries if entry.quantity.kind == DERIVATIVE]
        inputs = [entry for entry in entries if entry.quantity.kind == VALUE]
        if len(errors) == len(inputs) == 1 and not inputs[0].quantity.is_weight:
            own = behind(case, errors[0].address.as_kind(VALUE))
            if own is not None and own != inputs[0].address and case.is_known(own):
                found[inputs[0].address] = own
    yield from case.with_entries(lambda one: Entry(*found[one]) if one in found else None)


def _quantities(case: Case) -> list[Quantity]:
    return list(dict.fromkeys(address.quantity for address in case.addresses))


def _in_place(
    case: Case, own: Quantity, new: Quantity | None
) -> Callable[[Address], Formula | None]:
    """The same index in another quantity."""

    def other(address: Address) -> Formula | None:
        if address.quantity != own or new is None:
            return None
        found = Address(new, address.index)
        return Entry(*found) if case.is_known(found) else None

    return other


# Another kind of value of the same place


def updated_weights(case: Case) -> Iterator[Rewritten]:
    """Weights that are already updated in the backward pass; or old ones where new ones belong."""
    if case.is_update:
        return

    trained = {old for old, _ in case.graph.run.program.next_values if not old.kind}

    def newer(address: Address) -> Formula | None:
        other = address.as_kind(VALUE if address.quantity.kind == UPDATED else UPDATED)
        weight = _is_weight(address) or (address.quantity in trained and address.role in NODES)
        return Entry(*other) if weight and case.is_known(other) else None

    yield from case.with_entries(newer)
    if case.graph.before is not None:
        before = case.graph.before.run

        def older(address: Address) -> Formula | None:
            known = not address.quantity.kind and address.quantity in before.program.model.given
            found = Number(before.value(*address)) if known else None
            weight = _is_weight(address) or (address.quantity in trained and address.role in NODES)
            return found if weight else None

        yield from case.with_entries(older)


def _is_weight(address: Address) -> bool:
    """Whether it is a weight, old or new, and not its gradient."""
    return address.quantity.is_weight and address.quantity.kind in (VALUE, UPDATED)


def gradient_for_value(case: Case) -> Iterator[Rewritten]:
    """The derivative by a value where the value belongs, such as the gradient for the weight."""
    if case.is_update:
        return
    roles = (*_WEIGHTS, *NODES) if case.graph.run.program.model.outputs == () else _WEIGHTS

    def other(address: Address) -> Formula | None:
        derivative = address.as_kind(DERIVATIVE)
        plain = address.quantity.kind == VALUE and address.role in roles
        return Entry(*derivative) if plain and case.is_known(derivative) else None

    own = [one for one in case.addresses if other(one)]
    found = [each for one in own for each in case.with_entries(_only(one, other))]
    if len(found) > 1:
        yield from case.with_entries(other)
    if len(found) <= MOST_ENTRIES:
        yield from found
    for one in case.products if case.quantity.kind == DERIVATIVE else ():
        # The gradient of the weight in the place of the error that comes back through it.
        weights = [each for each in one.top if isinstance(each, Entry) and other(each.address)]
        errors = [each for each in one.top if isinstance(each, Entry) and _is_error_entry(each)]
        if len(weights) == len(errors) == 1:
            gradient = other(weights[0].address)
            assert gradient is not None
            new = one.with_other((errors[0], weights[0]), (gradient,))
            if new is not None:
                yield case.exchanged(one.node, new)


def _is_error_entry(entry: Entry) -> bool:
    return entry.quantity.kind == DERIVATIVE


_WEIGHTS = (Role.WEIGHT, Role.RECURRENT_WEIGHT, Role.SCALE)


def value_for_derivative(case: Case) -> Iterator[Rewritten]:
    """A value where its derivative belongs, such as the net input for the delta."""

    def other(address: Address) -> Formula | None:
        value = address.as_kind(VALUE)
        derivative = address.quantity.kind == DERIVATIVE
        return Entry(*value) if derivative and case.is_known(value) else None

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


def other_gradient(case: Case) -> Iterator[Rewritten]:
    """The gradient of another weight of the same array, in an update."""
    for address in case.addresses if case.is_update else ():
        quantity = address.quantity
        if quantity.kind == DERIVATIVE and 1 < quantity.size <= MOST_ENTRIES:
            for other in quantity.addresses():
                if other != address and case.is_known(other):
                    yield from case.with_entries(_swap(address, other))


def derivative_for_delta(case: Case) -> Iterator[Rewritten]:
    """The derivative by a unit's output where the one by its net input belongs."""

    def other(address: Address) -> Formula | None:
        if address.quantity.kind != DERIVATIVE:
            return None
        after = behind(case, address.as_kind(VALUE))
        found = None if after is None else after.as_kind(DERIVATIVE)
        return Entry(*found) if found is not None and case.is_known(found) else None

    own = [one for one in case.addresses if other(one)]
    found = [each for one in own for each in case.with_entries(_only(one, other))]
    if len(found) > 1:
        yield from case.with_entries(other)
    if len(found) <= MOST_ENTRIES:
        yield from found


def other_setting(case: Case) -> Iterator[Rewritten]:
    """Another number of the optimiser, such as β₂ for β₁."""
    settings = [one for one in case.graph.run.values if one.role is Role.SETTING and not one.kind]
    for address in case.addresses if case.is_update else ():
        if address.role is Role.SETTING:
            for quantity in settings:
                if (
                    quantity != address.quantity
                    and quantity.symbol[:-1] == address.quantity.symbol[:-1]
                ):
                    yield from case.with_entries(_swap(address, Address(quantity, ())))


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
    losses = [quantity for quantity in case.graph.steps if quantity.role is Role.OUTPUT_LOSS]
    for node in case.nodes:
        if not (is_error(node) and is_difference(node)):
            continue
        for quantity in losses:
            one_step = quantity.step == case.quantity.step or len(losses) == 1
            address = Address(quantity, case.index)
            if one_step and inside(*address) and case.graph.known(address):
                yield case.exchanged(node, Entry(*address))
