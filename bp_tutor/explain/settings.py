"""How a derivation is made: how its numbers are rounded, which way vectors lie, how much of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.nodes import DOTS
from bp_tutor.explain.numbers import (
    format_by_hand,
    format_given,
    format_number,
    value_of_given,
    value_of_number,
)
from bp_tutor.formula import (
    Address,
    Call,
    Entry,
    Formula,
    Indicator,
    IsLargest,
    Number,
    Quantity,
    Ref,
    Shown,
    StableForm,
    replace,
    walk,
)
from bp_tutor.formula.algebra import Add, Mul, Neg, template
from bp_tutor.formula.atoms import Hole
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula import Function
    from bp_tutor.formula.node import Index
    from bp_tutor.notations import Structure, Symbols
    from bp_tutor.problem.model import Rounding
    from bp_tutor.solve import Run

MOST_TERMS = 8
"""A longer sum is shortened to its first terms and its last."""
FIRST_TERMS = 3
MOST_REPEATED = 9
"""Nodes of an argument up to which a definition that repeats it is written out."""


class Settings(Frozen):
    """What decides how a derivation is made; how it is spelled is left to the outputs."""

    symbols: Symbols
    """The course's names, by whose numbers entries are put in order."""
    digits: int = 4
    rounding: Rounding | None = None
    columns: bool = False
    """Matrix form over column vectors, `W·x`."""
    whole: bool = False
    """Write out every term and every entry."""

    @property
    def structure(self) -> Structure:
        """The layers and names of the problem."""
        return self.symbols.structure

    def shown(self, run: Run, quantity: Quantity, value: float) -> Shown:
        """A number of a quantity as it stands on the page."""
        if quantity in run.program.model.given:
            return format_given(value, self.digits)
        rounding = self.rounding
        if rounding is not None:
            digits = rounding.digits_of(quantity.name)
            if digits is not None:
                return format_by_hand(value, digits, significant=rounding.significant)
        return format_number(value, self.digits)

    def shown_value(self, run: Run, quantity: Quantity, value: float) -> float:
        """What `shown` stands for, sooner than by writing it."""
        if quantity in run.program.model.given:
            return value_of_given(value, self.digits)
        if self.rounding is not None and self.rounding.digits_of(quantity.name) is not None:
            return self.shown(run, quantity, value).value
        return value_of_number(value, self.digits)

    def result(self, run: Run, quantity: Quantity, index: Index) -> Shown:
        """The value of one entry as it stands on the page."""
        return self.shown(run, quantity, run.value(quantity, index))

    def number(self, run: Run, quantity: Quantity, index: Index) -> Number:
        """The value of one entry as a node, which knows the entry."""
        shown = self.result(run, quantity, index)
        return Number(shown.value, shown, Address(quantity, index))

    def put_in(self, run: Run, formula: Formula) -> Formula:
        """The formula with the page's numbers put in and named functions written out.

        Whether a comparison holds is said by a number as well: nobody writes `I(5 > 0)`.
        """

        def number(entry: Entry) -> Number:
            return self.number(run, entry.quantity, entry.index)

        return _signed(
            put_in(formula, number, lambda choice: whole_number(choice.value(run.value)))
        )

    def shortened(self, formula: Formula) -> Formula:
        """The formula with long sums cut to their first terms, dots, and the last term."""
        return formula if self.whole else replace(formula, _cut)


def whole_number(value: float) -> Number:
    """A number without decimals."""
    return Number(value, Shown(f"{value:.0f}", value))


def plain_number(shown: Shown) -> Number:
    """A number that is no entry of the calculation."""
    return Number(shown.value, shown)


def put_in_exactly(run: Run, formula: Formula) -> Formula:
    """The formula with every number in full, and named functions written out."""
    return put_in(formula, lambda entry: Number(run.value(entry.quantity, entry.index)))


def put_in(
    formula: Formula,
    number: Callable[[Entry], Formula],
    decide: Callable[[Formula], Number] | None = None,
) -> Formula:
    """A scalar formula with numbers for its entries and named functions written out.

    `decide` gives the number of a comparison; without it the comparison stays.
    """

    def filled(node: Formula) -> Formula | None:
        match node:
            case Indicator() | IsLargest() if decide is not None:
                return decide(node)
            case Entry():
                return number(node)
            case Ref(quantity):
                return number(Entry(quantity, ()))
            case StableForm(shown):
                return put_in(shown, number, decide)
            case Call() if written_out(node):
                return put_in(node.expanded(), number, decide)
            case Mul(factors):
                return Mul(tuple(_signed(put_in(factor, number, decide)) for factor in factors))
            case Call(function, args):
                return Call(function, tuple(_argument(put_in(arg, number, decide)) for arg in args))
        return None

    return replace(formula, filled)


def _signed(formula: Formula) -> Formula:
    """`-(1.5)` as the number -1.5; the sign of what is put in stays seen: `-(-1.5)`."""
    match formula:
        case Neg(Number(value) as inner) if value >= 0:
            return inner.negative()
        case Neg(Mul((Number(value) as first, *others))) if value >= 0:
            return Mul((first.negative(), *others))
    return formula


def _argument(formula: Formula) -> Formula:
    """A number alone in brackets or above e carries one sign: `e^0.5`, not `e^(-(-0.5))`."""
    match formula:
        case Neg(Number() as inner):
            return inner.negative()
    return _signed(formula)


def written_out(call: Call) -> bool:
    """Whether a function's definition is put in; of functions within functions, the innermost.

    Each definition repeats its argument, so that all of them together would have no end.
    """
    inner = (node for arg in call.args for node in walk(arg))
    if not _has_body(call) or (_repeats(call.function) and len(walk(call.args[0])) > MOST_REPEATED):
        return False
    return not any(isinstance(node, Call) and _has_body(node) for node in inner)


def _repeats(function: Function) -> bool:
    """Whether a definition has its argument in it more than once."""
    argument = Hole(function.parameters[0])
    return sum(node == argument for node in walk(template(function.body or ""))) > 1


def _has_body(call: Call) -> bool:
    function = call.function
    return bool(function.body) and not (function.elementary or function.as_body)


def _cut(node: Formula) -> Formula | None:
    if isinstance(node, Add) and len(node.terms) > MOST_TERMS:
        return Add((*node.terms[:FIRST_TERMS], DOTS, node.terms[-1]))
    return None
