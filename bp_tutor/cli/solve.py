"""`bp-tutor solve`: the whole derivation of a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.cli import coding, options, paper, saving
from bp_tutor.cli.play import can_play
from bp_tutor.cli.play import play as walk
from bp_tutor.cli.reading import PageChoice, page_of, read_problem, updates_of
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.values import listed, one_of
from bp_tutor.cli.view import view_of

if TYPE_CHECKING:
    from collections.abc import Mapping

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
    code: coding.Code = None,
    force: saving.Force = False,
    whole: options.All = False,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Print the derivation, its JSON, its SymPy expressions, or a program; or write a file."""
    from bp_tutor.explain import derivation, symbols_of
    from bp_tutor.render.terminal import write_document
    from bp_tutor.solve import solve as solve_problem

    alone = {"--json": json, "--symbolic": symbolic, "--format": file_format}
    _refuse_others("--play", play, alone | {"-o": out, "--code": code})
    _refuse_others("--code", code, alone)
    if not file_format:
        coding.refuse_file(code, out, force=force)
    output = options.output_of(lang, ascii_only, no_color, width)
    asked = "json" if json and out else file_format
    target = paper.target_of(out, asked, force=force) if (out or asked) and not code else None
    read = read_problem(problem, rounding, notation)
    symbols = symbols_of(read, notation)
    trace = solve_problem(read, updates_of(read, updates))
    entries: tuple[str, ...] = ()
    if entry:
        from bp_tutor.cli.naming import with_asked

        runs, entries = with_asked(trace.runs, symbols, listed(entry), read.rounding)
        trace = trace._replace(runs=runs)
    view = view_of(trace.runs[0], symbols, only, layer, entries, detail, form)
    if target is not None or code:
        if symbolic:
            raise RefusalError("paper.symbolic", option="--symbolic")
        page = page_of(PageChoice(read, symbols, options.files_of(lang), digits, whole))
        sheet = paper.sheet_of(page, trace, view)
        if target is not None:
            return paper.write_paper(sheet, target, output)
        return coding.write_code(code or "", sheet, out, output, force=force)
    page = page_of(PageChoice(read, symbols, output, digits, whole))
    if json:
        from bp_tutor.render.json_trace import write_trace

        return 0 if write_trace(trace, symbols, view, output.stream) else 1
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


def _refuse_others(option: str, asked: object, others: Mapping[str, object]) -> None:
    """Refuse what cannot be asked for together."""
    for other in (name for name, value in others.items() if asked and value):
        raise RefusalError("walk.alone", option=option, other=other)
