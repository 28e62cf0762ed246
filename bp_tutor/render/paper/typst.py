"""Documents in Typst."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.typst import TYPST
from bp_tutor.render.paper.fonts import CHINESE, is_chinese
from bp_tutor.render.paper.pen import Pen, blanks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.render.paper.pen import Row

_MARKUP = frozenset("\\#$*_`@<>[]=-+/~'\"{}.:;|&%^!")
_HEAD = """\
#set document(title: {title})
#set page(paper: "a4", margin: (x: 20mm, y: 18mm), numbering: "1")
#set text(lang: "{language}", size: 10pt, font: ({fonts},))
#set par(leading: 0.6em)
#show heading: set block(above: 1.4em, below: 0.8em)
#show raw: set text(font: "DejaVu Sans Mono", size: 8pt)
#let quiet(body) = text(fill: luma(35%), style: "italic", size: 9pt, body)
#let figures(..cells) = table(
  stroke: (x, y) => (bottom: if y == 0 {{ 0.6pt }} else {{ 0.2pt + luma(70%) }}),
  inset: (x: 0.8em, y: 0.4em), ..cells,
)
#let derivation(..rows) = block(width: 100%, {{
  set text(top-edge: "bounds", bottom-edge: "bounds")
  grid(
    columns: (auto, 1fr, auto), column-gutter: 0.4em, row-gutter: 0.8em,
    align: (right + horizon, left + horizon, right + horizon), ..rows,
  )
}})
"""
TEXT_FONT = "Libertinus Serif"
TEXT_WIDTH = 482
"""Points between the margins."""
POINTS = 0.75
"""Points in a pixel."""


class TypstPen(Pen):
    """Writes Typst."""

    style = TYPST
    room = 78
    draws = True

    def words(self, text: str) -> str:
        """Every sign that could be markup stands behind a backslash."""
        escaped = "".join(f"\\{sign}" if sign in _MARKUP else sign for sign in text)
        return blanks(escaped)

    def formula(self, text: str) -> str:
        return f"${text}$"

    def heading(self, text: str, level: int = 2) -> str:
        return f"{'=' * level} {self.sentence(text)}"

    def paragraph(self, text: str, *, quiet: bool = False) -> str:
        said = self.sentence(text)
        return f"#quiet[{said}]" if quiet else f"#par[{said}]"

    def rows(self, rows: Sequence[Row]) -> str:
        cells = []
        for row in rows:
            if row.shape:
                cells.append(f"  [], [#h(1.2em)#text(size: 8.5pt, ${row.shape}$)], [],")
                continue
            name = f"[$display({row.name})$]" if row.name else "[]"
            gap = "quad " if not row.relation and row.text else ""
            text = f"[$display({gap}{row.relation} {row.text})$]" if row.text else "[]"
            reason = f"quiet[{self.words(row.reason)}]" if row.reason else "[]"
            cells.append(f"  {name}, {text}, {reason},")
        return "#derivation(\n" + "\n".join(cells) + "\n)"

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        align = ", ".join(["left", *["right"] * (len(heads) - 1)])
        head = ", ".join(f"[{self.sentence(text)}]" for text in heads)
        body = (", ".join(f"[${cell}$]" if cell else "[]" for cell in row) for row in rows)
        lines = [f"columns: {len(heads)}, align: ({align},)", f"table.header({head})", *body]
        return "#figures(\n" + "".join(f"  {line},\n" for line in lines) + ")"

    def listing(self, items: Sequence[str]) -> str:
        return ", ".join(f"#box[${item}$]" for item in items)

    def drawing(self, svg: str, width: float) -> str:
        """A drawing in SVG, `width` wide on screens, no wider than the page."""
        points = width * POINTS
        size = "100%" if points > TEXT_WIDTH else f"{points:.0f}pt"
        return f'#image(bytes({quoted(svg)}), format: "svg", width: {size})'

    def plate(self, svg: str) -> str:
        """A drawing in SVG on a page of its own, which is turned to its side."""
        size = 'width: 100%, height: 100%, fit: "contain"'
        return f'#page(flipped: true)[#image(bytes({quoted(svg)}), format: "svg", {size})]'

    def picture(self, lines: Sequence[str]) -> str:
        return f"#raw(block: true, {quoted(chr(10).join(lines))})"

    def whole(self, title: str, language: str, blocks: Sequence[str]) -> str:
        return self.with_head(title, language, "\n\n".join([self.heading(title, 1), *blocks]))

    def with_head(self, title: str, language: str, body: str) -> str:
        """A body behind the settings of its pages, its letters and its tables."""
        families = (TEXT_FONT, *CHINESE) if is_chinese(body) else (TEXT_FONT,)
        fonts = ", ".join(map(quoted, families))
        head = _HEAD.format(title=quoted(title), language=language, fonts=fonts)
        return f"{head}\n{body}\n"


def quoted(text: str) -> str:
    """A text as Typst writes it in code."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
