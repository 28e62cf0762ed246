"""Slips before the answer: what follows from a mistake that was made some steps above.

Who is asked for the last values alone makes a mistake on the way that nobody sees. So each
mistake is made at each step, at all of its entries as who has forgotten a factor does, or at one,
and the update is calculated again from there. That is done once for all students; an answer is
then looked up among what it comes to.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.kept import once_each
from bp_tutor.quiz.mistakes.below import Recalculation
from bp_tutor.quiz.mistakes.rewrites import MISCONCEPTIONS, SELDOM, SOMETIMES
from bp_tutor.quiz.scrap_paper import Keeping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Address, Quantity
    from bp_tutor.quiz.mistakes.below import Rounding
    from bp_tutor.quiz.mistakes.candidates import Candidate, CandidateTable
    from bp_tutor.quiz.tolerance import Answer

MOST_ENTRIES = 400
"""Nobody works out more of them without writing some down."""
MOST_NUMBERS = 600_000
"""So many numbers of recalculated updates are kept."""
MOST_ROUNDED = 4096
"""So many numbers are remembered as they are on paper: a slip leaves most as they are."""
MOST_FIGURES = 6
SAME = 1e-9


class Slip(NamedTuple):
    """A mistake made at a step, and the whole update as it follows from that."""

    made: tuple[tuple[Address, Candidate, float], ...]
    """The entries at which it is made, with the formula and the number there."""
    values: array[float]
    rarity: tuple[int, int]
    """How often it is made, and its place in the table: the most frequent mistake has the least."""

    @property
    def often(self) -> int:
        """How often it is made: 1 for the most frequent ones."""
        return self.rarity[0]


_PLACES = {key: place for place, key in enumerate(MISCONCEPTIONS)}

Rank = tuple[tuple[int, int], int]
"""The likeliest slip has the least one; of the same mistake, the nearest one."""
Ranked = tuple[Rank, float, Slip]
"""A slip with its rank, and what an entry comes to with it."""


class Slips:
    """What follows from each mistake at each step of an update; with all digits, or on paper."""

    def __init__(
        self, again: Recalculation, table: CandidateTable, rounding: Rounding | None = None
    ) -> None:
        self._again, self._table, self._rounding = again, table, rounding
        self._graph = table.graph
        right = again.values(rounding) if len(again.entries) <= MOST_ENTRIES else None
        self._right = right
        """The update without a slip; None where it is too large or has no numbers."""
        self._made: dict[Quantity, tuple[Slip, ...]] = {}
        self._columns: dict[Address, Column] = {}
        self._room = MOST_NUMBERS

    def knows(self, address: Address) -> bool:
        """Whether it has a value here."""
        return self._right is not None and address in self._again.places

    def near(self, address: Address, value: float, reach: float) -> list[Ranked]:
        """The slips before an entry that bring it near a value."""
        if not self.knows(address):
            return []
        return self.before(address).between(value - reach, value + reach)

    def before(self, address: Address) -> Column:
        """What an entry comes to with a slip at any step before its own."""
        if address not in self._columns:
            place = self._again.places[address]
            found = [*self._slips_before(address)] if self._right is not None else []
            self._columns[address] = Column(place, found)
        return self._columns[address]

    def place(self, address: Address) -> int:
        """Where an entry stands among the values of each slip."""
        return self._again.places[address]

    def _slips_before(self, address: Address) -> Iterator[Slip]:
        assert self._right is not None
        place = self._again.places[address]
        right = self._right[place]
        for quantity in self._sources(address.quantity):
            for slip in self._made_in(quantity):
                if abs(slip.values[place] - right) > SAME * abs(right):
                    yield slip

    def _sources(self, quantity: Quantity) -> list[Quantity]:
        """The steps before, those next to it first."""
        found = {quantity: None}
        waiting = [quantity]
        for one in waiting:
            entry = next(one.addresses())
            new = [leaf.quantity for leaf in self._graph.leaves(entry)]
            waiting += [other for other in dict.fromkeys(new) if other not in found]
            found |= dict.fromkeys(new)
        return [one for one in found if one != quantity and self._is_written(one)]

    def _is_written(self, quantity: Quantity) -> bool:
        step = self._graph.steps.get(quantity)
        return (
            step is not None
            and step.value is not None
            and not (step.line.inlined and quantity.kind)
        )

    def _made_in(self, quantity: Quantity) -> tuple[Slip, ...]:
        if quantity not in self._made:
            self._made[quantity] = tuple(self._worked_out(quantity))
        return self._made[quantity]

    def _lookup(self, address: Address) -> float:
        place = self._again.places.get(address)
        if place is None or self._right is None:
            return self._graph.exact(address)
        return self._right[place]

    def _worked_out(self, quantity: Quantity) -> Iterator[Slip]:
        assert self._right is not None
        # Mistakes that few make are not looked for where every number was rounded as well.
        most = SELDOM if self._rounding is None else SOMETIMES
        ways: dict[tuple[str, int], list[tuple[Address, Candidate, float]]] = {}
        for entry in quantity.addresses():
            candidates = self._table.singles(entry)
            right, count = self._lookup(entry), dict[str, int]()
            values = candidates.values(self._lookup)
            for candidate, value in zip(candidates.found, values, strict=True):
                way = count.get(candidate.name, 0)
                count[candidate.name] = way + 1
                if value is None or candidate.often > most:
                    continue
                if abs(value - right) > SAME * abs(right):
                    ways.setdefault((candidate.name, way), []).append((entry, candidate, value))
        whole = [made for made in ways.values() if len(made) > 1]
        alone = [[one] for made in ways.values() for one in made]
        for made in (*whole, *alone):
            self._room -= len(self._again.entries)
            if self._room < 0:
                return
            put_in = {entry: value for entry, _, value in made}
            below = self._again.changed(self._right, put_in, self._rounding)
            if below is not None:
                candidate = made[0][1]
                rarity = candidate.often, _PLACES[candidate.keys[0]]
                yield Slip(tuple(made), below, rarity)


class Column:
    """What one entry comes to with every slip before it, in the order of the numbers."""

    def __init__(self, place: int, found: list[Slip]) -> None:
        self._slips, self._rarity = found, [slip.rarity for slip in found]
        order = sorted(range(len(found)), key=lambda rank: found[rank].values[place])
        self._order = array("i", order)
        self._values = array("d", (found[rank].values[place] for rank in order))

    def between(self, low: float, high: float) -> list[Ranked]:
        """The slips that bring it between two numbers."""
        start, end = bisect_left(self._values, low), bisect_right(self._values, high)
        return [
            ((self._rarity[rank], rank), value, self._slips[rank])
            for rank, value in zip(self._order[start:end], self._values[start:end], strict=True)
        ]


class SlipTables:
    """The slips of an update, with all digits and as they are on paper with so many."""

    def __init__(self, table: CandidateTable) -> None:
        self._table = table
        self._again = Recalculation(table.graph)

    def for_answer(self, answer: Answer) -> Iterator[Slips]:
        """With all digits; and with every number rounded as the answer is."""
        yield self._with(0)
        if answer.radius and answer.figures <= MOST_FIGURES:
            yield self._with(answer.figures)

    @once_each
    def _with(self, figures: int) -> Slips:
        rounding = lru_cache(MOST_ROUNDED)(Keeping(figures).kept) if figures else None
        return Slips(self._again, self._table, rounding)
