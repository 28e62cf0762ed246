"""Presentations for tests, and documents as one reader sees them: every formula and word a text."""

from __future__ import annotations

from itertools import pairwise
from typing import NamedTuple

from bp_tutor import explain
from bp_tutor.explain import Presentation, Settings, style_named
from bp_tutor.explain.steps import StepOf, steps_of
from bp_tutor.formula import Formula, Quantity, Style
from bp_tutor.notations import Symbols
from bp_tutor.output.diagram import picture_lines
from bp_tutor.output.spelled import MatrixRows, heading_of, spelled_line
from bp_tutor.problem import Rounding
from bp_tutor.words import Words, load_words

Index = tuple[int, ...]


def presentation_of(
    symbols: Symbols,
    words: Words | str = "en",
    style: Style | str = "unicode",
    digits: int = 4,
    rounding: Rounding | None = None,
    columns: bool = False,
    *,
    whole: bool = False,
) -> Presentation:
    settings = Settings(symbols, digits, rounding, columns, whole)
    return Presentation(
        symbols,
        load_words(words) if isinstance(words, str) else words,
        style_named(style) if isinstance(style, str) else style,
        settings,
    )


class Part(NamedTuple):
    kind: str
    relation: str
    text: str
    formula: Formula
    pieces: tuple[str | MatrixRows, ...] = ()


class Line(NamedTuple):
    quantity: Quantity
    name: str
    parts: tuple[Part, ...]
    reason: str
    shape: str
    remark: str
    caution: str


class Table(NamedTuple):
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    entries: tuple[tuple[Quantity, Index], ...]


class Note(NamedTuple):
    text: str


class Listing(NamedTuple):
    items: tuple[str, ...]


Block = Line | Table | Note | Listing


class Section(NamedTuple):
    heading: str
    phase: str
    blocks: tuple[Block, ...]
    number: int
    update: int
    dots_note: str


class Document(NamedTuple):
    title: str
    facts: tuple[str, ...]
    picture: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...]
    sound: bool
    tree: explain.Document

    @property
    def lines(self) -> list[Line]:
        return [each for part in self.sections for each in part.blocks if isinstance(each, Line)]

    @property
    def steps(self) -> tuple[StepOf, ...]:
        return steps_of(self.tree)


def presented(document: explain.Document, reader: Presentation, width: int = 80) -> Document:
    picture = document.picture
    return Document(
        reader.say(document.title),
        tuple(map(reader.say, document.facts)),
        picture_lines(picture, reader, width) if picture is not None else (),
        tuple(presented_section(section, reader) for section in document.sections),
        tuple(map(reader.say, document.closing)),
        document.sound,
        document,
    )


def presented_section(section: explain.Section, reader: Presentation) -> Section:
    return Section(
        reader.say(heading_of(section, reader.style)),
        section.phase,
        tuple(presented_block(block, reader) for block in section.blocks),
        section.number,
        section.update,
        reader.say(section.dots_note),
    )


def presented_block(block: explain.Block, reader: Presentation) -> Block:
    match block:
        case explain.Line():
            return presented_line(block, reader)
        case explain.Table(heads, rows, entries=entries):
            cells = tuple(tuple(map(reader.say, row)) for row in rows)
            return Table(tuple(map(reader.say, heads)), cells, entries)
        case explain.Note(text):
            return Note(reader.say(text))
        case explain.Listing(items):
            equals = f" {reader.style.equals} "
            return Listing(tuple(equals.join(map(reader.say, item)) for item in items))


def presented_line(line: explain.Line, reader: Presentation) -> Line:
    in_pieces = not reader.style.typeset
    parts = []
    for part in line.parts:
        alone = spelled_line(line._replace(parts=(part,)), reader, in_pieces=in_pieces)
        (told,) = alone.parts
        parts.append(Part(told.kind, told.relation, told.text, part.formula, told.pieces))
    repeated = [(a.text, a.pieces) == (b.text, b.pieces) for a, b in pairwise(parts)]
    kept = (part for part, again in zip(parts, [*repeated, False], strict=False) if not again)
    return Line(
        line.quantity,
        reader.say(line.name),
        tuple(kept),
        reader.say(line.reason),
        reader.style.comma.join(spelled_line(line, reader).shapes),
        reader.say(line.remark),
        reader.say(line.caution),
    )
