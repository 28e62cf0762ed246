"""Worksheets as web pages that need nothing else, made to be printed."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.formula import style_named
from bp_tutor.output.page.html import Html, escaped, joined, tag
from bp_tutor.output.page.lines import Numbering, section_html
from bp_tutor.output.page.policy import policy_of_styles
from bp_tutor.output.page.prose import Prose, maths
from bp_tutor.output.svg_style import arrows, page_colours, page_rules
from bp_tutor.output.worksheet.pen import SheetPen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bp_tutor.explain import Presentation, Said, Section
    from bp_tutor.output.paper.picture import Picture
    from bp_tutor.output.worksheet.pen import Blank, Leaf, Row

NO_LINKS = Numbering({}, {})
CSS = Path(__file__).with_name("worksheet.css")


class HtmlSheetPen(SheetPen):
    """Writes worksheets in HTML."""

    style = style_named("mathml")
    draws = True
    look = "page"
    scrolls = True

    def __init__(self, presentation: Presentation) -> None:
        super().__init__(presentation)
        self._prose = Prose([self.reader])
        self._arrows = arrows()
        self._drawn = False

    def words(self, text: str) -> str:
        return escaped(text)

    def heading(self, said: Said, level: int = 2) -> str:
        return tag(f"h{level}", {}, self._prose.write(said))

    def paragraph(self, said: Said, *, quiet: bool = False) -> str:
        return tag("p", {"class": "note" if quiet else None}, self._prose.write(said))

    def listing(self, items: Sequence[str]) -> str:
        return tag("p", {"class": "listing"}, *(joined((_maths(item), " ")) for item in items))

    def picture(self, lines: Sequence[str]) -> str:
        return tag("pre", {}, "\n".join(lines))

    def drawing(self, picture: Picture, lines: Sequence[str]) -> str:
        svg = picture.svg
        # The heads of arrows are drawn once for all pictures of the file.
        shown = svg.replace(self._arrows, "") if self._drawn else svg
        self._drawn = True
        return tag("div", {"class": "picture"}, Html(shown))

    def section(self, section: Section) -> Iterable[str]:
        yield section_html(section, self._prose, NO_LINKS)

    def fields(self, labels: Sequence[tuple[str, str]]) -> str:
        found = (
            tag("div", {}, f"{label} ", tag("span", {"class": "field"}, said))
            for label, said in labels
        )
        return tag("div", {"class": "fields"}, *found)

    def part(self, heading: str, blanks: str) -> str:
        return tag("section", {"class": "blanks"}, Html(heading), Html(blanks))

    def blanks(self, rows: Sequence[Sequence[Blank]], columns: int) -> str:
        cells = []
        for row in rows:
            for place in range(columns):
                blank = row[place] if place < len(row) else None
                cells.append(_blank(blank) if blank is not None else tag("div", {}))
        return tag("div", {"class": f"grid of-{columns}"}, *cells)

    def lines(self, blanks: Sequence[Blank], heads: tuple[str, str]) -> str:
        boxed = any(blank.boxed for blank in blanks)
        said = ["", *(heads if boxed else heads[:1])]
        rows = [tag("tr", {}, *(tag("th", {"scope": "col"}, head) for head in said))]
        for blank in blanks:
            name = tag("th", {"scope": "row"}, _maths(blank.name))
            line = tag("td", {"class": "line" if blank.lined else None}, _maths(blank.formula))
            box = tag("td", {"class": "box" if blank.boxed else None}, _maths(blank.number))
            rows.append(tag("tr", {}, name, line, box if boxed else Html("")))
        return _wide(tag("table", {"class": "lines"}, *rows))

    def ruled(self, label: str, count: int) -> str:
        lines = (tag("div", {}, "" if place else label) for place in range(count))
        return tag("div", {"class": "ruled"}, *lines)

    def roster(self, words: Sequence[str], names: Sequence[str], rows: Sequence[Row]) -> str:
        heads = [*words, *map(_maths, names)]
        lines = [tag("tr", {}, *(tag("th", {"scope": "col"}, head) for head in heads))]
        for row in rows:
            first, *others = row.words
            said = [tag("th", {"scope": "row"}, first), *(tag("td", {}, text) for text in others)]
            said += [tag("td", {}, number) for number in row.numbers]
            lines.append(tag("tr", {}, *said))
        return _wide(tag("table", {"class": "roster"}, *lines))

    def answered(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        lines = [tag("tr", {}, *(tag("th", {"scope": "col"}, head) for head in heads))]
        for first, *others in rows:
            cells = (tag("td", {}, text) for text in others)
            lines.append(tag("tr", {}, tag("th", {"scope": "row"}, first), *cells))
        return _wide(tag("table", {"class": "answered"}, *lines))

    def numbered(self, listings: Sequence[tuple[str, Sequence[str]]]) -> str:
        return joined(
            tag(
                "div",
                {"class": "row"},
                tag("span", {"class": "number"}, number),
                tag("span", {}, joined(self._unbroken(items))),
            )
            for number, items in listings
        )

    def _unbroken(self, items: Sequence[str]) -> Iterator[str]:
        for place, item in enumerate(items):
            yield tag("span", {"class": "item"}, item + "," * (place < len(items) - 1))
            yield " "

    def turn(self) -> str:
        return Html("<hr>")

    def pile(self, title: Said, leaves: Sequence[Leaf]) -> str:
        style = _style()
        policy = policy_of_styles(style)
        articles = [
            tag("article", {}, *map(Html, leaf.blocks), tag("footer", {}, leaf.foot))
            for leaf in leaves
        ]
        meta = {"http-equiv": "Content-Security-Policy", "content": policy}
        said = "".join(f' {name}="{escaped(value)}"' for name, value in meta.items())
        return (
            f'<!DOCTYPE html>\n<html lang="{self.reader.words.language}">\n<head>\n'
            f'<meta charset="utf-8">\n'
            f"<meta{said}>\n"
            '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
            '<meta name="referrer" content="no-referrer">\n'
            f"<title>{escaped(self.reader.say(title))}</title>\n<style>{style}</style>\n</head>\n<body>\n"
            f"<main>\n{joined(articles)}\n</main>\n</body>\n</html>\n"
        )


def _wide(table: Html) -> Html:
    """A table that may be wider than a narrow screen."""
    return tag("div", {"class": "wide", "tabindex": "0"}, table)


def _blank(blank: Blank) -> Html:
    name = tag("span", {"class": "name"}, _maths(blank.name + "<mo>=</mo>"))
    return tag("div", {"class": "blank"}, name, tag("span", {"class": "box"}, _maths(blank.number)))


def _maths(spelled: str) -> Html:
    """A formula whose fractions are as large as on a line of their own."""
    return maths(spelled, displaystyle="true") if spelled else Html("")


@cache
def _style() -> str:
    colours = page_colours(dark=False)
    return f":root {{ {colours} }}\n{page_rules()}{CSS.read_text(encoding='utf-8')}"
