"""One step of a derivation on a terminal: the picture with its marks, the line, how far."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen
from bp_tutor.render.rows import Layout, block_rows
from bp_tutor.render.wrapping import cells, wrapped

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain import Document
    from bp_tutor.explain.marks import Marks
    from bp_tutor.explain.steps import StepOf
    from bp_tutor.render.rows import Row, Span
    from bp_tutor.words import Words

HELP = ("forward", "back", "phase", "ends", "jump", "help", "quit")
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
    step: StepOf
    marks: Marks
    count: int
    typed: str = ""


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
    if len(rows) > room:
        rows = [*rows[: room - 1], ((words.text("walk.cut"), "note"),)]
    return [_cropped(row, frame.width) for row in [*rows, *foot]]


def help_rows(frame: Frame, words: Words) -> list[Row]:
    """What each key does."""
    rows: list[Row] = [((words.text("walk.help.heading"), "heading"),)]
    for name in HELP:
        rows += wrapped(words.text(f"walk.help.{name}"), "", MARGIN, frame.width)
    return [_cropped(row, frame.width) for row in rows[: frame.height]]


def _body_rows(standing: Standing, frame: Frame, words: Words) -> Iterator[Row]:
    step, layout = standing.step, Layout(frame.width)
    section = next(part for part in standing.document.sections if part.number == step.section)
    head = f"{section.number:>2}  "
    for place, row in enumerate(wrapped(section.heading, "heading", len(head), frame.width)):
        yield ((head, "number"), *row[1:]) if place == 0 else row
    cut = False
    for row in block_rows(step.block, len(head), 0, layout):
        cut = cut or any(section.dots in text for text, _ in row)
        yield row
    if standing.marks.numbers:
        yield ()
        used = ", ".join(number.replace(" ", "\u00a0") for number in standing.marks.numbers)
        if standing.marks.left_out:
            used += words.text("walk.more", count=standing.marks.left_out)
        yield from wrapped(words.text("walk.uses", numbers=used), "used", len(head), frame.width)
    if cut and section.dots_note:
        yield from wrapped(section.dots_note, "note", len(head), frame.width)


def _foot_rows(standing: Standing, frame: Frame, words: Words) -> Iterator[Row]:
    yield ()
    where = words.text("walk.where", step=standing.step.number, count=standing.count)
    said = words.text("walk.jump_to", typed=standing.typed) if standing.typed else ""
    keys = said or words.text("walk.keys")
    yield from wrapped(f"{where}   {keys}", "fact", 0, frame.width)


def _picture_rows(standing: Standing, frame: Frame) -> list[Row]:
    names = dict.fromkeys(standing.marks.uses, "used")
    names.update(dict.fromkeys(standing.marks.gives, "current"))
    return [_marked(line, names, frame) for line in standing.document.picture]


def _marked(line: str, names: dict[str, str], frame: Frame) -> Row:
    """A row of the picture with its names marked; nothing in it is moved by that."""
    if not names:
        return ((line, "picture"),)
    longest_first = sorted(names, key=len, reverse=True)
    pattern = re.compile(
        r"(?<![^\W_])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w′'])"
    )
    if not frame.colour:
        for found in reversed(list(pattern.finditer(line))):
            line = _signed(line, found.start(), found.end(), names[found[0]], frame)
        return ((line, "picture"),)
    spans: list[Span] = []
    place = 0
    for found in pattern.finditer(line):
        spans += [(line[place : found.start()], "picture"), (found[0], names[found[0]])]
        place = found.end()
    return (*spans, (line[place:], "picture"))


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
