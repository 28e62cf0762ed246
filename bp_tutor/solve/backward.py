"""The backward pass: from formulas to formulas, in reverse order of the calculation.

Reverse-mode differentiation that knows no layer by name: each node says what it hands on to
its children, and what reaches a quantity along all paths is added up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue import Definition
from bp_tutor.formula import Ref, Role, StableForm, walk
from bp_tutor.formula.algebra import add, constant
from bp_tutor.formula.primitive import spread
from bp_tutor.formula.quantity import DERIVATIVE

if TYPE_CHECKING:
    from bp_tutor.catalogue import Model
    from bp_tutor.formula import Formula, Quantity


def derivatives(model: Model) -> tuple[Definition, ...]:
    """One definition for each derivative that is needed, deltas before the gradients.

    The derivative by a quantity that is handed on unchanged to a single number (the losses
    of single outputs) has no line of its own.
    """
    reached = _depends_on(model)
    arriving: dict[Quantity, list[Formula]] = {
        quantity: [seed] for quantity, seed in model.seeds.items()
    }
    found: dict[Quantity, Definition] = {}
    for line in reversed(model.definitions):
        quantity = line.quantity
        if quantity not in reached or quantity not in arriving:
            continue
        total = model.shortcuts.get(quantity) or _whole(quantity, add(*arriving[quantity]))
        derivative = quantity.as_kind(DERIVATIVE)
        upstream: Formula = Ref(derivative)
        if total == upstream or constant(total) is not None:
            upstream = total
        else:
            inside = _used(line.formula) & reached
            # Nothing is read off a derivative that a shortcut leaps over.
            leapt = bool(inside) and all(used in model.shortcuts for used in inside)
            if quantity in model.safe:
                total = StableForm(total, *model.safe[quantity])
            # What is asked for itself, and leads on to nothing, has a line in any case.
            inlined = (line.inlined and bool(inside)) or leapt
            stated = _definition(model, quantity, total, "backward", inlined=inlined)
            # Far out it may divide by an output that is 0; then it is left out.
            can_do_without = leapt or all(used in model.safe for used in inside)
            found[quantity] = stated._replace(may_fail=can_do_without)
            if line.inlined and quantity not in model.shortcuts:
                upstream = total
        parts: dict[Quantity, list[Formula]] = {}
        for child, part in handed_on(line.formula, upstream, Ref(quantity), reached):
            parts.setdefault(child, []).append(part)
        # Terms in the order of the calculation, though it is walked through backwards.
        for child, here in parts.items():
            arriving[child] = here + arriving.get(child, [])
    deltas = list(found.values())
    leaves = [
        _definition(model, quantity, _whole(quantity, add(*arriving[quantity])), "gradient")
        for quantity in model.wanted
        if quantity in arriving
        and quantity not in found
        and quantity.as_kind(DERIVATIVE) not in model.given
    ]
    return (*deltas, *leaves)


def _whole(quantity: Quantity, derivative: Formula) -> Formula:
    """The derivative for each entry, where an array of a graph hands on to a sum of itself."""
    in_graph = quantity.role in (Role.NODE, Role.LEAF)
    return spread(derivative, quantity.shape) if in_graph else derivative


def _definition(
    model: Model, quantity: Quantity, formula: Formula, phase: str, *, inlined: bool = False
) -> Definition:
    rule = model.rules.get(quantity, "chain_rule")
    return Definition(quantity.as_kind(DERIVATIVE), formula, phase, rule, inlined)


def _depends_on(model: Model) -> set[Quantity]:
    """The wanted quantities and everything that depends on them."""
    reached = set(model.wanted)
    for line in model.definitions:
        if _uses(line.formula, reached):
            reached.add(line.quantity)
    return reached


def _uses(formula: Formula, quantities: set[Quantity]) -> bool:
    return not quantities.isdisjoint(_used(formula))


def _used(formula: Formula) -> set[Quantity]:
    return {node.quantity for node in walk(formula) if isinstance(node, Ref)}


def handed_on(
    formula: Formula, upstream: Formula, itself: Formula, reached: set[Quantity]
) -> list[tuple[Quantity, Formula]]:
    """What one formula hands on to the quantities in it, a pair for each place of use."""
    if isinstance(formula, Ref):
        return [(formula.quantity, upstream)] if formula.quantity in reached else []
    if not _uses(formula, reached):
        return []
    found = []
    for child, part in zip(formula.children, formula.pullback(upstream, itself), strict=False):
        if part is not None:
            found += handed_on(child, part, child, reached)
    return found
