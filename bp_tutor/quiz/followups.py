"""Small questions after a mistake: which of several causes it was, and how it is done right."""

from __future__ import annotations

from itertools import islice
from random import Random
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.kinds.entries import asked_steps
from bp_tutor.quiz.mistakes.candidates import pairs, singles
from bp_tutor.quiz.mistakes.diagnose import diagnosis_of, with_numbers
from bp_tutor.quiz.reading import normalised
from bp_tutor.quiz.telling import names_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.quiz.book import Key
    from bp_tutor.quiz.mistakes.candidates import Candidate
    from bp_tutor.quiz.model import Context, Diagnosis, Question, Verdict
    from bp_tutor.quiz.sheet import Sheet

CAUSE, REMEDY = "cause", "remedy"
LETTERS = "abcde"
"""Letters, because an answer may be the number 1 or 2."""
ENTRIES = 4
"""So many entries of each array are looked at for another place of the same mistake."""
PLACES = 8
WIDEST = 68
OPTIONS = 3


class FollowUp(NamedTuple):
    """One small question about an answer; it neither costs nor earns marks."""

    kind: str
    about: Diagnosis
    lead: str
    options: tuple[str, ...]
    diagnoses: tuple[Diagnosis | None, ...]
    """What each option shows: a cause, a mistake, or nothing."""
    right: int | None = None
    """The place of the right option; None where only the student knows."""

    def chosen(self, line: str) -> int | None:
        """The place of the option that a line names by its letter."""
        plain = normalised(line).strip().strip(".()").casefold()
        letters = LETTERS[: len(self.options)]
        return letters.index(plain) if len(plain) == 1 and plain in letters else None


def cause_of(context: Context, sheet: Sheet, verdict: Verdict) -> FollowUp | None:
    """Which of several causes gave this number; they differ in what was put in."""
    if len(verdict.diagnoses) < 2:
        return None
    key = _asked(context, verdict)
    if key is None:
        return None
    found: list[tuple[Diagnosis, Candidate]] = []
    for diagnosis in verdict.diagnoses:
        candidate = _candidate(context, key, diagnosis)
        if candidate is not None and len(found) < len(LETTERS) - 1:
            found.append((diagnosis, candidate))
    page, words = context.page, context.words
    shown = [page.spell(with_numbers(context, sheet, one.formula)) for _, one in found]
    if len(set(shown)) < len(shown):
        # The same numbers by other ways: the symbols tell them apart.
        shown = [page.spell(one.formula) for _, one in found]
    texts = [
        words.text("session.cause", name=names_of(diagnosis, words), formula=formula)
        for (diagnosis, _), formula in zip(found, shown, strict=True)
    ]
    if len(texts) < 2:
        return None
    return FollowUp(
        CAUSE,
        verdict.diagnoses[0],
        words.text("session.which_cause"),
        (*texts, words.text("session.no_cause")),
        (*(diagnosis for diagnosis, _ in found), None),
    )


def _asked(context: Context, verdict: Verdict) -> Key | None:
    """The entry that a verdict's diagnoses are about."""
    found = book_of(context).read(dict(verdict.diagnoses[0].values).get("name", ""))
    return found if isinstance(found, tuple) else None


def _candidate(context: Context, key: Key, diagnosis: Diagnosis) -> Candidate | None:
    book = book_of(context)
    group = pairs if "+" in diagnosis.misconception else singles
    for one in group(context, book, key).found:
        place = one.place if one.place is not None else book.formula(key)
        alike = one.name == diagnosis.misconception and one.decimals is None
        if alike and context.page.spell(place) == diagnosis.place:
            return one
    return None


def remedy_of(
    context: Context, sheet: Sheet, question: Question, diagnosis: Diagnosis, times: int = 0
) -> FollowUp | None:
    """Which formula is the right one at another place where the same mistake can be made.

    `times` is how often there was a small question about it already: the places take turns.
    """
    misconception = diagnosis.misconception.split("+")[0]
    words, page = context.words, context.page
    places = list(islice(_elsewhere(context, question, misconception), times + PLACES))
    turn = times % max(len(places), 1)
    for key, candidate in (*places[turn:], *places[:turn]):
        right = page.spell(book_of(context).formula(key))
        wrong = {page.spell(candidate.formula): candidate}
        for other in singles(context, book_of(context), key).found:
            if other.decimals is None and len(wrong) < OPTIONS - 1:
                wrong.setdefault(page.spell(other.formula), other)
        wrong.pop(right, None)
        if candidate not in wrong.values() or max(map(len, (right, *wrong))) > WIDEST:
            continue
        texts = [right, *wrong]
        Random(f"{page.name(*key)}{misconception}").shuffle(texts)  # noqa: S311 - no secret
        found = [
            diagnosis_of(context, sheet, key, wrong[text], alone=True) if text in wrong else None
            for text in texts
        ]
        about = next(each for each in found if each and each.misconception == misconception)
        asked = words.text(f"misconception.{misconception}.remedy", **dict(about.values))
        lead = words.text("session.which_formula", question=asked, name=page.name(*key))
        options = tuple(f"{page.name(*key)} = {text}" for text in texts)
        return FollowUp(REMEDY, about, lead, options, tuple(found), texts.index(right))
    return None


def _elsewhere(
    context: Context, question: Question, misconception: str
) -> Iterator[tuple[Key, Candidate]]:
    """Other entries where a mistake can be made: those of the same rule first, then the others."""
    book = book_of(context)
    steps = sorted(asked_steps(context), key=lambda step: step.line.rule != question.rule)
    here = []
    for step in steps:
        for place, index in enumerate(step.quantity.indices()):
            if place == ENTRIES:
                break
            key = (step.quantity, index)
            for candidate in singles(context, book, key).found:
                if candidate.name == misconception and candidate.decimals is None:
                    if step.quantity.identifier(index) == question.identifier:
                        here.append((key, candidate))
                    else:
                        yield key, candidate
                    break
    yield from here
