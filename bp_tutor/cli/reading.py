"""From arguments to a problem and a page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.cli import options
from bp_tutor.problem import find_problem, load_problem

if TYPE_CHECKING:
    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Page
    from bp_tutor.notations import Symbols
    from bp_tutor.problem import Problem
    from bp_tutor.words import Words


def read_problem(
    name: str, rounding: str | None, notation: str | None, words: Words
) -> Problem:
    """The problem that is named, with rounding as asked for."""
    from bp_tutor.notations import notation_names
    from bp_tutor.problem.forms import read_rounding

    if notation is not None and notation not in notation_names():
        raise options.refuse(
            words, "error.unknown_notation", name=notation, names=", ".join(notation_names())
        )
    problem = load_problem(find_problem(name))
    if rounding is None:
        return problem
    asked = read_rounding(rounding)
    if asked is None:
        raise options.refuse(words, "error.rounding", name=rounding)
    return problem._replace(rounding=asked)


class PageChoice(NamedTuple):
    """What decides how a page looks."""

    problem: Problem
    symbols: Symbols
    output: Output
    digits: int | None = None
    whole: bool = False


def page_of(choice: PageChoice) -> Page:
    """How this reader sees the problem."""
    from bp_tutor.explain import Page, style_named

    problem, symbols = choice.problem, choice.symbols
    layout = problem.conventions.layout or symbols.notation.layout
    return Page(
        symbols=symbols,
        words=choice.output.words,
        style=style_named(choice.output.style),
        digits=choice.digits or problem.digits,
        rounding=problem.rounding,
        columns=layout == "columns",
        whole=choice.whole,
    )
