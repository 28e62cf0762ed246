"""Pages over the shipped problems in any style, and everything that is spelled on them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

from bp_tutor.explain import Document, Line, Matrix, Page, View, derivation, style_named, symbols_of
from bp_tutor.explain.lines import DETAILS, entry_line
from bp_tutor.problem import Problem, load_problem
from bp_tutor.solve import Trace, solve
from bp_tutor.words import load_words

PROBLEMS = sorted((Path(__file__).parents[2] / "problems").glob("*.yaml"))
NAMES = [path.stem for path in PROBLEMS]
FIRST = 2


@cache
def problem_of(name: str) -> Problem:
    return load_problem(next(path for path in PROBLEMS if path.stem == name))


@cache
def trace_of(name: str) -> Trace:
    return solve(problem_of(name), 1)


def page_of(name: str, style: str, notation: str | None = None, language: str = "en") -> Page:
    problem = problem_of(name)
    symbols = symbols_of(problem, notation)
    layout = problem.conventions.layout or symbols.notation.layout
    return Page(
        symbols,
        load_words(language),
        style_named(style),
        problem.digits,
        problem.rounding,
        layout == "columns",
    )


@cache
def document_of(name: str, style: str, language: str = "en", form: str = "both") -> Document:
    page = page_of(name, style, None, language)
    return derivation(page, trace_of(name), View(form=form))


def first_lines(name: str, page: Page) -> Iterator[Line]:
    """The first entries of every quantity."""
    run = trace_of(name).runs[0]
    for step in run.steps:
        for index, _ in zip(step.quantity.indices(), range(FIRST), strict=False):
            yield entry_line(page, run, step, index, DETAILS["full"])


def lines_of(document: Document) -> list[Line]:
    return [block for part in document.sections for block in part.blocks if isinstance(block, Line)]


def formulas_of(line: Line, page: Page) -> Iterator[str]:
    """Every formula of a line as one text, matrices spelled as well."""
    yield line.name
    if line.shape:
        yield line.shape
    for part in line.parts:
        if part.pieces:
            yield "".join(
                page.style.matrix(piece.rows) if isinstance(piece, Matrix) else piece
                for piece in part.pieces
            )
        else:
            yield part.text
