"""`bp-tutor quiz`: questions about a problem, marked one by one."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bp_tutor.api.quiz_options import FORMS, GIVEN, LEVELS, Asked
from bp_tutor.cli import options
from bp_tutor.cli.menu import choose, choose_begun
from bp_tutor.cli.options import Seed, one_of, whole
from bp_tutor.cli.taking import begin, take
from bp_tutor.cli.talk import talker_of
from bp_tutor.problem import find_problem

Level = Annotated[
    str, typer.Option("--level", metavar="|".join(LEVELS), parser=one_of("--level", LEVELS))
]
Form = Annotated[
    str, typer.Option("--form", metavar="|".join(FORMS), parser=one_of("--form", FORMS))
]
Given = Annotated[
    str, typer.Option("--given", metavar="|".join(GIVEN), parser=one_of("--given", GIVEN))
]
Count = Annotated[
    int | None, typer.Option("--count", metavar="N", parser=whole("--count", 1, 10_000))
]
ProblemOrNone = Annotated[str | None, typer.Argument(metavar="[PROBLEM]")]


def quiz(
    problem: ProblemOrNone = None,
    ask: Annotated[list[str] | None, typer.Option("--ask", metavar="KINDS")] = None,
    layer: Annotated[list[str] | None, typer.Option("--layer", metavar="N")] = None,
    count: Count = None,
    updates: options.AskedUpdates = None,
    level: Level = "numbers",
    form: Form = "index",
    shuffle: Annotated[bool, typer.Option("--shuffle")] = False,
    seed: Seed = None,
    hints: Annotated[bool, typer.Option("--hints/--no-hints")] = True,
    given: Given = "all",
    resume: Annotated[bool, typer.Option("--resume")] = False,
    plain: Annotated[bool, typer.Option("--plain")] = False,
    json: options.Json = False,
    notation: options.Notation = None,
    lang: options.Lang = None,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Ask, mark, and say what it came to."""
    output = options.output_of(lang, ascii_only, no_color or plain, width)
    if json:
        # The talk leaves standard output to the result.
        output = output._replace(stream=sys.stderr, colour=False)
    talker = talker_of(output, plain=plain, notation=notation)
    asked = Asked(
        ask=tuple(ask or ()), layer=tuple(layer or ()), most=count, level=level, form=form,
        shuffle=shuffle, seed=seed, hints=hints, given=given, updates=updates,
    )  # fmt: skip
    if resume:
        path = None if problem is None else str(find_problem(problem).resolve())
        chosen = choose_begun(talker, path)
    elif problem is not None:
        chosen = begin(talker, problem, asked)
    else:
        chosen = choose(talker, asked)
    return 0 if chosen is None else take(talker, chosen, json=json)
