"""Formulas as SymPy expressions: the symbolic record, proofs, algebra.

Made node by node from a table, never from text; SymPy is imported only when asked for.
What the table does not know is refused, so that an expression is right or is not there.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

from bp_tutor.formula import (
    Add,
    Call,
    Div,
    Entry,
    Indicator,
    IsLargest,
    Largest,
    LogSumExp,
    Mul,
    Neg,
    Number,
    Pi,
    Pow,
    Ref,
    SoftmaxEntry,
    StableForm,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula import Formula, Quantity

    Expression = Any
    """A SymPy expression."""
    Leaf = Callable[[Quantity, tuple[int, ...]], Expression]
    """What stands for one entry of a quantity."""
    Convert = Callable[[Formula], Expression]
    Rule = Callable[[Any, Convert], Expression]

MOST_FIGURES = 1000
"""Figures that a power of plain numbers may have."""
MOST_NODES = 20_000
"""Nodes of a formula with the definitions of its functions put in."""
SHORT = 17
"""Characters up to which a decimal is an exact fraction; else it is a float."""


class SymbolicError(ValueError):
    """A formula that has no SymPy expression here."""


def expression(formula: Formula, leaf: Leaf) -> Expression:
    """A scalar formula as a SymPy expression over what `leaf` gives for its entries.

    Raises:
        SymbolicError: a node is not known, is an array, or stands for no number that can be
            written out.
    """
    from sympy import nan, oo, zoo

    left = MOST_NODES

    def convert(node: Formula) -> Expression:
        nonlocal left
        left -= 1
        if left < 0:
            raise SymbolicError("a formula that is too large to write out")
        if isinstance(node, Entry):
            return leaf(node.quantity, node.index)
        if isinstance(node, Ref):
            return leaf(node.quantity, ())
        rule = _RULES.get(type(node))
        if rule is None:
            raise SymbolicError(f"no expression for {type(node).__name__}")
        return rule(node, convert)

    if formula.shape:
        raise SymbolicError(f"an array of shape {formula.shape}")
    found = convert(formula.entry(()))
    if found.has(nan, oo, -oo, zoo):
        raise SymbolicError("a division by zero, or another value that is no number")
    return found


def symbol(name: str) -> Expression:
    """A real number of that name."""
    from sympy import Symbol

    return Symbol(name, real=True)


def written(value: Expression) -> str:
    """An expression as SymPy writes it in a line of text.

    Raises:
        SymbolicError: a number in it has thousands of figures.
    """
    from sympy import sstr

    try:
        return str(sstr(value))
    except ValueError as error:
        raise SymbolicError("a number that is too long to write out") from error


def _number(node: Number, _: Convert) -> Expression:
    from sympy import Float, Integer, Rational

    value = float(node.number)
    text = repr(value)
    if value.is_integer():
        return Integer(int(value))
    if len(text) > SHORT or "e" in text:
        return Float(text, SHORT)
    exact = Fraction(text)
    return Rational(exact.numerator, exact.denominator)


def _pi(_: Pi, __: Convert) -> Expression:
    import sympy

    return sympy.pi


def _power(node: Pow, convert: Convert) -> Expression:
    base, exponent = convert(node.base), convert(node.exponent)
    if base.is_Rational and exponent.is_number:
        figures = len(str(base.p)) + len(str(base.q))
        if not exponent.is_Rational or figures * abs(exponent) > MOST_FIGURES:
            raise SymbolicError("a power of numbers that is too large to write out")
    return base**exponent


def _indicator(node: Indicator, convert: Convert) -> Expression:
    from sympy import Ge, Gt, Le, Lt, Piecewise

    relation = {">": Gt, ">=": Ge, "<": Lt, "<=": Le}[node.sign]
    return Piecewise((1, relation(convert(node.arg), 0)), (0, True))


def _largest(node: Largest, convert: Convert) -> Expression:
    import sympy

    return sympy.Max(*map(convert, node.candidates))


def _winner(node: IsLargest, convert: Convert) -> Expression:
    from sympy import And, Piecewise

    values = [convert(candidate) for candidate in node.candidates]
    own = values[node.place]
    beats = [own > value for value in values[: node.place]]
    holds = [own >= value for value in values[node.place + 1 :]]
    return Piecewise((1, And(*beats, *holds)), (0, True))


def _call(node: Call, convert: Convert) -> Expression:
    """By SymPy's own function, else by the definition in the table."""
    import sympy

    name = _SYMPY.get(node.function.name)
    if name is None and node.function.body is None:
        raise SymbolicError(f"no expression for {node.function.name}")
    if name is None:
        return convert(node.expanded())
    args = [convert(arg) for arg in node.args]
    # A tower of exponentials would be worked out as soon as SymPy compares it with anything.
    if name == "exp" and args[0].is_number and not abs(args[0]) < MOST_FIGURES:
        raise SymbolicError("an exponential that is too large to write out")
    return getattr(sympy, name)(*args)


def _sum(node: Add, convert: Convert) -> Expression:
    import sympy

    return sympy.Add(*map(convert, node.terms))


def _product(node: Mul, convert: Convert) -> Expression:
    import sympy

    return sympy.Mul(*map(convert, node.factors))


_SYMPY = {
    "exp": "exp", "log": "log", "sqrt": "sqrt", "sin": "sin", "cos": "cos", "tanh": "tanh",
    "abs": "Abs", "cosh": "cosh", "erf": "erf", "floor": "floor", "sign": "sign",
    "max": "Max", "min": "Min",
}  # fmt: skip
"""Functions that SymPy knows itself; any other is written by its definition."""

_RULES: dict[type[Formula], Rule] = {
    Number: _number,
    Pi: _pi,
    Add: _sum,
    Mul: _product,
    Neg: lambda node, convert: -convert(node.arg),
    Div: lambda node, convert: convert(node.top) / convert(node.bottom),
    Pow: _power,
    Call: _call,
    Indicator: _indicator,
    Largest: _largest,
    IsLargest: _winner,
    SoftmaxEntry: lambda node, convert: convert(node.expanded()),
    LogSumExp: lambda node, convert: convert(node.expanded()),
    StableForm: lambda node, convert: convert(node.shown),
}
