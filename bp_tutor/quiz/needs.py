"""What a question needs: the given values, the student's own answers, what else is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.explain.given import given_section
from bp_tutor.explain.numbers import format_given
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.frozen import RULE as KEPT
from bp_tutor.quiz.mistakes.candidates import singles
from bp_tutor.quiz.model import full_name
from bp_tutor.quiz.moving import leaves_of

if TYPE_CHECKING:
    from bp_tutor.explain import Block
    from bp_tutor.quiz.book import Book, Key
    from bp_tutor.quiz.model import Context, Question
    from bp_tutor.quiz.sheet import Sheet

MOST_SHOWN = 12
"""So many values of one sort stand with the question; the others are shown when asked for."""
NUMBERS = ("number", "update", "array")
"""The kinds whose values may be shown: to name them would give a formula away."""


class Needs(NamedTuple):
    """Values with their numbers, `Z₂₁ = 1.5`, by where they come from."""

    given: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    """Calculated values that were not asked for or not answered."""


def needs_of(
    context: Context, question: Question, sheet: Sheet, shown: frozenset[str] = frozenset()
) -> Needs:
    """The values that stand in the formula of what is asked for.

    `shown` are the identifiers whose values were shown instead of answered.
    """
    if question.kind not in NUMBERS:
        return Needs()
    book = book_of(context)
    given: list[str] = []
    own: list[str] = []
    known: list[str] = []
    for key in _leaves(context, book, question):
        if not book.known(key):
            continue
        value = sheet.lookup(key)
        number = context.page.settings.shown(context.run, key[0], value)
        bucket = known if _calculated(book, key) else given
        if _answered(sheet, key, shown):
            # With no digits that were not typed.
            number = format_given(value, context.page.settings.digits)
            bucket = own
        bucket.append(f"{context.page.name(*key)} = {context.page.figure(number)}")
    return Needs(tuple(given), tuple(own), tuple(known))


def all_given(context: Context) -> tuple[Block, ...]:
    """Everything that the exercise gives: which of it a formula needs is left to the student."""
    section = given_section(context.page.settings, context.run)
    return section.blocks if section is not None else ()


def _answered(sheet: Sheet, key: Key, shown: frozenset[str]) -> bool:
    """Whether it was answered: here, or as a new weight of the update before."""
    if key in sheet.answers:
        return full_name(key[0].identifier(key[1]), sheet.book.run.update) not in shown
    new = sheet.book.inherited.get(key[0])
    return (
        new is not None
        and sheet.before is not None
        and (_answered(sheet.before, (new, key[1]), shown))
    )


def _calculated(book: Book, key: Key) -> bool:
    return key[0] in book.steps or key[0] in book.inherited


def figures_of(context: Context, question: Question, sheet: Sheet) -> tuple[tuple[str, float], ...]:
    """The numbers that an answer rests on, and at last the expected one, by identifier."""
    book = book_of(context)
    found = [
        (key[0].identifier(key[1]), sheet.lookup(key))
        for key in _leaves(context, book, question)[: 4 * MOST_SHOWN]
        if book.known(key)
    ]
    expected = book.find(question.identifier)
    if expected is not None and book.known(expected):
        found.append((question.identifier, book.exact(expected)))
    return tuple(found)


def _leaves(context: Context, book: Book, question: Question) -> list[Key]:
    """The entries in the formula of an entry, or of all entries of an array, each once."""
    key = book.find(question.identifier)
    if key is not None and question.rule == KEPT:
        # Without what an update would need, the values would give the answer away.
        updated = (one.formula for one in singles(context, book, key).found)
        return list(dict.fromkeys(leaf for formula in updated for leaf in leaves_of(formula)))
    if key is not None:
        return list(book.leaves(key))
    array = book.array(question.identifier)
    found: dict[Key, None] = {}
    if array is not None:
        for index in array.indices():
            found |= dict.fromkeys(book.leaves((array, index)))
            if len(found) > 4 * MOST_SHOWN:
                break
    return list(found)
