"""A pen writes documents in one markup; what all pens have in common stands here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.explain import Joined, Line, Listing, Note, Table
from bp_tutor.formula.breaking import rows_of
from bp_tutor.formula.ruler import RULER
from bp_tutor.frozen import Frozen
from bp_tutor.output.spelled import heading_of, parted, shapes_of, spelled_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.explain import Block, Document, Presentation, Said, Section
    from bp_tutor.formula import Formula, Style
    from bp_tutor.output.paper.picture import Picture


PICTURE_WIDTH = 80
"""Columns of pictures made of signs."""
SMALLER = 1.3
"""How many times as much of small letters fits into a row."""
_WHITE = re.compile(r"\s+")


class Row(Frozen):
    """One row of a derivation: `name = text`, with the reason at its right."""

    name: str = ""
    relation: str = ""
    text: str = ""
    reason: str = ""
    shape: str = ""
    """The shapes of what goes in and comes out; then there is nothing else."""


class Pen:
    """Writes words, formulas and blocks in one markup, and puts them together to a document."""

    style: Style
    room = 62
    """About how many characters of a formula fit into a line beside its reason."""
    picture_signs = "unicode"
    """The style of pictures made of signs that the format can show."""

    draws = False
    """Whether it can hold drawings."""

    def __init__(self, presentation: Presentation) -> None:
        self.reader = presentation._replace(style=self.style)
        """Who reads it, in the style of the pen."""
        self.ruler = presentation._replace(style=RULER)
        """The same in letters that tell how wide a formula is."""

    def width(self, formula: Formula) -> int:
        """About how many characters of running text a formula is wide."""
        return columns(self.ruler.say(formula))

    def parted(self, formula: Formula, room: int) -> list[str]:
        """A formula over as many rows of so many characters as it needs."""
        if self.width(formula) <= room:
            return [self.reader.say(formula)]
        text, ruler = (parted(formula, reader) for reader in (self.reader, self.ruler))
        return rows_of(text, room, columns, ruler=ruler, alone=self.style)

    def words(self, text: str) -> str:
        """Words as they are: nothing in them is markup."""
        raise NotImplementedError

    def formula(self, text: str) -> str:
        """A formula within a sentence."""
        raise NotImplementedError

    def heading(self, said: Said, level: int = 2) -> str:
        """A heading; level 1 is the title."""
        raise NotImplementedError

    def paragraph(self, said: Said, *, quiet: bool = False) -> str:
        """A sentence by itself."""
        raise NotImplementedError

    def rows(self, rows: Sequence[Row]) -> str:
        """Lines of a derivation, the signs of equality below each other."""
        raise NotImplementedError

    def table(self, heads: Sequence[Said], rows: Sequence[Sequence[str]]) -> str:
        """Formulas under heads of words."""
        raise NotImplementedError

    def picture(self, lines: Sequence[str]) -> str:
        """A picture made of signs, as it is."""
        raise NotImplementedError

    def drawing(self, picture: Picture, lines: Sequence[str]) -> str:
        """A drawing, or where the format cannot show it the picture made of signs."""
        return self.picture(lines)

    def sideways(self, picture: Picture) -> str:
        """A drawing on a page of its own, turned to its side; empty where there is no such page."""
        return ""

    def whole(self, title: Said, blocks: Sequence[str]) -> str:
        """A complete file."""
        raise NotImplementedError

    def sentence(self, said: Said) -> str:
        """A sentence of a document: words, with formulas among them."""
        return "".join(
            self.formula(text) if is_formula else self.words(text)
            for text, is_formula in self.reader.pieces(said)
        )

    def listing(self, items: Sequence[str]) -> str:
        """Short formulas one behind the other."""
        return ", ".join(map(self.formula, items))


def columns(text: str) -> int:
    """How wide a formula is set: around signs there is less room than a letter takes."""
    room = text.count(" ")
    return len(text) - room + room * 3 // 8


def blanks(text: str) -> str:
    """White space, also between lines, as one blank each."""
    return _WHITE.sub(" ", text)


def written(document: Document, pen: Pen, picture: str = "", plate: str = "") -> str:
    """The whole derivation as a file; with a `picture`, and a `plate` on a page of its own."""
    blocks = [pen.paragraph(fact) for fact in document.facts]
    blocks += [picture] if picture else []
    for section in document.sections:
        blocks += section_blocks(section, pen)
    blocks += [pen.paragraph(line) for line in document.closing]
    blocks += [plate] if plate else []
    return pen.whole(document.title, blocks)


def section_blocks(section: Section, pen: Pen) -> Iterator[str]:
    """A heading with its lines, tables and notes."""
    number = f"{section.number}. " if section.number else ""
    yield pen.heading(Joined((number, heading_of(section, pen.style)), ""))
    rows: list[Row] = []
    reason: Said = ""
    cut = False
    for block in section.blocks:
        if isinstance(block, Line):
            found = line_rows(block, pen, repeated=block.reason == reason)
            cut = cut or any(pen.reader.dots in row.text for row in found)
            rows += found
            reason = block.reason
            continue
        if rows:
            yield pen.rows(rows)
            rows = []
        reason = ""
        yield from _block(block, pen)
    if rows:
        yield pen.rows(rows)
    if cut and section.dots_note:
        yield pen.paragraph(section.dots_note, quiet=True)


def _block(block: Block, pen: Pen) -> Iterator[str]:
    match block:
        case Table(heads, rows):
            yield pen.table(heads, [[pen.reader.say(cell) for cell in row] for row in rows])
        case Note(text):
            yield pen.paragraph(text, quiet=True)
        case Listing(items):
            equals = f" {pen.style.equals} "
            yield pen.listing([equals.join(map(pen.reader.say, item)) for item in items])


def line_rows(line: Line, pen: Pen, *, repeated: bool = False) -> list[Row]:
    """A line of a derivation: in one row where there is room, else a row for each part.

    Its reason is left out where it is `repeated`.
    """
    spelled = spelled_line(line, pen.reader)
    reason = "" if repeated else spelled.reason
    parts = spelled.parts
    if not parts:
        return [Row(spelled.name, reason=reason)]
    name = pen.width(line.name)
    joined = sum(pen.width(part.formula) + 3 for part in parts) + name
    each_has_its_own = any(part.reason for part in parts)
    together = joined <= pen.room and not each_has_its_own
    if together and not spelled.shapes and parts[0].kind != "rule":
        first, *others = parts
        text = first.text + "".join(f" {part.relation} {part.text}" for part in others)
        return [Row(spelled.name, first.relation, text, reason)]
    rows = []
    for part in parts:
        start, *rest = pen.parted(part.formula, pen.room - min(name, pen.room // 3))
        first_row = Row("", part.relation, start, pen.reader.say(part.reason))
        rows += [first_row, *(Row("", "", more) for more in rest)]
    rows[0] = rows[0]._replace(name=spelled.name, reason=rows[0].reason or reason)
    rows[1:1] = [Row(shape=shape) for shape in _shapes(line, pen)]
    return rows


def _shapes(line: Line, pen: Pen) -> list[str]:
    """The shapes of what goes in and comes out, in as many small rows as they need."""
    comma = pen.style.comma
    rows: list[str] = []
    taken = 0
    pairs = zip(shapes_of(line, pen.reader), shapes_of(line, pen.ruler), strict=True)
    for shape, ruler in pairs:
        wide = columns(ruler + pen.ruler.style.comma)
        if rows and taken + wide <= pen.room * SMALLER:
            rows[-1] += comma + shape
            taken += wide
        else:
            rows.append(shape)
            taken = columns(ruler)
    return [f"{row}{comma.rstrip()}" for row in rows[:-1]] + rows[-1:]
