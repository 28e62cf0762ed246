"""A problem solved and laid out, for tests of what is drawn and played."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from bp_tutor.explain import Document, Page, View, derivation, style_named, symbols_of
from bp_tutor.problem import Problem, load_problem
from bp_tutor.solve import Trace, solve
from bp_tutor.words import load_words

PROBLEMS = sorted((Path(__file__).parents[2] / "problems").glob("*.yaml"))
NAMES = [path.stem for path in PROBLEMS]


class Solved(NamedTuple):
    problem: Problem
    page: Page
    trace: Trace
    document: Document


def page_of(problem: Problem, language: str = "en", *, columns: bool = False) -> Page:
    return Page(
        symbols=symbols_of(problem),
        words=load_words(language),
        style=style_named("unicode"),
        digits=problem.digits,
        rounding=problem.rounding,
        columns=columns,
    )


def solved_path(
    path: Path, language: str = "en", form: str = "index", *, columns: bool = False
) -> Solved:
    problem = load_problem(path)
    page = page_of(problem, language, columns=columns)
    trace = solve(problem, problem.updates if problem.updates <= 3 else 1)
    return Solved(problem, page, trace, derivation(page, trace, View(form=form)))


def solved(
    name: str, language: str = "en", form: str = "index", *, columns: bool = False
) -> Solved:
    path = next(path for path in PROBLEMS if path.stem == name)
    return solved_path(path, language, form, columns=columns)
