"""Operands taken from elsewhere: from another sample, step, gate or layer, at the same place."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import Entry, Quantity, replace
from bp_tutor.formula.quantity import (
    CELL_STATES,
    DERIVATIVE,
    SAMPLE,
    SIGNALS,
    VALUE,
    Address,
    Role,
)
from bp_tutor.quiz.mistakes.case import entries_in, total
from bp_tutor.quiz.mistakes.rewrites.slopes import behind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from bp_tutor.formula import Formula
    from bp_tutor.quiz.mistakes.case import Case, Rewritten

MOST_STEPS = 4
"""So many other steps are tried for one, the nearest first."""


# Samples and steps


BOTH = {Role.WEIGHT, Role.RECURRENT_WEIGHT}
"""The weights of what comes in, and those of the state."""


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

            yield from case.with_each(other)


def other_step(case: Case) -> Iterator[Rewritten]:
    """The values of another time step: all of one letter, and those of each step alone."""
    if not _counts_heads(case):
        yield from _of_another(case)


def other_head(case: Case) -> Iterator[Rewritten]:
    """The values of another head of attention, in the same way."""
    if _counts_heads(case):
        yield from _of_another(case)


def _counts_heads(case: Case) -> bool:
    """Whether what is counted beside the layer are heads: all positions are seen at once."""
    return any("position" in quantity.axes for quantity in case.values)


def _of_another(case: Case) -> Iterator[Rewritten]:
    own = [quantity for quantity in case.quantities if quantity.step is not None]
    for letter in dict.fromkeys(map(_letter_through_time, own)):
        alike = [one for one in own if _letter_through_time(one) == letter]
        steps = [one for one in case.values if _letter_through_time(one) == letter]
        if len(alike) > 1:
            for moved in _all_moved(case, alike):
                yield from case.with_entries(_in_places(case, moved))
            yield from _without_a_partner(case, alike)
        for one in alike:
            near = sorted((abs(_at(other) - _at(one)), at) for at, other in enumerate(steps))
            for other in [steps[at] for _, at in near if steps[at] != one][:MOST_STEPS]:
                yield from case.with_each(_in_places(case, {one: other}))


def _letter_through_time(quantity: Quantity) -> tuple[str, str, tuple[int, ...]]:
    return quantity.symbol, quantity.kind, quantity.place[:1]


def _all_moved(case: Case, alike: list[Quantity]) -> Iterator[dict[Quantity, Quantity]]:
    """Each step's values in the place of the next one's, of the one before, or the other way."""
    for by in (1, -1):
        moved = {one: _at_step(case, one, by) for one in alike}
        yield {one: other for one, other in moved.items() if other is not None}
        if all(one.shape == alike[0].shape for one in alike):
            turned = alike[by:] + alike[:by]
            yield dict(zip(alike, turned, strict=True))


def _without_a_partner(case: Case, alike: list[Quantity]) -> Iterator[Rewritten]:
    """The same in a gradient, without the term that has no step before or behind it."""
    if case.quantity.kind != DERIVATIVE or not case.quantity.is_weight:
        return
    for by in (1, -1):
        places = _in_places(case, {one: _at_step(case, one, by) for one in alike})
        for node in case.sums:
            moved = {
                id(term): {entry: places(entry.address) for entry in entries_in(term)}
                for term in node.terms
            }
            kept = [
                _with(term, moved[id(term)]) for term in node.terms if any(moved[id(term)].values())
            ]
            if 0 < len(kept) < len(node.terms):
                yield case.exchanged(node, total(tuple(kept)))


def _with(term: Formula, others: Mapping[Entry, Formula | None]) -> Formula:
    return replace(term, lambda node: others.get(node) if isinstance(node, Entry) else None)


def same_step_state(case: Case) -> Iterator[Rewritten]:
    """The state of the same step where the one of the step before belongs."""
    found: dict[Address, Address] = {}
    for one in case.products:
        entries = [factor for factor in one.top if isinstance(factor, Entry)]
        steps = [entry.quantity.step for entry in entries if entry.quantity.kind == DERIVATIVE]
        step = max((number for number in steps if number is not None), default=None)
        for entry in entries:
            quantity = entry.quantity
            if step is None or quantity.kind or quantity.step != step - 1:
                continue
            later = _at_step(case, quantity, 1)
            if later is not None and case.is_known(Address(later, entry.index)):
                found[entry.address] = Address(later, entry.index)
    yield from case.with_entries(lambda one: Entry(*found[one]) if one in found else None)


def _at(quantity: Quantity) -> int:
    return quantity.step or 0


def _at_step(case: Case, quantity: Quantity, by: int) -> Quantity | None:
    """What a quantity is some steps later."""
    step = quantity.step
    if step is None:
        return None
    place = (*quantity.place[:1], step + by) if quantity.role is not Role.TARGET else (step + by,)
    for other in case.values:
        alike = other.symbol == quantity.symbol and other.kind == quantity.kind
        if alike and other.place == place and other.shape == quantity.shape:
            return other
    return None


# Gates, parts and layers


class Part(NamedTuple):
    """What a gate or a part of a layer has, at all steps: its values, its weights, its deltas."""

    symbol: str
    kind: str
    layer: int | None

    @staticmethod
    def of(quantity: Quantity) -> Part:
        return Part(quantity.symbol, quantity.kind, quantity.layer)


def other_part(case: Case) -> Iterator[Rewritten]:
    """The value or the weights of another gate, or of another part of the same layer.

    All of them are taken from there, those of one step, or one alone.
    """
    own = {part: None for one in case.quantities if (part := Part.of(one)).layer is not None}
    for part in own:
        inside = [one for one in case.quantities if Part.of(one) == part]
        others: dict[Part, dict[Quantity, Quantity]] = {}
        for quantity in inside:
            for other in case.values:
                if _is_counterpart(case, quantity, other):
                    others.setdefault(Part.of(other), {})[quantity] = other
        for other_part, counterparts in others.items():
            yield from case.in_each(_in_places(case, counterparts))
            if case.has_role(Role.BIAS):
                # Of a weighted sum one value or weight may be taken from there alone.
                yield from case.with_each(_in_places(case, counterparts))
            if other_part in own and list(own).index(other_part) > list(own).index(part):
                back = {other: one for one, other in counterparts.items()}
                yield from case.with_entries(_in_places(case, counterparts | back))
        if not case.is_update:
            yield from _other_input(case, inside)


STATES = (*SIGNALS, Role.INITIAL_STATE, *CELL_STATES)


def _is_counterpart(case: Case, own: Quantity, other: Quantity) -> bool:
    """Whether another quantity has the same place in the layer, and may be taken for this one."""
    if other == own or (other.place, other.shape, other.kind) != (own.place, own.shape, own.kind):
        return False
    if other.role is own.role or (own.role in STATES and other.role in STATES):
        return True
    beside_weights = own.is_weight or other.is_weight or case.has_role(Role.BIAS)
    return not beside_weights


def _other_input(case: Case, inside: list[Quantity]) -> Iterator[Rewritten]:
    """For the weights of a state those of what comes in, and the other way round."""
    for own in inside:
        for other in case.values:
            alike = (other.layer, other.kind) == (own.layer, own.kind)
            if alike and {own.role, other.role} == BOTH and _same_gate(own, other):
                yield from case.with_each(_in_places(case, {own: other}))
                yield from case.with_each(_from_the_first(case, own, other))


def _same_gate(one: Quantity, other: Quantity) -> bool:
    return one.symbol[1:] == other.symbol[1:]


def _from_the_first(
    case: Case, own: Quantity, new: Quantity
) -> Callable[[Address], Formula | None]:
    """The weight of the first unit that leads to the same one."""

    def other(address: Address) -> Formula | None:
        if address.quantity != own or not address.index[0]:
            return None
        found = Address(new, (0, *address.index[1:]))
        return Entry(*found) if case.is_known(found) else None

    return other


def wrong_layer(case: Case) -> Iterator[Rewritten]:
    """The values or weights of the layer before or behind where this layer's belong."""
    if case.is_update:
        return
    layers: dict[tuple[str, str], dict[int, Quantity]] = {}
    for one in case.values:
        if len(one.place) == 1 and not one.kind:
            layers.setdefault((_letter(one), one.kind), {})[one.place[0]] = one
    for own in case.quantities:
        if len(own.place) != 1 or own.kind:
            continue
        known = layers.get((_letter(own), own.kind), {})
        if own.place[0] not in known:
            # The exercise is in symbols only.
            continue
        there = sorted(known.items())
        at = next(i for i, (number, _) in enumerate(there) if number == own.place[0])
        for by in (1, -1):
            if 0 <= at + by < len(there):
                yield from case.with_entries(_in_places(case, {own: there[at + by][1]}))


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


def _in_places(
    case: Case, moved: Mapping[Quantity, Quantity | None]
) -> Callable[[Address], Formula | None]:
    """The same index in other quantities."""

    def other(address: Address) -> Formula | None:
        new = moved.get(address.quantity)
        found = Address(new, _as_placed(address, new)) if new is not None else None
        return Entry(*found) if found is not None and case.is_known(found) else None

    return other


def _as_placed(address: Address, new: Quantity) -> tuple[int, ...]:
    """The index of the same unit in an array that may have other axes beside."""
    own = address.quantity
    if len(own.axes) == len(new.axes):
        return address.index
    places = dict(zip(own.axes, address.index, strict=True))
    return tuple(places.get(axis, 0) for axis in new.axes)
