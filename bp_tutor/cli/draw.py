"""`bp-tutor draw`: the picture of a problem, or of one step of its derivation, in a file."""

from __future__ import annotations

from typing import Annotated

import typer

from bp_tutor.api.picture import MOST_STEPS, VALUES, picture_svg, refuse_ending, set_picture
from bp_tutor.cli import options, saving
from bp_tutor.cli.options import one_of, whole

Values = Annotated[
    str, typer.Option("--values", metavar="|".join(VALUES), parser=one_of("--values", VALUES))
]
Step = Annotated[
    int | None, typer.Option("--step", metavar="N", parser=whole("--step", 1, MOST_STEPS))
]


def draw(
    problem: options.Problem,
    out: Annotated[str, typer.Option("-o", "--output", metavar="FILE")],
    step: Step = None,
    values: Values = "both",
    digits: options.Digits = None,
    notation: options.Notation = None,
    lang: options.Lang = None,
    force: saving.Force = False,
) -> int:
    """Draw what is given, or the picture at one step, and save it."""
    from bp_tutor.api.reading import updates_of
    from bp_tutor.cli.reading import PageChoice, page_of, read_problem
    from bp_tutor.explain import style_named, symbols_of
    from bp_tutor.solve import solve

    ending = refuse_ending(out)
    saving.refuse_existing(out, force=force)
    output = options.output_of(lang, False, False, None)
    read = read_problem(problem, None, notation)
    symbols = symbols_of(read, notation)
    trace = solve(read, updates_of(read, None))
    page = page_of(PageChoice(read, symbols, options.files_of(lang), digits))
    page = page._replace(style=style_named("unicode"))
    svg = picture_svg(page, trace, step, values, paper=ending != ".svg")
    saving.save(out, svg if ending == ".svg" else set_picture(svg, ending[1:]), force=force)
    saving.tell(out, output)
    return 0
