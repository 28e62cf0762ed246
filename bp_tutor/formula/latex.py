"""Formulas in LaTeX."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from bp_tutor.formula.typeset import PIECES, PLAIN, Typeset, ends_raised

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bp_tutor.formula.function_table import Function


_LATEX_LETTERS = {
    "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon",
    "η": r"\eta", "θ": r"\theta", "λ": r"\lambda", "μ": r"\mu", "ρ": r"\rho", "σ": r"\sigma",
    "ζ": r"\zeta", "ι": r"\iota", "κ": r"\kappa", "ν": r"\nu", "ξ": r"\xi", "π": r"\pi",
    "τ": r"\tau", "υ": r"\upsilon", "φ": r"\varphi", "χ": r"\chi", "ψ": r"\psi",
    "ω": r"\omega", "Γ": r"\Gamma", "Θ": r"\Theta", "Λ": r"\Lambda", "Ξ": r"\Xi", "Π": r"\Pi",
    "Φ": r"\Phi", "Ψ": r"\Psi", "Ω": r"\Omega", "Δ": r"\Delta", "Σ": r"\Sigma",
    "ℒ": r"\mathcal{L}", "ŷ": r"\hat{y}", "Ŷ": r"\hat{Y}",
    "′": r"\prime", "∂": r"\partial",
}  # fmt: skip
_LATEX_SPECIAL = {
    **{sign: f"\\{sign}" for sign in "#$%&_{}"},
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
}  # fmt: skip


class _Latex(Typeset):
    name = "latex"
    minus, subtract = "-", " - "
    times, elementwise, matmul, over = r" \cdot ", r" \odot ", r" \, ", r" \star "
    approximately, arrow, gap = r"\approx", r" \to ", r"\ "
    infinity, undefined, dots, by = r"\infty", r"\mathrm{nan}", r"\dots", r" \times "
    open, close = r"\left(", r"\right)"
    open_alone, close_alone = r"\bigl(", r"\bigr)"
    slash = r"\frac"
    total, transpose, unequal = r"\sum ", r"\top", r"\ne "
    angles = (r"\langle ", r"\rangle ")
    compare: ClassVar[Mapping[str, str]] = {">=": r"\ge", "<=": r"\le", "!=": r"\ne"}

    def scientific(self, mantissa: str, power: int) -> str:
        return rf"{mantissa} \cdot 10^{{{power}}}"

    def is_product(self, number: str) -> bool:
        return r"\cdot" in number

    def word(self, name: str) -> str:
        return r"\operatorname{" + name.replace("_", r"\_") + "}"

    def function(self, row: Function) -> str:
        return row.latex or self.word(row.unicode or row.name)

    def root(self, name: str, inside: str) -> str:
        return rf"\sqrt{{{inside}}}"

    def fraction(self, top: str, bottom: str) -> str:
        return rf"\frac{{{top}}}{{{bottom}}}"

    def summation(self, index: str, first: str, last: str, but: str) -> str:
        below = f"{index} {self.unequal}{but}" if but else f"{index}={first}" if last else index
        return rf"\sum_{{{below}}}" + (f"^{{{last}}}" if last else "") + " "

    def partial(self, top: str, bottom: str) -> str:
        return self.fraction(rf"\partial {top}", rf"\partial {bottom}")

    def glyphs(self, text: str) -> str:
        written = ""
        for piece in PIECES.findall(text):
            # A command must not run into the letter behind it: \delta Z, not \deltaZ.
            if written[-1:].isalpha() and "\\" in written[-12:] and piece[0].isalpha():
                written += " "
            written += self._piece(piece)
        return written

    def _piece(self, piece: str) -> str:
        if piece.isascii() and piece.isalnum():
            return piece if len(piece) == 1 or piece.isdigit() else rf"\mathrm{{{piece}}}"
        if piece in _LATEX_LETTERS or piece in PLAIN or piece == ",":
            return _LATEX_LETTERS.get(piece, piece)
        return rf"\text{{{_LATEX_SPECIAL.get(piece, piece)}}}"

    def scripts(self, base: str, sub: str, sup: str) -> str:
        below = f"_{{{sub}}}" if sub else ""
        return base + below + (f"^{{{sup}}}" if sup else "")

    def hat(self, letter: str) -> str:
        return rf"\hat{{{letter}}}"

    def raisable(self, base: str) -> str:
        return self.bracketed(base) if ends_raised(base, "{}") else base

    def matrix(self, rows: Sequence[Sequence[str]]) -> str:
        lines = r" \\ ".join(" & ".join(row) for row in rows)
        return rf"\begin{{bmatrix}} {lines} \end{{bmatrix}}"


LATEX = _Latex()
