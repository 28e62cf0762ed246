"""Formulas in the language of Numbas (JME), worked out there with the numbers of a student.

Its names are variables of a question. Functions are written out down to those that it has, by
https://docs.numbas.org.uk/en/latest/jme-reference.html.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from bp_tutor.formula import (
    Add,
    Call,
    Div,
    Entry,
    Formula,
    Indicator,
    Mul,
    Neg,
    Number,
    Pow,
    Ref,
    StableForm,
)
from bp_tutor.formula.quantity import Address

if TYPE_CHECKING:
    from collections.abc import Callable

FUNCTIONS = {
    "exp": "exp", "log": "ln", "log10": "log", "sqrt": "sqrt", "sin": "sin", "cos": "cos",
    "cosh": "cosh", "tanh": "tanh", "abs": "abs", "max": "max", "min": "min", "floor": "floor",
    "sign": "sign",
}  # fmt: skip
"""Those that it has, by the names that they have here."""


OPERATORS: dict[type[Formula], str] = {Add: " + ", Mul: " * ", Div: " / ", Pow: " ^ "}


class NotInJmeError(Exception):
    """A formula with a part that the language has no word for."""


def jme(formula: Formula, name: Callable[[Address], str]) -> str:
    """A scalar formula, every part of it in brackets; `name` gives the variable of an entry.

    Raises:
        NotInJmeError: it cannot be said there.
    """

    def say(node: Formula) -> str:
        match node:
            case Number(value):
                return number(float(value))
            case Entry() | Ref():
                return name(node.address if isinstance(node, Entry) else Address(node.quantity))
            case Add() | Mul() | Div() | Pow():
                return f"({OPERATORS[type(node)].join(map(say, node.children))})"
            case Neg(arg):
                return f"(-{say(arg)})"
            case Indicator(arg, sign):
                return f"if({say(arg)} {sign} 0, 1, 0)"
            case StableForm(shown):
                return say(shown)
            case Call(function, args) if function.name in FUNCTIONS:
                return f"{FUNCTIONS[function.name]}({', '.join(map(say, args))})"
            case Call() if (inside := node.expanded()) != node:
                return say(inside)
        raise NotInJmeError(type(node).__name__)

    return say(formula)


def number(value: float) -> str:
    """A number without an exponent, in brackets where it is negative.

    >>> number(2.5e-05), number(-1.0)
    ('0.000025', '(-1)')
    """
    text = f"{Decimal(f'{value:.15g}'):f}"
    return f"({text})" if value < 0 else text
