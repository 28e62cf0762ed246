"""Formulas read back from text that nobody has to trust.

Text becomes nodes and nothing else: it is never run, and its length, depth and exponents
are bounded before anything is computed from it.
"""

from __future__ import annotations

import re
from math import inf, isfinite
from typing import TYPE_CHECKING

from bp_tutor.formula.arithmetic import Add, Mul
from bp_tutor.formula.atoms import Entry, Number, Ref
from bp_tutor.formula.calls import CallReader, negative
from bp_tutor.formula.cursor import MAX_DEPTH
from bp_tutor.formula.function_table import FUNCTIONS
from bp_tutor.formula.functions import Call, Hole
from bp_tutor.formula.linear import MatMul, Transpose
from bp_tutor.formula.node import Formula, walk
from bp_tutor.formula.powers import HALF, Div, Pow
from bp_tutor.formula.primitives import PRIMITIVES
from bp_tutor.formula.tokens import FormulaError, Token, tokens_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula.quantity import Quantity

MAX_HEIGHT = 150
"""Nodes within nodes: what walks through a formula calls itself for each."""
OWN = ("f", "g", "φ")
"""What a course calls the activation that all of its units have."""
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
    reader = _Reader(tokens_of(text), len(text), resolve)
    reader.implicit, reader.own_function = implicit, own_function
    reader.largest_exponent = largest_exponent
    try:
        formula = reader.sum()
        reader.expect_end()
        if height(formula) > MAX_HEIGHT:
            raise FormulaError("formula.too_deep", 0, limit=MAX_DEPTH)
        _ = formula.shape
    except FormulaError:
        raise
    except RecursionError as error:
        raise FormulaError("formula.too_deep", 0, limit=MAX_DEPTH) from error
    except ValueError as error:
        raise FormulaError("formula.shapes", 0, len(text)) from error
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


class _Reader(CallReader):
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
            inside = self.sum()
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
        parts = re.match(r"(d[^/]+?) */ *(d.+)", name)
        if parts is not None:
            # A quotient of two names that start with d, and no derivative that is known.
            at = token.start
            slash = Token("sign", "/", at + name.index("/"))
            self.tokens[self.at : self.at] = [slash, Token("name", parts[2], at + parts.start(2))]
            return self.named(Token("name", parts[1], at))
        if name == "e" and self.peek().text == "^":
            return EULER
        raised = re.fullmatch(r"(.+?)\^\{([^{}]+)\}", name)
        if raised is not None:
            # No index, but a power as LaTeX writes it.
            inner = [Token(kind, text, token.start) for kind, text, _ in tokens_of(raised[2])]
            power = [Token("sign", sign, token.start) for sign in "^()"]
            self.tokens[self.at : self.at] = [*power[:2], *inner, power[2]]
            return self.named(Token("name", raised[1], token.start))
        raise FormulaError("formula.unknown_name", token.start, len(name), name=name)


EULER = Call(FUNCTIONS["exp"], (Number(1),))
