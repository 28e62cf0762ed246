"""Which axes inside of a layer have a length of their own, and are not its units.

A query is compared with the keys, so both are as long as the file says, whatever the layer hands
on; so are values, where an output projection brings the heads together.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import MatMul, Quantity, Ref, Role, Transpose, walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Formula
    from bp_tutor.solve import Definition

    Width = tuple[str, tuple[int, ...], str]
    """An axis of a quantity, whatever its kind and step: symbol, place and axis."""


def inner_widths(lines: tuple[Definition, ...]) -> frozenset[Width]:
    """The axes that count keys or values of attention, in the lines of an update."""
    forward = [line for line in lines if line.phase == "forward"]
    parts = {part for line in forward for part in _parts(line)}
    found = {_width(part, "unit") for part in parts}
    for line in forward:
        used = [node.quantity for node in walk(line.formula) if isinstance(node, Ref)]
        if line.quantity in parts:
            found |= {_width(each, "to") for each in used if each.role is Role.WEIGHT}
            found |= {_width(each, "unit") for each in used if each.role is Role.BIAS}
        found |= {
            _width(right, "from")
            for left, right in _products(line.formula)
            if left in parts and right.role is Role.WEIGHT
        }
    return frozenset(found)


def _parts(line: Definition) -> Iterator[Quantity]:
    """Queries and keys that are compared, values that are mixed, and the mixture inside a layer."""
    for left, right in _products(line.formula):
        if line.quantity.role is Role.SCORE:
            yield from (left, right)
        elif left.role is Role.SHARE and line.quantity.role is Role.INNER:
            yield from (right, line.quantity)


def _products(formula: Formula) -> Iterator[tuple[Quantity, Quantity]]:
    """The pairs of arrays that are multiplied, turned or not."""
    for node in walk(formula):
        match node:
            case MatMul(Ref(left), Ref(right) | Transpose(Ref(right))):
                yield left, right


def _width(quantity: Quantity, axis: str) -> Width:
    return quantity.symbol, quantity.place[:1], axis
