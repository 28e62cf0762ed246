"""How wide a formula is that is set in two dimensions: spelled in letters that count as columns.

How wide it really becomes is only known once it is set. A rough count is enough to part it: a row
that ends a little early is still a good row.
"""

from __future__ import annotations

from itertools import zip_longest
from typing import TYPE_CHECKING

from bp_tutor.formula.typeset import Typeset

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.formula.function_table import Function

GAP = 2
"""Columns between two entries of a matrix."""


class _Ruler(Typeset):
    name = "ruler"
    times, matmul, elementwise, over = " · ", " · ", " ⊙ ", " ⋆ "
    slash = "\ufffc"
    """No name has it: here a quotient is as wide as the wider of its two."""

    def scientific(self, mantissa: str, power: int) -> str:
        return f"{mantissa} · 10{_small(str(power))}"

    def function(self, row: Function) -> str:
        return row.unicode or row.name

    def root(self, name: str, inside: str) -> str:
        return f"√{inside}"

    def fraction(self, top: str, bottom: str) -> str:
        return max(str(top), str(bottom), key=len)

    def summation(self, index: str, first: str, last: str, but: str) -> str:
        return max("Σ", _small(f"{index}={first or but}"), _small(last), key=len)

    def partial(self, top: str, bottom: str) -> str:
        return self.fraction(f"∂{top}", f"∂{bottom}")

    def scripts(self, base: str, sub: str, sup: str) -> str:
        return base + max(_small(sub), _small(sup), key=len)

    def hat(self, letter: str) -> str:
        return letter

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        columns = zip_longest(*rows, fillvalue="")
        return "[" + "".join(max(column, key=len) + " " * GAP for column in columns) + "]"


def _small(text: str) -> str:
    """A script: seven tenths as wide as the letters that carry it."""
    return "s" * -(-len(text) * 7 // 10)


RULER = _Ruler()
