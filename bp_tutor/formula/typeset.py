"""What the styles have in common that set formulas in two dimensions: LaTeX, Typst, MathML."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.formula.style import Binding, Style

if TYPE_CHECKING:
    from collections.abc import Iterable

PIECES = re.compile(r"[0-9]+|[A-Za-z]+|.", re.DOTALL)
PLAIN = frozenset("()[]+-=.")
"""Signs of a name that mean themselves in any markup."""


class Typeset(Style):
    """A style whose texts are markup."""

    readable = False
    typeset = True
    stacked = True
    half = None
    slash = "frac"

    def power(self, base: str, exponent: str, binding: int, whole: int | None) -> str:
        return self.scripts(base, "", exponent)

    def exponential(self, exponent: str, *, bare: bool) -> tuple[str, int]:
        return self.scripts(self.letter("e"), "", exponent), Binding.POWER

    def transposed(self, text: str) -> str:
        return self.scripts(self.raisable(text), "", self.transpose)

    def call(self, name: str, arguments: Iterable[str]) -> str:
        return name + self.bracketed(self.comma.join(arguments))

    def starts_with_digit(self, text: str) -> bool:
        return False

    def equation(self, left: str, right: str) -> str:
        return left + self.equals + right


def ends_raised(text: str, brackets: str) -> bool:
    """Whether the text ends in a superscript: `^` and a group in brackets."""
    before, behind = brackets[0], brackets[1]
    if not text.endswith(behind):
        return False
    depth = 0
    for place in range(len(text) - 1, -1, -1):
        depth += (text[place] == behind) - (text[place] == before)
        if not depth:
            return text[place - 1 : place] == "^"
    return False
