"""`bp-tutor why`: the tree of everything that one value depends on."""

from __future__ import annotations

from typing import Annotated

import typer

from bp_tutor.cli import options
from bp_tutor.cli.reading import PageChoice, page_of, read_problem


def why(
    problem: options.Problem,
    symbol: Annotated[str, typer.Argument(metavar="SYMBOL")],
    digits: options.Digits = None,
    rounding: options.Rounding = None,
    notation: options.Notation = None,
    lang: options.Lang = None,
    whole: options.All = False,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    from bp_tutor.explain import symbols_of
    from bp_tutor.explain.why import tree_of
    from bp_tutor.render.tree import tree_rows
    from bp_tutor.solve import solve as solve_problem

    output = options.output_of(ascii_only, no_color, width)
    read = read_problem(problem, rounding, notation, output.words)
    symbols = symbols_of(read, notation)
    wanted = options.identifier(symbols, symbol, output.words)
    run = solve_problem(read).runs[0]
    found = run.find(wanted)
    if found is None:
        raise options.refuse(output.words, "error.not_derived", name=symbol)
    page = page_of(PageChoice(read, symbols, output, digits, whole))
    output.rows(tree_rows(tree_of(page, run, *found), output.width, ascii_only=output.style == "ascii"))
    return 0
