"""Many answers without a person: each student's sheet marked in the order of the calculation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.asking import LONGEST, mark, understand
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.kinds.entries import numbers_of
from bp_tutor.quiz.model import NotUnderstood, Question, Verdict
from bp_tutor.quiz.sheet import Sheet

if TYPE_CHECKING:
    from bp_tutor.quiz.model import Context

MORE_DIGITS = "quiz.answer.more_digits"


class Marked(NamedTuple):
    """One answer with its verdict, or with what keeps it from being one."""

    verdict: Verdict | None
    refused: NotUnderstood | None = None


def identifier_of(context: Context, text: str) -> str | None:
    """The canonical identifier of what a name stands for, whichever way it is spelled."""
    found = book_of(context).read(text)
    if isinstance(found, tuple):
        return found[0].identifier(found[1])
    return found.name if found is not None else None


def question_of(context: Context, identifier: str) -> Question | None:
    """The question that a canonical identifier asks: one number, or a whole array."""
    book = book_of(context)
    key = book.find(identifier)
    quantity = key[0] if key is not None else book.array(identifier)
    step = book.steps.get(quantity) if quantity is not None else None
    if step is None or step.value is None or quantity is None:
        return None
    kind = "array" if key is None else "update" if step.line.phase == "update" else "number"
    name = (("name", context.page.name(quantity, None)),)
    values = name if key is None else numbers_of(context, key)
    return Question(kind, identifier, step.line.rule, step.update, f"quiz.prompt.{kind}", values)


def mark_sheet(context: Context, answers: list[tuple[Question, str]]) -> list[Marked]:
    """One student's answers, marked in the order of the calculation, given back as they stood."""
    book = book_of(context)
    sheet = Sheet(context)
    found: list[Marked] = [Marked(None)] * len(answers)

    def order(place: int) -> int:
        identifier = answers[place][0].identifier
        key = book.find(identifier)
        quantity = key[0] if key is not None else book.array(identifier)
        return book.order[quantity] if quantity is not None else 0

    for place in sorted(range(len(answers)), key=order):
        question, text = answers[place]
        try:
            if len(text) > LONGEST:
                raise NotUnderstood("quiz.answer.too_long", LONGEST, 1, limit=LONGEST)
            understood = understand(question, text, context)
            found[place] = Marked(mark(question, understood, sheet, context))
        except NotUnderstood as refused:
            if refused.key == MORE_DIGITS:
                verdict = Verdict(
                    right=False, credit=0.0, key="quiz.verdict.digits", values=refused.values
                )
                found[place] = Marked(verdict)
            else:
                found[place] = Marked(None, refused)
    return found
