"""Formulas as people type them: comparisons, conditions, products without signs, other names.

`dA*(z > 0)`, `1 if z > 0 else 0`, `A21W211`, `|x|`, `[a + b]*c`, `np.exp(-z)`, `sigma(z)`: each
means what a teacher would take it for. What could mean two things is refused.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from bp_tutor.formula.algebra import ONE, ZERO, Add, Call, Mul, sub
from bp_tutor.formula.choices import Indicator
from bp_tutor.formula.function_table import FUNCTIONS
from bp_tutor.formula.linear import MatMul, Transpose
from bp_tutor.formula.parse import OWN, Reader, negative, read_by
from bp_tutor.formula.tokens import FormulaError, Token, tokens_of, upright

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula.node import Formula

    Resolve = Callable[[str], Formula | None]
    Activation = Callable[[Formula], Call | None]
    """What a course's f is at an argument; None where it is no activation."""

COMPARED = (">", ">=", "<", "<=")
OPPOSITE = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}
IF, ELSE, AND = ("if", "when", "falls"), ("else", "otherwise", "sonst"), ("and", "und")
TIMES = ("x", "X")
GREEK = ("σ", "φ")
LONGEST_PRODUCT = 60
"""Letters and digits of names that are written together."""
_ALSO = {
    "sig": "sigmoid", "expit": "sigmoid", "maximum": "max", "minimum": "min", "fabs": "abs",
    "absolute": "abs", "h": "step", "u": "step", "theta": "step", "θ": "step",
}  # fmt: skip
"""What else people call functions, in small letters; only where no value has the name."""
_LIBRARY = re.compile(r"(?<![\w.])(?:np|numpy|math|torch|jnp|tf|F)\.(?=[A-Za-z])")
_POINT = re.compile(r"(?<=[\w)\]'])(\s*)\.(?!T\b)(?=\s*[^\W\d])")
"""A point between two names is a product; between digits it is a decimal point."""
_BRACED = re.compile(r"(?<!\w)(max|min|1|I)(_?)\{((?:[^{}]|\{[^{}]*\})*)\}")

_UNDER = re.compile(r"(?<=[1I])_(?=[(\[])")


def parse_typed(text: str, resolve: Resolve, activation: Activation) -> Formula:
    """The formula that somebody typed; `resolve` says what each name stands for.

    Raises:
        FormulaError: the text is no formula; says where.
    """
    plain = _LIBRARY.sub(lambda found: " " * len(found[0]), upright(text))
    plain = _BRACED.sub(lambda found: f"{found[1]}{' ' * len(found[2])}({found[3]})", plain)
    plain = _POINT.sub(r"\1·", _UNDER.sub(" ", plain))
    return read_by(TypedReader(tokens_of(plain), len(text), resolve, activation))


@cache
def functions_typed() -> dict[str, str]:
    """What people call functions, in small letters, with the name that the table has."""
    found = {name: name for name in FUNCTIONS}
    for row in FUNCTIONS.values():
        for other in (*row.also, row.unicode or ""):
            found.setdefault(other.lower(), row.name)
    return _ALSO | {name: of for name, of in found.items() if name}


class TypedReader(Reader):
    """Reads what people type, and gives it the formula that they mean."""

    implicit = True

    def __init__(
        self, tokens: list[Token], length: int, resolve: Resolve, activation: Activation
    ) -> None:
        super().__init__(tokens, length, resolve)
        self.activation = activation

    # Comparisons and conditions

    def whole(self) -> Formula:
        found = self.condition()
        comma = self.peek().text == ","
        if not self.is_word(IF, int(comma)):
            return found
        self.at += 1 + comma
        where = self.condition()
        self.take(",")
        other: Formula = ZERO
        if self.is_word(ELSE):
            self.at += 1
            self.deeper()
            other = self.whole()
            self.depth -= 1
        return either(where, found, other)

    def condition(self) -> Formula:
        """A sum, or a comparison: 1 where it holds, else 0."""
        found = self.comparison()
        while self.is_word(AND):
            self.at += 1
            found = product(found, self.comparison())
        return found

    def comparison(self) -> Formula:
        first = self.sum()
        parts: list[Formula] = []
        while token := self.take(*COMPARED):
            second = self.sum()
            parts.append(Indicator(sub(first, second), token.text))
            first = second
        return product(*parts) if parts else first

    def is_word(self, words: tuple[str, ...], ahead: int = 0) -> bool:
        """Whether one of these words comes next, and is the name of nothing."""
        token = self.peek(ahead)
        return token.kind == "name" and token.text in words and self.resolve(token.text) is None

    def indicator(self) -> Formula:
        return self.bracketed()

    def bracketed(self) -> Formula:
        """What stands in round or square brackets."""
        closing = "]" if self.take("[") else ")"
        if closing == ")":
            self.expect("(")
        inside = self.whole()
        self.expect(closing)
        return inside

    def atom(self) -> Formula:
        if self.peek().text == "[":
            return self.bracketed()
        if self.take("|"):
            inside = self.whole()
            self.expect("|")
            return Call(FUNCTIONS["abs"], (inside,))
        return super().atom()

    # Products without a sign

    def unsaid(self, factors: list[Formula]) -> Token | None:
        if any(map(self.is_word, (IF, ELSE, AND))):
            return None
        if self.is_word(TIMES):
            token = self.peek()
            self.at += 1
            return Token("sign", "*", token.start)
        if self.peek().text == "[" and self.peek(-1).kind != "name":
            return Token("sign", "*", self.peek().start)
        return super().unsaid(factors)

    def parted(self, token: Token) -> list[Token]:
        """The names that are written together in one, `A21W211`; empty where it cannot be told."""
        name = token.text
        if len(name) > LONGEST_PRODUCT:
            return []
        called = self.peek().text == "(" and self.peek().kind == "sign"
        starts = [at for at, letter in enumerate(name) if letter.isalpha() or letter == "∂"]
        # From the end on: the one way in which the rest of the name is made of names, or more.
        ways: dict[int, list[list[tuple[int, str]]]] = {len(name): [[]]}
        for start in reversed(starts):
            ways[start] = []
            for end in (*(at for at in starts if at > start), len(name)):
                part = name[start:end]
                last = called and end == len(name)
                if ways[end] and part != name and self.is_known(part, function=last):
                    ways[start] += [[(start, part), *rest] for rest in ways[end]]
            ways[start] = ways[start][:2]
        if not starts or starts[0] or len(ways[0]) != 1:
            return []
        return [Token("name", part, token.start + at) for at, part in ways[0][0]]

    def is_known(self, name: str, *, function: bool) -> bool:
        if function and name.rstrip("'").lower() in functions_typed():
            return True
        return name in TIMES or self.resolve(name) is not None

    # Names

    def named(self, token: Token) -> Formula:
        name = token.text
        bracket = self.peek().text if self.peek().kind == "sign" else ""
        if name == "I" and bracket == "[":
            return self.bracketed()
        if bracket != "(" or name in FUNCTIONS or self.resolve(name) is not None:
            return super().named(token)
        bare = name.rstrip("'")
        if bare in OWN:
            return self.own(token)
        if bare == "where":
            return either(*self.counted(token, 3))
        if bare in ("dot", "matmul"):
            return MatMul(*self.counted(token, 2))
        if bare == "transpose":
            return Transpose(*self.counted(token, 1))
        primed = bare != name or bare.endswith("_prime")
        function = functions_typed().get(bare.removesuffix("_prime").lower())
        if function is None:
            return super().named(token)
        return self.call(function, token, primed=primed)

    def counted(self, token: Token, count: int) -> list[Formula]:
        """So many arguments."""
        args = self.arguments()
        if len(args) != count:
            raise FormulaError(
                "formula.arguments", token.start, len(token.text), name=token.text, count=count
            )
        return args

    def own(self, token: Token) -> Formula:
        """What the course calls f: the activation of what it is applied to."""
        before = self.at
        args = self.arguments()
        call = self.activation(args[0]) if len(args) == 1 else None
        if call is None:
            self.at = before
            return super().unknown(token)
        return self.slope(call, token) if token.text.endswith("'") else call

    def unknown(self, token: Token) -> Formula:
        name, after = token.text, self.peek()
        if name[0] == "Σ" or name.startswith("sum_"):
            raise FormulaError("formula.sum_in_index", token.start, len(name))
        if (len(name) > 1 and name.rstrip("'").lower() in functions_typed()) or name in GREEK:
            if after.kind in ("name", "number"):
                bare = f"{name}({after.text})"[:40]
                raise FormulaError(
                    "formula.function_brackets", token.start, len(name), name=name, bare=bare
                )
            return super().unknown(token)
        parts = self.parted(token)
        if not parts:
            return super().unknown(token)
        self.tokens[self.at : self.at] = parts[1:]
        return self.named(parts[0])


def product(*factors: Formula) -> Formula:
    """A product of one or more factors, as they are."""
    kept = tuple(factor for factor in factors if factor != ONE) or (ONE,)
    return kept[0] if len(kept) == 1 else Mul(kept)


def either(where: Formula, one: Formula, other: Formula) -> Formula:
    """One formula where a condition holds, the other where it does not."""
    first = product(one, where)
    if other == ZERO:
        return first
    if isinstance(where, Indicator):
        otherwise: Formula = Indicator(where.arg, OPPOSITE[where.sign])
    else:
        otherwise = Add((ONE, negative(where)))
    second = product(other, otherwise)
    return second if one == ZERO else Add((first, second))
