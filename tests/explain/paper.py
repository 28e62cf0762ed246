"""Pages over the shipped problems in any style, and everything that is spelled on them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bp_tutor.explain import Presentation, View, derivation, symbols_of
from bp_tutor.explain.lines import DETAILS, entry_line
from bp_tutor.problem import Problem, load_problem
from bp_tutor.solve import Trace, solve
from tests.presented import Document, Line, presentation_of, presented, presented_line

PROBLEMS = sorted((Path(__file__).parents[2] / "problems").glob("*.yaml"))
NAMES = [path.stem for path in PROBLEMS]
FIRST = 2


@cache
def problem_of(name: str) -> Problem:
    return load_problem(next(path for path in PROBLEMS if path.stem == name))


@cache
def trace_of(name: str) -> Trace:
    return solve(problem_of(name), 1)


def page_of(
    name: str, style: str, notation: str | None = None, language: str = "en"
) -> Presentation:
    problem = problem_of(name)
    symbols = symbols_of(problem, notation)
    layout = problem.conventions.layout or symbols.notation.layout
    columns = layout == "columns"
    return presentation_of(symbols, language, style, problem.digits, problem.rounding, columns)


@cache
def document_of(name: str, style: str, language: str = "en", form: str = "both") -> Document:
    page = page_of(name, style, None, language)
    return presented(derivation(page.settings, trace_of(name), View(form=form)), page)


def first_lines(name: str, page: Presentation) -> Iterator[Line]:
    """The first entries of every quantity."""
    run = trace_of(name).runs[0]
    for step in run.steps:
        for index, _ in zip(step.quantity.indices(), range(FIRST), strict=False):
            line = entry_line(page.settings, run, step, index, DETAILS["full"])
            yield presented_line(line, page)


def formulas_of(line: Line) -> Iterator[str]:
    """Every formula of a line as one text."""
    yield line.name
    if line.shape:
        yield line.shape
    yield from (part.text for part in line.parts)
