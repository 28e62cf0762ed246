"""Documents in Typst."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.typst import TYPST
from bp_tutor.output.paper.fonts import CHINESE, is_chinese
from bp_tutor.output.paper.pen import Pen, blanks
from bp_tutor.output.svg import DESCENT
from bp_tutor.output.svg_style import LIGHT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain import Said
    from bp_tutor.output.paper.pen import Row
    from bp_tutor.output.paper.picture import Picture

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
#let drawing(width, height, shapes, ..labels) = {{
  let unit = calc.min({points}pt, {room}pt / width)
  block(width: width * unit, height: height * unit, {{
    place(shapes)
    set text(top-edge: "baseline", bottom-edge: "baseline")
    let halo = (paint: {paper}, thickness: 4 * unit, join: "round")
    for (side, x, y, size, fill, open, said) in labels.pos() {{
      let put = place.with(top + side, dx: x * unit, dy: y * unit)
      if open {{ put(text(size: size * unit, stroke: halo, said)) }}
      put(text(size: size * unit, fill: fill, said))
    }}
  }})
}}
"""
TEXT_FONT = "Libertinus Serif"
TEXT_WIDTH = 482
"""Points between the margins."""
POINTS = 0.75
"""Points in a pixel."""
_SIDES = {"start": "left", "middle": "center", "end": "right"}
_COLOURS = {
    "caption": "quiet", "delta": "backward", "gradient": "backward",
    "updated": "update", "step": "update",
}  # fmt: skip
"""Of labels, by their roles, as in SVG."""


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

    def heading(self, said: Said, level: int = 2) -> str:
        return f"{'=' * level} {self.sentence(said)}"

    def paragraph(self, said: Said, *, quiet: bool = False) -> str:
        text = self.sentence(said)
        return f"#quiet[{text}]" if quiet else f"#par[{text}]"

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

    def table(self, heads: Sequence[Said], rows: Sequence[Sequence[str]]) -> str:
        align = ", ".join(["left", *["right"] * (len(heads) - 1)])
        head = ", ".join(f"[{self.sentence(said)}]" for said in heads)
        body = (", ".join(f"[${cell}$]" if cell else "[]" for cell in row) for row in rows)
        lines = [f"columns: {len(heads)}, align: ({align},)", f"table.header({head})", *body]
        return "#figures(\n" + "".join(f"  {line},\n" for line in lines) + ")"

    def listing(self, items: Sequence[str]) -> str:
        return ", ".join(f"#box[${item}$]" for item in items)

    def drawing(self, picture: Picture, lines: Sequence[str]) -> str:
        """A drawing no wider than the page: its shapes in SVG, its labels as text over them.

        Text within SVG would take the compiler several times as long.
        """
        shapes = f'image(bytes({quoted(picture.shapes)}), format: "svg", width: 100%)'
        size = f"{picture.width:.1f}, {picture.scene.height:.1f}"
        return f"#drawing({size}, {shapes},\n{_labels(picture)})"

    def sideways(self, picture: Picture) -> str:
        size = 'width: 100%, height: 100%, fit: "contain"'
        return f'#page(flipped: true)[#image(bytes({quoted(picture.svg)}), format: "svg", {size})]'

    def picture(self, lines: Sequence[str]) -> str:
        return f"#raw(block: true, {quoted(chr(10).join(lines))})"

    def whole(self, title: Said, blocks: Sequence[str]) -> str:
        return self.with_head(title, "\n\n".join([self.heading(title, 1), *blocks]))

    def with_head(self, title: Said, body: str) -> str:
        """A body behind the settings of its pages, its letters and its tables."""
        families = (TEXT_FONT, *CHINESE) if is_chinese(body) else (TEXT_FONT,)
        fonts = ", ".join(map(quoted, families))
        paper = f'rgb("{LIGHT["paper"]}")'
        head = _HEAD.format(
            title=quoted(self.reader.say(title)), language=self.reader.words.language, fonts=fonts,
            paper=paper, points=POINTS, room=TEXT_WIDTH,
        )  # fmt: skip
        return f"{head}\n{body}\n"


def _labels(picture: Picture) -> str:
    """Where each label stands, from where to which side, how it looks, and what it says."""
    shift = {"start": 0.0, "middle": picture.width / 2, "end": picture.width}
    lines = []
    for label, text, known in picture.labels:
        open_ = "false" if label.inside else "true"
        x, y = label.x - shift[label.anchor], label.y + DESCENT * label.size
        fill = LIGHT[_COLOURS.get(label.role, "ink" if known else "quiet")]
        place = f"{_SIDES[label.anchor]}, {x:.1f}, {y:.1f}, {label.size:.0f}"
        lines.append(f'  ({place}, rgb("{fill}"), {open_}, {quoted(text)}),\n')
    return "".join(lines)


def quoted(text: str) -> str:
    """A text as Typst writes it in code."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'
