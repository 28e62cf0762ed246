"""How one reader sees a derivation: language, notation, style, digits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bp_tutor.explain.numbers import Shown, format_by_hand, format_given, format_number
from bp_tutor.formula import (
    Call,
    Entry,
    Formula,
    Indicator,
    IsLargest,
    Number,
    Quantity,
    Ref,
    StableForm,
    replace,
    spell,
    walk,
)
from bp_tutor.formula.algebra import Add, Mul, Neg
from bp_tutor.formula.style import MATHS, Binding
from bp_tutor.frozen import Frozen
from bp_tutor.words import plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula.node import Index, Speller
    from bp_tutor.formula.style import Style
    from bp_tutor.notations import Symbols
    from bp_tutor.problem.model import Rounding, Text
    from bp_tutor.solve import Run
    from bp_tutor.words import Words

NO_MATHS = dict.fromkeys(map(ord, MATHS))
MOST_TERMS = 8
"""A longer sum is shortened to its first terms and its last."""
FIRST_TERMS = 3


class Dots(Formula):
    """The terms that a shortened sum leaves out."""

    __slots__ = __match_args__ = ("sign",)

    def __init__(self, sign: str) -> None:
        self.sign: Final = sign

    @property
    def shape(self) -> tuple[int, ...]:
        return ()

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return self.sign, Binding.ATOM


class Page(Frozen):
    """Spells names, formulas and numbers for one reader; a `Speller`."""

    symbols: Symbols
    words: Words
    style: Style
    digits: int = 4
    rounding: Rounding | None = None
    columns: bool = False
    """Matrix form over column vectors, `W·x`."""
    whole: bool = False
    """Write out every term and every entry."""

    def name(self, quantity: Quantity, index: Index | None) -> str:
        """The course's symbol of a quantity or of one entry."""
        return self.symbols.name(quantity, index, self.style.name)

    def said(self, text: Text) -> str:
        """A text of the problem file in the language of the words."""
        found = self.words.choose(text.in_language)
        if self.style.typeset:
            # No text of a file may pass for a formula of our own.
            return found.translate(NO_MATHS)
        return plain(found) if self.style.name == "ascii" else found

    def partial(self, of: tuple[Quantity, Index], over: tuple[Quantity, Index]) -> str:
        """A partial derivative written out, `∂Z₄₁/∂A₃₁`."""
        return self.symbols.partial(of, over, self.style.name)

    def spell(self, formula: Formula) -> str:
        """A formula in the course's symbols; long sums are shortened."""
        return spell(formula if self.whole else shortened(formula, self.dots), self)

    @property
    def dots(self) -> str:
        """What stands for terms and figures that are left out."""
        return self.style.dots

    def shown(self, run: Run, quantity: Quantity, value: float) -> Shown:
        """A number of a quantity as it stands on the page."""
        style = self.style.name
        if quantity in run.program.model.given:
            return format_given(value, self.digits, style)
        rounding = self.rounding
        if rounding is not None:
            digits = rounding.digits_of(quantity.name)
            if digits is not None:
                return format_by_hand(value, digits, significant=rounding.significant, style=style)
        return format_number(value, self.digits, style)

    def result(self, run: Run, quantity: Quantity, index: Index) -> Shown:
        """The value of one entry as it stands on the page."""
        shown = self.shown(run, quantity, run.value(quantity, index))
        if not self.style.keyed_names:
            return shown
        return shown._replace(text=self.style.keyed(shown.text, quantity.identifier(index)))

    def put_in(self, run: Run, formula: Formula) -> Formula:
        """The formula with the page's numbers put in and named functions written out.

        Whether a comparison holds is said by a number as well: nobody writes `I(5 > 0)`.
        """

        def number(entry: Entry) -> Number:
            shown = self.result(run, entry.quantity, entry.index)
            return Number(shown.value, shown.text)

        def decide(choice: Formula) -> Number:
            value = choice.value(run.value)
            return Number(value, self.style.number(f"{value:.0f}"))

        return _signed(put_in(formula, number, decide))


def put_in_exactly(run: Run, formula: Formula) -> Formula:
    """The formula with every number in full, and named functions written out."""
    return put_in(formula, lambda entry: Number(run.value(entry.quantity, entry.index)))


def put_in(
    formula: Formula,
    number: Callable[[Entry], Number],
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
    return _has_body(call) and not any(isinstance(node, Call) and _has_body(node) for node in inner)


def _has_body(call: Call) -> bool:
    function = call.function
    return bool(function.body) and not (function.elementary or function.as_body)


def shortened(formula: Formula, dots: str) -> Formula:
    """The formula with long sums cut to their first terms, dots, and the last term."""

    def cut(node: Formula) -> Formula | None:
        if isinstance(node, Add) and len(node.terms) > MOST_TERMS:
            return Add((*node.terms[:FIRST_TERMS], Dots(dots), node.terms[-1]))
        return None

    return replace(formula, cut)
