"""Documents in Markdown, with formulas between dollar signs as GitHub and notebooks show them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.formula.latex import LATEX
from bp_tutor.output.paper.latex import aligned
from bp_tutor.output.paper.pen import Pen, blanks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain import Said
    from bp_tutor.output.paper.pen import Row

_MARKUP = re.compile(r"[\\`*_{}\[\]<>|~$&#^]")
_AT_THE_START = re.compile(r"^(\s*\d*)([-+=.)])")
"""What would begin a list, or underline a heading."""
_ENTITIES = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}


class MarkdownPen(Pen):
    """Writes Markdown."""

    style = LATEX

    def words(self, text: str) -> str:
        return blanks(_MARKUP.sub(lambda sign: _ENTITIES.get(sign[0], "\\" + sign[0]), text))

    def formula(self, text: str) -> str:
        return f"${text}$"

    def sentence(self, said: Said) -> str:
        text = ""
        for piece, is_formula in self.reader.pieces(said):
            shown = self.formula(piece) if is_formula else self.words(piece)
            # A dollar sign counts only where no word or Chinese sign touches it.
            after = text.endswith("$") and not is_formula and shown[:1].isalnum()
            if after or (is_formula and (text[-1:].isalnum() or text.endswith("$"))):
                text += " "
            text += shown
        return text

    def heading(self, said: Said, level: int = 2) -> str:
        return f"{'#' * level} {self.sentence(said)}"

    def paragraph(self, said: Said, *, quiet: bool = False) -> str:
        text = _AT_THE_START.sub(r"\1\\\2", self.sentence(said))
        return f"*{text}*" if quiet and text else text

    def rows(self, rows: Sequence[Row]) -> str:
        lines = " \\\\\n".join(aligned(row) for row in rows)
        return f"$$\n\\begin{{aligned}}\n{lines}\n\\end{{aligned}}\n$$"

    def table(self, heads: Sequence[Said], rows: Sequence[Sequence[str]]) -> str:
        lines = [
            " | ".join(map(self.sentence, heads)),
            " | ".join(["---", *["---:"] * (len(heads) - 1)]),
            *(" | ".join(self.formula(cell) if cell else " " for cell in row) for row in rows),
        ]
        return "\n".join(f"| {line} |" for line in lines)

    def listing(self, items: Sequence[str]) -> str:
        return ", ".join(map(self.formula, items))

    def picture(self, lines: Sequence[str]) -> str:
        return "\n".join(("```text", *lines, "```"))

    def whole(self, title: Said, blocks: Sequence[str]) -> str:
        return "\n\n".join([self.heading(title, 1), *blocks]) + "\n"
