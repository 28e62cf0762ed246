"""Exercises to mark by, told in plain values: so they can be made anew in another process."""

from __future__ import annotations

from pickle import dumps, loads
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.api.reading import presented, updates_of
from bp_tutor.words import PlainWords, load_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.problem import Problem
    from bp_tutor.quiz import Context
    from bp_tutor.words import Words


class Recipe(NamedTuple):
    """What decides how answers to a problem are marked, and how the marks are told."""

    problem: bytes
    """The problem, pickled by this program."""
    notation: str | None
    digits: int | None
    updates: int | None
    language: str
    style: str
    plain: bool
    """Whether the words keep to ASCII."""

    def contexts(self) -> Sequence[Context]:
        """The problem worked out, an update after the other."""
        from bp_tutor.explain import symbols_of
        from bp_tutor.quiz import contexts_of
        from bp_tutor.solve import solve

        problem: Problem = loads(self.problem)  # noqa: S301 - it was made by `recipe_of`
        words: Words = load_words(self.language)
        symbols = symbols_of(problem, self.notation)
        page = presented(
            problem, symbols, PlainWords(words) if self.plain else words, self.style, self.digits
        )
        return contexts_of(solve(problem, updates_of(problem, self.updates)), page)


def recipe_of(
    problem: Problem,
    words: Words,
    style: str,
    notation: str | None = None,
    digits: int | None = None,
    updates: int | None = None,
) -> Recipe:
    """The recipe of a problem, for a reader of these words and signs."""
    plain = isinstance(words, PlainWords)
    return Recipe(dumps(problem), notation, digits, updates, words.language, style, plain)
