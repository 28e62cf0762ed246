"""Which variation of the calculation gives the figures that do not agree, and never by chance.

With enough variations, any number can be had. So each figure has a chance to spend: every
different number that they give costs as much as there are numbers printed alike. What one
figure with few digits cannot show, several can that come out alike.
"""

from __future__ import annotations

from functools import cached_property
from math import comb, inf
from typing import TYPE_CHECKING

from bp_tutor.authoring.published.calculation import Calculation, Misapplied
from bp_tutor.authoring.published.judged import Reason
from bp_tutor.authoring.published.variations import MOST_BY_HAND, Variation, by_hand, conventions
from bp_tutor.frozen import Frozen
from bp_tutor.quiz.figure import CUT, CUT_OR_ROUNDED, Budget

if TYPE_CHECKING:
    from bp_tutor.authoring.published.calculation import Moment
    from bp_tutor.authoring.published.meant import Meant

CHANCE = 0.005
"""At most so often a number that nobody calculated may be explained by a variation."""
JOINT = 0.002
"""And so often where several figures are explained by the same one."""

EVERY, ONLY = "published.hand.decimals", "published.hand.only"


class Hit(Frozen):
    """A variation that gives a figure."""

    variation: Variation
    count: int
    """How many of the figures it gives that have no other reason."""
    against: int
    """How many figures would no longer agree."""
    beside: int
    """How many entries of the same quantity it does not give either."""
    value: float | None = None
    """What it gives for the figure."""

    @property
    def reason(self) -> Reason:
        """What is said of it."""
        told = (("against", self.against),) if self.against else ()
        values = (*self.variation.values, *told)
        return Reason(self.variation.key, values, None, self.value, self.count, self.against)

    @property
    def doubt(self) -> tuple[int, int]:
        """The smaller, the likelier."""
        return self.against + self.beside, -self.count

    @property
    def holds(self) -> bool:
        """Whether it explains at least as much as it spoils."""
        return self.against + self.beside <= self.count


class Search:
    """Tries variations on the figures of one file; each variation is calculated once."""

    def __init__(self, own: Calculation, pending: list[Meant], agreeing: list[Meant]) -> None:
        self.own, self.problem, self.page = own, own.problem, own.page
        self._most = 0 if own.large else MOST_BY_HAND
        self.pending, self.agreeing = pending, agreeing
        self.moments: set[Moment] = {meant.moment for meant in (*pending, *agreeing)}
        self._calculations: dict[object, Calculation] = {}

    def by_hand(self) -> dict[int, tuple[Hit, ...]]:
        """For each figure, by its place, the roundings on the way that give it alike."""
        variations: dict[int, list[Variation]] = {}
        for meant in self.pending:
            near = meant.moment[0] <= self._most
            kind = meant.address.quantity.head if meant.address is not None else ""
            found = by_hand(self.problem, meant.printed, kind) if near else ()
            variations[meant.place] = list(found)
        return self._hits(variations, cut=False)

    def conventions(self) -> dict[int, tuple[Hit, ...]]:
        """For each figure, by its place, the conventions that give it alike."""
        variations = list(conventions(self.problem))
        return self._hits({meant.place: variations for meant in self.pending}, cut=True)

    def value(self, variation: Variation, meant: Meant) -> float | None:
        """What a figure is in this variation."""
        calculation = self._calculations.get(variation.name)
        if calculation is None:
            assert variation.problem is not None
            if variation.mistake:
                calculation = Misapplied(variation, self.page, self.moments)
            elif variation.key.startswith("published.hand."):
                near = {m for m in self.moments if m[0] <= self._most}
                calculation = Calculation(variation.problem, self.page, near, self.own.programs)
            elif variation.shift:
                calculation = self._shifted
            else:
                calculation = Calculation(variation.problem, self.page, self.moments, like=self.own)
            self._calculations[variation.name] = calculation
        return meant.value_in(calculation, variation.shift)

    @cached_property
    def _shifted(self) -> Calculation:
        """The problem itself an update before and behind each figure."""
        near = {(update + by, over_all) for update, over_all in self.moments for by in (-1, 1)}
        return Calculation(self.problem, self.page, near, self.own.programs)

    def _hits(self, tried: dict[int, list[Variation]], *, cut: bool) -> dict[int, tuple[Hit, ...]]:
        every = {variation.name: variation for some in tried.values() for variation in some}
        names = {place: {one.name for one in some} for place, some in tried.items()}
        given: dict[object, list[Meant]] = {}
        for name, variation in every.items():
            asked = [meant for meant in self.pending if name in names[meant.place]]
            hits = [meant for meant in asked if self._gives(variation, meant, cut=cut)]
            if hits:
                given[name] = hits
        chosen: dict[int, tuple[Hit, ...]] = {}
        for meant in self.pending:
            alone = self._affordable(meant, tried[meant.place], cut=cut)
            found = []
            for name, hits in given.items():
                together = _joint(hits, self.pending, len(every), cut=cut) <= JOINT
                if meant not in hits or not (name in alone or together):
                    continue
                variation = every[name]
                against, beside = self._against(variation, meant), self._beside(meant, hits)
                value = self.value(variation, meant)
                found.append(Hit(variation, len(hits), against, beside, value))
            if found:
                least = min(hit.doubt for hit in found)
                chosen[meant.place] = _plainest([hit for hit in found if hit.doubt == least])
        return chosen

    def _gives(self, variation: Variation, meant: Meant, *, cut: bool) -> bool:
        how = meant.printed.stands_for(self.value(variation, meant))
        return bool(how) and (cut or how != CUT or variation.key == "published.hand.cut")

    def _affordable(self, meant: Meant, variations: list[Variation], *, cut: bool) -> set[object]:
        """The variations that may be tried on a figure before its chance is used up."""
        budget = Budget(meant.printed, CHANCE, cut=cut)
        found: set[object] = set()
        for variation in variations:
            value = self.value(variation, meant)
            if value is None:
                continue
            if not budget.allows(value):
                break
            found.add(variation.name)
        return found

    def _against(self, variation: Variation, meant: Meant) -> int:
        """How many figures met at the same time agree as they are, and not in this variation."""
        beside = [other for other in self.agreeing if other.moment == meant.moment]
        return sum(not other.printed.stands_for(self.value(variation, other)) for other in beside)

    def _beside(self, meant: Meant, hits: list[Meant]) -> int:
        """How many other entries of the same quantity are still without a reason."""
        if meant.address is None:
            return 0
        quantity = meant.address.quantity
        return sum(
            other.address is not None and other.address.quantity == quantity and other not in hits
            for other in self.pending
            if other.moment == meant.moment
        )


def _plainest(hits: list[Hit]) -> tuple[Hit, ...]:
    """One hit for each thing to say, and none that another says already.

    A mistake in one layer says all that the same mistake in more layers does. Where rounding
    every value gives a figure, it is no news that rounding some of them does as well. And two
    terms of a sum may be alike: then it is one mistake to leave out either.
    """
    fewest: dict[str, float] = {}
    for one in (hit.variation for hit in hits):
        fewest[one.mistake] = min(one.spread, fewest.get(one.mistake, inf))
    every = {dict(hit.variation.values)["count"] for hit in hits if hit.variation.key == EVERY}
    said: dict[object, Hit] = {}
    for hit in hits:
        variation = hit.variation
        wider = bool(variation.mistake) and variation.spread > fewest[variation.mistake]
        part = variation.key == ONLY and dict(variation.values)["count"] in every
        if not wider and not part:
            said.setdefault((variation.key, variation.values), hit)
    return tuple(said.values())


def _joint(hits: list[Meant], pending: list[Meant], variations: int, *, cut: bool) -> float:
    """How likely one of so many variations gives so many of the figures by chance."""
    if len(hits) < 2:
        return 1.0
    chance = float(variations * comb(len(pending), len(hits)))
    for meant in hits:
        chance *= min(1.0, meant.printed.room * (CUT_OR_ROUNDED if cut else 1.0))
    return chance
