"""From arguments to a problem and a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.cli.refusal import RefusalError, nearest
from bp_tutor.cli.saving import note_read
from bp_tutor.cli.values import shown
from bp_tutor.frozen import Frozen
from bp_tutor.problem import find_problem, load_problem

if TYPE_CHECKING:
    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Page
    from bp_tutor.notations import Symbols
    from bp_tutor.problem import Problem


def read_problem(name: str, rounding: str | None, notation: str | None) -> Problem:
    """The problem that is named, with rounding as asked for."""
    from bp_tutor.notations import notation_names
    from bp_tutor.problem.rounded import read_rounding

    if notation is not None and notation not in notation_names():
        known = notation_names()
        raise RefusalError(
            "error.unknown_notation",
            nearest(notation, known),
            name=shown(notation),
            names=", ".join(known),
        )
    path = find_problem(name)
    note_read(path)
    problem = load_problem(path)
    if problem.published:
        from bp_tutor.authoring.published.names import check_names

        check_names(problem)
    if rounding is None:
        return problem
    asked = read_rounding(rounding)
    if asked is None:
        raise RefusalError("error.rounding", name=shown(rounding))
    return problem._replace(rounding=asked)


USUAL_UPDATES = 3


def updates_of(problem: Problem, asked: int | None) -> int:
    """As many updates as asked for; else as the file says, where that is a few."""
    if asked is not None:
        return asked
    return problem.updates if problem.updates <= USUAL_UPDATES else 1


class PageChoice(Frozen):
    """What decides how a page looks."""

    problem: Problem
    symbols: Symbols
    output: Output
    digits: int | None = None
    whole: bool = False


def page_of(choice: PageChoice) -> Page:
    """How this reader sees the problem."""
    from bp_tutor.explain import Page, named_words, style_named

    problem, symbols = choice.problem, choice.symbols
    layout = problem.conventions.layout or symbols.notation.layout
    return Page(
        symbols=symbols,
        words=named_words(choice.output.words, problem),
        style=style_named(choice.output.style),
        digits=choice.digits or problem.digits,
        rounding=problem.rounding,
        columns=layout == "columns",
        whole=choice.whole,
    )
