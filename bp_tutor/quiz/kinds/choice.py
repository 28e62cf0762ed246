"""One of several: which shape an array has, by which rule a value is found."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.kinds.array import shown_shape
from bp_tutor.quiz.kinds.entries import Samples, asked_steps
from bp_tutor.quiz.model import Diagnosis, NotUnderstood, Question, Understood, Verdict
from bp_tutor.quiz.reading import normalised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.model import Context
    from bp_tutor.quiz.sheet import Sheet

SHAPE, RULE = "quiz.prompt.shape", "quiz.prompt.rule"
LETTERS = "abcdefgh"
MOST = 4


def make(context: Context) -> Iterator[Question]:
    """The shape of each array, and the rule of each step."""
    rules = list(dict.fromkeys(_rule(context, step.line.rule) for step in asked_steps(context)))
    for step in asked_steps(context):
        quantity = step.quantity
        if len(quantity.shape) == 2 and quantity.size > 1:
            shapes = _shapes(context, quantity)
            if len(shapes) > 1:
                yield _question(context, quantity, SHAPE, shapes)
        right = _rule(context, step.line.rule)
        others = [rule for rule in rules if rule != right]
        if others:
            yield _question(context, quantity, RULE, [right, *others])


def _question(context: Context, quantity: Quantity, prompt: str, options: list[str]) -> Question:
    step = book_of(context).steps[quantity]
    kept = options[:MOST]
    # Mixed the same way every time, so that an answer keeps its meaning.
    Random(f"{quantity.name}{prompt}").shuffle(kept)  # noqa: S311 - no secret
    name = context.page.name(quantity, None)
    return Question(
        "choice", quantity.name, step.line.rule, step.update, prompt, (("name", name),), tuple(kept)
    )


def _rule(context: Context, rule: str) -> str:
    return context.words.text(f"rule.{rule}.short")


def _shapes(context: Context, quantity: Quantity) -> list[str]:
    """The right shape first, then those that mistakes make of it."""
    rows, columns = shown_shape(context, quantity)
    inner = [one for q in book_of(context).above(quantity) for one in q.shape if len(q.shape) == 2]
    others = [(columns, rows), *((rows, one) for one in inner), *((one, columns) for one in inner)]
    found = dict.fromkeys(f"{a}×{b}" for a, b in [(rows, columns), *others])
    return list(found)


def understand(question: Question, text: str, _: Context) -> Understood:
    """The choice by its number, its letter or its words."""
    plain = normalised(text).strip().strip(".()").casefold()
    options = [option.casefold() for option in question.choices]
    plain = plain.replace("x", "×").replace("*", "×") if question.prompt_key == SHAPE else plain
    place = -1
    if plain in options:
        place = options.index(plain)
    elif len(plain) == 1 and plain in LETTERS[: len(options)]:
        place = LETTERS.index(plain)
    elif plain.isascii() and plain.isdigit() and len(plain) < 3:
        place = int(plain) - 1
    if not 0 <= place < len(options):
        raise NotUnderstood("quiz.answer.unknown_choice", 0, max(len(text), 1), count=len(options))
    return Understood(question.choices[place], place)


def mark(question: Question, understood: Understood, _: Sheet, context: Context) -> Verdict:
    """Right where it is the shape or the rule of the trace."""
    quantity = book_of(context).array(question.identifier)
    assert quantity is not None
    right = _right(question, quantity, context)
    chosen = understood.text
    values = (("name", dict(question.values)["name"]), ("first", ""))
    diagnoses: tuple[Diagnosis, ...] = ()
    turned = "×".join(reversed(right.split("×")))
    if question.prompt_key == SHAPE and chosen == turned != right:
        name = values[0][1]
        parts = (("part", name), ("numbers", right), ("name", name), ("decimals", ""))
        diagnoses = (Diagnosis("rows_and_columns", "only", name, parts),)
    good = chosen == right
    return Verdict(
        right=good,
        credit=1.0 if good else 0.0,
        first_wrong=None if good else question.full_name,
        understood=chosen,
        diagnoses=() if good else diagnoses,
        key=f"quiz.verdict.{'right' if good else 'wrong'}",
        values=values,
    )


def _right(question: Question, quantity: Quantity, context: Context) -> str:
    if question.prompt_key == RULE:
        return _rule(context, question.rule)
    rows, columns = shown_shape(context, quantity)
    return f"{rows}×{columns}"


def samples(question: Question, context: Context) -> Samples:
    """The right one by number, letter and words; the others; and what is none of them."""
    quantity = book_of(context).array(question.identifier)
    assert quantity is not None
    right = _right(question, quantity, context)
    place = question.choices.index(right)
    others = tuple((option, "") for option in question.choices if option != right)
    malformed = ("", "0", "9", "z", "1.5", "\x00", "🙂", "a" * 10_000, "9" * 10_000)
    return Samples((str(place + 1), LETTERS[place], right, f" {place + 1}. "), others, malformed)
