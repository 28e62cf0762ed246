"""From a wrong answer to the mistakes that explain it, never more surely than its digits allow."""

from __future__ import annotations

from math import floor, isfinite
from typing import TYPE_CHECKING

from bp_tutor.explain.settings import put_in
from bp_tutor.formula import Number
from bp_tutor.quiz.book import NEARLY
from bp_tutor.quiz.mistakes.candidates import pairs, singles
from bp_tutor.quiz.model import Diagnosis
from bp_tutor.quiz.points import number_of, points_of
from bp_tutor.quiz.reading import EXACT
from bp_tutor.quiz.tolerance import MOST_CARRIED

if TYPE_CHECKING:
    from bp_tutor.formula import Entry, Formula
    from bp_tutor.quiz.book import Book, Key
    from bp_tutor.quiz.mistakes.candidates import Candidate, Candidates
    from bp_tutor.quiz.model import Context
    from bp_tutor.quiz.sheet import Sheet
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


def diagnose(context: Context, sheet: Sheet, key: Key, answer: Answer) -> tuple[Diagnosis, ...]:
    """The mistakes that give this answer, with the student's own earlier values put in.

    Candidates are tried in the order of the table until the chance that one of them meets
    an arbitrary number of these digits is used up.
    """
    book = sheet.book
    left = CHANCE
    width = _width(answer)
    for group in (singles, pairs):
        if left < _room(answer, width):
            break
        candidates = group(context, book, key)
        hits, left = _met(candidates, sheet, answer, width, left)
        if hits:
            return _diagnoses(context, sheet, key, hits)
    carried = book.carried_radius(key, answer.figures) if key[0] in book.steps else 0.0
    exact = abs(book.exact(key))
    if not (carried and exact and answer.value):
        return ()
    width += abs(answer.value) * min(carried / exact, MOST_CARRIED)
    hits, _ = _met(singles(context, book, key), sheet, answer, width, LOOSE)
    return _diagnoses(context, sheet, key, hits)


def _diagnoses(
    context: Context, sheet: Sheet, key: Key, hits: list[Candidate]
) -> tuple[Diagnosis, ...]:
    alone = len(hits) == 1
    return tuple(diagnosis_of(context, sheet, key, hit, alone=alone) for hit in hits[:MOST_SHOWN])


def diagnose_values(
    context: Context, sheet: Sheet, key: Key, numbers: list[float | None]
) -> tuple[Diagnosis, ...]:
    """The mistakes whose formulas give these numbers at all random points."""
    book = sheet.book
    for group in (singles, pairs):
        hits: dict[str, Candidate] = {}
        for candidate in group(context, book, key).found:
            if candidate.decimals is None and _agrees(book, candidate, numbers):
                hits.setdefault(candidate.name, candidate)
        if hits:
            return _diagnoses(context, sheet, key, list(hits.values()))
    return ()


def _agrees(book: Book, candidate: Candidate, numbers: list[float | None]) -> bool:
    for point, number in zip(points_of(book), numbers, strict=True):
        value = number_of(candidate.formula, point)
        if value is None or number is None:
            return False
        if abs(value - number) > SAME * max(abs(number), SAME):
            return False
    return True


def _met(
    candidates: Candidates, sheet: Sheet, answer: Answer, width: float, left: float
) -> tuple[list[Candidate], float]:
    """The candidates that give the answer, and what is left of the chance."""
    room = _room(answer, width)
    hits: dict[str, Candidate] = {}
    tried: set[float] = set()
    for candidate, value in zip(candidates.found, candidates.values(sheet.lookup), strict=True):
        if value is None:
            continue
        place = value / width if width else 0.0
        # Beside an answer of another size altogether, no two places are told apart.
        cell = floor(place) if isfinite(place) else place
        # What falls on a number that was tried already gives chance no further try.
        if tried.isdisjoint((cell - 1, cell, cell + 1)):
            if left < room:
                # The chance is used up; but what gives the same as a cause found is one too.
                continue
            left -= room
            tried.add(cell)
        if abs(value - answer.value) <= width * (1 + NEARLY):
            hits.setdefault(candidate.name, candidate)
    return list(hits.values()), left


def _width(answer: Answer) -> float:
    return max(answer.radius, NEARLY * abs(answer.value))


def _room(answer: Answer, width: float) -> float:
    """The chance that one candidate meets an arbitrary number with the digits of this one."""
    # A whole number has only so many digits, though nothing of it was rounded.
    unit = 0.5 if answer.radius == 0 and answer.figures < EXACT else 0.0
    return max(width, unit) / abs(answer.value) if answer.value else 0.0


def diagnosis_of(
    context: Context, sheet: Sheet, key: Key, candidate: Candidate, *, alone: bool
) -> Diagnosis:
    """A candidate as what is said about an answer, with the student's numbers."""
    page = context.page
    place = candidate.place if candidate.place is not None else sheet.book.formula(key)
    values = (
        ("part", page.spell(place)),
        ("numbers", page.spell(with_numbers(context, sheet, place))),
        ("formula", page.spell(candidate.formula)),
        ("name", page.name(*key)),
        ("decimals", str(candidate.decimals or "")),
    )
    return Diagnosis(candidate.name, "only" if alone else "one_of", page.spell(place), values)


def with_numbers(context: Context, sheet: Sheet, formula: Formula) -> Formula:
    """A formula with the student's own numbers put in."""
    page, run = context.page, context.run

    def number(entry: Entry) -> Number:
        shown = page.settings.shown(
            run, entry.quantity, sheet.lookup((entry.quantity, entry.index))
        )
        return Number(shown.value, shown)

    return put_in(formula, number)
