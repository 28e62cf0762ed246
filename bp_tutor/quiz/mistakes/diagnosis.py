"""From a wrong answer to the mistakes that explain it, never more surely than its digits allow."""

from __future__ import annotations

from math import floor, isfinite
from typing import TYPE_CHECKING

from bp_tutor.explain.settings import put_in
from bp_tutor.formula import Number
from bp_tutor.formula.quantity import Address
from bp_tutor.quiz.model import Diagnosis
from bp_tutor.quiz.points import are_close, number_of
from bp_tutor.quiz.tolerance import EXACT, MOST_PROPAGATED, NEARLY

if TYPE_CHECKING:
    from bp_tutor.formula import Entry, Formula
    from bp_tutor.quiz.mistakes.candidates import Candidate, Candidates
    from bp_tutor.quiz.student import StudentAnswers
    from bp_tutor.quiz.tolerance import Answer

CHANCE = 0.04
"""So much chance may the candidates use up together, the likeliest first.

Each uses half a unit of the answer's last digit, relatively: the chance that it meets a number
that lies anywhere around it. Few lie around any one number, so that of numbers that nobody
calculated far less than 1 in 100 are explained, which tests measure.
"""
LOOSE = 0.005
"""And so much where only the rounding of values on the way brings them together."""
MOST_SHOWN = 4
SAME = 1e-7
"""Two formulas for the same number differ by less at any point, relatively."""


def diagnose(student: StudentAnswers, address: Address, answer: Answer) -> tuple[Diagnosis, ...]:
    """The mistakes that give this answer, with the student's own earlier values put in.

    Candidates are tried in the order of the table until the chance that one of them meets
    an arbitrary number of these digits is used up.
    """
    graph, mistakes = student.graph, student.context.candidates
    left = CHANCE
    width = max(answer.radius, NEARLY * abs(answer.value))
    for group in (mistakes.singles, mistakes.pairs):
        if left < _chance_of_one(answer, width):
            break
        hits, left = _met(group(address), student, answer, width, left)
        if hits:
            return _diagnoses(student, address, hits)
    propagated = graph.propagated(address, answer.figures) if graph.step(address) else 0.0
    exact = abs(graph.exact(address))
    if not (propagated and exact and answer.value):
        return ()
    width += abs(answer.value) * min(propagated / exact, MOST_PROPAGATED)
    hits, _ = _met(mistakes.singles(address), student, answer, width, LOOSE)
    return _diagnoses(student, address, hits)


def diagnose_values(
    student: StudentAnswers, address: Address, numbers: list[float | None]
) -> tuple[Diagnosis, ...]:
    """The mistakes whose formulas give these numbers at all random points."""
    mistakes = student.context.candidates
    for group in (mistakes.singles, mistakes.pairs):
        hits: dict[str, Candidate] = {}
        for candidate in group(address).found:
            pairs = zip(student.graph.points, numbers, strict=True)
            if candidate.decimals is None and all(
                are_close(number_of(candidate.formula, point), number, SAME)
                for point, number in pairs
            ):
                hits.setdefault(candidate.name, candidate)
        if hits:
            return _diagnoses(student, address, list(hits.values()))
    return ()


def _met(
    candidates: Candidates, student: StudentAnswers, answer: Answer, width: float, left: float
) -> tuple[list[Candidate], float]:
    """The candidates that give the answer, and what is left of the chance."""
    chance = _chance_of_one(answer, width)
    hits: dict[str, Candidate] = {}
    tried: set[float] = set()
    for candidate, value in zip(candidates.found, candidates.values(student.value), strict=True):
        if value is None:
            continue
        place = value / width if width else 0.0
        # Beside an answer of another size altogether, no two places are told apart.
        cell = floor(place) if isfinite(place) else place
        # What falls on a number that was tried already gives chance no further try.
        if tried.isdisjoint((cell - 1, cell, cell + 1)):
            if left < chance:
                # The chance is used up; but what gives the same as a cause found is one too.
                continue
            left -= chance
            tried.add(cell)
        if abs(value - answer.value) <= width * (1 + NEARLY):
            hits.setdefault(candidate.name, candidate)
    return list(hits.values()), left


def _chance_of_one(answer: Answer, width: float) -> float:
    """The chance that one candidate meets an arbitrary number with the digits of this one."""
    # A whole number has only so many digits, though nothing of it was rounded.
    unit = 0.5 if answer.radius == 0 and answer.figures < EXACT else 0.0
    return max(width, unit) / abs(answer.value) if answer.value else 0.0


def _diagnoses(
    student: StudentAnswers, address: Address, hits: list[Candidate]
) -> tuple[Diagnosis, ...]:
    alone = len(hits) == 1
    return tuple(diagnosis_of(student, address, hit, alone=alone) for hit in hits[:MOST_SHOWN])


def diagnosis_of(
    student: StudentAnswers,
    address: Address,
    candidate: Candidate,
    *,
    alone: bool,
) -> Diagnosis:
    """A candidate as what is said about an answer, with the student's numbers."""
    page = student.context.page
    part = candidate.part if candidate.part is not None else student.graph.formula(address)
    values = (
        ("part", page.spell(part)),
        ("numbers", page.spell(with_numbers(student, part))),
        ("formula", page.spell(candidate.formula)),
        ("name", page.name(*address)),
        ("decimals", str(candidate.decimals or "")),
    )
    return Diagnosis(candidate.name, "only" if alone else "one_of", page.spell(part), values)


def with_numbers(student: StudentAnswers, formula: Formula) -> Formula:
    """A formula with the student's own numbers put in."""
    page, run = student.context.page, student.context.run

    def number(entry: Entry) -> Number:
        value = student.value(Address(entry.quantity, entry.index))
        shown = page.settings.shown(run, entry.quantity, value)
        return Number(shown.value, shown)

    return put_in(formula, number)
