"""What a worksheet asks for: the values that a derivation works out, section by section."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from bp_tutor.explain.document import Line, Table
from bp_tutor.formula import Address
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain.document import Document, Said, Section
    from bp_tutor.formula import Quantity
    from bp_tutor.solve import Run, Trace


class Asked(Frozen):
    """One value that is asked for."""

    update: int
    quantity: Quantity
    index: tuple[int, ...]


class Question(Frozen):
    """A section of the derivation, as far as it is asked for."""

    number: int
    heading: Said
    occasion: Said
    asked: tuple[Asked, ...]


def questions_of(document: Document, trace: Trace) -> tuple[Question, ...]:
    """What a derivation works out, section by section; each value once.

    What a graph defines by a formula is asked for only where it has a number.
    """
    found: list[Question] = []
    said = stated(trace)
    for section in document.sections:
        asked = tuple(
            one
            for one in dict.fromkeys(_asked_in(section))
            if one.quantity not in said or one.quantity in run_of(trace, one).values
        )
        if asked:
            found.append(Question(len(found) + 1, section.heading, section.occasion, asked))
    return tuple(found)


def stated(trace: Trace) -> frozenset[Quantity]:
    """What the exercise itself says a formula for."""
    if trace.problem.graph is None:
        return frozenset()
    return frozenset(line.quantity for line in trace.runs[0].program.model.definitions)


def _asked_in(section: Section) -> Iterator[Asked]:
    """The entries of one quantity behind each other, whichever way the lines go through them.

    What a table of updates has no row for, and a single line shows as an example, is left out.
    """
    found: dict[str, list[Asked]] = {}
    listed: set[Quantity] = set()
    if section.phase == "given":
        return
    for block in section.blocks:
        keys = block.entries if isinstance(block, Table) else ()
        listed.update(quantity for quantity, _ in keys)
        if isinstance(block, Line) and block.index is not None:
            keys = (Address(block.quantity, block.index),)
        for quantity, index in keys:
            asked = Asked(section.update, quantity, index)
            found.setdefault(group_of(quantity), []).append(asked)
    for alike in found.values():
        counts = Counter(each.quantity for each in alike)
        yield from (
            each
            for each in alike
            if not listed or each.quantity in listed or counts[each.quantity] == each.quantity.size
        )


def group_of(quantity: Quantity) -> str:
    """What stands together: quantities of one kind and layer, whichever step they are of."""
    layer = quantity.place[0] if quantity.place else ""
    return f"{quantity.kind}{quantity.symbol}{layer}"


def left_out(questions: tuple[Question, ...]) -> int:
    """How many entries of the same arrays are not asked for, because they are large."""
    counts = Counter((one.update, one.quantity) for each in questions for one in each.asked)
    return sum(quantity.size - count for (_, quantity), count in counts.items())


def numbered_alike(document: Document, questions: tuple[Question, ...]) -> Document:
    """The derivation with the numbers that its sections have on the sheet, and no others."""
    numbers = {(each.occasion, each.heading): each.number for each in questions}
    sections = tuple(
        section._replace(number=numbers.get((section.occasion, section.heading), 0))
        for section in document.sections
        if section.phase != "given"
    )
    return document._replace(facts=(), picture=None, sections=sections)


def run_of(trace: Trace, asked: Asked) -> Run:
    """The update that a value belongs to."""
    return next(run for run in trace.runs if run.update == asked.update)
