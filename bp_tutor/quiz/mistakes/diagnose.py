"""From a wrong answer to the mistakes that explain it, never more surely than its digits allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.page import put_in
from bp_tutor.formula import Number
from bp_tutor.quiz.book import NEARLY
from bp_tutor.quiz.mistakes.candidates import pairs, singles
from bp_tutor.quiz.model import Diagnosis

if TYPE_CHECKING:
    from bp_tutor.formula import Entry, Formula
    from bp_tutor.quiz.book import Key
    from bp_tutor.quiz.mistakes.candidates import Candidate
    from bp_tutor.quiz.model import Context
    from bp_tutor.quiz.sheet import Answer, Sheet

CHANCE = 0.008
"""At most so often a number that nobody calculated may be explained by a mistake."""
MOST_SHOWN = 4


def diagnose(context: Context, sheet: Sheet, key: Key, answer: Answer) -> tuple[Diagnosis, ...]:
    """The mistakes that give this answer, with the student's own earlier values put in.

    Candidates are tried in the order of the table until the chance that one of them meets
    an arbitrary number of these digits is used up.
    """
    book = sheet.book
    left = CHANCE
    for group in (singles, pairs):
        candidates = group(context, book, key)
        values = candidates.values(sheet.lookup)
        hits, left = _met(candidates.found, values, answer, left)
        if hits:
            return tuple(
                _diagnosis(context, sheet, key, hit, alone=len(hits) == 1)
                for hit in hits[:MOST_SHOWN]
            )
    return ()


def _met(
    found: tuple[Candidate, ...], values: list[float | None], answer: Answer, left: float
) -> tuple[list[Candidate], float]:
    """The candidates that give the answer, and what is left of the chance."""
    width = max(answer.radius, NEARLY * abs(answer.value))
    # Digits that were typed exactly still are only so many.
    room = max(width, _unit(answer)) / abs(answer.value) if answer.value else 0.0
    hits: dict[str, Candidate] = {}
    tried: list[float] = []
    for candidate, value in zip(found, values, strict=True):
        if value is None:
            continue
        if not any(abs(value - other) <= width for other in tried):
            left -= room
            if left < 0:
                break
            tried.append(value)
        if abs(value - answer.value) <= width * (1 + NEARLY):
            hits.setdefault(candidate.name, candidate)
    return list(hits.values()), left


def _unit(answer: Answer) -> float:
    """Half a unit of a whole number that was typed."""
    return 0.5 if answer.radius == 0 and answer.figures < 99 else 0.0


def _diagnosis(
    context: Context, sheet: Sheet, key: Key, candidate: Candidate, *, alone: bool
) -> Diagnosis:
    page = context.page
    place = candidate.place if candidate.place is not None else sheet.book.formula(key)
    values = (
        ("part", page.spell(place)),
        ("numbers", page.spell(_with_numbers(context, sheet, place))),
        ("formula", page.spell(candidate.formula)),
        ("name", page.name(*key)),
        ("decimals", str(candidate.decimals or "")),
    )
    return Diagnosis(candidate.name, "only" if alone else "one_of", page.spell(place), values)


def _with_numbers(context: Context, sheet: Sheet, formula: Formula) -> Formula:
    """A formula with the student's own numbers put in."""
    page, run = context.page, context.run

    def number(entry: Entry) -> Number:
        shown = page.shown(run, entry.quantity, sheet.lookup((entry.quantity, entry.index)))
        return Number(shown.value, shown.text)

    return put_in(formula, number)
