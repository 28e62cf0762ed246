"""How the tests see a problem."""

from __future__ import annotations

from bp_tutor.explain import Page, style_named, symbols_of
from bp_tutor.problem import Problem
from bp_tutor.words import load_words


def page_of(problem: Problem, language: str = "en") -> Page:
    """The page of a reader of Unicode."""
    return Page(
        symbols=symbols_of(problem),
        words=load_words(language),
        style=style_named("unicode"),
        digits=problem.digits,
        rounding=problem.rounding,
    )
