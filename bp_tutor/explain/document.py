"""What a teacher would write, as data: sections of lines and tables, before any output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.style import MATHS
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.formula import Formula, Quantity


class Matrix(Frozen):
    """A matrix in figures; a large one is cut in the middle, unless it is `whole`."""

    rows: tuple[tuple[str, ...], ...]
    whole: bool = False
    dots: str = "…"
    columns_note: str = ""
    """What stands above some of the columns, with {first} and {last}."""


class Part(Frozen):
    """One way in which a line says its value: `= text`.

    `kind` is `rule` (the chain rule), `formula`, `numbers` (put in) or `result`.
    """

    kind: str
    relation: str
    text: str
    formula: Formula | None = None
    pieces: tuple[str | Matrix, ...] = ()
    """In matrix form: matrices with the signs between them, instead of a text."""


class Line(Frozen):
    """One derived value: its symbol, up to four parts, and the reason in a few words."""

    quantity: Quantity
    index: tuple[int, ...] | None
    """None for a line in matrix form."""
    name: str
    parts: tuple[Part, ...]
    reason: str = ""
    shape: str = ""
    """The shapes of what goes in and of what comes out, in matrix form."""
    remark: str = ""
    """What a name in it means, said where the line stands alone, without the notes above it."""
    caution: str = ""
    """What is said below it where its arithmetic, as it stands there, is not simply the result."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """Everything that is said of the line where it stands alone."""
        return tuple(text for text in (self.remark, self.caution) if text)


class Table(Frozen):
    """Rows of short texts under column heads."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: bool = True
    """Whether the columns behind the first hold numbers, which stand at the right."""
    counted: bool = False
    """Whether the first column holds numbers as well."""
    entries: tuple[tuple[Quantity, tuple[int, ...]], ...] = ()
    """What each row works out, in a table of updates."""


class Note(Frozen):
    """A sentence between lines: what was left out, what a convention means here."""

    text: str
    one_of_many: bool = False
    """Whether it stands in a list of such sentences, so that its beginning has to be seen."""


class Listing(Frozen):
    """Short formulas one behind the other, `W₁₁₁ = 0.5, W₁₁₂ = 0.2`; none is broken."""

    items: tuple[str, ...]


Block = Line | Table | Note | Listing


def apart(sentence: str) -> list[tuple[str, bool]]:
    """A sentence in pieces: each with whether it is a formula in the page's style, or words."""
    before, behind = MATHS
    pieces = []
    for chunk in sentence.split(before):
        formula, found, rest = chunk.rpartition(behind)
        pieces += [(formula, True)] if found else []
        pieces += [(rest, False)] if rest else []
    return pieces


class Section(Frozen):
    """A heading with its blocks; `phase` is the part of the calculation it belongs to."""

    heading: str
    phase: str
    blocks: tuple[Block, ...]
    number: int = 0
    dots: str = "…"
    dots_note: str = ""
    """What is said below where dots stand for terms or figures that are left out."""
    update: int = 0
    """The update that it belongs to, counted from 1; 0 where it belongs to none."""
    gives: tuple[Quantity, ...] = ()
    """What its lines work out, as whole arrays."""


class Document(Frozen):
    """A whole derivation, ready to be written out in any format."""

    title: str
    facts: tuple[str, ...]
    """Where it comes from and the conventions that hold, a line each."""
    picture: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...] = ()
    """How the figures were checked."""
    sound: bool = True
