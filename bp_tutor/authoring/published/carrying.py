"""Figures that were worked out from other printed figures which do not follow themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.published.judged import Reason

if TYPE_CHECKING:
    from bp_tutor.authoring.published.calculation import Meant
    from bp_tutor.authoring.published.origins import PrintedBefore

CHANCE = 0.03
"""At most so often a number that nobody calculated may follow from printed figures."""
MOST_SOURCES = 12
"""So many figures are put in one by one."""


class Carried:
    """One figure, held against the calculation with wrong printed figures put in as given."""

    def __init__(self, before: PrintedBefore, meant: Meant, sound: list[Meant]) -> None:
        self.before, self.meant, self.sound = before, meant, sound
        self._values: dict[tuple[int, ...], tuple[float, ...]] = {}
        right = before.value(meant, [])
        self._tried = set() if right is None else {meant.printed.cell(right)}
        self._left = CHANCE

    def reasons(self, sources: list[Meant]) -> tuple[Reason, ...]:
        """From which of the sources it follows; several reasons are alternatives.

        First all of them are put in, then each alone; where neither will do, as few as will.
        """
        own = self.meant.key
        sources = [one for one in sources if one.key is not None and one.key != own]
        sources = [one for one in sources if self._matters(one)][:MOST_SOURCES]
        together = bool(sources) and self._fits(sources)
        alone = [one for one in sources if self._fits([one])]
        if alone:
            return tuple(_reason([one]) for one in alone)
        if not together:
            return ()
        for one in list(sources):
            fewer = [other for other in sources if other is not one]
            if self._fits(fewer):
                sources = fewer
        return (_reason(sources),)

    def _matters(self, source: Meant) -> bool:
        """Whether the figure changes at all with this one put in."""
        return self._with([source]) != self._with([])

    def _fits(self, sources: list[Meant]) -> bool:
        """Whether it follows with these put in, as long as that is hardly chance."""
        printed = self.meant.printed
        for value in self._with(sources):
            cell = printed.cell(value)
            if cell not in self._tried:
                self._left -= 1.5 * printed.room
                if self._left < 0:
                    return False
                self._tried.add(cell)
            if printed.stands_for(value):
                return True
        return False

    def _with(self, sources: list[Meant]) -> tuple[float, ...]:
        """What it is with these put in, and the figures that follow exact or as printed."""
        place = tuple(one.place for one in sources)
        if place not in self._values:
            put_in = {one.key for one in sources}
            sound = [one for one in self.sound if one.key not in put_in]
            ways = [
                self.before.value(self.meant, [*follow, *sources], finest=finest)
                for follow, finest in (([], True), (sound, False), (sound, True))
            ]
            known = [value for value in ways if value is not None]
            self._values[place] = tuple(dict.fromkeys(known))
        return self._values[place]


def _reason(sources: list[Meant]) -> Reason:
    named = ", ".join(f"{one.figure.name} = {one.figure.value}" for one in sources)
    key = "carried" if len(sources) == 1 else "carried_several"
    return Reason(f"published.how.{key}", (("figure", named),))
