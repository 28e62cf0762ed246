"""Formulas in Typst."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.formula.typeset import PIECES, PLAIN, Typeset, ends_raised

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bp_tutor.formula.function_table import Function


_GREEK = re.compile("[α-ωΑ-Ω∂ℒ]")
_HATS = {"ŷ": "y", "Ŷ": "Y"}


class _Typst(Typeset):
    name = "typst"
    minus, subtract = "-", " - "
    times, elementwise, matmul, over = " ⋅ ", " ⊙ ", " ", " ⋆ "
    comma, gap, by, colon = r" \, ", " space ", " × ", r"\:"
    undefined = 'upright("nan")'
    open_alone, close_alone = r"\(", r"\)"
    slash = "frac("
    total, transpose = "sum ", "⊤"
    angles = ("⟨", "⟩")

    def scientific(self, mantissa: str, power: int) -> str:
        return f"{mantissa} ⋅ 10^({power})"

    def is_product(self, number: str) -> bool:
        return "⋅" in number

    def word(self, name: str) -> str:
        return f"op({_quoted(name)})"

    def function(self, row: Function) -> str:
        name = row.unicode or row.name
        return name if len(name) == 1 else self.word(name)

    def root(self, name: str, inside: str) -> str:
        return f"sqrt({inside})"

    def fraction(self, top: str, bottom: str) -> str:
        return f"frac({top}, {bottom})"

    def summation(self, index: str, first: str, last: str, but: str) -> str:
        below = f"{index} {self.unequal} {but}" if but else f"{index} = {first}" if last else index
        return f"sum_({below})" + (f"^({last})" if last else "") + " "

    def partial(self, top: str, bottom: str) -> str:
        return self.fraction(f"∂ {top}", f"∂ {bottom}")

    def call(self, name: str, arguments: Iterable[str]) -> str:
        return name + " " + self.bracketed(self.comma.join(arguments))

    def glyphs(self, text: str) -> str:
        written = ""
        for piece in map(self._piece, PIECES.findall(text)):
            # Letters side by side would be one name; a blank beside a quoted text is shown.
            quoted = written[-1:] == '"' or piece[0] == '"'
            written += piece if quoted or not written else f" {piece}"
        return written

    def _piece(self, piece: str) -> str:
        if (piece.isascii() and piece.isalnum() and len(piece) == 1) or piece.isdecimal():
            return piece
        if piece in _HATS:
            return f"hat({_HATS[piece]})"
        if piece == "′":
            return "prime"
        if piece in PLAIN or _GREEK.fullmatch(piece):
            return piece
        return r"\," if piece == "," else _quoted(piece)

    def scripts(self, base: str, sub: str, sup: str) -> str:
        below = f"_({sub})" if sub else ""
        return base + below + (f"^({sup})" if sup else "")

    def hat(self, letter: str) -> str:
        return f"hat({letter})"

    def beside(self, *pieces: str) -> str:
        return " ".join(pieces)

    def raisable(self, base: str) -> str:
        return self.bracketed(base) if ends_raised(base, "()") else base

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        return f'mat(delim: "[", {"; ".join(", ".join(row) for row in rows)})'


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


TYPST = _Typst()
