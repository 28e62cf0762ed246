"""A problem solved and laid out, for tests of what is drawn and played."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from bp_tutor.explain import Presentation, View, derivation, symbols_of
from bp_tutor.problem import Problem, load_problem
from bp_tutor.solve import Trace, solve
from tests.presented import Document, presentation_of, presented

PROBLEMS = sorted((Path(__file__).parents[2] / "problems").glob("*.yaml"))
NAMES = [path.stem for path in PROBLEMS]


class Solved(NamedTuple):
    problem: Problem
    page: Presentation
    trace: Trace
    document: Document


def page_of(problem: Problem, language: str = "en", *, columns: bool = False) -> Presentation:
    symbols, rounding = symbols_of(problem), problem.rounding
    return presentation_of(symbols, language, "unicode", problem.digits, rounding, columns)


def solved_path(
    path: Path, language: str = "en", form: str = "index", *, columns: bool = False
) -> Solved:
    problem = load_problem(path)
    page = page_of(problem, language, columns=columns)
    trace = solve(problem, problem.updates if problem.updates <= 3 else 1)
    document = derivation(page.settings, trace, View(form=form))
    return Solved(problem, page, trace, presented(document, page))


def solved(
    name: str, language: str = "en", form: str = "index", *, columns: bool = False
) -> Solved:
    path = next(path for path in PROBLEMS if path.stem == name)
    return solved_path(path, language, form, columns=columns)
