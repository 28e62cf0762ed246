"""The wrong values that mistakes give, known before anybody has answered."""

from __future__ import annotations

from functools import cached_property
from math import floor, isfinite, log10
from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen
from bp_tutor.quiz.intervals import Interval, beside, united
from bp_tutor.quiz.mistakes.diagnosis import explain_in_line, told
from bp_tutor.quiz.tolerance import Answer, span
from bp_tutor.solve.rounding import round_quickly

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.formula import Address, Formula
    from bp_tutor.quiz.mistakes.diagnosis import Hit
    from bp_tutor.quiz.model import Diagnosis
    from bp_tutor.quiz.student import StudentAnswers

LARGEST = 1e12
"""Nobody writes larger numbers down as an answer."""


class WrongValue(Frozen):
    """A wrong value, and the mistakes that give it."""

    value: float
    interval: Interval
    """The answers that are taken for it."""
    hits: tuple[Hit, ...]
    """The mistakes, the likeliest first; more than one where they cannot be told apart."""
    student: StudentAnswers
    address: Address

    @cached_property
    def diagnoses(self) -> tuple[Diagnosis, ...]:
        """The mistakes as they are told to whoever gives this answer.

        Each takes 0.1 to 1 ms, since it spells formulas; that is done when it is asked for.
        """
        return told(self.student, self.address, self.hits)

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of the mistakes in the table of misconceptions."""
        return tuple(hit.name for hit, _ in self.hits)

    @property
    def formula(self) -> Formula:
        """The formula with the likeliest of the mistakes in it."""
        return self.hits[0][0].formula


def as_answered(value: float, figures: int) -> Answer:
    """A value as somebody answers it, rounded to so many significant figures."""
    if value == 0:
        return Answer(0.0)
    unit = 10.0 ** (floor(log10(abs(value))) + 1 - figures)
    return Answer(round_quickly(value, figures, significant=True), unit / 2, figures)


def right_intervals(
    student: StudentAnswers, address: Address, figures: int
) -> tuple[Interval, ...]:
    """The answers with so many figures that are right: around the value, then any others.

    The others are what comes out where numbers on the way were rounded.
    """
    exact = student.graph.exact(address)
    answer = as_answered(exact, figures)
    accepted = student.accepted(address, answer)
    found = united(Interval(*span(value, answer.radius, slack)) for value, slack in accepted)
    return tuple(sorted(found, key=lambda one: not one.has(exact)))


def wrong_values(
    student: StudentAnswers,
    address: Address,
    figures: int,
    right: Sequence[Interval],
    *,
    most: int | None = None,
) -> tuple[WrongValue, ...]:
    """What single mistakes make of an entry, as marking names them in such answers.

    Those that are made often go first, up to so many; where two meet, the first one has the
    numbers.
    """
    if student.graph.step(address) is None:
        return ()
    singles = student.context.candidates.singles(address)
    if not singles.found:
        return ()
    values = singles.values_at(singles.leaves_in(student.graph).exact)
    found: list[WrongValue] = []
    taken = list(right)
    for place in sorted(range(len(values)), key=singles.often.__getitem__):
        if len(found) == most:
            break
        value = values[place]
        if not value or not isfinite(value) or abs(value) > LARGEST:
            continue
        answer = as_answered(value, figures)
        width = answer.radius
        interval = beside(Interval(value - width, value + width), answer.value, taken)
        if interval is None or not interval.has(value):
            continue
        hits = explain_in_line(student, address, answer)
        if singles.found[place].name in (hit.name for hit, _ in hits):
            found.append(WrongValue(value, interval, tuple(hits), student, address))
            taken.append(interval)
    return tuple(found)
