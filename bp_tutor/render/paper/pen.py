"""A pen writes documents in one markup; what all pens have in common stands here."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.explain import Line, Listing, Matrix, Note, Table, apart
from bp_tutor.frozen import Frozen
from bp_tutor.render.paper.breaking import broken, width

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.explain import Block, Document, Part, Section
    from bp_tutor.formula import Style
    from bp_tutor.render.paper.picture import Picture


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
    """Whether it can hold drawings in SVG."""

    def words(self, text: str) -> str:
        """Words as they are: nothing in them is markup."""
        raise NotImplementedError

    def formula(self, text: str) -> str:
        """A formula within a sentence."""
        raise NotImplementedError

    def heading(self, text: str, level: int = 2) -> str:
        """A heading; level 1 is the title."""
        raise NotImplementedError

    def paragraph(self, text: str, *, quiet: bool = False) -> str:
        """A sentence by itself, given as it stands in a document."""
        raise NotImplementedError

    def rows(self, rows: Sequence[Row]) -> str:
        """Lines of a derivation, the signs of equality below each other."""
        raise NotImplementedError

    def table(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        """Formulas under heads of words."""
        raise NotImplementedError

    def picture(self, lines: Sequence[str]) -> str:
        """A picture made of signs, as it is."""
        raise NotImplementedError

    def drawing(self, picture: Picture) -> str:
        """A drawing; empty where the format cannot hold one."""
        return ""

    def sketch(self, picture: Picture, lines: Sequence[str]) -> str:
        """A picture drawn in the format's own commands; here, the one made of signs."""
        return self.picture(lines)

    def turned(self, picture: Picture) -> str:
        """Such a picture on a page of its own; empty where the format has no commands."""
        return ""

    def plate(self, svg: str) -> str:
        """A drawing in SVG on a page of its own; empty where the format cannot hold one."""
        return ""

    def whole(self, title: str, language: str, blocks: Sequence[str]) -> str:
        """A complete file."""
        raise NotImplementedError

    def sentence(self, text: str) -> str:
        """A sentence of a document: words, with formulas among them."""
        return "".join(
            self.formula(piece) if is_formula else self.words(piece)
            for piece, is_formula in apart(text)
        )

    def listing(self, items: Sequence[str]) -> str:
        """Short formulas one behind the other."""
        return ", ".join(map(self.formula, items))


def blanks(text: str) -> str:
    """White space, also between lines, as one blank each."""
    return _WHITE.sub(" ", text)


def written(document: Document, pen: Pen, language: str, drawing: str = "", plate: str = "") -> str:
    """The whole derivation as a file; with a `drawing` instead of the picture made of signs.

    A `plate`, a drawing on a page of its own, comes last.
    """
    blocks = [pen.paragraph(fact) for fact in document.facts]
    if drawing or document.picture:
        blocks.append(drawing or pen.picture(document.picture))
    for section in document.sections:
        blocks += section_blocks(section, pen)
    blocks += [pen.paragraph(line) for line in document.closing]
    blocks += [plate] if plate else []
    return pen.whole(document.title, language, blocks)


def section_blocks(section: Section, pen: Pen) -> Iterator[str]:
    """A heading with its lines, tables and notes."""
    number = f"{section.number}. " if section.number else ""
    yield pen.heading(number + section.heading)
    rows: list[Row] = []
    reason, cut = "", False
    for block in section.blocks:
        if isinstance(block, Line):
            found = line_rows(block, pen, "" if block.reason == reason else block.reason)
            cut = cut or any(section.dots in row.text for row in found)
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
            yield pen.table(heads, rows)
        case Note(text):
            yield pen.paragraph(text, quiet=True)
        case Listing(items):
            yield pen.listing(items)


def line_rows(line: Line, pen: Pen, reason: str) -> list[Row]:
    """A line of a derivation: in one row where there is room, else a row for each part."""
    parts = [(part.relation, text_of(part, pen.style)) for part in line.parts]
    if not parts:
        return [Row(line.name, reason=reason)]
    name = pen.style.name
    joined = sum(width(text, name) + 3 for _, text in parts) + width(line.name, name)
    if joined <= pen.room and not line.shape and line.parts[0].kind != "rule":
        (relation, text), *others = parts
        text += "".join(f" {sign} {other}" for sign, other in others)
        return [Row(line.name, relation, text, reason)]
    rows = []
    for relation, text in parts:
        room = pen.room - min(width(line.name, name), pen.room // 3)
        first, *rest = broken(text, pen.style, room)
        rows += [Row("", relation, first), *(Row("", "", more) for more in rest)]
    rows[0] = rows[0]._replace(name=line.name, reason=reason)
    rows[1:1] = [Row(shape=shape) for shape in _shapes(line.shape, pen)]
    return rows


def _shapes(shape: str, pen: Pen) -> list[str]:
    """The shapes of what goes in and comes out, in as many small rows as they need."""
    style = pen.style
    rows: list[str] = []
    for piece in shape.split(style.comma) if shape else ():
        longer = style.comma.join((*rows[-1:], piece))
        # A comma may stand within a name as well.
        inside = rows and any(rows[-1].count(a) != rows[-1].count(b) for a, b in ("()", "[]", "{}"))
        if rows and (inside or width(longer, style.name) <= pen.room * SMALLER):
            rows[-1] = longer
        else:
            rows.append(piece)
    return [f"{row}{style.comma.rstrip()}" for row in rows[:-1]] + rows[-1:]


def text_of(part: Part, style: Style) -> str:
    """A part as one formula, its matrices written out."""
    if not part.pieces:
        return part.text
    return "".join(
        style.matrix(piece.rows) if isinstance(piece, Matrix) else piece for piece in part.pieces
    )
