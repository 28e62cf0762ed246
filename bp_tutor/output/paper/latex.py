"""Documents in LaTeX, for pdflatex where the words are Latin, else for xelatex or lualatex."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.formula.latex import LATEX
from bp_tutor.output.paper.fonts import is_chinese
from bp_tutor.output.paper.pen import Pen, blanks
from bp_tutor.output.paper.tikz import tikz_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain import Said
    from bp_tutor.output.paper.pen import Row
    from bp_tutor.output.paper.picture import Picture

SPECIAL = {
    **{sign: f"\\{sign}" for sign in "#$%&_{}"},
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': r"\textquotedbl{}",
    "'": r"\textquotesingle{}", "`": r"\textasciigrave{}", "-": "-{}", "\u00a0": "~",
    "·": r"\textperiodcentered{}", "×": r"\texttimes{}", "…": r"\dots{}",
}  # fmt: skip
"""Signs that mean something to LaTeX, or would be joined to others."""
_MATHS = {
    "−": "-", "½": r"\tfrac12", "Σ": r"\Sigma", "∑": r"\sum", "∂": r"\partial", "⊙": r"\odot",
    "≈": r"\approx", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "→": r"\to", "√": r"\surd",
    "∞": r"\infty", "′": "'", "⋆": r"\star", "⌊": r"\lfloor", "⌋": r"\rfloor", "²": "^2",
    "³": "^3", "α": r"\alpha", "β": r"\beta", "γ": r"\gamma", "δ": r"\delta", "ε": r"\varepsilon",
    "η": r"\eta", "θ": r"\theta", "λ": r"\lambda", "μ": r"\mu", "ρ": r"\rho", "σ": r"\sigma",
    "Δ": r"\Delta", "ℒ": r"\mathcal{L}", "ŷ": r"\hat{y}", "⟨": r"\langle", "⟩": r"\rangle",
    "ᵀ": r"^{\top}", "⋮": r"\vdots",
    **{sign: f"_{digit}" for digit, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")},
    **{sign: f"^{digit}" for digit, sign in zip("01456789", "⁰¹⁴⁵⁶⁷⁸⁹", strict=True)},
    "⁻": "^{-}", "⁺": "^{+}", "⁽": "^{(}", "⁾": "^{)}",
}  # fmt: skip
"""Signs of mathematics that a text may hold."""
TEXT_WIDE, TEXT_HIGH = 480.0, 680.0
"""Points between the margins, with room for a heading."""
_LATIN = re.compile("[\x20-\x7e\xa0-\u017f]")
_HEAD = r"""\documentclass[11pt,a4paper]{article}
\usepackage{iftex}
\usepackage{amsmath,amssymb,longtable,array}
\usepackage[margin=20mm]{geometry}
\usepackage{textcomp}
\IfFileExists{tikz.sty}{\usepackage{tikz}}{}
\ifPDFTeX
  \usepackage[utf8]{inputenc}
  \usepackage[T1]{fontenc}
  \usepackage{lmodern}
\else
  \usepackage{fontspec}
\fi
"""
_NEEDS_MORE = r"""% These words need xelatex or lualatex.
\ifPDFTeX
  \PackageError{bp-tutor}{Please compile with xelatex or lualatex}{}
\fi
"""
_CHINESE = r"""\IfFileExists{ctex.sty}{\usepackage[scheme=plain,fontset=fandol]{ctex}}{%
  \PackageError{bp-tutor}{Chinese needs ctex.sty (Debian: texlive-lang-chinese)}{}}
"""
_BODY = r"""\allowdisplaybreaks
\setcounter{MaxMatrixCols}{99}
\setlength{\parindent}{0pt}
\setlength{\parskip}{0.6em}
\setlength{\emergencystretch}{3em}
\setlength{\arraycolsep}{3pt}
\begin{document}
"""


class LatexPen(Pen):
    """Writes LaTeX."""

    style = LATEX
    picture_signs = "ascii"
    draws = True

    def words(self, text: str) -> str:
        return escaped(text)

    def formula(self, text: str) -> str:
        return f"${text}$"

    def heading(self, said: Said, level: int = 2) -> str:
        command = "section*" if level == 1 else "subsection*"
        return rf"\{command}{{{self.sentence(said)}}}"

    def paragraph(self, said: Said, *, quiet: bool = False) -> str:
        text = self.sentence(said)
        return rf"{{\small\itshape {text}}}" + "\n" if quiet else text + "\n"

    def rows(self, rows: Sequence[Row]) -> str:
        lines = [f"  {aligned(row)}" for row in rows]
        return "\\begin{flalign*}\n" + " \\\\\n".join(lines) + "\n\\end{flalign*}"

    def table(self, heads: Sequence[Said], rows: Sequence[Sequence[str]]) -> str:
        columns = "l" + "r" * (len(heads) - 1)
        head = " & ".join(map(self.sentence, heads))
        lines = (" & ".join(f"${cell}$" if cell else "" for cell in row) for row in rows)
        body = " \\\\\n".join(lines)
        return (
            f"\\begin{{longtable}}{{{columns}}}\n\\hline\n{head} \\\\\n\\hline\\endhead\n"
            f"{body} \\\\\n\\hline\n\\end{{longtable}}"
        )

    def listing(self, items: Sequence[str]) -> str:
        joined = ", ".join(rf"\mbox{{${item}$}}" for item in items)
        return rf"{{\raggedright {joined}\par}}"

    def picture(self, lines: Sequence[str]) -> str:
        return "\n".join((r"\begin{verbatim}", *lines, r"\end{verbatim}"))

    def drawing(self, picture: Picture, lines: Sequence[str]) -> str:
        """The picture by TikZ; where TikZ is not there, the one made of signs."""
        drawn = tikz_of(picture, escaped, (TEXT_WIDE, TEXT_HIGH))
        center = rf"\begin{{center}}{chr(10)}{drawn}{chr(10)}\end{{center}}"
        return "\n".join((r"\ifdefined\tikz", center, r"\else", self.picture(lines), r"\fi"))

    def sideways(self, picture: Picture) -> str:
        """The picture by TikZ on a page of its own, turned to its side."""
        drawn = tikz_of(picture, escaped, (TEXT_HIGH, TEXT_WIDE))
        return "\n".join(
            (r"\ifdefined\tikz", r"\clearpage\centering\rotatebox{90}{%", f"{drawn}}}", r"\fi")
        )

    def whole(self, title: Said, blocks: Sequence[str]) -> str:
        body = "\n\n".join([self.heading(title, 1), *blocks])
        bare = "".join(sign for sign in body if not _LATIN.match(sign) and sign != "\n")
        head = _HEAD + (_NEEDS_MORE if bare else "") + (_CHINESE if is_chinese(bare) else "")
        return f"{head}{_BODY}{body}\n\\end{{document}}\n"


def escaped(text: str) -> str:
    """Words as they are: nothing in them is a command."""
    written = "".join(SPECIAL.get(sign) or _in_maths(sign) for sign in text)
    return blanks(written)


def _in_maths(sign: str) -> str:
    return rf"\ensuremath{{{_MATHS[sign]}}}" if sign in _MATHS else sign


def aligned(row: Row) -> str:
    """A row of an alignment: what stands on both sides of `&`, and the reason."""
    if row.shape:
        return rf"& \quad {{\scriptstyle {row.shape}}} &&"
    reason = rf"\text{{{escaped(row.reason)}}}" if row.reason else ""
    body = f"{row.relation} {row.text}" if row.relation else rf"\quad {row.text}"
    shown = f"{row.name} & {body if row.text else ''}"
    return f"{shown} && {reason}".strip() if reason else shown.strip()
