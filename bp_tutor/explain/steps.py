"""The steps of a derivation, counted through: one for each line, and one for a table of updates.

A page that plays the derivation, the walk in the terminal and the drawings of single steps all
count by this one function, so that step 12 is the same line everywhere.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from bp_tutor.explain.columns import transposed
from bp_tutor.explain.document import Line, Relation, Table
from bp_tutor.formula import Entry, Ref, as_shown, walk
from bp_tutor.formula.quantity import VALUE
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain.document import Block, Document, Section
    from bp_tutor.formula import Quantity

MOST_ENTRIES = 400
"""Of a larger array, a line in matrix form names the array and its first entries."""


class StepOf(Frozen):
    """One step: a line of the derivation, or a table of updates."""

    number: int
    """Counted from 1 through the whole document."""
    block: Block
    """The line, or the table."""
    section: int
    """The number of its section, as it stands before the heading."""
    phase: str
    update: int
    """The number of the update it belongs to, counted from 1; 0 where it belongs to none."""
    gives: tuple[str, ...]
    """Canonical identifiers of what it works out; more than one in matrix form and in tables."""
    uses: tuple[str, ...]
    """Canonical identifiers of what stands on its right, in the order in which it stands there."""


def steps_of(document: Document) -> tuple[StepOf, ...]:
    """The steps of a derivation in order."""
    found: list[StepOf] = []
    for section in document.sections:
        for block in section.blocks:
            told = _told(section, block)
            if told is not None:
                gives, uses = told
                place = len(found) + 1, block, section.number, section.phase, section.update
                found.append(StepOf(*place, gives, uses))
    return tuple(found)


def _told(section: Section, block: Block) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """What a block gives and uses; None where it only repeats what is known."""
    if section.phase == "given":
        return None
    if isinstance(block, Line):
        return _given_by(block), _used_by(_written_out(section, block))
    if isinstance(block, Table) and section.phase == "update" and block.entries:
        gives = tuple(address.identifier for address in block.entries)
        uses = tuple(
            address.as_kind(kind).identifier
            for address in block.entries
            for kind in (VALUE, block.by)
        )
        return gives, uses
    return None


def _given_by(line: Line) -> tuple[str, ...]:
    if line.index is not None:
        return (line.quantity.identifier(line.index),)
    return tuple(_entries(line.quantity))


def _written_out(section: Section, line: Line) -> Line:
    """The line itself; for one that only shows the window, the line that writes it out."""
    if not _shows_a_window(line):
        return line
    alike = (
        each
        for each in section.blocks
        if isinstance(each, Line) and (each.quantity, each.index) == (line.quantity, line.index)
    )
    return next((each for each in alike if not _shows_a_window(each)), line)


def _shows_a_window(line: Line) -> bool:
    return any(part.relation is Relation.IS for part in line.parts)


def _used_by(line: Line) -> tuple[str, ...]:
    # Of two forms of a line, the numbers stand in the last.
    formulas = [part.formula for part in line.parts if part.kind == "formula"]
    if not formulas:
        return ()
    found: dict[str, None] = {}
    for node in walk(as_shown(formulas[-1])):
        if isinstance(node, Entry):
            found[node.quantity.identifier(node.index)] = None
        elif isinstance(node, Ref):
            found.update(dict.fromkeys(_entries(node.quantity)))
    return tuple(found)


def _entries(quantity: Quantity) -> Iterator[str]:
    """The identifiers of an array's entries; of a large one, its name and its first entries."""
    array = _upright(quantity)
    if array.size > MOST_ENTRIES:
        yield array.name
    for index in islice(array.indices(), MOST_ENTRIES):
        yield array.identifier(index)


def _upright(quantity: Quantity) -> Quantity:
    """The array that a column of `W·x` stands for, with its axes in canonical order."""
    return transposed(quantity) if quantity.axes[:1] in (("unit",), ("to",)) else quantity
