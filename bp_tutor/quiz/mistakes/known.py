"""The answers to the other questions: every value of an update, to be found by its number."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from math import isfinite
from typing import TYPE_CHECKING

from bp_tutor.formula import Entry, as_shown
from bp_tutor.quiz.kept import once_each
from bp_tutor.quiz.mistakes.candidates import Candidate
from bp_tutor.quiz.mistakes.case import Rewritten
from bp_tutor.quiz.scrap_paper import Keeping, ScrapPapers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.formula import Address
    from bp_tutor.quiz.entry_graph import EntryGraph
    from bp_tutor.quiz.tolerance import Answer

LARGE = 400
"""Of arrays with more entries nobody looks one up by mistake."""
MOST_FIGURES = 6
"""With more of them, numbers on paper are those of a calculator."""
KEY = "other_value"


class KnownValues:
    """Every value that is calculated in an update, with the number that stands there."""

    def __init__(self, graph: EntryGraph, number: Callable[[Address], float]) -> None:
        written = [
            address
            for quantity, step in graph.steps.items()
            if step.value is not None and quantity.size <= LARGE
            for address in quantity.addresses()
        ]
        numbers = zip(map(number, written), range(len(written)), strict=True)
        found = sorted(pair for pair in numbers if isfinite(pair[0]))
        self._graph = graph
        self._places = {address: place for place, address in enumerate(written)}
        self._numbers = [value for value, _ in found]
        self._addresses = [written[place] for _, place in found]

    def some(self, low: float, high: float) -> bool:
        """Whether there is one from one number to another."""
        return bisect_left(self._numbers, low) < bisect_right(self._numbers, high)

    def between(self, low: float, high: float, asked: Address) -> list[tuple[Address, float]]:
        """Those from one number to another but for the one that is asked for.

        Those of its own phase go first, and of these the nearest in the calculation.
        """
        start, end = bisect_left(self._numbers, low), bisect_right(self._numbers, high)
        addresses, numbers = self._addresses[start:end], self._numbers[start:end]
        found = [pair for pair in zip(addresses, numbers, strict=True) if pair[0] != asked]
        own, phase = self._places.get(asked, 0), self._phase(asked)
        return sorted(
            found,
            key=lambda pair: (self._phase(pair[0]) != phase, abs(self._places[pair[0]] - own)),
        )

    def _phase(self, address: Address) -> str:
        step = self._graph.step(address)
        return step.line.phase if step is not None else ""


class KnownTables:
    """The values of an update with all digits, as printed, and rounded as an answer is."""

    def __init__(self, graph: EntryGraph) -> None:
        self._graph, self._papers = graph, ScrapPapers(graph)

    def for_answer(self, answer: Answer) -> Iterator[KnownValues]:
        """With all digits, and with every number rounded as the answer is."""
        yield self._with(0)
        if answer.radius and answer.figures <= MOST_FIGURES:
            yield self._with(answer.figures)

    @once_each
    def _with(self, figures: int) -> KnownValues:
        number = self._papers.kept(Keeping(figures)).value if figures else self._graph.exact
        return KnownValues(self._graph, number)

    def taken_for(self, other: Address, asked: Address) -> Candidate:
        """The mistake of answering with one of them."""
        right, instead = as_shown(self._graph.formula(asked)), Entry(*other)
        return Candidate((KEY,), instead, (Rewritten(instead, right, instead),))
