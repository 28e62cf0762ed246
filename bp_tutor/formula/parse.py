"""Formulas read back from text that nobody has to trust.

Text becomes nodes and nothing else: it is never run, and its length, depth and exponents
are bounded before anything is computed from it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import build
from bp_tutor.formula.arithmetic import HALF, Add, Div, Mul, Neg, Pow
from bp_tutor.formula.atoms import Number
from bp_tutor.formula.functions import FUNCTIONS, Call, Indicator
from bp_tutor.formula.linear import MatMul, Reduce, Transpose
from bp_tutor.formula.node import Formula, walk
from bp_tutor.formula.primitives import PRIMITIVES, Apply

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_LENGTH = 10_000
MAX_DEPTH = 64
MAX_EXPONENT = 100


class FormulaError(ValueError):
    """Text that is no formula: what is wrong (a key of the word files), where, and values."""

    def __init__(self, key: str, position: int, length: int = 1, **values: str | int) -> None:
        self.key, self.position, self.length, self.values = key, position, length, values
        super().__init__(f"{key} at {position}: {values}")


class _Token(NamedTuple):
    kind: str
    text: str
    start: int


_NAME = r"[^\W\d₀-₉⁰¹²³⁴-⁹½√ΣᵀI](?:[^\W½⁰¹²³⁴-⁹ᵀ]|[₀-₉])*|I(?:[^\W½⁰¹²³⁴-⁹ᵀ]|[₀-₉])*"
_INDEX = r"(?:_?\{[^{}]{1,40}\})?(?:\^\{[^{}]{1,40}\}|\^\([0-9a-z]{1,9}\)|[⁽][⁰¹²³⁴-⁹]+[⁾]|[⁺])*"
_SYMBOL = rf"(?:{_NAME}){_INDEX}'?(?:\[[0-9,]{{1,40}}\])?(?:@[0-9]+)?"
_TOKENS = re.compile(
    rf"""
    (?P<space>\s+)
  | (?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
  | (?P<name>[∂d](?:{_SYMBOL})/[∂d](?:{_SYMBOL})|[∂](?:{_SYMBOL})|(?:{_SYMBOL}))
  | (?P<half>½)
  | (?P<raised>[⁻]?[⁰¹²³⁴-⁹]+)
  | (?P<sign>\*\*|>=|<=|≥|≤|\.T\b|[-+*/^@()\[\],<>−·×⋅÷⊙√Σᵀ])
    """,
    re.VERBOSE,
)
_SIGNS = {
    "−": "-", "·": "·", "×": "*", "⋅": "*", "÷": "/", "**": "^", "≥": ">=", "≤": "<=", ".T": "ᵀ",
}  # fmt: skip
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_ALIASES = {row.unicode: row.name for row in FUNCTIONS.values() if row.unicode} | {
    "sum": "sum", "mean": "mean", "Σ": "sum", "√": "sqrt", "ln": "log", "lg": "log10",
}  # fmt: skip


def parse(text: str, resolve: Callable[[str], Formula | None]) -> Formula:
    """The formula that `text` writes down; `resolve` says what each name stands for.

    Raises:
        FormulaError: the text is no formula; says where.
    """
    if len(text) > MAX_LENGTH:
        raise FormulaError("formula.too_long", 0, limit=MAX_LENGTH)
    reader = _Reader(_tokens(text), len(text), resolve)
    formula = reader.sum()
    reader.expect_end()
    try:
        _ = formula.shape
    except ValueError as error:
        raise FormulaError("formula.shapes", 0, len(text)) from error
    return formula


def _tokens(text: str) -> list[_Token]:
    tokens = []
    position = 0
    while position < len(text):
        match = _TOKENS.match(text, position)
        if match is None:
            raise FormulaError("formula.unexpected", position, found=text[position])
        kind = str(match.lastgroup)
        found = match.group()
        if kind == "sign":
            found = _SIGNS.get(found, found)
        if kind != "space":
            tokens.append(_Token(kind, found, position))
        position = match.end()
    return tokens


class _Reader:
    def __init__(
        self, tokens: list[_Token], length: int, resolve: Callable[[str], Formula | None]
    ) -> None:
        self.tokens = tokens
        self.end = _Token("end", "", length)
        self.resolve = resolve
        self.at = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> _Token:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else self.end

    def take(self, *signs: str) -> _Token | None:
        token = self.peek()
        if token.kind == "sign" and token.text in signs:
            self.at += 1
            return token
        return None

    def expect(self, sign: str) -> None:
        if self.take(sign) is None:
            self.fail()

    def expect_end(self) -> None:
        if self.peek().kind != "end":
            self.fail()

    def fail(self) -> None:
        token = self.peek()
        if token.kind == "end":
            raise FormulaError("formula.unexpected_end", token.start)
        raise FormulaError("formula.unexpected", token.start, len(token.text), found=token.text)

    def sum(self) -> Formula:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError("formula.too_deep", self.peek().start, limit=MAX_DEPTH)
        terms = [self.product()]
        while token := self.take("+", "-"):
            term = self.product()
            terms.append(_negative(term) if token.text == "-" else term)
        self.depth -= 1
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def product(self) -> Formula:
        if self.peek().text == "-" and self.peek().kind == "sign" and not self.signed_number():
            self.at += 1
            self.depth += 1
            if self.depth > MAX_DEPTH:
                raise FormulaError("formula.too_deep", self.peek().start, limit=MAX_DEPTH)
            negative = _negative(self.product())
            self.depth -= 1
            return negative
        self.take("+")
        result = self.power()
        bracketed = True
        while token := self.take("*", "·", "⊙", "/", "@"):
            factor = self.power()
            if token.text == "/":
                result, bracketed = Div(result, factor), True
            elif token.text == "@" or (token.text == "·" and result.shape and factor.shape):
                result, bracketed = MatMul(result, factor), True
            elif isinstance(result, Mul) and not bracketed:
                result = Mul((*result.factors, factor))
            else:
                result, bracketed = Mul((result, factor)), False
        return result

    def signed_number(self) -> bool:
        """Whether a minus sign belongs to the number behind it."""
        after = self.peek(2)
        raised = after.kind == "raised" or (after.kind == "sign" and after.text == "^")
        return self.peek(1).kind == "number" and not raised

    def power(self) -> Formula:
        if self.peek().text == "-" and self.signed_number():
            self.at += 1
            return Number(-self.number())
        base = self.postfix()
        if self.peek().kind == "raised":
            token = self.peek()
            self.at += 1
            return self.raised(base, Number(int(token.text.translate(_RAISED))), token)
        token = self.peek()
        if self.take("^"):
            return self.raised(base, self.exponent(), token)
        return base

    def exponent(self) -> Formula:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError("formula.too_deep", self.peek().start, limit=MAX_DEPTH)
        negative = not self.signed_number() and self.take("-")
        exponent = self.power()
        self.depth -= 1
        return _negative(exponent) if negative else exponent

    def raised(self, base: Formula, exponent: Formula, token: _Token) -> Formula:
        if base is EULER:
            return Call(FUNCTIONS["exp"], (exponent,))
        if not any(not isinstance(n, Number | Add | Mul | Neg | Div | Pow) for n in walk(exponent)):
            known = exponent.number if isinstance(exponent, Number) else build.constant(exponent)
            if known is None or abs(known) > MAX_EXPONENT:
                raise FormulaError("formula.exponent", token.start, limit=MAX_EXPONENT)
        return Pow(base, exponent)

    def postfix(self) -> Formula:
        result = self.atom()
        while self.take("ᵀ"):
            if len(result.shape) != 2:
                raise FormulaError("formula.shapes", self.peek(-1).start)
            result = Transpose(result)
        return result

    def number(self) -> float:
        token = self.peek()
        self.at += 1
        value = float(token.text)
        if value in (float("inf"),):
            raise FormulaError("formula.number", token.start, len(token.text), found=token.text[:40])
        return int(value) if value.is_integer() and "e" not in token.text.lower() else value

    def atom(self) -> Formula:
        token = self.peek()
        if token.kind == "number":
            return Number(self.number())
        if token.kind == "half":
            self.at += 1
            return HALF
        if self.take("("):
            inside = self.sum()
            self.expect(")")
            return inside
        if token.kind == "name" or token.text in ("Σ", "√"):
            self.at += 1
            return self.named(token)
        self.fail()
        raise AssertionError

    def named(self, token: _Token) -> Formula:
        name = token.text
        if self.peek().text == "(" and self.peek().kind == "sign":
            primed = name.endswith("'")
            function = _ALIASES.get(name.rstrip("'"), name.rstrip("'"))
            if function == "I":
                return self.indicator()
            if function in ("sum", "mean"):
                return self.reduction(function)
            if function in FUNCTIONS or function in PRIMITIVES:
                return self.call(function, token, primed)
        found = self.resolve(name)
        if found is not None:
            return found
        if name == "e" and self.peek().text == "^":
            return EULER
        raise FormulaError("formula.unknown_name", token.start, len(name), name=name)

    def call(self, name: str, token: _Token, primed: bool) -> Formula:
        args = self.arguments()
        if name in PRIMITIVES:
            return Apply(PRIMITIVES[name], tuple(args))
        function = FUNCTIONS[name]
        most = len(function.parameters)
        if not most - len(function.defaults) <= len(args) <= most:
            raise FormulaError(
                "formula.arguments", token.start, len(token.text), name=name, count=most
            )
        args.extend(map(build.number, function.defaults[len(args) - most :] if len(args) < most else ()))
        call = Call(function, tuple(args))
        if not primed:
            return call
        slope = call.slope(call)
        if slope is None:
            raise FormulaError("formula.no_slope", token.start, len(token.text), name=name)
        return slope

    def arguments(self) -> list[Formula]:
        self.expect("(")
        args = [self.sum()]
        while self.take(","):
            args.append(self.sum())
        self.expect(")")
        return args

    def reduction(self, kind: str) -> Formula:
        at = self.peek().start
        arg, *axes = self.arguments()
        rank = len(arg.shape)
        places = [axis.number if isinstance(axis, Number) else 0 for axis in axes]
        if not all(place in range(1, rank + 1) for place in places):
            raise FormulaError("formula.axis", at, count=rank)
        chosen = tuple(int(place) - 1 for place in places)
        return Reduce("mean" if kind == "mean" else "sum", arg, chosen or tuple(range(rank)), not axes)

    def indicator(self) -> Formula:
        self.expect("(")
        arg = self.sum()
        token = self.take(">", ">=", "<", "<=")
        if token is None:
            self.fail()
        zero = self.sum()
        self.expect(")")
        if zero != Number(0):
            arg = Add((arg, _negative(zero)))
        return Indicator(arg, token.text)  # type: ignore[union-attr,arg-type]


EULER = Call(FUNCTIONS["exp"], (Number(1),))


def _negative(formula: Formula) -> Formula:
    return Number(-formula.number) if isinstance(formula, Number) else Neg(formula)
