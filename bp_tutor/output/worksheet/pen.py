"""What a pen has to write besides for worksheets: blanks, feet of pages, tables of a class."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, TypeVar

from bp_tutor.frozen import Frozen
from bp_tutor.output.paper.pen import Pen, section_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bp_tutor.explain import Said, Section

NARROW, MIDDLING = 5, 12
"""Symbols of so many characters leave room for four blanks, and for three, in a row."""
T = TypeVar("T")


class Blank(Frozen):
    """A blank as it is written: its symbol, and on the key the answer."""

    name: str
    row: str
    lined: bool
    boxed: bool
    number: str = ""
    formula: str = ""


class Leaf(Frozen):
    """What one student gets, written: it begins on a page of its own."""

    blocks: tuple[str, ...]
    foot: str
    """At the foot of each page, where the format has pages: whose it is, and its numbers."""


class Row(Frozen):
    """A row of the table of a class: words, and numbers behind them, all of it text."""

    words: tuple[str, ...]
    numbers: tuple[str, ...]


class SheetPen(Pen):
    """Writes worksheets in one format."""

    look = "paper"
    """How its drawings look."""
    scrolls = False
    """Whether there is room for drawings of any width."""

    def section(self, section: Section) -> Iterable[str]:
        """A section of a derivation, or what is given."""
        return section_blocks(section, self)

    def fields(self, labels: Sequence[tuple[str, str]]) -> str:
        """Whose it is, two beside each other: what stands there already, or a line to write on."""
        raise NotImplementedError

    def part(self, heading: str, blanks: str) -> str:
        """A heading that stays with its blanks."""
        return f"{heading}\n\n{blanks}"

    def blanks(self, rows: Sequence[Sequence[Blank]], columns: int) -> str:
        """Boxes for numbers, each behind its symbol; filled where they are known."""
        raise NotImplementedError

    def lines(self, blanks: Sequence[Blank], heads: tuple[str, str]) -> str:
        """Symbol, a line for the formula, and a box for the number below each other."""
        raise NotImplementedError

    def ruled(self, label: str, count: int) -> str:
        """So many lines to work on, the first behind a label."""
        raise NotImplementedError

    def roster(self, words: Sequence[str], names: Sequence[str], rows: Sequence[Row]) -> str:
        """A table of students and their right numbers, under heads of words and of symbols."""
        raise NotImplementedError

    def answered(self, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
        """A table of answers: short texts, and behind them what is said of each."""
        raise NotImplementedError

    def numbered(self, listings: Sequence[tuple[str, Sequence[str]]]) -> str:
        """Lists of short texts that are not broken, each list behind its number."""
        return "\n\n".join(
            f"{self.words(number)} {self.words(', '.join(items))}" for number, items in listings
        )

    def turn(self) -> str:
        """The beginning of a new page."""
        raise NotImplementedError

    def pile(self, title: Said, leaves: Sequence[Leaf]) -> str:
        """A complete file; every leaf begins on a page of its own."""
        raise NotImplementedError


def in_turn(some: Sequence[T], count: int) -> list[tuple[T, ...]]:
    """So many at a time, and what is left at last."""
    return [tuple(some[start : start + count]) for start in range(0, len(some), count)]


def evenly(some: Sequence[T], most: int) -> list[tuple[T, ...]]:
    """In as few groups of at most so many as there can be, all about as large."""
    groups = -(-len(some) // most)
    return in_turn(some, -(-len(some) // groups)) if groups else []


def rows_of(blanks: Sequence[Blank], columns: int) -> list[tuple[Blank, ...]]:
    """In rows: those of one quantity in rows of one length, others beside them where all fit."""
    rows: list[tuple[Blank, ...]] = []
    for _, group in groupby(blanks, key=lambda blank: blank.row):
        alike = tuple(group)
        if rows and len(rows[-1]) + len(alike) <= columns:
            rows[-1] += alike
        else:
            rows += evenly(alike, columns)
    return rows


def columns_for(widest: int) -> int:
    """How many blanks have room beside each other, the widest symbol being so wide."""
    return 4 if widest <= NARROW else 3 if widest <= MIDDLING else 2
