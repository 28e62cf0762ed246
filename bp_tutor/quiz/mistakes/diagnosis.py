"""From a wrong answer to the mistakes that explain it, never more surely than its digits allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.settings import put_in
from bp_tutor.formula import Number
from bp_tutor.formula.quantity import Address
from bp_tutor.quiz.mistakes.chance import Tried
from bp_tutor.quiz.mistakes.numbers import ways_of
from bp_tutor.quiz.model import Diagnosis
from bp_tutor.quiz.points import are_close, number_of
from bp_tutor.quiz.tolerance import MOST_PROPAGATED, NEARLY, entries_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.formula import Entry, Formula
    from bp_tutor.quiz.mistakes.candidates import Candidate, Candidates
    from bp_tutor.quiz.student import StudentAnswers
    from bp_tutor.quiz.tolerance import Answer, Lookup

CHANCE = 0.02
"""So much of the numbers around an answer may be explained by what is at least as likely.

Few lie around any one number, so that of numbers that nobody calculated far less than 1 in 100
are explained, which tests measure.
"""
LOOSE = 0.005
"""And so much where only the rounding of values on the way brings them together."""
MOST_SHOWN = 4
SAME = 1e-7
"""Two formulas for the same number differ by less at any point, relatively."""


def diagnose(student: StudentAnswers, address: Address, answer: Answer) -> tuple[Diagnosis, ...]:
    """The mistakes that give this answer, with the numbers that this student may have had.

    One mistake goes before two, and rounding on the way comes last. Within these the order of
    the table decides: a mistake is named where little of the numbers around the answer is
    explained by it and by all that are at least as likely.
    """
    return Diagnosing(student, address, answer).found()


class Diagnosing:
    """One wrong answer held against everything that mistakes make of its entry."""

    def __init__(self, student: StudentAnswers, address: Address, answer: Answer) -> None:
        self.student, self.address, self.answer = student, address, answer
        self.graph, self.table = student.graph, student.context.candidates
        self.width = max(answer.radius, NEARLY * abs(answer.value))
        self.right = tuple(student.possible(address))
        self.ways = tuple(ways_of(student, answer, self.table.printed))

    def found(self) -> tuple[Diagnosis, ...]:
        """What explains it, the likeliest first."""
        table, address = self.table, self.address
        tried = Tried(self.answer, self.right, self.width)
        for group in (table.singles, table.pairs):
            if not tried.allows(CHANCE):
                break
            hits = self._met(group(address), self.ways, tried, CHANCE)
            if hits:
                return self._named(hits)
        loose = self.width + self._propagated()
        if loose > self.width:
            tried = Tried(self.answer, self.right, loose)
            hits = self._met(table.singles(address), self.ways[:1], tried, LOOSE)
            if hits:
                return self._named(hits)
        tried = Tried(self.answer, self.right, self.width)
        hits = self._met(table.roundings(address), self.ways[:1], tried, CHANCE)
        return self._named([hit for hit in hits if not self._is_unchanged(hit)])

    def _propagated(self) -> float:
        """What rounding on the way may have done to the answer."""
        if self.graph.step(self.address) is None:
            return 0.0
        propagated = self.student.propagated(self.address, self.answer)
        exact = abs(self.graph.exact(self.address))
        part = min(propagated / exact, MOST_PROPAGATED) if exact else 0.0
        return abs(self.answer.value) * part

    def _met(
        self, candidates: Candidates, ways: Sequence[Lookup], tried: Tried, limit: float
    ) -> list[tuple[Candidate, float]]:
        """The candidates that give the answer, each with the number that it gives."""
        hits: list[tuple[Candidate, float]] = []
        by_way = [candidates.values(way) for way in ways]
        for place, candidate in enumerate(candidates.found):
            for value in dict.fromkeys(values[place] for values in by_way):
                # What gives the right number explains nothing.
                if value is None or tried.is_right(value):
                    continue
                fits = tried.fits(value)
                if tried.counted(value, limit) and fits:
                    hits.append((candidate, value))
        return _most_frequent(hits)

    def _is_unchanged(self, hit: tuple[Candidate, float]) -> bool:
        """Whether rounding made nothing of it: it is a value that the formula starts from."""
        candidate, value = hit
        leaves = entries_of(candidate.formula)
        return any(abs(self.student.value(leaf) - value) <= self.width for leaf in leaves)

    def _named(self, hits: list[tuple[Candidate, float]]) -> tuple[Diagnosis, ...]:
        if len(hits) == 1:
            self.student.meant[self.address] = hits[0][1]
        return tuple(
            diagnosis_of(self.student, self.address, hit, alone=len(hits) == 1)
            for hit, _ in hits[:MOST_SHOWN]
        )


def _most_frequent(hits: list[tuple[Candidate, float]]) -> list[tuple[Candidate, float]]:
    """Of several mistakes those that are made most often, each once."""
    often = min((candidate.often for candidate, _ in hits), default=0)
    found: dict[str, tuple[Candidate, float]] = {}
    for candidate, value in hits:
        if candidate.often == often:
            found.setdefault(candidate.name, (candidate, value))
    return list(found.values())


def diagnose_values(
    student: StudentAnswers, address: Address, numbers: list[float | None]
) -> tuple[Diagnosis, ...]:
    """The mistakes whose formulas give these numbers at all random points."""
    mistakes = student.context.candidates
    known = any(number is not None for number in numbers)
    for group in (mistakes.singles, mistakes.pairs):
        hits: dict[str, Candidate] = {}
        for candidate in group(address).found:
            found = (number_of(candidate.formula, point) for point in student.graph.points)
            pairs = zip(found, numbers, strict=True)
            if known and all(_are_alike(one, number) for one, number in pairs):
                hits.setdefault(candidate.name, candidate)
        if hits:
            often = min(hit.often for hit in hits.values())
            named = [hit for hit in hits.values() if hit.often == often][:MOST_SHOWN]
            alone = len(named) == 1
            return tuple(diagnosis_of(student, address, hit, alone=alone) for hit in named)
    return ()


def _are_alike(found: float | None, number: float | None) -> bool:
    """Whether a formula has this number at a point, or none where there is none."""
    return found is number is None or are_close(found, number, SAME)


def diagnosis_of(
    student: StudentAnswers,
    address: Address,
    candidate: Candidate,
    *,
    alone: bool,
) -> Diagnosis:
    """A candidate as what is said about an answer, with the student's numbers."""
    page = student.context.page
    right = student.graph.formula(address)
    changes = [(one.part, one.instead) for one in candidate.changes] or [(right, right)]
    told = [
        (
            ("part", page.spell(part)),
            ("numbers", page.spell(with_numbers(student, part))),
            ("instead", page.spell(instead)),
            ("instead_numbers", page.spell(with_numbers(student, instead))),
            ("formula", page.spell(candidate.formula)),
            ("name", page.name(*address)),
            ("decimals", str(candidate.decimals or "")),
        )
        for part, instead in changes
    ]
    certainty = "only" if alone else "one_of"
    place = page.spell(changes[0][0])
    return Diagnosis(candidate.name, certainty, place, told[0], *told[1:2])


def with_numbers(student: StudentAnswers, formula: Formula) -> Formula:
    """A formula with the student's own numbers put in."""
    page, run = student.context.page, student.context.run

    def number(entry: Entry) -> Number:
        value = student.value(Address(entry.quantity, entry.index))
        shown = page.settings.shown(run, entry.quantity, value)
        return Number(shown.value, shown)

    return put_in(formula, number)
