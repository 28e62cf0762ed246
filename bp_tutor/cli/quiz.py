"""`bp-tutor quiz`: questions about a problem, marked one by one."""

from __future__ import annotations

from typing import Annotated

import typer

from bp_tutor.cli import options
from bp_tutor.cli.values import one_of, whole

LEVELS = ("numbers", "formulas", "shapes", "mixed")
FORMS = ("index", "matrix")
LARGEST_SEED = 999_999_999
Level = Annotated[
    str, typer.Option("--level", metavar="|".join(LEVELS), parser=one_of("--level", LEVELS))
]
Form = Annotated[
    str, typer.Option("--form", metavar="|".join(FORMS), parser=one_of("--form", FORMS))
]
Count = Annotated[
    int | None, typer.Option("--count", metavar="N", parser=whole("--count", 1, 10_000))
]
Seed = Annotated[
    int | None, typer.Option("--seed", metavar="N", parser=whole("--seed", 0, LARGEST_SEED))
]
Problem = Annotated[str | None, typer.Argument(metavar="[PROBLEM]")]


def quiz(
    problem: Problem = None,
    ask: Annotated[list[str] | None, typer.Option("--ask", metavar="KINDS")] = None,
    layer: Annotated[list[str] | None, typer.Option("--layer", metavar="N")] = None,
    count: Count = None,
    updates: options.AskedUpdates = None,
    level: Level = "numbers",
    form: Form = "index",
    shuffle: Annotated[bool, typer.Option("--shuffle")] = False,
    seed: Seed = None,
    hints: Annotated[bool, typer.Option("--hints/--no-hints")] = True,
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
    import sys

    from bp_tutor.cli.quizzing import begin, go_on
    from bp_tutor.cli.room import Asked, Room
    from bp_tutor.cli.taking import take
    from bp_tutor.cli.talk import LineTalk
    from bp_tutor.quiz.store import open_store

    output = options.output_of(lang, ascii_only, no_color or plain, width)
    if json:
        # The talk leaves standard output to the result.
        output = output._replace(stream=sys.stderr, colour=False)
    room = Room(output, LineTalk(output, plain=plain), open_store(), notation, json)
    room.say_troubles(room.opened.troubles)
    asked = Asked(
        ask=tuple(ask or ()), layer=tuple(layer or ()), most=count, level=level, form=form,
        shuffle=shuffle, seed=seed, hints=hints, updates=updates,
    )  # fmt: skip
    if resume:
        return take(room, go_on(room, problem))
    if problem is not None:
        return take(room, begin(room, problem, asked))
    from bp_tutor.cli.menu import choose

    chosen = choose(room, asked)
    return 0 if chosen is None else take(room, chosen)
