"""A document as rows of styled text, laid out for a terminal of some width."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain import Line, Listing, Note, Table
from bp_tutor.explain.slopes import proven_by
from bp_tutor.formula.breaking import rows_of
from bp_tutor.frozen import Frozen
from bp_tutor.output.boxes import table_rows
from bp_tutor.output.diagram import picture_lines
from bp_tutor.output.spelled import heading_of, parted, spelled_line
from bp_tutor.output.wrapping import NARROWEST, wrapped
from bp_tutor.words import cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain import Block, Document, Presentation, Said, Section
    from bp_tutor.formula import Formula
    from bp_tutor.output.bands import Band
    from bp_tutor.output.spelled import SpelledLine, SpelledPart
    from bp_tutor.output.wrapping import Row, Span

INDENT = 2
HANG = 2
"""How much further the other rows of one of many sentences begin."""

_FIGURES = ("rule", "formula", "numbers", "result")
"""Looks of what may be shortened."""


class Layout(Frozen):
    """How much room there is, and who reads it."""

    width: int = 80
    presentation: Presentation | None = None
    """None for blocks that are nothing but texts."""

    def say(self, said: Said) -> str:
        """What is said, as text."""
        if isinstance(said, str):
            return said
        assert self.presentation is not None
        return self.presentation.say(said)


def document_rows(document: Document, presentation: Presentation, width: int) -> Iterator[Row]:
    """Every row of the whole derivation, top to bottom."""
    layout = Layout(width, presentation)
    yield from wrapped(layout.say(document.title), "title", 0, width)
    for fact in document.facts:
        yield from wrapped(layout.say(fact), "fact", INDENT, width)
    if document.picture is not None:
        yield ()
        lines = picture_lines(document.picture, presentation, width)
        yield from (((line, "picture"),) for line in lines)
    for section in document.sections:
        if section.heading:
            yield ()
        yield from section_rows(section, layout)
    if document.closing:
        yield ()
    for line in document.closing:
        yield from wrapped(layout.say(line), "sound" if document.sound else "broken", 0, width)


def section_rows(section: Section, layout: Layout) -> Iterator[Row]:
    """A heading with its lines, tables and notes."""
    assert layout.presentation is not None
    head = f"{section.number:>2}  " if section.number else ""
    text = layout.say(heading_of(section, layout.presentation.style))
    rows = wrapped(text, "heading", len(head), layout.width) if text else ()
    for position, row in enumerate(rows):
        yield ((head, "number"), *row[1:]) if position == 0 else row
    names = (layout.say(block.name) for block in section.blocks if isinstance(block, Line))
    width = max(map(cells, names), default=0)
    margin = len(head) or INDENT
    # Names of very different lengths are not lined up: the formulas would lose their room.
    width = min(width, layout.width // 5)
    dots = layout.presentation.dots
    reason: Said = ""
    cut = False
    for block in section.blocks:
        for row in block_rows(block, margin, width, layout, reason):
            cut = cut or any(dots in text for text, look in row if look in _FIGURES)
            yield row
        reason = block.reason if isinstance(block, Line) else ""
    if cut and section.dots_note:
        yield from wrapped(layout.say(section.dots_note), "note", margin, layout.width)
    if section.proofs:
        yield from wrapped(layout.say(proven_by(section.proofs)), "note", margin, layout.width)


def block_rows(
    block: Block, margin: int, width: int, layout: Layout, said: Said = ""
) -> Iterator[Row]:
    """One line, table or note; a reason that was just `said` is not said again."""
    match block:
        case Line():
            assert layout.presentation is not None
            line = spelled_line(block, layout.presentation, in_pieces=True)
            reason = "" if block.reason == said else line.reason
            yield from _line_rows(line, margin, width, layout, reason)
        case Table():
            yield from table_rows(block, margin, layout.width, layout.say)
        case Note(text, one_of_many):
            indent = margin + HANG * one_of_many
            first, *others = wrapped(layout.say(text), "note", indent, layout.width)
            yield ((" " * margin, ""), *first[1:])
            yield from others
        case Listing(items):
            yield from _listing_rows(items, margin, layout)


def _listing_rows(
    items: tuple[tuple[Formula, Formula], ...], margin: int, layout: Layout
) -> Iterator[Row]:
    """As many items on a row as there is room for."""
    assert layout.presentation is not None
    row = ""
    for place, (name, value) in enumerate(items):
        text = f"{layout.say(name)} = {layout.say(value)}" + ("," if place < len(items) - 1 else "")
        if row and margin + cells(row) + 1 + cells(text) > layout.width:
            yield (" " * margin, ""), (row, "formula")
            row = ""
        row += f" {text}" if row else text
    pieces = [row]
    if margin + cells(row) > layout.width:
        # Only a single item can be wider than the page.
        name, value = items[-1]
        long = f"{layout.say(name)} = " + parted(value, layout.presentation)
        pieces = rows_of(long, layout.width - margin, cells)
    for piece in pieces:
        yield (" " * margin, ""), (piece, "formula")


def _line_rows(
    line: SpelledLine, margin: int, width: int, layout: Layout, reason: str
) -> Iterator[Row]:
    name = line.name + " " * max(0, width - cells(line.name))
    parts = list(line.parts)
    if not parts:
        yield ((" " * margin, ""), (line.name, "name"))
        return
    # A line that repeats its reason keeps the form of the line that says it.
    spare = layout.width - margin - cells(name) - 1 - (cells(line.reason) + 2 if line.reason else 0)
    joined = sum(cells(part.relation) + cells(part.text) + 2 for part in parts) - 1
    plain = not line.shapes and not any(part.pieces or part.reason for part in parts)
    if plain and joined <= spare and parts[0].kind != "rule":
        spans = [(" " * margin, ""), (name, "name")]
        for part in parts:
            spans += [(f" {part.relation} ", "sign"), (part.text, part.kind)]
        yield _with_reason(spans, reason, layout.width)
        return
    yield from _stacked(line, name, reason, margin, layout)


def _stacked(
    line: SpelledLine, name: str, reason: str, margin: int, layout: Layout
) -> Iterator[Row]:
    """A row or more for each part, the equals signs below each other."""
    left = margin + cells(name)
    # Where names leave too little room, the parts stand below the name instead.
    apart = layout.width - left - INDENT < 2 * NARROWEST
    if apart:
        yield ((" " * margin, ""), (name.rstrip(), "name"))
        left, name = margin + INDENT, ""
    tall = False
    for position, part in enumerate(line.parts):
        rows = list(_part_rows(part, left, layout))
        # Two matrices right below each other would be read as one.
        if tall and part.pieces and len(rows) > 1:
            yield ()
        tall = bool(part.pieces) and len(rows) > 1
        reason = layout.say(part.reason) or reason
        for row in rows:
            start = (" " * margin, ""), (name, "name"), (" " * (left - margin - cells(name)), "")
            spans = [*start, *row] if name else [(" " * left, ""), *row]
            fits = sum(cells(text) for text, _ in spans) + cells(reason) + 2 <= layout.width
            yield _with_reason(spans, reason if fits else "", layout.width)
            reason = "" if fits else reason
            name = ""
        if part.reason and reason:
            yield from _reason_below(reason, left, layout.width)
            reason = ""
        if position == 0 and line.shapes:
            yield from wrapped(", ".join(line.shapes), "note", left + 3, layout.width)
    if reason:
        yield from _reason_below(reason, margin, layout.width)


def _reason_below(reason: str, margin: int, width: int) -> Iterator[Row]:
    """A reason for which there was no room beside its formula."""
    if cells(reason) < width:
        yield _with_reason([], reason, width)
    else:
        yield from wrapped(reason, "reason", margin + INDENT, width)


def _part_rows(part: SpelledPart, left: int, layout: Layout) -> Iterator[list[Span]]:
    """The rows of one part, without what stands to the left of its sign."""
    head = f" {part.relation} "
    blank = " " * cells(head)
    room = max(layout.width - left - cells(head), NARROWEST)
    if part.pieces:
        from bp_tutor.output.bands import bands

        found = bands(part.pieces, room)
        for place, band in enumerate(found or ()):
            yield from _band_rows(band, head if place == 0 else blank, blank, part.kind)
        return
    pieces = [part.text]
    if cells(part.text) > room:
        assert layout.presentation is not None
        text = parted(part.formula, layout.presentation)
        # A row after which the formula goes on has a column of air behind it.
        pieces = rows_of(text, room, lambda row: cells(row) + (not text.endswith(row)))
    for position, piece in enumerate(pieces):
        yield [(blank if position else head, "sign"), (piece, part.kind)]


def _band_rows(band: Band, head: str, blank: str, look: str) -> Iterator[list[Span]]:
    for place, text in enumerate(band.lines):
        yield [(head if place == band.middle else blank, "sign"), (text, look)]


def _with_reason(spans: list[Span], reason: str, width: int) -> Row:
    if not reason:
        return tuple(spans)
    used = sum(cells(text) for text, _ in spans)
    gap = max(0, width - used - cells(reason))
    return (*spans, (" " * gap, ""), (reason, "reason"))
