"""The chain rule, read off the formulas: along which values the loss depends on a value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Entry, MatMul, Quantity, Ref, walk
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import SAMPLE

if TYPE_CHECKING:
    from bp_tutor.catalog import Definition, Model

    Place = tuple[Quantity, tuple[int, ...]]
    Partial = tuple[Place, Place]
    Path = tuple[Partial, ...]


def paths(model: Model, quantity: Quantity, index: tuple[int, ...], loss: Place) -> list[Path]:
    """The products of partial derivatives whose sum is the derivative by one entry.

    Each path starts at the loss, or at a delta that is known already, and ends at the
    entry. Empty where the derivative is stated at once.
    """
    if quantity in model.shortcuts:
        return []
    found: list[Path] = []
    for line in model.definitions:
        if not any(isinstance(n, Ref) and n.quantity == quantity for n in walk(line.formula)):
            continue
        if line.phase == "loss":
            return []
        for user in _users(line, quantity, index):
            here = (line.quantity, user)
            step: Partial = (here, (quantity, index))
            before = paths(model, *here, loss) if line.carried else []
            start = () if here == loss else ((loss, here),)
            found += [(*path, step) for path in before or [start]]
    return found


def _users(line: Definition, quantity: Quantity, index: tuple[int, ...]) -> list[tuple[int, ...]]:
    """The entries of a line's quantity in which one entry of `quantity` stands."""
    own = line.quantity
    entrywise = own.shape == quantity.shape and not any(
        isinstance(node, MatMul) or node.shape not in (own.shape, ()) for node in walk(line.formula)
    )
    if entrywise:
        return [index]
    wanted = Entry(quantity, index)
    sample = _sample(quantity, index)
    return [
        user
        for user in own.indices()
        if sample in (None, _sample(own, user), -1)
        and any(node == wanted for node in walk(entry_of(line.formula, user)))
    ]


def _sample(quantity: Quantity, index: tuple[int, ...]) -> int | None:
    return index[quantity.axes.index(SAMPLE)] if SAMPLE in quantity.axes else None
