"""`bp-tutor why`: the tree of everything that one value depends on."""

from __future__ import annotations

from typing import Annotated

import typer

from bp_tutor.cli import options
from bp_tutor.cli.reading import PageChoice, page_of, read_problem
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.reader.text import shown


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
    """Print the tree under one value."""
    from bp_tutor.cli.asked import refusal, with_asked
    from bp_tutor.explain import symbols_of
    from bp_tutor.explain.why import tree_of
    from bp_tutor.notations.names import Names
    from bp_tutor.output.tree import tree_rows
    from bp_tutor.solve import solve as solve_problem

    output = options.output_of(lang, ascii_only, no_color, width)
    read = read_problem(problem, rounding, notation)
    symbols = symbols_of(read, notation)
    run = solve_problem(read).runs[0]
    names = Names(symbols, run.named())
    meaning = names.read(symbol)
    if meaning is None and "/" in symbol:
        (run,), (wanted, *others) = with_asked((run,), symbols, (symbol,), read.rounding)
        if others:
            several = ", ".join((wanted, *others))
            raise RefusalError("naming.which_sample", name=shown(symbol), names=several)
        found = run.find(wanted)
    else:
        alone = meaning is not None and meaning.array is not None and meaning.array.size == 1
        if meaning is None or meaning.short or not (meaning.key or alone):
            raise refusal(names, symbol)
        found = meaning.keys[0]
        run = run.with_asides({found[0]})
    if found is None:
        raise RefusalError("error.not_derived", name=shown(symbol))
    page = page_of(PageChoice(read, symbols, output, digits, whole))
    tree = tree_of(page.settings, run, *found)
    output.rows(tree_rows(tree, page, output.width))
    return 0
