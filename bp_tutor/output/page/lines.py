"""The derivation as HTML: sections with their lines, tables and notes."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from bp_tutor.explain.document import Line, Listing, Note, Table
from bp_tutor.frozen import Frozen
from bp_tutor.output.page.html import Html, joined, tag
from bp_tutor.output.page.prose import anchor_of, maths
from bp_tutor.output.spelled import spelled_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from bp_tutor.explain import Block, Document, Said, Section
    from bp_tutor.formula import Formula
    from bp_tutor.output.page.prose import Prose
    from bp_tutor.output.spelled import SpelledPart


FORMS = ("index", "matrix")
Attributes = dict[str, str | None]
NOWHERE: Mapping[int, Attributes] = MappingProxyType({})


class Numbering(Frozen):
    """In each of the two forms: the number of each block and section by its identity.

    What has none there is not part of that form.
    """

    index: dict[int, int]
    matrix: dict[int, int]
    places: Mapping[int, Attributes] = NOWHERE
    """The place of each block among all of each form, as attributes: where a new one goes."""

    def at(self, block: Block) -> Attributes:
        """Where a block stands, as attributes; none where that is not asked."""
        return self.places.get(id(block), {})

    def of(self, form: str) -> dict[int, int]:
        """The numbers in one form."""
        return self.index if form == "index" else self.matrix


def in_form(document: Document, form: str) -> Document:
    """The document as it is in one of the two forms."""
    sections = []
    for section in document.sections:
        blocks = tuple(block for block in section.blocks if form_of(block, section) in (form, ""))
        sections += [section._replace(blocks=blocks)] if blocks else []
    return document._replace(sections=tuple(sections))


def counted_in(document: Document, form: str) -> dict[int, int]:
    """The numbers of the sections that one form has, as they are where it stands alone."""
    counted = [
        section
        for section in document.sections
        if section.number and any(form_of(b, section) in (form, "") for b in section.blocks)
    ]
    return {id(section): place for place, section in enumerate(counted, 1)}


def places_in(document: Document) -> dict[int, Attributes]:
    """The place of each block among all of its form, by its identity, as attributes."""
    found: dict[int, Attributes] = {}
    for form in FORMS:
        blocks = (block for part in in_form(document, form).sections for block in part.blocks)
        for place, block in enumerate(blocks):
            found.setdefault(id(block), {})[f"data-{form}"] = str(place)
    return found


def form_of(block: Block, section: Section) -> str:
    """The form that a block belongs to; empty where it stands in both."""
    if section.phase in ("given", "after"):
        return ""
    return "matrix" if isinstance(block, Line) and block.index is None else "index"


def section_html(section: Section, prose: Prose, numbering: Numbering) -> Html:
    """A heading with its blocks."""
    return section_of(section, blocks_html(section, prose, numbering), prose, numbering)


def blocks_html(section: Section, prose: Prose, numbering: Numbering) -> list[Html]:
    """The blocks of a section."""
    return [block_html(block, section, prose, numbering) for block in section.blocks]


def section_of(
    section: Section, blocks: Sequence[Html], prose: Prose, numbering: Numbering
) -> Html:
    """A heading, and its blocks below it."""
    found = {form: numbering.of(form).get(id(section), section.number) for form in FORMS}
    head = tag("h2", {}, *_numbers(found), prose.heading(section))
    cut = any(prose.readers[0].dots in block for block in blocks) and section.dots_note
    note = [tag("p", {"class": "note"}, prose.write(section.dots_note))] if cut else []
    forms = {form_of(block, section) for block in section.blocks}
    only = forms.pop() if len(forms) == 1 else ""
    names = {
        "class": f"part {only}".strip(),
        "data-phase": section.phase,
        "data-run": str(section.update or 1),
    }
    return tag("section", names, head, *blocks, *note)


def _numbers(found: Mapping[str, int]) -> Iterator[Html]:
    """The number before a heading: one, or one for each form."""
    if len(set(found.values())) == 1:
        number = found["index"]
        yield tag("span", {"class": "number"}, f"{number} ") if number else Html("")
        return
    for form, number in found.items():
        yield tag("span", {"class": f"number {form}"}, f"{number} ") if number else Html("")


def block_html(block: Block, section: Section, prose: Prose, numbering: Numbering) -> Html:
    """One line, table, note or listing."""
    match block:
        case Line():
            return _line(block, section, prose, numbering)
        case Table():
            return _table(block, section, prose, numbering)
        case Note(text):
            names: Attributes = {"class": f"note {form_of(block, section)}".strip()}
            return tag("p", names | numbering.at(block), prose.write(text))
        case Listing(items):
            names = {"class": "listing"}
            return tag("p", names | numbering.at(block), *_equations(items, prose))


def _equations(items: Sequence[tuple[Formula, Formula]], prose: Prose) -> Iterator[Html]:
    for name, value in items:
        spelled = f"{prose.spelled(name)} {prose.readers[0].style.equals} {prose.spelled(value)}"
        yield joined((maths(spelled), " "))


def _anchor(number: int | None, form: str) -> tuple[str | None, Html]:
    """The place in the address, and the link to it; nothing for what is no step."""
    if number is None:
        return None, Html("")
    place = f"step={number}" if form == "index" else f"matrix={number}"
    return place, tag("a", {"class": "go", "href": f"#{place}"}, str(number))


def _line(line: Line, section: Section, prose: Prose, numbering: Numbering) -> Html:
    form = form_of(line, section)
    number = numbering.of(form).get(id(line))
    place, link = _anchor(number, form)
    why = _why(line.reason, prose, line.proofs)
    reader = prose.readers[0]
    spelled = spelled_line(line, reader)
    last = len(spelled.parts) - 1
    parts = [
        _part(part, _why(part.reason, prose) or (why if place == last else ""))
        for place, part in enumerate(spelled.parts)
    ]
    if spelled.shapes:
        shapes = reader.style.comma.join(spelled.shapes)
        parts.insert(1, tag("div", {"class": "shape"}, maths(shapes)))
    # In the derivation they stand at the first line that has them; beside the step they are
    # brought out.
    parts += [
        tag("p", {"class": "remark", "hidden": True}, prose.write(remark))
        for remark in line.remarks
    ]
    step = None if number is None else str(number)
    return tag(
        "div",
        {"class": f"line {form or 'both'}", "id": place, "data-step": step} | numbering.at(line),
        link,
        tag("div", {"class": "name"}, maths(spelled.name)),
        tag("div", {"class": "parts"}, *parts),
    )


def _why(reason: Said, prose: Prose, proofs: tuple[str, ...] = ()) -> Html:
    """A reason, behind what it is the reason of; it leads to the first proof it rests on."""
    if not reason:
        return Html("")
    said = prose.write(reason)
    if proofs:
        said = tag("a", {"href": f"#{anchor_of(proofs[0])}"}, said)
    return tag("span", {"class": "why"}, said)


def _part(part: SpelledPart, why: str) -> Html:
    """`= formula`, the reason behind the last."""
    sign = tag("math", {"class": "sign"}, Html(part.relation))
    return tag("div", {"class": part.kind}, sign, maths(part.text), why)


def _table(table: Table, section: Section, prose: Prose, numbering: Numbering) -> Html:
    place, link = _anchor(numbering.index.get(id(table)), "index")
    heads = joined(tag("th", {"scope": "col"}, prose.write(head)) for head in table.heads)
    rows = [
        joined(
            tag(
                "th" if not column else "td",
                {"scope": "row"} if not column else {},
                _cell(cell, prose),
            )
            for column, cell in enumerate(row)
        )
        for row in table.rows
    ]
    body = joined(tag("tr", {}, row) for row in rows)
    inside = tag("table", {}, tag("thead", {}, tag("tr", {}, heads)), tag("tbody", {}, body))
    names = {
        "class": f"line table {form_of(table, section) or 'both'}",
        "id": place,
        "data-step": place and place.partition("=")[2],
        "data-runs": "before after" if section.phase == "after" else None,
    }
    names |= numbering.at(table)
    return tag("div", names, link, tag("div", {"class": "wide", "tabindex": "0"}, inside))


def _cell(cell: Said, prose: Prose) -> Html:
    return maths(prose.spelled(cell)) if cell else Html("")
