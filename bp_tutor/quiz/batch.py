"""Many answers without a person: each student's sheet marked in the order of the calculation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.notations.suggest import hint
from bp_tutor.quiz.asking import LONGEST, mark, understand
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.kinds.entries import numbers_of
from bp_tutor.quiz.model import NotUnderstood, Question, Verdict
from bp_tutor.quiz.reading import normalised, shown
from bp_tutor.quiz.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.quiz.book import Book
    from bp_tutor.quiz.model import Context

MORE_DIGITS = "quiz.answer.more_digits"


class Marked(NamedTuple):
    """One answer with its verdict, or with what keeps it from being one."""

    verdict: Verdict | None
    refused: NotUnderstood | None = None


class Unclear(str):
    """What is the matter with the name of an answer: a key of the words, and its values."""

    values: tuple[tuple[str, str], ...]
    near: str

    def __new__(cls, key: str, values: tuple[tuple[str, str], ...] = (), near: str = "") -> Unclear:
        """`near` is the name that was probably meant."""
        made = super().__new__(cls, key)
        made.values, made.near = values, near
        return made


def question_of(contexts: Sequence[Context], text: str) -> Question | Unclear:
    """The question behind a name, whichever way it is spelled: one number, or a whole array.

    `Z[2,1]#2` is of the second update. Else what is the matter with the name.
    """
    name, sign, number = text.rpartition("#")
    if not sign:
        name, number = text, "1"
    known = number.isascii() and number.isdigit() and len(number) < 4
    if not known or not 1 <= int(number) <= len(contexts):
        return Unclear("marking.unknown_update" if known else "marking.unknown_id")
    context = contexts[int(number) - 1]
    book = book_of(context)
    found = book.read(name)
    if found is None:
        return _unclear(book, normalised(name.strip()))
    if book.turned(name.strip()):
        return Unclear("marking.downhill_id")
    quantity, index = found if isinstance(found, tuple) else (found, None)
    step = book.steps.get(quantity)
    if step is None or step.value is None:
        return Unclear("marking.given_id")
    kind = "array" if index is None else "update" if step.line.phase == "update" else "number"
    identifier = quantity.name if index is None else quantity.identifier(index)
    called = (("name", context.page.name(quantity, None)),)
    values = called if index is None else numbers_of(context, (quantity, index))
    return Question(kind, identifier, step.line.rule, step.update, f"quiz.prompt.{kind}", values)


def _unclear(book: Book, name: str) -> Unclear:
    """A name of nothing, or of several numbers: what it may have meant."""
    asked = {step.quantity for step in book.run.steps if step.value is not None}
    found = hint(book.names, name, asked)
    if found.key == "unknown":
        return Unclear("marking.unknown_id", (), found.near)
    return Unclear(
        f"naming.{found.key}", (("name", shown(name)), ("names", found.listed)), found.near
    )


def mark_sheet(
    contexts: Sequence[Context], answers: Sequence[tuple[Question, str]]
) -> list[Marked]:
    """One student's answers, marked in the order of the calculation, given back as they stood."""
    sheets: list[Sheet] = []
    for context in contexts:
        sheets.append(Sheet(context, sheets[-1] if sheets else None))
    found: list[Marked] = [Marked(None)] * len(answers)

    def order(place: int) -> tuple[int, int]:
        question = answers[place][0]
        book = book_of(contexts[question.update - 1])
        key = book.find(question.identifier)
        quantity = key[0] if key is not None else book.array(question.identifier)
        return question.update, book.order[quantity] if quantity is not None else 0

    for place in sorted(range(len(answers)), key=order):
        question, text = answers[place]
        context, sheet = contexts[question.update - 1], sheets[question.update - 1]
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
