"""From arguments to a problem and a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.api.reading import presented, read_whole, refuse_unknown, rounded
from bp_tutor.cli.saving import note_read
from bp_tutor.frozen import Frozen
from bp_tutor.problem import find_problem
from bp_tutor.reader.text import printable

if TYPE_CHECKING:
    from pathlib import Path

    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Presentation
    from bp_tutor.notations import Symbols
    from bp_tutor.problem import Problem


def read_problem(name: str, rounding: str | None, notation: str | None) -> Problem:
    """The problem that is named, with rounding as asked for."""
    refuse_unknown(notation)
    path = find_problem(name)
    note_read(path)
    return rounded(read_whole(path), rounding)


class PageChoice(Frozen):
    """What decides how a page looks."""

    problem: Problem
    symbols: Symbols
    output: Output
    digits: int | None = None
    whole: bool = False


def page_of(choice: PageChoice) -> Presentation:
    """How this reader sees the problem."""
    output = choice.output
    return presented(
        choice.problem,
        choice.symbols,
        output.words,
        output.style,
        choice.digits,
        whole=choice.whole,
    )


def for_shell(path: Path) -> str:
    """What somebody types to mean the problem of a file, quoted where a shell needs it."""
    import shlex

    from bp_tutor.problem.find import known_as

    return printable(shlex.quote(known_as(path)))
