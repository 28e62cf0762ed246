"""The chain rule, read off the formulas: along which values the loss depends on a value."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from bp_tutor.formula import (
    Add,
    Address,
    Call,
    Div,
    Entry,
    Mul,
    Neg,
    Number,
    Pow,
    Quantity,
    Ref,
    walk,
)
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import DERIVATIVE, OUTSIDE

if TYPE_CHECKING:
    from bp_tutor.solve import Definition, Program

    Partial = tuple[Address, Address]
    Path = tuple[Partial | Address, ...]
    """Partial derivatives; or first an address, which is a part that is given."""
    Indices = tuple[tuple[int, ...], ...]

ENTRYWISE = (Add, Call, Div, Mul, Neg, Number, Pow, Ref)
"""Nodes that take each entry by itself, where all shapes are alike."""


def paths(
    program: Program, quantity: Quantity, index: tuple[int, ...], loss: Address
) -> list[Path]:
    """The products of partial derivatives whose sum is the derivative by one entry.

    Each path starts at the loss, at a delta that is known already or at a part that comes from
    outside, and ends at the entry. Empty where the derivative is stated at once.
    """
    if quantity in program.model.shortcuts:
        return []
    found: list[Path] = []
    for line in program.users.get(quantity, ()):
        if line.phase == "loss":
            return []
        for user in _users(program, line, quantity, index):
            here = Address(line.quantity, user)
            step: Partial = (here, Address(quantity, index))
            before = paths(program, *here, loss) if line.inlined else []
            start = () if here == loss else ((loss, here),)
            found += [(*path, step) for path in before or [start]]
    outside = quantity.as_kind(OUTSIDE)
    if outside in program.model.given:
        found.append((Address(outside, index),))
    return found


def _users(
    program: Program, line: Definition, quantity: Quantity, index: tuple[int, ...]
) -> Indices:
    """The entries of a line's quantity in which one entry of `quantity` stands."""
    own = line.quantity
    entrywise = own.shape == quantity.shape and all(
        isinstance(node, ENTRYWISE) and node.shape in (own.shape, ()) for node in walk(line.formula)
    )
    if entrywise:
        return (index,)
    # The gradient names the deltas that it collects: quicker than to look through the line.
    derivative = program.line(quantity.as_kind(DERIVATIVE))
    if derivative is not None and not line.inlined:
        delta = own.as_kind(DERIVATIVE)
        named = (
            node.index
            for node in walk(entry_of(derivative.formula, index))
            if isinstance(node, Entry) and node.quantity == delta
        )
        if found := tuple(dict.fromkeys(named)):
            return found
    return _all_users(line, quantity).get(index, ())


@lru_cache(maxsize=256)
def _all_users(line: Definition, quantity: Quantity) -> dict[tuple[int, ...], Indices]:
    """For each entry of `quantity`, the entries of a line's quantity in which it stands."""
    found: dict[tuple[int, ...], dict[tuple[int, ...], None]] = {}
    for user in line.quantity.indices():
        for node in walk(line.entry(user)):
            if isinstance(node, Entry) and node.quantity == quantity:
                found.setdefault(node.index, {})[user] = None
    return {index: tuple(users) for index, users in found.items()}
