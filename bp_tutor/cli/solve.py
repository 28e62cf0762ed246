"""`bp-tutor solve`: the whole derivation of a problem."""

from __future__ import annotations

from typing import Annotated

import typer

from bp_tutor.cli import options, paper, saving
from bp_tutor.cli.play import can_play
from bp_tutor.cli.play import play as walk
from bp_tutor.cli.reading import PageChoice, page_of, read_problem, updates_of
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.values import one_of
from bp_tutor.cli.view import view_of

DETAIL = ("formula", "numbers", "full")
FORM = ("index", "matrix", "both")

Detail = Annotated[
    str,
    typer.Option("--detail", metavar="|".join(DETAIL), parser=one_of("--detail", DETAIL)),
]
Form = Annotated[str, typer.Option("--form", metavar="|".join(FORM), parser=one_of("--form", FORM))]


def solve(
    problem: options.Problem,
    only: Annotated[list[str] | None, typer.Option("--only", metavar="KINDS")] = None,
    layer: Annotated[list[str] | None, typer.Option("--layer", metavar="N")] = None,
    entry: Annotated[list[str] | None, typer.Option("--entry", metavar="SYMBOL")] = None,
    detail: Detail = "full",
    form: Form = "index",
    digits: options.Digits = None,
    rounding: options.Rounding = None,
    updates: options.Updates = None,
    notation: options.Notation = None,
    lang: options.Lang = None,
    symbolic: Annotated[bool, typer.Option("--symbolic")] = False,
    play: Annotated[bool, typer.Option("--play")] = False,
    json: options.Json = False,
    out: saving.Out = None,
    file_format: paper.FormatName = None,
    force: saving.Force = False,
    whole: options.All = False,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Print the derivation, its JSON, or its SymPy expressions; or write it into a file."""
    from bp_tutor.explain import derivation, symbols_of
    from bp_tutor.render.terminal import write_document
    from bp_tutor.solve import solve as solve_problem

    if play:
        asked_too = {"--json": json, "--symbolic": symbolic, "-o": out, "--format": file_format}
        for other in (name for name, value in asked_too.items() if value):
            raise RefusalError("walk.alone", option="--play", other=other)
    output = options.output_of(lang, ascii_only, no_color, width)
    asked = "json" if json and out else file_format
    target = paper.target_of(out, asked, force=force) if out or asked else None
    read = read_problem(problem, rounding, notation)
    symbols = symbols_of(read, notation)
    trace = solve_problem(read, updates_of(read, updates))
    view = view_of(trace.runs[0], symbols, only, layer, entry, detail, form)
    if target is not None:
        if symbolic:
            raise RefusalError("paper.symbolic", option="--symbolic")
        sheet = page_of(PageChoice(read, symbols, output, digits, whole))
        return paper.write_paper(paper.sheet_of(sheet, trace, view, lang), target)
    if json:
        from bp_tutor.render.json_trace import write_trace

        return 0 if write_trace(trace, symbols, view, output.stream) else 1
    page = page_of(PageChoice(read, symbols, output, digits, whole))
    if symbolic:
        from bp_tutor.render.symbolic import symbolic_rows

        rows = list(symbolic_rows(page, trace.runs[0], view, output.width))
        if not rows:
            raise RefusalError("error.nothing_to_show")
        output.rows(rows)
        return 0
    document = derivation(page, trace, view, output.width)
    if not any(part.blocks for part in document.sections):
        raise RefusalError("error.nothing_to_show")
    if play and can_play(output):
        walk(output, page, trace, document)
        return 0 if document.sound else 1
    write_document(document, output.stream, width=output.width, colour=output.colour)
    return 0 if document.sound else 1
