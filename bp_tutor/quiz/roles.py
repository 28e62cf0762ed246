"""What the numbers of a computation graph are to it, where it is a network written as formulas.

A file says of no number that it is a weight or an input. But it says what the loss is
differentiated by, and the formulas show the rest; so a mistake in a graph is the same one, with the
same name, as in the network that it writes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Add, Call, Div, Mul, Neg, Quantity, Ref, walk
from bp_tutor.formula.quantity import Role

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.formula import Formula
    from bp_tutor.solve.program import Program


class Roles:
    """The roles in an exercise; those of a network's quantities are said where they are made."""

    def __init__(self, program: Program) -> None:
        self._roles = _roles(program)
        self._made: dict[Quantity, Quantity] = {}

    @property
    def any(self) -> bool:
        """Whether it says any role that is not said where the quantities are made."""
        return bool(self._roles)

    def __call__(self, quantity: Quantity) -> Quantity:
        """The same quantity, or what is derived from it, with the role that it plays."""
        if not self._roles or quantity.place or quantity.shape:
            return quantity
        if quantity not in self._made:
            role = self._roles.get(quantity.symbol, quantity.role)
            new = Quantity(quantity.symbol, kind=quantity.kind, role=role)
            self._made[quantity] = quantity if role is quantity.role else new
        return self._made[quantity]


def _roles(program: Program) -> dict[str, Role]:
    """The role of each name, as far as the formulas show one."""
    model = program.model
    leaves = {one for one in model.given if one.role is Role.LEAF and not one.kind}
    trained = leaves & set(model.wanted)
    fixed = leaves - trained
    if not fixed or not trained or model.loss is None:
        # Where everything is differentiated, nothing says which of two factors is the weight.
        return {}
    nodes = [node for line in model.definitions for node in walk(line.formula)]
    products = [_Factors(node) for node in nodes if isinstance(node, Mul | Div)]
    weights = {
        one
        for one in trained
        if any(one in each.own and not each.inside <= trained for each in products)
    }
    biases = {
        one
        for one in trained - weights
        for node in nodes
        if isinstance(node, Add) and Ref(one) in node.terms and weights & set(_inside(node.terms))
    }
    found = dict.fromkeys(weights, Role.WEIGHT) | dict.fromkeys(biases, Role.BIAS)
    for line in model.definitions:
        match line.formula:
            case Call(function, (Ref(before), *_)) if function.activation:
                found[line.quantity] = Role.ACTIVATION
                found.setdefault(before, Role.WEIGHTED_SUM)
    found |= {one: Role.INPUT for one in fixed if any(one in each.own for each in products)}
    found |= dict.fromkeys(_targets(program, fixed), Role.TARGET)
    found[model.loss] = Role.OUTPUT_LOSS
    return {one.symbol: role for one, role in found.items()}


class _Factors:
    """What is multiplied in a product, by itself or inside one of its factors."""

    def __init__(self, product: Formula) -> None:
        self.own = {one.quantity for one in product.children if isinstance(one, Ref)}
        self.inside = set(_inside(product.children))


def _inside(formulas: Iterable[Formula]) -> Iterator[Quantity]:
    return (node.quantity for one in formulas for node in walk(one) if isinstance(node, Ref))


def _targets(program: Program, fixed: set[Quantity]) -> Iterator[Quantity]:
    """What is taken off a value in the formula of the loss, or of what the loss is made of."""
    lines = {line.quantity: line.formula for line in program.model.definitions}
    loss = next((lines[one] for one in lines if one == program.model.loss), None)
    if loss is None:
        return
    parts = [lines[one] for one in _inside([loss]) if isinstance(lines.get(one), Add)]
    for formula in (loss, *parts):
        for node in walk(formula):
            match node:
                case Add((value, Neg(Ref(target)))) | Add((Ref(target), Neg(value))):
                    if target in fixed and any(_inside([value])):
                        yield target
