"""What is said before the first question, and again to `help`: what can be typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.spelled import typing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.quiz.session import Session
    from bp_tutor.words import Words

FORMULAS = ("formula", "matrix_formula")
"""The kinds of question that are answered in symbols."""


def introduction(session: Session, words: Words) -> str:
    """How many questions there are, and what an answer looks like."""
    questions = session.questions
    symbols = all(question.kind in FORMULAS for question in questions)
    key = "intro_formulas" if symbols else "intro"
    return words.text(f"session.{key}", count=len(questions))


def help_lines(session: Session, words: Words, *, hints: bool, piped: bool) -> Iterator[str]:
    """The commands, and how symbols are typed where formulas are asked for."""
    if hints:
        yield words.text("session.help.hint")
        yield words.text("session.help.show")
    yield words.text("session.help.others")
    if any(question.kind in FORMULAS for question in session.questions):
        told = [
            words.text("session.help.typed", symbol=symbol, typed=typed)
            if symbol != typed
            else typed
            for symbol, typed in typing(book_of(session.context(0)))
        ]
        if told:
            listed = words.text("fact.name_join").join(told)
            yield words.text("session.help.symbols", symbols=listed)
    if piped:
        yield words.text("session.help.piped")
