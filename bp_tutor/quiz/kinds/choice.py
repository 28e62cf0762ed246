"""One of several: the shape of an array, the rule of a value, the paths to the loss."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.kinds import paths
from bp_tutor.quiz.kinds.array import shown_shape
from bp_tutor.quiz.kinds.entries import Samples, asked_steps, key_of
from bp_tutor.quiz.model import Diagnosis, NotUnderstood, Question, Understood, Verdict
from bp_tutor.quiz.reading import normalised
from bp_tutor.quiz.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.book import Key
    from bp_tutor.quiz.model import Context

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
    for key in paths.keys(context):
        ways = paths.options(context, key)
        if ways:
            yield _question(context, key[0], paths.PROMPT, ways, key)


def _question(
    context: Context, quantity: Quantity, prompt: str, options: list[str], key: Key | None = None
) -> Question:
    step = book_of(context).steps[quantity]
    kept = options[:MOST]
    identifier = quantity.name if key is None else key[0].identifier(key[1])
    # Mixed the same way every time, so that an answer keeps its meaning.
    Random(f"{identifier}{prompt}").shuffle(kept)  # noqa: S311 - no secret
    named = (quantity, None) if key is None else paths.value_of_derivative(key)
    values = (("name", context.page.name(*named)),)
    return Question("choice", identifier, step.line.rule, step.update, prompt, values, tuple(kept))


def _rule(context: Context, rule: str) -> str:
    return context.words.rule(rule)


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


def mark(question: Question, understood: Understood, sheet: Sheet, context: Context) -> Verdict:
    """Right where it is the shape, the rule or the paths of the trace."""
    right = _right(question, context)
    chosen = understood.text
    values = (("name", dict(question.values)["name"]), ("first", ""))
    good = chosen == right
    return Verdict(
        right=good,
        credit=1.0 if good else 0.0,
        first_wrong=None if good else question.full_name,
        understood=chosen,
        diagnoses=() if good else _diagnoses(question, chosen, right, sheet, context),
        key=f"quiz.verdict.{'right' if good else 'wrong'}",
        values=values,
    )


def _diagnoses(
    question: Question, chosen: str, right: str, sheet: Sheet, context: Context
) -> tuple[Diagnosis, ...]:
    if question.prompt_key == paths.PROMPT:
        return paths.diagnoses(context, sheet, key_of(question, context), chosen)
    if question.prompt_key == SHAPE and chosen == "×".join(reversed(right.split("×"))):
        name = dict(question.values)["name"]
        parts = (("part", name), ("numbers", right), ("name", name), ("decimals", ""))
        return (Diagnosis("rows_and_columns", "only", name, parts),)
    return ()


def _right(question: Question, context: Context) -> str:
    if question.prompt_key == RULE:
        return _rule(context, question.rule)
    if question.prompt_key == paths.PROMPT:
        return paths.right(context, key_of(question, context))
    quantity = book_of(context).array(question.identifier)
    assert quantity is not None
    rows, columns = shown_shape(context, quantity)
    return f"{rows}×{columns}"


def samples(question: Question, context: Context) -> Samples:
    """The right one by number, letter and words; the others; and what is none of them."""
    right = _right(question, context)
    place = question.choices.index(right)
    sheet = Sheet(context)
    others = []
    for option in question.choices:
        if option != right:
            found = _diagnoses(question, option, right, sheet, context)
            others.append((option, found[0].misconception if found else ""))
    malformed = ("", "0", "9", "z", "1.5", "\x00", "🙂", "a" * 10_000, "9" * 10_000)
    return Samples(
        (str(place + 1), LETTERS[place], right, f" {place + 1}. "), tuple(others), malformed
    )
