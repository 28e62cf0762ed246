"""One step of a derivation on a terminal: the picture with its marks, the line, how far."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.explain.document import Line
from bp_tutor.explain.slopes import proven_by
from bp_tutor.frozen import Frozen
from bp_tutor.output.diagram import picture_lines
from bp_tutor.output.rows import Layout, block_rows
from bp_tutor.output.spelled import heading_of
from bp_tutor.output.wrapping import wrapped
from bp_tutor.words import cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain import Document, Presentation
    from bp_tutor.explain.steps import StepOf
    from bp_tutor.output.marks import Marks
    from bp_tutor.output.wrapping import Row, Span
    from bp_tutor.words import Words

HELP = ("forward", "back", "section", "ends", "jump", "more", "help", "quit")
MARGIN = 2


class Frame(Frozen):
    """The room there is, and how to mark in it."""

    width: int
    height: int
    colour: bool = False
    ascii_only: bool = False


class Standing(Frozen):
    """What is shown: a step of a document, with what it points at."""

    document: Document
    presentation: Presentation
    step: StepOf
    marks: Marks
    count: int
    width: int
    """Columns that the picture is made for."""
    typed: str = ""
    sheet: int = 0
    """Which part of a step that is higher than the window; behind the last comes the first."""


def standing_rows(standing: Standing, frame: Frame, words: Words) -> list[Row]:
    """The rows of one step, no more of them than there is room for, and none too wide."""
    foot = list(_foot_rows(standing, frame, words))
    room = max(frame.height - len(foot), 1)
    body = list(_body_rows(standing, frame, words))
    picture = _picture_rows(standing, frame)
    blank: list[Row] = [()] if picture else []
    too_wide = any(cells("".join(text for text, _ in row)) > frame.width for row in picture)
    if picture and (too_wide or len(picture) + 1 + len(body) > room):
        picture = list(wrapped(words.text("walk.no_picture"), "note", 0, frame.width))
        if len(picture) + 1 + len(body) > room:
            picture, blank = [], []
    rows = [*picture, *blank, *body]
    proofs = list(_proof_rows(standing, frame))
    if len(rows) + len(proofs) <= room:
        rows += proofs
    elif len(rows) > room:
        high = max(room - 1, 1)
        sheets = -(-len(rows) // high)
        sheet = standing.sheet % sheets
        said = words.text("walk.cut", sheet=sheet + 1, sheets=sheets)
        rows = [*rows[sheet * high : (sheet + 1) * high], ((said, "note"),)][:room]
    return [_cropped(row, frame.width) for row in [*rows, *foot]]


def help_rows(frame: Frame, words: Words) -> list[Row]:
    """What each key does."""
    rows: list[Row] = [((words.text("walk.help.heading"), "heading"),)]
    for name in HELP:
        rows += wrapped(words.text(f"walk.help.{name}"), "", MARGIN, frame.width)
    return [_cropped(row, frame.width) for row in rows[: frame.height]]


def _body_rows(standing: Standing, frame: Frame, words: Words) -> Iterator[Row]:
    step, layout = standing.step, Layout(frame.width, standing.presentation)
    section = next(part for part in standing.document.sections if part.number == step.section)
    head = f"{section.number:>2}  "
    heading = layout.say(heading_of(section, standing.presentation.style))
    for place, row in enumerate(wrapped(heading, "heading", len(head), frame.width)):
        yield ((head, "number"), *row[1:]) if place == 0 else row
    cut = False
    for row in block_rows(step.block, len(head), 0, layout):
        cut = cut or any(standing.presentation.dots in text for text, _ in row)
        yield row
    for remark in step.block.remarks if isinstance(step.block, Line) else ():
        yield from wrapped(layout.say(remark), "note", len(head), frame.width)
    if standing.marks.numbers:
        yield ()
        used = ", ".join(number for number in standing.marks.numbers)
        if standing.marks.left_out:
            used += words.text("walk.more", count=standing.marks.left_out)
        yield from wrapped(words.text("walk.uses", numbers=used), "used", len(head), frame.width)
    if cut and section.dots_note:
        yield from wrapped(layout.say(section.dots_note), "note", len(head), frame.width)


def _proof_rows(standing: Standing, frame: Frame) -> Iterator[Row]:
    """Where the slopes in the line come from: the first to go where there is little room."""
    block = standing.step.block
    said = proven_by(block.proofs) if isinstance(block, Line) else ""
    if said:
        text = Layout(frame.width, standing.presentation).say(said)
        yield from wrapped(text, "note", MARGIN, frame.width)


def _foot_rows(standing: Standing, frame: Frame, words: Words) -> Iterator[Row]:
    yield ()
    where = words.text("walk.where", step=standing.step.number, count=standing.count)
    said = words.text("walk.jump_to", typed=standing.typed) if standing.typed else ""
    keys = said or words.text("walk.keys")
    yield from wrapped(f"{where}   {keys}", "fact", 0, frame.width)


def _picture_rows(standing: Standing, frame: Frame) -> list[Row]:
    marks = standing.marks
    if standing.document.picture is None:
        return []
    picture = picture_lines(standing.document.picture, standing.presentation, standing.width)
    names = dict.fromkeys(marks.uses, "used") | dict.fromkeys(marks.gives, "current")
    found: list[tuple[str, str]] = []
    if names:
        longest_first = sorted(names, key=len, reverse=True)
        every = "|".join(map(re.escape, longest_first))
        found.append((rf"(?<![^\W_])(?:{every})(?![\w′'])", ""))
    for number, about in marks.wires:
        on_wire = rf"(?<=[─-] ){re.escape(number)}(?= [─-])"
        # A number that stands on several wires does not say which of them is meant.
        if len(re.findall(on_wire, "\n".join(picture))) == 1:
            found.append((on_wire, "current" if about else "used"))
    return [_marked(line, _places(line, found, names), frame) for line in picture]


def _places(
    line: str, found: list[tuple[str, str]], names: dict[str, str]
) -> list[tuple[int, int, str]]:
    """Where something is marked in a row, and how."""
    return sorted(
        (*match.span(), look or names[match[0]])
        for pattern, look in found
        for match in re.finditer(pattern, line)
    )


def _marked(line: str, places: list[tuple[int, int, str]], frame: Frame) -> Row:
    """A row of the picture with some places marked; nothing in it is moved by that."""
    if not frame.colour:
        for start, end, look in reversed(places):
            line = _signed(line, start, end, look, frame)
        return ((line, "picture"),)
    spans: list[Span] = []
    before = 0
    for start, end, look in places:
        spans += [(line[before:start], "picture"), (line[start:end], look)]
        before = end
    return (*spans, (line[before:], "picture"))


def _signed(line: str, start: int, end: int, look: str, frame: Frame) -> str:
    """Signs around a name, in the place of the blanks that stand there."""
    before, behind = ("[", "]") if look == "current" else ("<", ">")
    if not frame.ascii_only:
        before, behind = ("«", "»") if look == "current" else ("‹", "›")
    line = line if end < len(line) else line + " "
    if start == 0 or line[start - 1] != " " or line[end] != " ":
        # Amid a formula a sign would read as a part of it.
        return line.rstrip()
    return line[: start - 1] + before + line[start:end] + behind + line[end + 1 :]


def _cropped(row: Row, width: int) -> Row:
    """As much of a row as a terminal of this width shows on one row."""
    kept: list[Span] = []
    for text, look in row:
        room = width - sum(cells(part) for part, _ in kept)
        fits = next(end for end in range(len(text), -1, -1) if cells(text[:end]) <= room)
        kept.append((text[:fits], look))
    return tuple(kept)
