"""An update as it is worked out on scrap paper: every number kept to so many digits.

What somebody wrote down between two answers is not seen. It is taken to have the digits of the
answer that is marked, so that each further digit leaves a tenth of the room.
"""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import Address
from bp_tutor.quiz.tolerance import LEAST_FIGURES, NEARLY, deviation, value_of
from bp_tutor.solve.rounding import PAPER_FIGURES, round_by_hand

if TYPE_CHECKING:
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
        return round_by_hand(value, self.digits, significant=self.significant, truncate=self.cut)

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
        self._values: dict[Address, float] = {}
        self._radii: dict[Address, float] = {}
        self._propagated: dict[Address, float] = {}

    def value(self, address: Address) -> float:
        """The number that stands there, worked out from those that do."""
        values, steps = self._values, self.graph.steps
        if address.quantity not in steps:
            return self._given(address)
        waiting = [address]
        # With a stack, for through time recursion goes deep.
        while waiting:
            last = waiting[-1]
            if last not in values:
                missing = []
                for leaf in self.graph.inputs(last):
                    if leaf not in values:
                        if leaf.quantity in steps:
                            missing.append(leaf)
                        else:
                            values[leaf] = self._given(leaf)
                if missing:
                    waiting += missing
                    continue
                found = value_of(self.graph.formula(last), values.__getitem__)
                values[last] = self.graph.exact(last) if found is None else self.keeping.kept(found)
            waiting.pop()
        return values[address]

    def _given(self, address: Address) -> float:
        """What is given here; a new weight of the update before as it stands there."""
        earlier = self._earlier(address)
        return self.graph.exact(address) if earlier is None else earlier[0].value(earlier[1])

    def radius(self, address: Address) -> float:
        """How far a number may be off that was kept like this, as all before it."""
        if address.quantity not in self.graph.steps:
            earlier = self._earlier(address)
            return 0.0 if earlier is None else earlier[0].radius(earlier[1])
        radii, steps = self._radii, self.graph.steps
        waiting = [address]
        while waiting:
            last = waiting[-1]
            if last not in radii:
                certain = self.graph.is_certain(last.quantity)
                leaves = () if certain else self.graph.leaves(last)
                missing = [one for one in leaves if one.quantity in steps and one not in radii]
                if missing:
                    waiting += missing
                    continue
                own = self.keeping.radius(self.graph.exact(last))
                radii[last] = own + self.propagated(last)
            waiting.pop()
        return radii[address]

    def propagated(self, address: Address) -> float:
        """What the rounding of the numbers before it can do to an entry."""
        if self.graph.is_certain(address.quantity):
            return 0.0
        if address not in self._propagated:
            radii = {leaf: self.radius(leaf) for leaf in self.graph.leaves(address)}
            formula = self.graph.formula(address)
            self._propagated[address] = deviation(formula, self.graph.exact, radii)
        return self._propagated[address]

    def _earlier(self, address: Address) -> tuple[ScrapPaper, Address] | None:
        new = self.graph.inherited.get(address.quantity)
        if new is None or self.before is None:
            return None
        return self.before, Address(new, address.index)


class ScrapPapers:
    """One update on paper, kept in whichever way; `before` is the update before."""

    def __init__(self, graph: EntryGraph, before: ScrapPapers | None = None) -> None:
        self._graph, self._before = graph, before
        self._papers: dict[Keeping, ScrapPaper] = {}

    def kept(self, keeping: Keeping) -> ScrapPaper:
        """The update kept like this, worked out once."""
        if keeping not in self._papers:
            before = None if self._before is None else self._before.kept(keeping)
            self._papers[keeping] = ScrapPaper(self._graph, keeping, before)
        return self._papers[keeping]
