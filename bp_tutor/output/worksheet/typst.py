"""Worksheets in Typst, the source of their PDF."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bp_tutor.formula.typst import TYPST
from bp_tutor.output.paper.pen import blanks
from bp_tutor.output.paper.typst import TypstPen, quoted
from bp_tutor.output.worksheet.pen import SheetPen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain import Said
    from bp_tutor.output.paper.picture import Picture
    from bp_tutor.output.worksheet.pen import Blank, Leaf, Row

_SETTINGS = """\
#set page(margin: (x: 20mm, top: 15mm, bottom: 18mm), numbering: none)
#set heading(numbering: none)
#show heading.where(level: 2): set text(size: 11pt)
#let frame = 0.6pt + luma(45%)
#let box-for = grid.cell.with(stroke: frame, inset: (x: 2mm))
#let blanks(columns, names, ..cells) = grid(columns: (auto, 1fr) * columns, rows: (0pt, 8.5mm),
  column-gutter: 2mm, row-gutter: (0pt, 2.2mm), align: (right + horizon, left + horizon),
  ..(box(width: names), []) * columns, ..cells)
#let line-for = grid.cell.with(inset: (y: 1.5mm),
  stroke: (bottom: (paint: luma(45%), thickness: 0.5pt, dash: "dotted")))
#let lines(columns, row, ..cells) = grid(columns: columns, rows: (auto, row), column-gutter: 2mm,
  row-gutter: 2.2mm, align: (right + horizon, left + bottom, left + horizon), ..cells)
#let tall(formula) = text(top-edge: "bounds", bottom-edge: "bounds", formula)
#let field(label, body) = [#label #box(width: 1fr, stroke: (bottom: frame),
  inset: (x: 1mm, bottom: 1mm), body)]
#let ruled(label, count) = for place in range(count) {
  block(width: 100%, height: 8mm, above: if place == 0 { 2.2mm } else { 0pt },
    below: if place == count - 1 { 5mm } else { 0pt },
    stroke: (bottom: (paint: luma(45%), thickness: 0.5pt, dash: "dotted")),
    if place == 0 { text(size: 8.5pt, label) })
}
#let roster(words, columns, ..cells) = block(above: 0.9em, {
  set text(size: 8.5pt)
  table(columns: columns, inset: (x: 1.6mm, y: 1mm),
    align: (x, y) => if x < words { left } else { right },
    stroke: (x, y) => (bottom: if y == 0 { 0.6pt } else { 0.2pt + luma(70%) }),
    fill: (x, y) => if y > 0 and calc.even(y) { luma(95%) }, ..cells)
})
#let answered(columns, ..cells) = block(above: 0.9em, {
  set text(size: 8.5pt)
  table(columns: columns, inset: (x: 1.6mm, y: 1mm), align: left,
    stroke: (x, y) => (bottom: if y == 0 { 0.6pt } else { 0.2pt + luma(70%) }), ..cells)
})
#let numbered(..cells) = {
  set text(size: 9pt)
  grid(columns: (auto, 1fr), column-gutter: 1.5mm, row-gutter: 1.6mm, ..cells)
}
#let leaf(end, foot, body) = page(footer: context {
  set text(size: 7.5pt, fill: luma(35%))
  grid(columns: (1fr, auto), column-gutter: 6mm, foot,
    [#counter(page).display() / #counter(page).at(end).first()])
}, counter(page).update(1) + body + [#metadata(none)#end])
"""
NAMES = {4: "14mm", 3: "22mm", 2: "34mm"}
"""How wide the symbols are at least, where so many blanks stand beside each other."""
LONGEST_PART = 6
"""Rows of blanks that are kept on one page with their heading."""


class TypstSheetPen(TypstPen, SheetPen):
    """Writes worksheets in Typst."""

    def fields(self, labels: Sequence[tuple[str, str]]) -> str:
        cells = ", ".join(
            f"field[{self.words(label)}][{self.words(said)}]" for label, said in labels
        )
        return f"#grid(columns: (2fr, 1fr), column-gutter: 6mm, row-gutter: 3mm, {cells})"

    def sideways(self, picture: Picture) -> str:
        """A drawing on a page of its own, turned to its side: within a leaf, no page can turn."""
        size = 'width: 240mm, height: 165mm, fit: "contain"'
        image = f'image(bytes({quoted(picture.svg)}), format: "svg", {size})'
        return f"#pagebreak(weak: true)\n#align(center, rotate(-90deg, reflow: true, {image}))"

    def part(self, heading: str, blanks: str) -> str:
        if blanks.count("\n") <= LONGEST_PART + 1:
            return f"#block(breakable: false, width: 100%)[\n{heading}\n\n{blanks}\n]"
        return f"{heading}\n\n{blanks}"

    def blanks(self, rows: Sequence[Sequence[Blank]], columns: int) -> str:
        lines = []
        for row in rows:
            cells = [
                f"[{_maths(blank.name, ' =')}], box-for[{_maths(blank.number)}]" for blank in row
            ]
            cells += ["[], []"] * (columns - len(row))
            lines.append(f"  {', '.join(cells)},")
        return f"#blanks({columns}, {NAMES[columns]},\n" + "\n".join(lines) + "\n)"

    def lines(self, blanks: Sequence[Blank], heads: tuple[str, str]) -> str:
        formula, result = (f"text(size: 8.5pt)[{self.words(head)}]" for head in heads)
        boxed = any(blank.boxed for blank in blanks)
        lines = [f"  grid.header([], {formula}{f', {result}' * boxed}),"]
        for blank in blanks:
            line = f"line-for[{_maths(blank.formula)}]" if blank.lined else "[]"
            box = f"box-for[{_maths(blank.number)}]" if blank.boxed else "[]"
            lines.append(f"  [{_maths(blank.name, ' =')}], {line},{f' {box},' * boxed}")
        columns = "(auto, 1fr, 30mm)" if boxed else "(auto, 1fr)"
        # A long formula on the key takes the lines that it needs.
        row = "auto" if any(blank.formula for blank in blanks) else "8.5mm"
        return f"#lines({columns}, {row},\n" + "\n".join(lines) + "\n)"

    def ruled(self, label: str, count: int) -> str:
        return f"#ruled([{self.words(label)}], {count})"

    def roster(self, words: Sequence[str], names: Sequence[str], rows: Sequence[Row]) -> str:
        heads = [f"[{self.words(head)}]" for head in words] + [
            f"[{_maths(name)}]" for name in names
        ]
        columns = ", ".join([*["auto"] * len(words), *["1fr"] * len(names)])
        lines = [f"{len(words)}, ({columns}),", f"table.header({', '.join(heads)}),"]
        for row in rows:
            # Texts in code: markup with its backslashes would be many pieces, and slow to set.
            said = (quoted(blanks(text)) for text in (*row.words, *row.numbers))
            lines.append(f"{', '.join(said)},")
        return "#roster(\n" + "".join(f"  {line}\n" for line in lines) + ")"

    def answered(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        columns = ", ".join([*["auto"] * (len(heads) - 1), "1fr"])
        cells = (f"[{self.words(head)}]" for head in heads)
        lines = [f"({columns}),", f"table.header({', '.join(cells)}),"]
        lines += [", ".join(quoted(blanks(text)) for text in row) + "," for row in rows]
        return "#answered(\n" + "".join(f"  {line}\n" for line in lines) + ")"

    def numbered(self, listings: Sequence[tuple[str, Sequence[str]]]) -> str:
        lists = (
            (number, ", ".join(_unbroken(blanks(item)) for item in items))
            for number, items in listings
        )
        cells = (f"  {quoted(blanks(number))}, {quoted(items)}," for number, items in lists)
        return "#numbered(\n" + "\n".join(cells) + "\n)"

    def turn(self) -> str:
        return "#pagebreak()"

    def pile(self, title: Said, leaves: Sequence[Leaf]) -> str:
        # What stands on several sheets alike is written once.
        counts = Counter(block for leaf in leaves for block in leaf.blocks)
        alike = [block for block, count in counts.items() if count > 1]
        names = {block: f"#alike-{place}" for place, block in enumerate(alike)}
        parts = [f"#let {name[1:]} = [\n{block}\n]" for block, name in names.items()]
        for place, leaf in enumerate(leaves):
            # Whoever prints on both sides finds no two students on one sheet of paper.
            turned = '#pagebreak(to: "odd", weak: true)\n' if place else ""
            body = "\n\n".join(names.get(block, block) for block in leaf.blocks)
            foot = self.words(leaf.foot)
            parts.append(f"{turned}#leaf(<leaf-{place}>)[{foot}][\n{body}\n]")
        return self.with_head(title, _SETTINGS + "\n\n".join(parts))


def _unbroken(text: str) -> str:
    """The same in one line: boxes would do as well, but thousands of them are slow to set."""
    return text.replace(" ", "\u00a0").replace("/", "/\u2060").replace("-", "-\u2060")


def _maths(formula: str, after: str = "") -> str:
    """A formula, with fractions as large as on a line of their own and room for them."""
    if TYPST.slash in formula:
        return f"#tall($display({formula}){after}$)"
    return f"${formula}{after}$" if formula else ""
