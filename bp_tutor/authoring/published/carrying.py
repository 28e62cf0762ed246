"""Figures that were worked out from other printed figures which do not follow themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.published.judged import Reason
from bp_tutor.authoring.published.pen import CUT_OR_ROUNDED

if TYPE_CHECKING:
    from bp_tutor.authoring.published.calculation import Meant
    from bp_tutor.authoring.published.origins import PrintedBefore

CHANCE = 0.03
"""At most so often a number that nobody calculated may follow from printed figures."""
CHANCE_OF_ONE = 0.04
"""And so often where there is but one that it could be made from; as with known mistakes."""
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
        sources = [one for one in sources if one.named is not None and one.key != own]
        sources = [one for one in sources if self._matters(one)][:MOST_SOURCES]
        if len(sources) == 1:
            value = self._only(sources[0])
            return () if value is None else (self._reason(sources, value),)
        together = self._fits(sources) if sources else None
        alone = [(one, value) for one in sources if (value := self._fits([one])) is not None]
        if alone:
            return tuple(self._reason([one], value) for one, value in alone)
        if together is None:
            return ()
        for one in list(sources):
            fewer = [other for other in sources if other is not one]
            value = self._fits(fewer)
            if value is not None:
                sources, together = fewer, value
        return (self._reason(sources, together),)

    def speaks_against(self, source: Meant) -> bool:
        """Whether the figure, which follows as it is, would not with this one put in."""
        if not self._matters(source):
            return False
        return not any(self.meant.printed.stands_for(value) for value in self._with([source]))

    def _matters(self, source: Meant) -> bool:
        """Whether the figure changes at all with this one put in."""
        return self._with([source]) != self._with([])

    def _only(self, source: Meant) -> float | None:
        """What it is with the only source there is: the first number of all that is tried."""
        printed = self.meant.printed
        if self._with([source]) and printed.room <= CHANCE_OF_ONE:
            # What one would do who goes on with what stands there: no search, so no chance.
            self._left = max(self._left, CUT_OR_ROUNDED * printed.room)
        return self._fits([source])

    def _fits(self, sources: list[Meant]) -> float | None:
        """What it is with these put in, if it follows and that is hardly chance."""
        printed = self.meant.printed
        for value in self._with(sources):
            cell = printed.cell(value)
            if cell not in self._tried:
                self._left -= CUT_OR_ROUNDED * printed.room
                if self._left < 0:
                    return None
                self._tried.add(cell)
            if printed.stands_for(value):
                return value
        return None

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

    def _reason(self, sources: list[Meant], value: float) -> Reason:
        named = ", ".join(map(named_with_value, sources))
        key = "carried" if len(sources) == 1 else "carried_several"
        return Reason(f"published.how.{key}", (("figure", named),), None, value)


def named_with_value(source: Meant) -> str:
    """A printed figure in a sentence, `y3 = 0.667`."""
    return f"{source.figure.name} = {source.figure.value}"
