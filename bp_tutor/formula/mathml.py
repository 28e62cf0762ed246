"""Formulas in MathML, as browsers lay it out by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bp_tutor.formula.typeset import PIECES, Typeset

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bp_tutor.formula.function_table import Function

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


class _MathML(Typeset):
    name = "mathml"
    keyed_names = True
    plus, minus, subtract = "<mo>+</mo>", "<mo>−</mo>", "<mo>−</mo>"
    times, elementwise, matmul, over = "<mo>·</mo>", "<mo>⊙</mo>", "<mo>·</mo>", "<mo>⋆</mo>"
    equals, approximately, colon = "<mo>=</mo>", "<mo>≈</mo>", "<mo>:</mo>"
    arrow, comma, gap = "<mo>→</mo>", "<mo>,</mo>", '<mspace width="0.35em"/>'
    infinity, undefined, dots, by = "<mi>∞</mi>", "<mi>nan</mi>", "<mo>…</mo>", "<mo>×</mo>"
    slash = "<mfrac"
    total, transpose = "<mo>∑</mo>", "<mo>⊤</mo>"
    angles = ("<mo>⟨</mo>", "<mo>⟩</mo>")
    compare: ClassVar[Mapping[str, str]] = {
        ">=": "<mo>≥</mo>", "<=": "<mo>≤</mo>", "!=": "<mo>≠</mo>", "=": "<mo>=</mo>",
        ">": "<mo>&gt;</mo>", "<": "<mo>&lt;</mo>",
    }  # fmt: skip

    def number(self, digits: str) -> str:
        return f"<mn>{digits}</mn>"

    def scientific(self, mantissa: str, power: int) -> str:
        sign, digits = (self.minus, mantissa[1:]) if mantissa[0] == "-" else ("", mantissa)
        raised = self.scripts(self.number("10"), "", self.signed(str(power)))
        return f"{sign}<mrow>{self.number(digits)}{self.times}{raised}</mrow>"

    def is_product(self, number: str) -> bool:
        return self.times in number

    def letter(self, letter: str) -> str:
        return f"<mi>{letter}</mi>"

    def word(self, name: str) -> str:
        return f"<mi>{name}</mi>"

    def function(self, row: Function) -> str:
        return self.letter(row.unicode or row.name)

    def root(self, name: str, inside: str) -> str:
        return f"<msqrt>{inside}</msqrt>"

    def fraction(self, top: str, bottom: str) -> str:
        return f"<mfrac>{_row(top)}{_row(bottom)}</mfrac>"

    def bracketed(self, text: str) -> str:
        return f"<mrow><mo>(</mo>{_row(text)}<mo>)</mo></mrow>"

    def summation(self, index: str, first: str, last: str, but: str) -> str:
        below = f"{index}<mo>≠</mo>{but}" if but else index
        if not last:
            return f"<munder>{self.total}{_row(below)}</munder>"
        below = _row(f"{index}{self.equals}{first}")
        return f"<munderover>{self.total}{below}{_row(last)}</munderover>"

    def partial(self, top: str, bottom: str) -> str:
        return self.fraction(f"<mi>∂</mi>{top}", f"<mi>∂</mi>{bottom}")

    def glyphs(self, text: str) -> str:
        return "".join(map(self._piece, PIECES.findall(text)))

    def _piece(self, piece: str) -> str:
        tag = "mn" if piece.isdecimal() else "mi" if piece.isalpha() else "mo"
        return f"<{tag}>{piece.translate(_ESCAPES)}</{tag}>"

    def scripts(self, base: str, sub: str, sup: str) -> str:
        rows = "".join(_row(part) for part in (base, sub, sup) if part)
        tag = "msubsup" if sub and sup else "msub" if sub else "msup" if sup else ""
        return f"<{tag}>{rows}</{tag}>" if tag else rows

    def hat(self, letter: str) -> str:
        return f"<mover><mi>{letter}</mi><mo>^</mo></mover>"

    def beside(self, *pieces: str) -> str:
        return f"<mrow>{''.join(pieces)}</mrow>"

    def raisable(self, base: str) -> str:
        return self.bracketed(base) if base.endswith(("</msup>", "</msubsup>")) else base

    def keyed(self, text: str, key: str) -> str:
        sign = self.minus if text.startswith(self.minus) else ""
        head, bracket, rest = text[len(sign) :].partition(">")
        return f'{sign}{head} data-key="{key.translate(_ESCAPES)}"{bracket}{rest}'

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        cells = ("".join(f"<mtd>{cell}</mtd>" for cell in row) for row in rows)
        # The brackets are drawn by the page: a browser's own do not grow in all of them.
        return f"<mtable>{''.join(f'<mtr>{row}</mtr>' for row in cells)}</mtable>"


def _row(inside: str) -> str:
    """A row as one element; around a single sign there needs to be none."""
    return inside if inside.count("<") == 2 else f"<mrow>{inside}</mrow>"


MATHML = _MathML()
