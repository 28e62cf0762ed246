"""One entry of somebody's own array derived, with their names and their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.debugging.slips import Worked
from bp_tutor.explain import Presentation, Settings, named_words, style_named, symbols_of
from bp_tutor.explain.lines import DETAILS, entry_line
from bp_tutor.formula import Entry, walk
from bp_tutor.output.rows import Layout, block_rows
from bp_tutor.solve import Run, Step
from bp_tutor.words import cells

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.api.own_way import OwnWay
    from bp_tutor.debugging.outcome import Outcome
    from bp_tutor.explain import Line
    from bp_tutor.formula import Address, Quantity, Style
    from bp_tutor.formula.node import Index
    from bp_tutor.notations import Symbols
    from bp_tutor.output.wrapping import Row
    from bp_tutor.solve import Definition
    from bp_tutor.words import Words

    Array = NDArray[np.float64]

INDENT = 4


class OwnPresentation(Presentation):
    """Spells lines with the names of whoever handed arrays in, places counted from 0."""

    symbols: Symbols
    words: Words
    style: Style
    settings: Settings
    way: OwnWay
    outcome: Outcome

    def name(self, quantity: Quantity, index: Index | None) -> str:
        """An own name with the place of the entry: `dW1[0, 2]`; a greek letter for the rate."""
        if quantity == self.outcome.lines.rate or not quantity.shape:
            return super().name(quantity, index)
        return self.way.names.name(quantity, index)

    def partial(self, of: Address, over: Address) -> str:
        """A partial derivative, `∂Z2[0, 1]/∂A1[0, 2]`."""
        sign = self.style.word("d") if self.style.name == "ascii" else "∂"
        return f"{sign}{self.name(*of)}/{sign}{self.name(*over)}"


def presented_by(way: OwnWay, outcome: Outcome, words: Words, style: str) -> OwnPresentation:
    """How the owner of these arrays sees the network."""
    problem = outcome.lines.problem
    symbols = symbols_of(problem)
    settings = Settings(symbols, problem.digits)
    told = named_words(words, problem)
    return OwnPresentation(symbols, told, style_named(style), settings, way, outcome)


def entry_rows(
    reader: OwnPresentation, needed: Sequence[Quantity], wanted: Quantity, index: Index, width: int
) -> Iterator[Row]:
    """The line of an entry, behind those of entries in it that were not handed in."""
    lines = _lines(reader, needed, wanted, index)
    layout = Layout(width, reader)
    names = max((cells(reader.say(line.name)) for line in lines), default=0)
    for line in lines:
        yield from block_rows(line, INDENT, min(names, width // 3), layout)


def _lines(
    reader: OwnPresentation, needed: Sequence[Quantity], wanted: Quantity, index: Index
) -> list[Line]:
    defined, own = reader.outcome.lines.defined, reader.outcome.own
    asked: dict[Quantity, Index] = {wanted: index}
    arrays: dict[Quantity, Array] = {}
    steps: list[Definition] = []
    for quantity in reversed(needed):
        if quantity not in asked:
            continue
        line = defined[quantity]._replace(formula=reader.way.formula(quantity))
        inside = [node for node in walk(line.entry(asked[quantity])) if isinstance(node, Entry)]
        if not {node.quantity for node in inside} <= own.keys():
            return []
        for each in inside:
            asked.setdefault(each.quantity, each.index)
            arrays[each.quantity] = reader.way.value(each.quantity, own[each.quantity])
        steps.append(line)
    # Of what is wrong the right number is shown.
    arrays[wanted] = Worked(arrays)(steps[0].formula).reshape(wanted.shape)
    values = {one: tuple(map(float, array.ravel())) for one, array in arrays.items()}
    found = tuple(Step(line, 1, values[line.quantity]) for line in reversed(steps))
    run = Run(1, (), reader.outcome.lines.program, found, values)
    return [
        entry_line(reader.settings, run, step, asked[step.quantity], DETAILS["full"])
        for step in found
    ]
