"""Formulas read back from text that nobody has to trust.

Text becomes nodes and nothing else: it is never run, and its length, depth and exponents
are bounded before anything is computed from it.
"""

from __future__ import annotations

import re
from math import inf, isfinite
from typing import TYPE_CHECKING

from bp_tutor.formula.algebra import (
    HALF,
    Add,
    Call,
    Div,
    Mul,
    Neg,
    Pow,
    Reduce,
    number,
    read_definitions_with,
)
from bp_tutor.formula.atoms import Entry, Hole, Number, Pi, Ref
from bp_tutor.formula.choices import Indicator, IsLargest, Largest
from bp_tutor.formula.function_table import FUNCTIONS
from bp_tutor.formula.linear import MatMul, Transpose
from bp_tutor.formula.node import Formula, walk
from bp_tutor.formula.primitive import Apply
from bp_tutor.formula.primitives import PRIMITIVES
from bp_tutor.formula.tokens import FormulaError, Token, tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula.quantity import Quantity

MAX_DEPTH = 64
"""Brackets within brackets, and quotients in one chain."""
MAX_SLOPE = 2_000
"""Nodes of a slope: each slope of a slope is several times as large."""
MAX_HEIGHT = 150
"""Nodes within nodes: what walks through a formula calls itself for each."""
OWN = ("f", "g", "φ")
"""What a course calls the activation that all of its units have."""
PI = ("pi", "π")
"""How the number is written, where nothing else has that name."""
MAX_EXPONENT = 100
_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
_ALIASES = {row.unicode: row.name for row in FUNCTIONS.values() if row.unicode} | {
    "sum": "sum", "mean": "mean", "Σ": "sum", "√": "sqrt", "ln": "log", "lg": "log10",
}  # fmt: skip


def parse(
    text: str,
    resolve: Callable[[str], Formula | None],
    *,
    implicit: bool = False,
    own_function: str = "",
    largest_exponent: float = MAX_EXPONENT,
) -> Formula:
    """The formula that `text` writes down; `resolve` says what each name stands for.

    With `implicit`, a product needs no sign where a name or a bracket follows: `2(a + b)`.
    `own_function` is the one that `f(x)` and its slope `f'(x)` mean. Exponents without a name
    in them are refused where they are larger than `largest_exponent`.

    Raises:
        FormulaError: the text is no formula; says where.
    """
    reader = Reader(tokens_of(text), len(text), resolve)
    reader.implicit, reader.own_function = implicit, own_function
    reader.largest_exponent = largest_exponent
    return read_by(reader)


def read_by(reader: Cursor) -> Formula:
    """The formula that a reader has before it, from the first token to the last.

    Raises:
        FormulaError: it is no formula; says where.
    """
    length = reader.end.start
    try:
        formula = reader.whole()
        reader.expect_end()
        if height(formula) > MAX_HEIGHT:
            raise FormulaError("formula.too_deep", 0, limit=MAX_DEPTH)
        _ = formula.shape
    except FormulaError:
        raise
    except RecursionError as error:
        raise FormulaError("formula.too_deep", 0, limit=MAX_DEPTH) from error
    except ValueError as error:
        raise FormulaError("formula.shapes", 0, length) from error
    return formula


def height(formula: Formula) -> int:
    """How many nodes stand within one another at most."""
    highest = 0
    waiting = [(formula, 1)]
    while waiting:
        node, depth = waiting.pop()
        highest = max(highest, depth)
        waiting.extend((child, depth + 1) for child in node.children)
    return highest


def _size(exponent: Formula) -> float:
    """How large the value of an exponent without names is; infinity where it has none."""

    def nothing(quantity: Quantity, _: tuple[int, ...]) -> float:
        raise KeyError(quantity.name)

    try:
        return abs(exponent.entry(()).value(nothing))
    except (ArithmeticError, ValueError):
        return inf


class Cursor:
    """A place in a list of tokens."""

    def __init__(
        self, tokens: list[Token], length: int, resolve: Callable[[str], Formula | None]
    ) -> None:
        self.tokens = tokens
        self.end = Token("end", "", length)
        self.resolve = resolve
        self.at = 0
        self.depth = 0

    def peek(self, ahead: int = 0) -> Token:
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else self.end

    def take(self, *signs: str) -> Token | None:
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

    def deeper(self) -> None:
        self.depth += 1
        self.bounded(self.depth)

    def bounded(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise FormulaError("formula.too_deep", self.peek().start, limit=MAX_DEPTH)

    def whole(self) -> Formula:
        """The formula that starts here, as far as it goes: all of it, in brackets, an argument."""
        return self.sum()

    def sum(self) -> Formula:
        """The sum that starts here, as far as it goes."""
        raise NotImplementedError


class CallReader(Cursor):
    """Reads arguments and makes the node that has them."""

    def call(self, name: str, token: Token, *, primed: bool) -> Formula:
        args = self.arguments()
        if name in PRIMITIVES:
            return self.primitive(name, args, token)
        if name == "max" and len(args) > 2:
            return Largest(self.scalars(args, token))
        function = FUNCTIONS[name]
        most = len(function.parameters)
        if not most - len(function.defaults) <= len(args) <= most:
            raise FormulaError(
                "formula.arguments", token.start, len(token.text), name=name, count=most
            )
        args.extend(map(number, function.defaults[len(args) - most :] if len(args) < most else ()))
        call = Call(function, tuple(args))
        return self.slope(call, token) if primed else call

    def slope(self, call: Call, token: Token) -> Formula:
        """The slope of a function at its argument."""
        slope = call.slope(call)
        if slope is None:
            name = call.function.name
            raise FormulaError("formula.no_slope", token.start, len(token.text), name=name)
        if len(walk(slope)) > MAX_SLOPE:
            raise FormulaError("formula.too_deep", token.start, len(token.text), limit=MAX_DEPTH)
        return slope

    def primitive(self, name: str, args: list[Formula], token: Token) -> Formula:
        row = PRIMITIVES[name]
        arrays = args[: len(args) - row.options]
        options = [arg.number for arg in args[len(arrays) :] if isinstance(arg, Number)]
        fit = [row.of_numbers != _has_entries(each) for each in arrays]
        if len(arrays) == 1 and not row.of_numbers and not all(fit):
            raise FormulaError("formula.not_array", token.start, len(name), name=name)
        if len(options) != row.options or not all(fit) or not arrays:
            raise FormulaError(
                "formula.arguments", token.start, len(name), name=name, count=row.options
            )
        made = Apply(row, tuple(arrays), tuple(int(option) for option in options))
        try:
            _ = made.shape
        except (ValueError, IndexError, ZeroDivisionError) as error:
            raise FormulaError("formula.shapes", token.start, len(name)) from error
        return made

    def winner(self, token: Token) -> Formula:
        place, *candidates = self.arguments()
        if not isinstance(place, Number) or place.number not in range(1, len(candidates) + 1):
            raise FormulaError("formula.arguments", token.start, 6, name="winner", count=2)
        return IsLargest(self.scalars(candidates, token), int(place.number) - 1)

    def scalars(self, args: list[Formula], token: Token) -> tuple[Formula, ...]:
        """The arguments, none of them an array."""
        if any(arg.shape for arg in args):
            raise FormulaError("formula.shapes", token.start, len(token.text))
        return tuple(args)

    def arguments(self) -> list[Formula]:
        self.expect("(")
        args = [self.whole()]
        while self.take(","):
            args.append(self.whole())
        self.expect(")")
        return args

    def reduction(self, kind: str) -> Formula:
        at = self.peek().start
        arg, *axes = self.arguments()
        rank = len(arg.shape)
        places = [axis.number if isinstance(axis, Number) else 0 for axis in axes]
        known = all(place in range(1, rank + 1) for place in places)
        if not known or len(set(places)) < len(places):
            raise FormulaError("formula.axis", at, count=rank)
        chosen = tuple(int(place) - 1 for place in places)
        return Reduce(
            "mean" if kind == "mean" else "sum", arg, chosen or tuple(range(rank)), scalar=not axes
        )

    def indicator(self) -> Formula:
        """What stands behind `I`, in brackets: a comparison."""
        self.expect("(")
        arg = self.sum()
        token = self.peek()
        if self.take(">", ">=", "<", "<=") is None:
            self.fail()
        zero = self.sum()
        self.expect(")")
        if zero != Number(0):
            arg = Add((arg, negative(zero)))
        return Indicator(arg, token.text)


def negative(formula: Formula) -> Formula:
    """What a minus sign makes of a formula: of a number, a negative number."""
    return Number(-formula.number) if isinstance(formula, Number) else Neg(formula)


class Reader(CallReader):
    """Sums, products, powers: each level of binding reads the next."""

    implicit, own_function = False, ""
    largest_exponent: float = MAX_EXPONENT

    def sum(self) -> Formula:
        self.deeper()
        terms = [self.product()]
        while token := self.take("+", "-"):
            term = self.product()
            terms.append(negative(term) if token.text == "-" else term)
        self.depth -= 1
        return terms[0] if len(terms) == 1 else Add(tuple(terms))

    def product(self) -> Formula:
        if self.peek().text == "-" and self.peek().kind == "sign" and not self.signed_number():
            self.at += 1
            self.deeper()
            found = negative(self.product())
            self.depth -= 1
            return found
        self.take("+")
        factors = [self.power()]
        chain = 0
        while token := self.take("*", "·", "⊙", "/", "@") or self.unsaid(factors):
            factor = self.power()
            matrices = token.text == "·" and factor.shape and any(f.shape for f in factors)
            if token.text not in "/@" and not matrices:
                factors.append(factor)
                continue
            chain += 1
            self.bounded(chain)
            before = factors[0] if len(factors) == 1 else Mul(tuple(factors))
            factors = [Div(before, factor) if token.text == "/" else MatMul(before, factor)]
        return factors[0] if len(factors) == 1 else Mul(tuple(factors))

    def unsaid(self, factors: list[Formula]) -> Token | None:
        """A product whose sign is left out; never behind a quotient, where it could be two."""
        token = self.peek()
        starts = token.kind in ("name", "half") or (token.kind == "sign" and token.text == "(")
        fraction = isinstance(factors[-1], Div) and not isinstance(factors[-1].bottom, Number)
        if not (self.implicit and starts) or fraction:
            return None
        self.refuse_index()
        return Token("sign", "*", token.start)

    def refuse_index(self) -> None:
        """Refuse `h21(2)`: whoever writes it means a step or a sample, and hardly `h21*2`."""
        name, *inside = (self.peek(ahead) for ahead in (-1, 0, 1, 2))
        joined = inside[0].start == name.start + len(name.text)
        if name.kind != "name" or not joined or inside[1].kind != "number":
            return
        if inside[1].text.isdecimal() and [inside[0].text, inside[2].text] == ["(", ")"]:
            text = f"{name.text}({inside[1].text})"
            raise FormulaError(
                "formula.index_or_product", name.start, len(text), found=text[:40],
                product=f"{name.text}*{inside[1].text}"[:40],
            )  # fmt: skip

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
            power = float(token.text.translate(_RAISED))
            return self.raised(base, Number(int(power) if isfinite(power) else power), token)
        token = self.peek()
        if self.take("^"):
            return self.raised(base, self.exponent(), token)
        return base

    def exponent(self) -> Formula:
        self.deeper()
        minus = not self.signed_number() and self.take("-")
        exponent = self.power()
        self.depth -= 1
        return negative(exponent) if minus else exponent

    def raised(self, base: Formula, exponent: Formula, token: Token) -> Formula:
        if base is EULER:
            return Call(FUNCTIONS["exp"], (exponent,))
        named = any(isinstance(node, Ref | Entry | Hole) for node in walk(exponent))
        if not named and _size(exponent) > self.largest_exponent:
            raise FormulaError("formula.exponent", token.start, limit=MAX_EXPONENT)
        return Pow(base, exponent)

    def postfix(self) -> Formula:
        result = self.atom()
        marks = 0
        while self.take("ᵀ"):
            marks += 1
            self.bounded(marks)
            if len(result.shape) != 2:
                raise FormulaError("formula.shapes", self.peek(-1).start)
            result = Transpose(result)
        return result

    def number(self) -> float:
        token = self.peek()
        self.at += 1
        value = float(token.text)
        if value in (float("inf"),):
            raise FormulaError(
                "formula.number", token.start, len(token.text), found=token.text[:40]
            )
        return int(value) if value.is_integer() and "e" not in token.text.lower() else value

    def atom(self) -> Formula:
        token = self.peek()
        if token.kind == "number":
            return Number(self.number())
        if token.kind == "half":
            self.at += 1
            return HALF
        if self.take("("):
            inside = self.whole()
            self.expect(")")
            return inside
        if token.kind == "name" or token.text in ("Σ", "√"):
            self.at += 1
            return self.named(token)
        self.fail()
        raise AssertionError

    def named(self, token: Token) -> Formula:
        name = token.text
        if self.peek().text == "(" and self.peek().kind == "sign":
            primed = name.endswith("'")
            function = _ALIASES.get(name.rstrip("'"), name.rstrip("'"))
            if function in OWN and self.own_function:
                function = self.own_function
            if function == "I":
                return self.indicator()
            if function in ("sum", "mean"):
                return self.reduction(function)
            if function == "winner":
                return self.winner(token)
            if function in FUNCTIONS or function in PRIMITIVES:
                return self.call(function, token, primed=primed)
        if name == "√" and self.peek().kind == "number":
            return Call(FUNCTIONS["sqrt"], (Number(self.number()),))
        found = self.resolve(name)
        if found is not None:
            return found
        constant = self.constant(name)
        if constant is not None:
            return constant
        parts = re.match(r"(d[^/]+?) */ *(d.+)", name)
        if parts is not None:
            # A quotient of two names that start with d, and no derivative that is known.
            at = token.start
            slash = Token("sign", "/", at + name.index("/"))
            self.tokens[self.at : self.at] = [slash, Token("name", parts[2], at + parts.start(2))]
            return self.named(Token("name", parts[1], at))
        raised = re.fullmatch(r"(.+?)\^\{([^{}]+)\}", name)
        if raised is not None:
            # No index, but a power as LaTeX writes it.
            inner = [Token(kind, text, token.start) for kind, text, _ in tokens_of(raised[2])]
            power = [Token("sign", sign, token.start) for sign in "^()"]
            self.tokens[self.at : self.at] = [*power[:2], *inner, power[2]]
            return self.named(Token("name", raised[1], token.start))
        return self.unknown(token)

    def unknown(self, token: Token) -> Formula:
        """What a name stands for that nothing has."""
        name = token.text
        raise FormulaError("formula.unknown_name", token.start, len(name), name=name)

    def constant(self, name: str) -> Formula | None:
        """A number that has a letter: π, and e where it is raised."""
        if name in PI:
            return Pi()
        return EULER if name == "e" and self.peek().text == "^" else None


EULER = Call(FUNCTIONS["exp"], (Number(1),))


def _has_entries(arg: Formula) -> bool:
    """Whether it is an array, or may become one once its place is filled."""
    return isinstance(arg, Hole) or bool(arg.shape)


read_definitions_with(lambda text: parse(text, lambda name: None if name in PI else Hole(name)))
