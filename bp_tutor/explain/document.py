"""What a teacher would write, as data: sections of lines and tables, before any output."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from bp_tutor.formula import Formula, Quantity


class Part(NamedTuple):
    """One way in which a line says its value: `= text`.

    `kind` is `rule` (the chain rule), `formula`, `numbers` (put in) or `result`.
    """

    kind: str
    relation: str
    text: str
    formula: Formula | None = None


class Line(NamedTuple):
    """One derived value: its symbol, up to four parts, and the reason in a few words."""

    quantity: Quantity
    index: tuple[int, ...] | None  # type: ignore[assignment]
    """None for a line in matrix form."""
    name: str
    parts: tuple[Part, ...]
    reason: str = ""
    shape: str = ""
    """Shapes, in matrix form."""


class Matrix(NamedTuple):
    """A matrix in figures, to stand under a line in matrix form."""

    name: str
    rows: tuple[tuple[str, ...], ...]


class Table(NamedTuple):
    """Rows of short texts under column heads."""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: bool = True
    """Whether the columns behind the first hold numbers, which stand at the right."""


class Note(NamedTuple):
    """A sentence between lines: what was left out, what a convention means here."""

    text: str


Block = Line | Matrix | Table | Note


class Section(NamedTuple):
    """A heading with its blocks; `phase` is the part of the calculation it belongs to."""

    heading: str
    phase: str
    blocks: tuple[Block, ...]
    number: int = 0


class Document(NamedTuple):
    """A whole derivation, ready to be written out in any format."""

    title: str
    facts: tuple[str, ...]
    """Where it comes from and the conventions that hold, a line each."""
    picture: tuple[str, ...]
    sections: tuple[Section, ...]
    closing: tuple[str, ...] = ()
    """How the figures were checked."""
    sound: bool = True
