"""The slopes in the formula of a derivative, found by what the chain rule puts there.

Whatever is calculated by a function of the value that is differentiated by, in a layer, a gate
or a computation graph, has the slope of that function as a factor.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import (
    Address,
    Call,
    Entry,
    Formula,
    Mul,
    Number,
    PartialDerivative,
    Ref,
    as_shown,
    replace,
    walk,
)
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import DERIVATIVE, VALUE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.mistakes.case import Case, Product


class Slope(NamedTuple):
    """The slope of one function at one entry."""

    formula: Formula
    call: Call
    """The function with what it is of, as entries."""
    after: Formula
    """The function's value: an entry where it has a name."""

    @property
    def factors(self) -> tuple[Formula, ...]:
        """What it puts into a product."""
        return self.formula.factors if isinstance(self.formula, Mul) else (self.formula,)

    @property
    def before(self) -> Formula:
        """What the function is of."""
        return self.call.args[0]

    def of(self, call: Call, after: Formula) -> Formula | None:
        """Another function's slope in the same place, or that of this one at another place."""
        return call.slope(after)


def slopes_of(case: Case) -> tuple[Slope, ...]:
    """The slope of every function of the value that an entry is the derivative by."""
    return case.once(_slopes)


def _slopes(case: Case) -> tuple[Slope, ...]:
    return tuple(_found(case))


def _found(case: Case) -> Iterator[Slope]:
    if isinstance(case.quantity, PartialDerivative):
        # Of each function that lies between the two values.
        for address in case.addresses:
            line = case.graph.run.program.line(address.quantity)
            if line is not None and line.quantity.kind == VALUE and isinstance(line.formula, Call):
                yield from _at(address.index, line.formula, Ref(address.quantity))
    if case.quantity.kind != DERIVATIVE:
        return
    value = case.quantity.as_kind(VALUE)
    for line in case.graph.run.program.users.get(value, ()):
        # What a stable form computes is on no paper.
        for node in walk(as_shown(line.formula)):
            if isinstance(node, Call) and not node.function.as_body and _has(node, value):
                whole = node is line.formula
                after = Ref(line.quantity) if whole else node
                yield from _at(case.index, node, after)


def _has(call: Call, value: Quantity) -> bool:
    return any(isinstance(node, Ref) and node.quantity == value for node in walk(call.args[0]))


def _at(index: tuple[int, ...], call: Call, after: Formula) -> Iterator[Slope]:
    slope = call.slope(after)
    if slope is None or isinstance(slope, Number) or len(call.shape) != len(index):
        return
    own = entry_of(call, index)
    if isinstance(own, Call):
        yield Slope(entry_of(slope, index), own, entry_of(after, index))


def behind(case: Case, value: Address) -> Address | None:
    """The entry that an activation makes of a value, if that is what it is used for."""
    for line in case.graph.run.program.users.get(value.quantity, ()):
        match line.formula:
            case Call(function, (Ref(inner), *_)) if (
                function.activation and inner == value.quantity
            ):
                return Address(line.quantity, value.index)
            case Ref(inner) if inner == value.quantity:
                return Address(line.quantity, value.index)
    return None


def slope_behind(case: Case, value: Address) -> Slope | None:
    """The slope of the activation that a value goes through."""
    after = behind(case, value)
    return None if after is None else slope_at(case, after)


def slope_at(case: Case, after: Address) -> Slope | None:
    """The slope of the activation that a value comes from."""
    line = case.graph.run.program.line(after.quantity)
    if line is None or not isinstance(line.formula, Call) or not line.formula.function.activation:
        return None
    return next(_at(after.index, line.formula, Ref(after.quantity)), None)


def products_with(case: Case, slope: Slope) -> Iterator[Product]:
    """The products in which it is a factor."""
    for product in case.products:
        if product.without(slope.factors) is not None:
            yield product


def with_entries_exchanged(formula: Formula, one: Formula, other: Formula) -> Formula:
    """A formula in which two entries have changed places."""

    def exchanged(node: Formula) -> Formula | None:
        if isinstance(node, Entry):
            return other if node == one else one if node == other else None
        return None

    return replace(formula, exchanged)
