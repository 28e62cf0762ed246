"""A document as rows of styled text, laid out for a terminal of some width."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.explain import Line, Matrix, Note, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain import Block, Document, Part, Section

INDENT = 2
NARROWEST = 40

Span = tuple[str, str]
"""A text with the name of its look: see `LOOKS` in `terminal.py`."""
Row = tuple[Span, ...]

_LOOK = {"rule": "rule", "formula": "formula", "numbers": "numbers", "result": "result"}


class Layout(NamedTuple):
    """How much room there is."""

    width: int = 80


def cells(text: str) -> int:
    """How many columns a text takes: two for each wide character, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def document_rows(document: Document, layout: Layout) -> Iterator[Row]:
    """Every row of the whole derivation, top to bottom."""
    yield _spread(document.title, "title", "", "", layout.width)
    for fact in document.facts:
        yield from wrapped(fact, "fact", INDENT, layout.width)
    if document.picture:
        yield ()
        yield from (((line, "picture"),) for line in document.picture)
    for section in document.sections:
        yield ()
        yield from section_rows(section, layout)
    if document.closing:
        yield ()
    for line in document.closing:
        yield from wrapped(line, "sound" if document.sound else "broken", 0, layout.width)


def section_rows(section: Section, layout: Layout) -> Iterator[Row]:
    """A heading with its lines, tables and notes."""
    head = f"{section.number:>2}  " if section.number else ""
    yield ((head, "number"), (section.heading, "heading"))
    width = max((cells(b.name) for b in section.blocks if isinstance(b, Line)), default=0)
    margin = len(head) or INDENT
    # Names of very different lengths are not lined up: the formulas would lose their room.
    width = min(width, layout.width // 5)
    reason = ""
    for block in section.blocks:
        yield from block_rows(block, margin, width, layout, reason)
        reason = block.reason if isinstance(block, Line) else ""


def block_rows(
    block: Block, margin: int, width: int, layout: Layout, said: str = ""
) -> Iterator[Row]:
    """One line, matrix, table or note; a reason that was just `said` is not said again."""
    match block:
        case Line():
            yield from _line_rows(block, margin, width, layout, said)
        case Matrix():
            yield from _matrix_rows(block, margin, layout)
        case Table():
            yield from _table_rows(block, margin, layout)
        case Note(text):
            yield from wrapped(text, "note", margin, layout.width)


def _line_rows(line: Line, margin: int, width: int, layout: Layout, said: str) -> Iterator[Row]:
    name = line.name + " " * max(0, width - cells(line.name))
    reason = "" if line.reason == said else line.reason
    room = layout.width - margin - cells(name) - 1
    parts = list(line.parts)
    if not parts:
        yield ((" " * margin, ""), (line.name, "name"))
        return
    if line.shape:
        reason = ""
    spare = room - (cells(reason) + 2 if line.reason else 0)
    joined = sum(cells(part.relation) + cells(part.text) + 2 for part in parts) - 1
    if joined <= spare and parts[0].kind != "rule":
        spans = [(" " * margin, ""), (name, "name")]
        for part in parts:
            spans += [(f" {part.relation} ", "sign"), (part.text, _LOOK[part.kind])]
        yield _with_reason(spans, reason, layout.width)
    else:
        yield from _stacked(parts, name, reason, margin, layout)
    if line.shape:
        yield from wrapped(line.shape, "note", margin + cells(name) + 3, layout.width)


def _stacked(
    parts: list[Part], name: str, reason: str, margin: int, layout: Layout
) -> Iterator[Row]:
    left = margin + cells(name)
    first = True
    for part in parts:
        start = left + cells(part.relation) + 2
        pieces = break_formula(part.text, max(layout.width - start, NARROWEST // 2))
        for position, piece in enumerate(pieces):
            spans: list[Span] = [(" " * margin, "")]
            spans.append((name, "name") if first else (" " * cells(name), ""))
            sign = f" {part.relation} " if position == 0 else " " * (cells(part.relation) + 2)
            spans += [(sign, "sign"), (piece, _LOOK[part.kind])]
            used = sum(cells(text) for text, _ in spans)
            fits = used + cells(reason) + 2 <= layout.width
            yield _with_reason(spans, reason if fits else "", layout.width)
            reason = "" if fits else reason
            first = False
    if reason:
        yield _with_reason([], reason, layout.width)


def break_formula(text: str, room: int) -> list[str]:
    """A formula in pieces of at most `room` columns, broken where its sums are, else anywhere."""
    pieces: list[str] = []
    rest = text
    while cells(rest) > room:
        place = _break_place(rest, room)
        pieces.append(rest[:place].rstrip())
        rest = rest[place:].lstrip()
    return [*pieces, rest]


def _break_place(text: str, room: int) -> int:
    """Where to break: before a sign of the outermost sum, of an inner one, behind a product."""
    best: dict[int, int] = {}
    depth = used = 0
    last = 1
    for place, sign in enumerate(text):
        used += cells(sign)
        if used > room:
            break
        last = place + 1
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == " " and place > 1 and text[place + 1 : place + 2] in ("+", "−", "-", "⊙", "@"):
            best[10 * depth] = place
        elif sign in "·*" and place > 1 and "**" not in text[place - 1 : place + 2]:
            best[10 * depth + 5] = place + 1
        elif sign == " " and place > 1:
            best[10 * depth + 7] = place
    # A break very far to the left wastes the line: take a deeper one then.
    good = [level for level in sorted(best) if best[level] > room // 3]
    return best[good[0]] if good else max(best.values(), default=last)


def _with_reason(spans: list[Span], reason: str, width: int) -> Row:
    if not reason:
        return tuple(spans)
    used = sum(cells(text) for text, _ in spans)
    gap = max(2, width - used - cells(reason))
    return (*spans, (" " * gap, ""), (reason, "reason"))


def _spread(left: str, left_look: str, right: str, right_look: str, width: int) -> Row:
    if not right:
        return ((left, left_look),)
    gap = max(2, width - cells(left) - cells(right))
    return ((left, left_look), (" " * gap, ""), (right, right_look))


def _matrix_rows(matrix: Matrix, margin: int, layout: Layout) -> Iterator[Row]:
    widths = [max(cells(row[c]) for row in matrix.rows) for c in range(len(matrix.rows[0]))]
    head = f"{matrix.name} = " if matrix.name else ""
    middle = len(matrix.rows) // 2
    for position, row in enumerate(matrix.rows):
        start = head if position == middle else " " * cells(head)
        inside = "  ".join(" " * (w - cells(t)) + t for t, w in zip(row, widths, strict=True))
        yield ((" " * margin, ""), (start, "name"), (f"[ {inside} ]", "numbers"))


def _table_rows(table: Table, margin: int, layout: Layout) -> Iterator[Row]:
    columns = len(table.heads)
    rows = (table.heads, *table.rows)
    widths = [max(cells(row[column]) for row in rows) for column in range(columns)]
    gap = 3 if margin + sum(widths) + 3 * (columns - 1) <= layout.width else 1
    for position, row in enumerate(rows):
        spans: list[Span] = [(" " * margin, "")]
        for column, (text, room) in enumerate(zip(row, widths, strict=True)):
            pad = " " * (room - cells(text))
            look = "head" if position == 0 else "name" if column == 0 else "cell"
            gap_before = "" if column == 0 else " " * gap
            if column == 0 or not table.numbers:
                spans += [(gap_before, ""), (text, look), (pad, "")]
            else:
                spans += [(" " * gap + pad, ""), (text, look)]
        yield tuple(spans)


def wrapped(text: str, look: str, margin: int, width: int) -> Iterator[Row]:
    """A sentence over as many rows as it needs; Chinese may break between any two signs."""
    room = max(width - margin, NARROWEST // 2)
    row, used = "", 0
    for word in _words(text):
        length = cells(word)
        if used and used + len(row[len(row.rstrip()) :]) * 0 + length > room:
            yield ((" " * margin, ""), (row.rstrip(), look))
            row, used = "", 0
            word = word.lstrip()
            length = cells(word)
        row += word
        used += length
    yield ((" " * margin, ""), (row.rstrip(), look))


def _words(text: str) -> list[str]:
    """Pieces that may stand at the end of a row: words with the space behind, wide signs alone."""
    pieces: list[str] = []
    for sign in text:
        wide = unicodedata.east_asian_width(sign) in "WF"
        closing = sign in "，。；：、）》”"
        if pieces and not wide and not pieces[-1].endswith(" ") and cells(pieces[-1][-1]) == 1:
            pieces[-1] += sign
        elif pieces and (closing or sign == " "):
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces
