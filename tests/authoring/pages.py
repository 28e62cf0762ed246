"""How the tests see a problem."""

from __future__ import annotations

from bp_tutor.explain import Presentation, symbols_of
from bp_tutor.problem import Problem
from tests.presented import presentation_of


def page_of(problem: Problem, language: str = "en") -> Presentation:
    """The page of a reader of Unicode."""
    digits, rounding = problem.digits, problem.rounding
    return presentation_of(symbols_of(problem), language, "unicode", digits, rounding)
