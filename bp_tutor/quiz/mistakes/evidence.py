"""What a student's answers say together about a slip before them.

One answer with few digits shows little: many slips come near it. But answers that all follow from
one and the same slip do so by accident hardly ever, and a slip is out of the question where an
answer below it is right.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.mistakes.chance import chance_of
from bp_tutor.quiz.student import RIGHT, WRONG
from bp_tutor.quiz.tolerance import NEARLY

if TYPE_CHECKING:
    from bp_tutor.formula import Address
    from bp_tutor.quiz.mistakes.above import Rank, Ranked, Slip, Slips
    from bp_tutor.quiz.mistakes.chance import Limits, Placed, Tried
    from bp_tutor.quiz.student import StudentAnswers
    from bp_tutor.quiz.tolerance import Answer

ROUNDED = 2.0
"""By so many times its digits may an answer be off that was carried through rounded values."""


MOST_AGAINST = 4.0
"""Hardly more of all slips may be out of the question because of other answers."""


class Shown(NamedTuple):
    """A slip that gives an answer, and which of the student's other answers show it as well."""

    slip: Slip
    value: float
    rank: Rank
    others: tuple[Address, ...]
    chance: float
    """The part of all answers like these that would be explained by a slip as likely."""


class Evidence:
    """The other answers of a student, as far as they say something about slips."""

    def __init__(self, student: StudentAnswers, address: Address) -> None:
        self._address = address
        self._exact = student.graph.exact
        self._right: list[tuple[Address, Answer]] = []
        self._wrong: list[tuple[Address, Answer]] = []
        for other, answer in student.answers.items():
            if other == address or other in student.assumed:
                continue
            status = student.judged(other).status
            if status == RIGHT:
                self._right.append((other, answer))
            elif status == WRONG and other not in student.meant:
                self._wrong.append((other, answer))
        for other, answer in student.ahead.items():
            if other == address or other in student.answers or not answer.radius:
                continue
            known = abs(student.graph.exact(other) - answer.value) <= ROUNDED * answer.radius
            (self._right if known else self._wrong).append((other, answer))
        # What follows from another wrong answer says nothing of its own.
        wrong = {address, *(other for other, _ in self._wrong)}
        before = student.graph.entries_before
        self._wrong = [one for one in self._wrong if wrong.isdisjoint(before(one[0]))]

    @property
    def unexplained(self) -> bool:
        """Whether there are wrong answers that nothing has explained so far."""
        return bool(self._wrong)

    def of(self, slips: Slips, near: list[Ranked], tried: Tried, limits: Limits) -> list[Shown]:
        """Those `near` the answer that give it and that no other answer speaks against, best first.

        Up to its limit of all answers like this may be explained by slips as likely.
        """
        answer, width = tried.answer.value, tried.width
        reach = ROUNDED * width if self._wrong else width
        low, high = answer - reach, answer + reach
        near = [one for one in near if low <= one[1] <= high and not tried.is_right(one[1])]
        bounds = self._bounds(slips) if near else []
        possible = [one for one in near if _allows(bounds, one[2])]
        if not possible:
            return []
        around = slips.before(self._address).between(*tried.reach)
        found = self._all_shown(slips, possible, around, tried)
        if any(1 < one.chance / limits[one.slip.often] <= MOST_AGAINST for one in found):
            # Those that a right answer speaks against are no explanations, and need no chance.
            around = [one for one in around if _allows(bounds, one[2])]
            found = self._all_shown(slips, possible, around, tried)
        likely = [one for one in found if one.chance <= limits[one.slip.often]]
        kept = [one for one in likely if one.others or tried.fits(one.value)]
        return sorted(kept, key=lambda one: (-len(one.others), one.rank))

    def _all_shown(
        self, slips: Slips, found: list[Ranked], around: list[Ranked], tried: Tried
    ) -> list[Shown]:
        placed = [
            (rank, place)
            for rank, number, _ in around
            if (place := tried.placed(number)) is not None
        ]
        return [self._shown(slips, one, placed, tried) for one in found]

    def _shown(
        self, slips: Slips, found: Ranked, around: list[tuple[Rank, Placed]], tried: Tried
    ) -> Shown:
        rank, value, slip = found
        chance = tried.with_others(place for other, place in around if other <= rank)
        others = []
        for other, answer in self._wrong:
            if not slips.knows(other):
                continue
            width = ROUNDED * max(answer.radius, NEARLY * abs(answer.value))
            if abs(slip.values[slips.place(other)] - answer.value) <= width:
                others.append(other)
                chance *= chance_of(answer, self._exact(other), width)
        return Shown(slip, value, rank, tuple(others), chance)

    def _bounds(self, slips: Slips) -> list[Bound]:
        """What the right answers ask of a slip."""
        return [
            (
                slips.place(other),
                answer.value,
                ROUNDED * answer.radius + NEARLY * abs(answer.value),
            )
            # The last one follows from the most of them, and rules most of them out.
            for other, answer in reversed(self._right)
            if slips.knows(other)
        ]


Bound = tuple[int, float, float]
"""Where an answer stands among the values of a slip, the answer, and how far off that may be."""


def _allows(bounds: list[Bound], slip: Slip) -> bool:
    """Whether no right answer would be another one with the slip."""
    values = slip.values
    for place, value, room in bounds:  # noqa: SIM110 - a generator takes twice as long
        if abs(values[place] - value) > room:
            return False
    return True
