"""Operands exchanged for one of their neighbours: another unit, weight, target or gradient.

An entry that is exchanged is exchanged wherever it stands in the formula, for whoever looks up
the wrong number writes it down each time. In a computation graph, whose numbers stand in no
array, the neighbours of a weight are the other weights.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from bp_tutor.formula import Entry, Quantity
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
from bp_tutor.quiz.mistakes.case import MOST_ENTRIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.formula import Formula
    from bp_tutor.quiz.mistakes.case import Case, Rewritten

MOST_NEIGHBOURS = 4
MOST_GRADIENTS = 16
"""So many gradients are taken for the one of an update, those of its own array first."""
UNSAID = (Role.LEAF, Role.NODE)
"""Numbers of a computation graph whose role its formulas do not show."""


def other_unit(case: Case) -> Iterator[Rewritten]:
    """The value or the derivative of another unit."""
    yield from _neighbours(
        case, lambda one: not one.quantity.is_weight and one.role is not Role.TARGET
    )


def other_weight(case: Case) -> Iterator[Rewritten]:
    """The weight of another edge."""
    yield from _weights_of_another(case)
    yield from _neighbours(case, is_weight)
    for one in filter(is_weight, case.addresses):
        yield from _exchanged_for(case, one, lambda other: other.is_weight)


def other_target(case: Case) -> Iterator[Rewritten]:
    """The target of another output."""
    yield from _neighbours(case, lambda one: one.role is Role.TARGET)


def is_weight(address: Address) -> bool:
    """Whether it is a weight, old or new, and not its gradient."""
    return address.quantity.is_weight and address.quantity.kind in (VALUE, UPDATED)


def _neighbours(case: Case, wanted: Callable[[Address], bool]) -> Iterator[Rewritten]:
    for address in case.addresses if len(case.addresses) <= MOST_ENTRIES else ():
        for other in _beside(address) if wanted(address) else ():
            yield from case.swapped(address, other)


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
    weights = [address for address in case.addresses if is_weight(address)]
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


# Numbers of a computation graph


def other_name(case: Case) -> Iterator[Rewritten]:
    """In a computation graph: another value that plays the same part, or has the same letter."""
    for one in case.addresses:
        own = one.quantity
        if own.role in UNSAID:
            yield from _exchanged_for(case, one, _of_the_letter(own))
        elif own.role is Role.BIAS:
            yield from _exchanged_for(case, one, lambda other: other.role is Role.BIAS)
        elif own.role in SIGNALS:
            yield from _exchanged_for(case, one, lambda other: other.role in SIGNALS)


def _of_the_letter(own: Quantity) -> Callable[[Quantity], bool]:
    """Whether another name differs from this one in its number alone."""
    stem = own.symbol.rstrip("0123456789")
    return lambda other: (
        stem != own.symbol and other.role is own.role and other.symbol.rstrip("0123456789") == stem
    )


def _exchanged_for(
    case: Case, one: Address, wanted: Callable[[Quantity], bool]
) -> Iterator[Rewritten]:
    """In a computation graph: an entry exchanged for others, those of its own letter first."""
    if not case.is_in_graph or len(case.addresses) > MOST_ENTRIES:
        return
    own = one.quantity
    others = [
        other
        for other in case.values
        if other != own and other.kind == own.kind and not other.shape and wanted(other)
    ]
    of_its_letter = _of_the_letter(own)
    others.sort(key=lambda other: not of_its_letter(other))
    for other in others[:MOST_NEIGHBOURS]:
        yield from case.swapped(one, Address(other))


# Updates


def other_gradient(case: Case) -> Iterator[Rewritten]:
    """The gradient of another weight, in an update."""
    for address in case.addresses if case.is_update else ():
        if address.quantity.kind == DERIVATIVE:
            for other in islice(_gradients(case, address), MOST_GRADIENTS):
                yield from case.swapped(address, other)


def _gradients(case: Case, own: Address) -> Iterator[Address]:
    """The other gradients, those of the same array first, then those at the same place."""
    if own.quantity.size <= MOST_GRADIENTS:
        yield from (other for other in own.quantity.addresses() if other != own)
    arrays = [
        one
        for one in case.values
        if one != own.quantity and one.kind == DERIVATIVE and _is_trained_alike(case, one, own)
    ]
    for array in arrays:
        places = list(array.addresses()) if array.size <= MOST_ENTRIES else []
        yield from sorted(places, key=lambda other: other.index != own.index)


def _is_trained_alike(case: Case, quantity: Quantity, own: Address) -> bool:
    """Whether a derivative moves a number as well, with the same letter where it is an array."""
    trained = case.graph.run.program.line(quantity.as_kind(UPDATED)) is not None
    return trained and (case.is_in_graph or quantity.symbol == own.quantity.symbol)


def other_setting(case: Case) -> Iterator[Rewritten]:
    """Another number of the optimiser, such as β₂ for β₁."""
    settings = [one for one in case.values if one.role is Role.SETTING and not one.kind]
    for address in case.addresses if case.is_update else ():
        for quantity in settings if address.role is Role.SETTING else ():
            if quantity.symbol[:-1] == address.quantity.symbol[:-1]:
                yield from case.swapped(address, Address(quantity))
