"""The derivation as HTML: sections with their lines, tables and notes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import Line, Listing, Note, Table
from bp_tutor.frozen import Frozen
from bp_tutor.render.page.html import Html, joined, tag
from bp_tutor.render.page.prose import maths

if TYPE_CHECKING:
    from bp_tutor.explain.document import Block, Matrix, Part, Section
    from bp_tutor.render.page.prose import Prose


class Numbering(Frozen):
    """The places of the lines in the two forms: the number of each block by its identity."""

    index: dict[int, int]
    matrix: dict[int, int]


def section_html(section: Section, prose: Prose, numbering: Numbering) -> Html:
    """A heading with its blocks."""
    number = tag("span", {"class": "number"}, f"{section.number} ") if section.number else ""
    head = tag("h2", {}, number, prose.write(section.heading))
    blocks = [block_html(block, section, prose, numbering) for block in section.blocks]
    cut = any(section.dots in block for block in blocks) and section.dots_note
    note = [tag("p", {"class": "note"}, prose.write(section.dots_note))] if cut else []
    names = {"class": "part", "data-phase": section.phase, "data-run": str(section.update or 1)}
    return tag("section", names, head, *blocks, *note)


def block_html(block: Block, section: Section, prose: Prose, numbering: Numbering) -> Html:
    """One line, table, note or listing."""
    match block:
        case Line():
            return _line(block, section, prose, numbering)
        case Table():
            return _table(block, section, prose, numbering)
        case Note(text):
            return tag("p", {"class": "note"}, prose.write(text))
        case Listing(items):
            return tag("p", {"class": "listing"}, *(joined((maths(i), " ")) for i in items))


def _anchor(number: int | None, form: str) -> tuple[str | None, Html]:
    """The place in the address, and the link to it; nothing for what is no step."""
    if number is None:
        return None, Html("")
    place = f"step={number}" if form == "index" else f"matrix={number}"
    return place, tag("a", {"class": "go", "href": f"#{place}"}, str(number))


def _line(line: Line, section: Section, prose: Prose, numbering: Numbering) -> Html:
    in_matrix = line.index is None and section.phase != "given"
    form = "matrix" if in_matrix else "index"
    number = (numbering.matrix if in_matrix else numbering.index).get(id(line))
    place, link = _anchor(number, form)
    kind = form if section.phase != "given" else "both"
    why = tag("span", {"class": "why"}, prose.write(line.reason)) if line.reason else Html("")
    last = len(line.parts) - 1
    parts = [_part(part, why if place == last else "") for place, part in enumerate(line.parts)]
    if line.shape:
        parts.insert(1, tag("div", {"class": "shape"}, maths(line.shape)))
    # In the derivation they stand at the first line that has them; beside the step they are
    # brought out.
    parts += [
        tag("p", {"class": "remark", "hidden": True}, prose.write(remark))
        for remark in line.remarks
    ]
    step = None if number is None else str(number)
    return tag(
        "div",
        {"class": f"line {kind}", "id": place, "data-step": step},
        link,
        tag("div", {"class": "name"}, maths(line.name)),
        tag("div", {"class": "parts"}, *parts),
    )


def _part(part: Part, why: str) -> Html:
    """`= formula`, the reason behind the last; matrices and their signs stand in one formula."""
    inside = part.text
    if part.pieces:
        pieces = (piece if isinstance(piece, str) else _matrix(piece) for piece in part.pieces)
        inside = "".join(pieces)
    sign = tag("math", {"class": "sign"}, Html(part.relation))
    return tag("div", {"class": part.kind}, sign, maths(inside), why)


def _matrix(matrix: Matrix) -> str:
    rows = (
        "<mtr>" + "".join(f"<mtd>{cell}</mtd>" for cell in row) + "</mtr>" for row in matrix.rows
    )
    return f"<mtable>{''.join(rows)}</mtable>"


def _table(table: Table, section: Section, prose: Prose, numbering: Numbering) -> Html:
    place, link = _anchor(numbering.index.get(id(table)), "index")
    heads = joined(tag("th", {"scope": "col"}, prose.write(head)) for head in table.heads)
    rows = [
        joined(
            tag("th" if not column else "td", {"scope": "row"} if not column else {}, _cell(cell))
            for column, cell in enumerate(row)
        )
        for row in table.rows
    ]
    body = joined(tag("tr", {}, row) for row in rows)
    inside = tag("table", {}, tag("thead", {}, tag("tr", {}, heads)), tag("tbody", {}, body))
    names = {
        "class": "line table index",
        "id": place,
        "data-step": place and place.partition("=")[2],
        "data-runs": "before after" if section.phase == "after" else None,
    }
    return tag("div", names, link, tag("div", {"class": "wide", "tabindex": "0"}, inside))


def _cell(cell: str) -> Html:
    return maths(cell) if cell else Html("")
