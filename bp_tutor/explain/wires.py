"""The wires of a network, read off its formulas: which weights lead from one layer to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import MatMul, Ref, Role, walk
from bp_tutor.formula.quantity import SIGNALS

if TYPE_CHECKING:
    from bp_tutor.catalogue import Model
    from bp_tutor.formula import Formula

    Wires = dict[tuple[int, int], Formula]


def wires_of(model: Model) -> Wires:
    """By the layers at both ends the weights between them, an array (from, to)."""
    found: Wires = {}
    for line in model.definitions:
        if line.quantity.role is not Role.WEIGHTED_SUM:
            continue
        for node in walk(line.formula):
            if isinstance(node, MatMul) and isinstance(node.left, Ref):
                source = node.left.quantity
                if source.role in SIGNALS:
                    found[source.place[0], line.quantity.place[0]] = node.right
    return found
