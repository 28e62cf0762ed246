"""One number: the value of one entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.kinds.entries import (
    MALFORMED,
    Samples,
    asked_steps,
    key_of,
    mark_entry,
    numbers_of,
)
from bp_tutor.quiz.mistakes.candidates import singles
from bp_tutor.quiz.model import Question, Understood
from bp_tutor.quiz.reading import Typed, read_number
from bp_tutor.quiz.sheet import Sheet
from bp_tutor.quiz.tolerance import Answer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.quiz.model import Context, Verdict

KIND = "number"
UPDATE = "update"
MOST_ENTRIES = 60
"""So many entries of one array are asked for; a larger array only at its first ones."""
WIDE = str.maketrans("0123456789.-", "０１２３４５６７８９．−")


def make(context: Context) -> Iterator[Question]:
    """A question for each entry of each step, updates apart."""
    return _questions(context, KIND)


def make_updates(context: Context) -> Iterator[Question]:
    """A question for each new weight."""
    return _questions(context, UPDATE)


def _questions(context: Context, kind: str) -> Iterator[Question]:
    for step in asked_steps(context):
        if (step.line.phase == "update") != (kind == UPDATE):
            continue
        for place, index in enumerate(step.quantity.indices()):
            if place >= MOST_ENTRIES:
                break
            key = (step.quantity, index)
            yield Question(
                kind,
                step.quantity.identifier(index),
                step.line.rule,
                step.update,
                f"quiz.prompt.{kind}",
                numbers_of(context, key),
            )


def understand(_: Question, text: str, __: Context) -> Understood:
    """The number that was typed, and its echo."""
    typed = read_number(text)
    return Understood(echo(typed), typed)


def echo(typed: Typed) -> str:
    """What was understood: the number itself, or what an expression gives."""
    plain = typed.text.replace(" ", "")
    shown = f"{typed.value:.6g}"
    same = typed.figures < 99 and not plain.endswith("%")
    return plain if same else f"{plain[:60]} = {shown}"


def mark(question: Question, understood: Understood, sheet: Sheet, context: Context) -> Verdict:
    """Right, carried, or wrong with what explains it."""
    assert isinstance(understood.value, Typed)
    found = mark_entry(context, sheet, key_of(question, context), understood.value)
    return found._replace(understood=understood.text)


def samples(question: Question, context: Context) -> Samples:
    """The value in several ways of typing, and what mistakes make of it."""
    key = key_of(question, context)
    book = book_of(context)
    exact = book.exact(key)
    # Plain decimals, wide enough that every way of typing keeps enough digits.
    plain = f"{exact:#.8g}"
    right = [plain, plain.translate(WIDE), f"({plain})", f"{exact:#.5g}", f"{exact * 100!r}%"]
    if "e" not in plain and len(plain.partition(".")[2]) > 3:
        right.append(plain.replace(".", ","))
    sheet = Sheet(context)
    values = singles(context, book, key).values(sheet.lookup)
    wrong = []
    for candidate, value in zip(singles(context, book, key).found, values, strict=True):
        if value is None or value == 0 or abs(value) > 1e9:
            continue
        text = f"{value:#.9g}"
        typed = read_number(text)
        answer = Answer(typed.value, typed.radius, typed.figures)
        if typed.figures >= 5 and sheet.judge(key, answer).status == "wrong":
            wrong.append((text, candidate.name))
    if exact:
        wrong.append(("0", ""))
    return Samples(tuple(right), tuple(wrong), MALFORMED)
