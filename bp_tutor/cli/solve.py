"""`bp-tutor solve`: the whole derivation of a problem."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.cli import options
from bp_tutor.cli.reading import PageChoice, page_of, read_problem

if TYPE_CHECKING:
    from bp_tutor.explain import View
    from bp_tutor.notations import Symbols
    from bp_tutor.problem import Problem
    from bp_tutor.words import Words

MOST_UPDATES = 100
USUAL_UPDATES = 3
KINDS = ("Z", "A", "E", "L", "dA", "dZ", "dW", "dB", "W'", "B'", "stepW", "stepB")


def solve(
    problem: options.Problem,
    only: Annotated[list[str] | None, typer.Option("--only", metavar="KINDS")] = None,
    layer: Annotated[list[str] | None, typer.Option("--layer", metavar="N")] = None,
    entry: Annotated[list[str] | None, typer.Option("--entry", metavar="SYMBOL")] = None,
    detail: Annotated[options.Detail, typer.Option("--detail")] = options.Detail.FULL,
    form: Annotated[options.Form, typer.Option("--form")] = options.Form.INDEX,
    digits: options.Digits = None,
    rounding: options.Rounding = None,
    updates: Annotated[int | None, typer.Option("--updates", min=1, max=MOST_UPDATES)] = None,
    notation: options.Notation = None,
    lang: options.Lang = None,
    symbolic: Annotated[bool, typer.Option("--symbolic")] = False,
    json: options.Json = False,
    whole: options.All = False,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    from bp_tutor.explain import derivation, symbols_of
    from bp_tutor.render.terminal import write_document
    from bp_tutor.solve import solve as solve_problem

    output = options.output_of(ascii_only, no_color, width)
    words = output.words
    read = read_problem(problem, rounding, notation, words)
    symbols = symbols_of(read, notation)
    view = _view(read, symbols, words, only, layer, entry, detail, form)
    trace = solve_problem(read, _updates(read, updates))
    if json:
        from bp_tutor.render.json_trace import trace_json

        text, sound = trace_json(trace, symbols)
        output.stream.write(text + "\n")
        return 0 if sound else 1
    page = page_of(PageChoice(read, symbols, output, digits, whole))
    if symbolic:
        from bp_tutor.render.symbolic import symbolic_rows

        rows = list(symbolic_rows(page, trace.runs[0], view, output.width))
        if not rows:
            raise options.refuse(words, "error.nothing_to_show")
        output.rows(rows)
        return 0
    document = derivation(page, trace, view, output.width)
    if not any(part.blocks for part in document.sections):
        raise options.refuse(words, "error.nothing_to_show")
    write_document(document, output.stream, width=output.width, colour=output.colour)
    return 0 if document.sound else 1


def _updates(problem: Problem, asked: int | None) -> int:
    """As many as asked for; else as the file says, where that is a few."""
    if asked is not None:
        return asked
    return problem.updates if problem.updates <= USUAL_UPDATES else 1


def _view(
    problem: Problem,
    symbols: Symbols,
    words: Words,
    only: list[str] | None,
    layer: list[str] | None,
    entry: list[str] | None,
    detail: options.Detail,
    form: options.Form,
) -> View:
    from bp_tutor.explain import View

    kinds = options.listed(only)
    for kind in kinds:
        if problem.network is not None and kind not in KINDS:
            raise options.refuse(words, "error.unknown_kind", name=kind, names=", ".join(KINDS))
    layers = []
    depth = len(symbols.structure.units)
    for text in options.listed(layer):
        if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= max(depth, 1):
            raise options.refuse(words, "error.unknown_layer", name=text, count=depth)
        layers.append(int(text))
    entries = tuple(options.identifier(symbols, text, words) for text in options.listed(entry))
    return View(kinds, tuple(layers), entries, detail.value, form.value)


