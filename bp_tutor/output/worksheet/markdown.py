"""Worksheets in Markdown: tables with empty cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.latex import LATEX
from bp_tutor.output.paper.markdown import MarkdownPen
from bp_tutor.output.worksheet.pen import SheetPen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain import Said
    from bp_tutor.output.worksheet.pen import Blank, Leaf, Row

ROOM = "&emsp;" * 6
"""What makes an empty cell wide enough to write in."""
LINE, RULE = "\\_" * 24, "\\_" * 72


class MarkdownSheetPen(MarkdownPen, SheetPen):
    """Writes worksheets in Markdown."""

    def fields(self, labels: Sequence[tuple[str, str]]) -> str:
        return " ".join(f"{self.words(label)} {self.words(said) or LINE}" for label, said in labels)

    def blanks(self, rows: Sequence[Sequence[Blank]], columns: int) -> str:
        return "\n\n".join(map(self._row, rows))

    def _row(self, row: Sequence[Blank]) -> str:
        return _table(
            [_maths(blank.name) for blank in row],
            [[_maths(blank.number) if blank.number else ROOM for blank in row]],
        )

    def lines(self, blanks: Sequence[Blank], heads: tuple[str, str]) -> str:
        boxed = any(blank.boxed for blank in blanks)
        rows = []
        for blank in blanks:
            line = _maths(blank.formula) if blank.formula else ROOM * 3 * blank.lined
            box = _maths(blank.number) if blank.number else ROOM * blank.boxed
            rows.append([_maths(blank.name), line, *([box] if boxed else [])])
        return _table(["", *map(self.words, heads if boxed else heads[:1])], rows)

    def ruled(self, label: str, count: int) -> str:
        return "\n\n".join((self.words(label), *[RULE] * count))

    def roster(self, words: Sequence[str], names: Sequence[str], rows: Sequence[Row]) -> str:
        heads = [*map(self.words, words), *map(_maths, names)]
        lines = [[*map(self.words, (*row.words, *row.numbers))] for row in rows]
        return _table(heads, lines)

    def answered(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        return _table([*map(self.words, heads)], [[*map(self.words, row)] for row in rows])

    def turn(self) -> str:
        return "---"

    def pile(self, title: Said, leaves: Sequence[Leaf]) -> str:
        parts = [
            "\n\n".join((*leaf.blocks, f"<sub>{self.words(leaf.foot)}</sub>")) for leaf in leaves
        ]
        return "\n\n---\n\n".join(parts) + "\n"


def _maths(formula: str) -> str:
    """A formula, with fractions as large as on a line of their own."""
    large = r"\displaystyle " if LATEX.slash in formula else ""
    return f"${large}{formula}$"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
