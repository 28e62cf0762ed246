"""What each question is worth, and what a student's paper came to in points."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.explain.worth import worth_of
from bp_tutor.marking.paper import MISSING, UNREADABLE
from bp_tutor.quiz.feedback import joined_names
from bp_tutor.quiz.questions import order_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bp_tutor.marking.called import Called
    from bp_tutor.marking.paper import Mark, Outcome
    from bp_tutor.quiz import Context, Question
    from bp_tutor.tables import Student
    from bp_tutor.words import Words


class Points:
    """What each question is worth: the total shared out, or so much for each of a kind."""

    def __init__(
        self,
        asked: Sequence[Question],
        contexts: Sequence[Context],
        total: float | None = None,
        kinds: Mapping[str, float] | None = None,
    ) -> None:
        """Without `total` and `kinds` each question is worth 1; so is one of a kind not named."""
        self.asked = tuple(asked)
        worth = worth_of([kind_of(question, contexts) for question in asked], total, kinds)
        self._of = {question.full_name: one for question, one in zip(asked, worth, strict=True)}
        self.possible = sum(self._of.values())

    def of(self, question: Question) -> float:
        """What a question is worth."""
        return self._of.get(question.full_name, 0.0)

    def scaled(self, total: float) -> Points:
        """The same shared out of another total."""
        found = Points(self.asked, ())
        found._of = {name: one * total / self.possible for name, one in self._of.items()}
        found.possible = total
        return found


def kind_of(question: Question, contexts: Sequence[Context]) -> str:
    """The kind of quantity that is asked for, `Z` or `dW`."""
    if not contexts:
        return ""
    graph = contexts[question.update - 1].graph
    address = graph.find(question.identifier)
    quantity = address.quantity if address is not None else graph.array(question.identifier)
    return "" if quantity is None else quantity.head


class Mistake(NamedTuple):
    """A mistake that a student made, and in which questions."""

    name: str
    places: tuple[str, ...]
    """The questions, as the course writes them."""


class Result(NamedTuple):
    """What one student's paper came to."""

    student: Student
    points: float
    possible: float
    counts: Mapping[str, int]
    """How many answers are `right`, `carried`, `wrong`, `missing`, `unreadable`."""
    first_wrong: str
    """The first step, in the order of the calculation, that is wrong of itself."""
    mistakes: tuple[Mistake, ...]
    credits: tuple[float | None, ...]
    """Of each question that was asked, in their order; None where the student has no answer."""
    attempts: int
    variant: str
    refused: bool = False
    """Whether nothing says by which numbers to mark."""

    @property
    def share(self) -> float:
        """The part of all points, from 0 to 1."""
        return self.points / self.possible if self.possible else 0.0


COUNTED = ("right", "carried", "wrong", MISSING, UNREADABLE)


def counted_as(mark: Mark) -> str:
    """What an answer counts as: one of `COUNTED`."""
    if mark.verdict is None:
        return mark.result
    if mark.verdict.carried:
        return "carried"
    return "right" if mark.verdict.right else "wrong"


def result_of(
    outcome: Outcome, points: Points, contexts: Sequence[Context], called: Called
) -> Result:
    """A student's points, first wrong step and mistakes; `called` names the questions."""
    words = contexts[0].words
    marks = sorted(
        outcome.marks,
        key=lambda mark: (
            mark.question.update,
            order_of(contexts[mark.question.update - 1], mark.question),
        ),
    )
    wrong = (m for m in marks if m.verdict is not None and not m.verdict.right)
    first = next((m.verdict.first_wrong or m.question.full_name for m in wrong if m.verdict), "")
    earned = {mark.question.full_name: mark for mark in marks}
    values: list[float | None] = []
    for question in points.asked:
        mark = earned.get(question.full_name)
        values.append(None if mark is None or mark.result == MISSING else mark.credit)
    return Result(
        outcome.student,
        round(sum(mark.credit * points.of(mark.question) for mark in marks), 6),
        points.possible,
        Counter(counted_as(mark) for mark in marks),
        called[first] if first else "",
        tuple(_mistakes(marks, called, words)),
        tuple(values),
        outcome.attempts,
        outcome.variant,
        outcome.refused,
    )


def _mistakes(marks: Sequence[Mark], called: Called, words: Words) -> list[Mistake]:
    places: dict[str, list[str]] = {}
    for mark in marks:
        for name in names_in(mark, words):
            places.setdefault(name, []).append(called[mark.question.full_name])
    return [Mistake(name, tuple(where)) for name, where in places.items()]


def names_in(mark: Mark, words: Words) -> list[str]:
    """The mistakes that an answer shows, by name; where it may be one of several, all of these."""
    found = mark.verdict.diagnoses if mark.verdict is not None else ()
    if len(found) == 1:
        return [joined_names([key], words) for key in found[0].keys]
    if not found:
        return []
    names = sorted({joined_names(each.keys, words) for each in found})
    return [any_of(names, words)]


def any_of(names: Sequence[str], words: Words) -> str:
    """One name, or several of which one is meant."""
    if len(names) == 1:
        return names[0]
    return words.text("marking.any_of", names=words.text("marking.or").join(names))


def told(mistake: Mistake, words: Words) -> str:
    """A mistake and where it was made, in words."""
    places = words.text("fact.name_join").join(mistake.places)
    return words.text("results.mistake", name=mistake.name, places=places)
