"""An update as it is worked out on scrap paper: every number kept to so many digits.

What somebody wrote down between two answers is not seen. It is taken to have the digits of the
answer that is marked, so that each further digit leaves a tenth of the room.
"""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import Address
from bp_tutor.quiz.kept import Kept, once_each, work_out
from bp_tutor.quiz.tolerance import LEAST_FIGURES, NEARLY
from bp_tutor.solve.rounding import PAPER_FIGURES, round_quickly

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.quiz.entry_graph import EntryGraph
    from bp_tutor.quiz.tolerance import Answer

LEAST_DECIMALS = 3
"""Who keeps fewer decimals all along rounds too early."""
MOST_FIGURES = 9
"""Beyond so many, scrap paper is a calculator."""


class Keeping(NamedTuple):
    """How numbers are kept on paper: rounded or cut off, to decimals or to significant figures."""

    digits: int
    significant: bool = True
    cut: bool = False

    def kept(self, value: float) -> float:
        """What stands there of a value."""
        return round_quickly(value, self.digits, significant=self.significant, truncate=self.cut)

    def radius(self, value: float) -> float:
        """By how much that may be off; nothing where the value has no more digits."""
        if not value or abs(self.kept(value) - value) <= NEARLY * abs(value):
            return 0.0
        place = self.digits
        if self.significant:
            place -= 1 + floor(log10(abs(value)))
        return 0.5 * 10.0**-place


CALCULATOR = Keeping(PAPER_FIGURES)
"""All digits are kept."""


def keepings_of(answer: Answer, *, by_hand: bool = False) -> tuple[Keeping, ...]:
    """The ways in which somebody may have kept numbers who gives an answer with these digits.

    `by_hand` is whether the page rounds every number, so that a calculator goes another way.
    """
    decimals = answer.decimals
    if decimals is None or answer.figures > MOST_FIGURES:
        return (CALCULATOR,) if by_hand else ()
    figures = max(answer.figures, LEAST_FIGURES)
    found = [Keeping(figures), Keeping(figures, cut=True), Keeping(figures + 1)]
    if decimals >= LEAST_DECIMALS:
        found += [Keeping(decimals, significant=False, cut=cut) for cut in (False, True)]
    return (*found, CALCULATOR) if by_hand else tuple(found)


class ScrapPaper:
    """One update, kept in one way; `before` is the paper of the update before."""

    def __init__(
        self, graph: EntryGraph, keeping: Keeping, before: ScrapPaper | None = None
    ) -> None:
        self.graph, self.keeping, self.before = graph, keeping, before
        self._values = Kept(self._given)
        self._radii: dict[Address, float] = {}

    def value(self, address: Address) -> float:
        """The number that stands there, worked out from those that do."""
        if not self._is_worked_out(address):
            return self._values[address]
        return work_out(address, self._values, self._inputs, self._worked_out)

    def _is_worked_out(self, address: Address) -> bool:
        return address.quantity in self.graph.steps

    def _inputs(self, address: Address) -> Iterator[Address]:
        return filter(self._is_worked_out, self.graph.inputs(address))

    def _worked_out(self, address: Address) -> float:
        found = self.graph.line(address).value(self._values.__getitem__)
        return self.graph.exact(address) if found is None else self.keeping.kept(found)

    def _given(self, address: Address) -> float:
        """What is given here; a new weight of the update before as it stands there."""
        earlier = self._earlier(address)
        return self.graph.exact(address) if earlier is None else earlier[0].value(earlier[1])

    def radius(self, address: Address) -> float:
        """How far a number may be off that was kept like this, as all before it."""
        if not self._is_worked_out(address):
            earlier = self._earlier(address)
            return 0.0 if earlier is None else earlier[0].radius(earlier[1])
        return work_out(address, self._radii, self._leaves, self._own_radius)

    def _leaves(self, address: Address) -> Iterable[Address]:
        certain = self.graph.is_certain(address.quantity)
        return () if certain else filter(self._is_worked_out, self.graph.leaves(address))

    def _own_radius(self, address: Address) -> float:
        return self.keeping.radius(self.graph.exact(address)) + self.propagated(address)

    @once_each
    def propagated(self, address: Address) -> float:
        """What the rounding of the numbers before it can do to an entry."""
        if self.graph.is_certain(address.quantity):
            return 0.0
        radii = {leaf: self.radius(leaf) for leaf in self.graph.leaves(address)}
        return self.graph.line(address).deviation(self.graph.exact, radii)

    def _earlier(self, address: Address) -> tuple[ScrapPaper, Address] | None:
        new = self.graph.inherited.get(address.quantity)
        if new is None or self.before is None:
            return None
        return self.before, Address(new, address.index)


class ScrapPapers:
    """One update on paper, kept in whichever way; `before` is the update before."""

    def __init__(self, graph: EntryGraph, before: ScrapPapers | None = None) -> None:
        self._graph, self._before = graph, before

    @once_each
    def kept(self, keeping: Keeping) -> ScrapPaper:
        """The update kept like this, worked out once."""
        before = None if self._before is None else self._before.kept(keeping)
        return ScrapPaper(self._graph, keeping, before)
