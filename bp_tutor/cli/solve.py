"""`bp-tutor solve`: the whole derivation of a problem."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.api.reading import listed, taken_apart, updates_of, view_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli import options, saving
from bp_tutor.cli.options import one_of
from bp_tutor.cli.reading import PageChoice, page_of, read_problem
from bp_tutor.cli.saving import deliver, format_asked, refuse_existing
from bp_tutor.explain.view import DETAILS, FORMS, GENERAL
from bp_tutor.frozen import Frozen
from bp_tutor.output.code import LIBRARIES
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Presentation, View
    from bp_tutor.output.paper import Format, Paper
    from bp_tutor.solve import Trace


ENDINGS = {"pseudo": ".txt"}
"""What names of files end in, where it is not that of Python."""
ENDING = ".py"


Code = Annotated[
    str | None,
    typer.Option("--code", metavar="|".join(LIBRARIES), parser=one_of("--code", LIBRARIES)),
]


Detail = Annotated[
    str,
    typer.Option("--detail", metavar="|".join(DETAILS), parser=one_of("--detail", DETAILS)),
]
Form = Annotated[
    str, typer.Option("--form", metavar="|".join(FORMS), parser=one_of("--form", FORMS))
]


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
    unfused: Annotated[bool, typer.Option("--unfused")] = False,
    play: Annotated[bool, typer.Option("--play")] = False,
    json: options.Json = False,
    out: saving.Out = None,
    file_format: saving.FormatName = None,
    code: Code = None,
    force: saving.Force = False,
    whole: options.All = False,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Print the derivation, its JSON, its SymPy expressions, or a program; or write a file."""
    from bp_tutor.explain import document_of, symbols_of
    from bp_tutor.output.terminal import write_document
    from bp_tutor.solve import solve as solve_problem

    alone = {"--json": json, "--symbolic": symbolic, "--format": file_format}
    _refuse_together(play, out, code, form, alone)
    if not file_format:
        _refuse_file(code, out, force=force)
    output = options.output_of(lang, ascii_only, no_color, width)
    asked = "json" if json and out else file_format
    target = _target_of(out, asked, force=force) if (out or asked) and not code else None
    read = read_problem(problem, rounding, notation)
    read = taken_apart(read) if unfused else read
    symbols = symbols_of(read, notation)
    trace = solve_problem(read, updates_of(read, updates))
    entries: tuple[str, ...] = ()
    if entry:
        from bp_tutor.api.asked import with_asked

        runs, entries = with_asked(trace.runs, symbols, listed(entry), read.rounding)
        trace = trace._replace(runs=runs)
    view = view_of(trace.runs[0], symbols, listed(only), listed(layer), entries, detail, form)
    if target is not None or code:
        if symbolic:
            raise RefusalError("paper.symbolic", option="--symbolic")
        # Words go to the terminal in its own signs, programs and files in those of all.
        reader = output if code in ENDINGS and not out else options.files_of(lang)
        page = page_of(PageChoice(read, symbols, reader, digits, whole))
        paper = _paper_of(page, trace, view)
        if target is not None:
            return _write_paper(paper, target, output)
        return _write_code(code or "", paper, out, output, force=force)
    page = page_of(PageChoice(read, symbols, output, digits, whole))
    if json:
        from bp_tutor.output.json_trace import write_trace

        return 0 if write_trace(trace, symbols, view, output.stream) else 1
    if symbolic:
        from bp_tutor.output.symbolic import symbolic_rows

        rows = list(symbolic_rows(page, trace.runs[0], view, output.width))
        if not rows:
            raise RefusalError("error.nothing_to_show")
        output.rows(rows)
        return 0
    document = document_of(page.settings, trace, view)
    if not any(part.blocks for part in document.sections):
        raise RefusalError("error.nothing_to_show")
    if play:
        from bp_tutor.cli.play import can_play
        from bp_tutor.cli.play import play as walk

        if can_play(output):
            walk(output, page, trace, document)
            return 0 if document.sound else 1
    write_document(document, page, output.stream, width=output.width, colour=output.colour)
    return 0 if document.sound else 1


def _refuse_together(
    play: object, out: object, code: object, form: str, alone: Mapping[str, object]
) -> None:
    """Refuse options that ask for different things; those of `alone` each ask for a thing."""
    _refuse_others("--play", play, {**alone, "-o": out, "--code": code})
    _refuse_others("--code", code, alone)
    others = {"--json": alone["--json"], "--symbolic": alone["--symbolic"], "--play": play}
    _refuse_others("--form general", form == GENERAL, others)


def _refuse_others(option: str, asked: object, others: Mapping[str, object]) -> None:
    """Refuse what cannot be asked for together."""
    for other in (name for name, value in others.items() if asked and value):
        raise RefusalError("walk.alone", option=option, other=other)


class Target(Frozen):
    """Where a derivation goes, and how."""

    out: str | None
    """A path; None for standard output."""
    format: Format
    force: bool


def _target_of(out: str | None, name: str | None, *, force: bool) -> Target:
    """What `-o` and `--format` ask for; refused before any work where it cannot be done."""
    from bp_tutor.output.paper import FORMATS

    row = FORMATS[format_asked(out, name, FORMATS)]
    if out is not None:
        refuse_existing(out, force=force)
    elif row.binary and sys.stdout.isatty():
        raise RefusalError("paper.binary", name=row.name, option="-o")
    return Target(out, row, force)


def _paper_of(page: Presentation, trace: Trace, view: View) -> Paper:
    """What is to be written."""
    from bp_tutor.output.paper import Paper

    if not any(run.steps and any(map(view.shows, run.steps)) for run in trace.runs):
        raise RefusalError("error.nothing_to_show")
    return Paper(page, trace, view)


def _write_paper(paper: Paper, target: Target, output: Output) -> int:
    """Write it; the exit code says whether everything in it was found right."""
    from bp_tutor.output.paper import PaperError

    try:
        content, sound = target.format.write(paper)
    except PaperError as error:
        raise RefusalError(error.key, "", **error.values) from None
    deliver(content, target.out, output, force=target.force)
    return 0 if sound else 1


def _refuse_file(library: str | None, out: str | None, *, force: bool) -> None:
    """Refuse a file that cannot be written, before any work for it; or a program in no library."""
    if out is None:
        return
    is_program = Path(out).suffix.lower() == ENDING
    name = shown(Path(out).name)
    if library is None and is_program:
        names = ", ".join(LIBRARIES)
        raise RefusalError("code.which", name=name, option="--code", names=names)
    if library is not None:
        ending = ENDINGS.get(library, ENDING)
        if Path(out).suffix.lower() != ending:
            raise RefusalError("code.ending", name=name, ending=ending)
        refuse_existing(out, force=force)


def _write_code(library: str, paper: Paper, out: str | None, output: Output, *, force: bool) -> int:
    """Write the program; a library that calculates something else is refused, with the reason."""
    from bp_tutor.output.code import code_of
    from bp_tutor.output.code.libraries import CodeError

    try:
        text = code_of(library, paper.reader, paper.trace, paper.view)
    except CodeError as error:
        raise RefusalError(error.key, "", **error.values) from None
    deliver(text, out, output, force=force)
    return 0
