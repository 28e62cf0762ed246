"""`bp-tutor draw`: the picture of a problem, or of one step of its derivation, in a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli import options, saving
from bp_tutor.cli.options import one_of, whole
from bp_tutor.reader.text import shown

ENDINGS = (".svg", ".pdf", ".png")
VALUES = ("both", "numbers", "symbols")
MOST_STEPS = 1_000_000
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
    from bp_tutor.explain import View, derivation, style_named, symbols_of
    from bp_tutor.explain.steps import steps_of
    from bp_tutor.output.svg import svg_of
    from bp_tutor.pictures import scene_of
    from bp_tutor.pictures.moment import moment_of
    from bp_tutor.solve import solve

    ending = Path(out).suffix.lower()
    if ending not in ENDINGS:
        raise RefusalError("draw.ending", name=shown(out), endings=", ".join(ENDINGS))
    saving.refuse_existing(out, force=force)
    output = options.output_of(lang, False, False, None)
    read = read_problem(problem, None, notation)
    symbols = symbols_of(read, notation)
    trace = solve(read, updates_of(read, None))
    page = page_of(PageChoice(read, symbols, options.files_of(lang), digits))
    page = page._replace(style=style_named("unicode"))
    steps = steps_of(derivation(page.settings, trace, View()))
    if step is not None and step > len(steps):
        raise RefusalError("draw.no_step", number=step, count=len(steps))
    update = steps[step - 1].update if step else 1
    run = next((run for run in trace.runs if run.update == update), trace.runs[0])
    scene = scene_of(page, read, run, values, trace.runs, still=step is None)
    look = "file" if ending == ".svg" else "paper"
    svg = svg_of(scene, moment_of(scene, steps, step or 0), look=look)
    saving.save(out, svg if ending == ".svg" else saving.set_picture(svg, ending[1:]), force=force)
    saving.tell(out, output)
    return 0
