"""`bp-tutor why`: the tree of everything that one value depends on, or the proof of a slope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.api.reading import updates_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli import options
from bp_tutor.cli.reading import PageChoice, page_of, read_problem
from bp_tutor.fields.context import ProblemError
from bp_tutor.problem import find_problem
from bp_tutor.reader.text import nearest, shown

if TYPE_CHECKING:
    from bp_tutor.cli.output import Output


def why(
    problem: options.Problem,
    symbol: Annotated[str, typer.Argument(metavar="SYMBOL", show_default=False)] = "",
    digits: options.Digits = None,
    rounding: options.Rounding = None,
    notation: options.Notation = None,
    lang: options.Lang = None,
    whole: options.All = False,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Print the tree under one value; where only a function is named, how its slope is found."""
    if not symbol:
        return _prove(problem, options.output_of(lang, ascii_only, no_color, width))
    from bp_tutor.api.asked import with_one
    from bp_tutor.explain import symbols_of
    from bp_tutor.explain.why import tree_of
    from bp_tutor.output.tree import tree_rows
    from bp_tutor.solve import solve as solve_problem

    output = options.output_of(lang, ascii_only, no_color, width)
    read = read_problem(problem, rounding, notation)
    symbols = symbols_of(read, notation)
    symbol, update = _update_of(symbol, updates_of(read, None))
    run = solve_problem(read, update).runs[update - 1]
    run, found = with_one(run, symbols, symbol, read.rounding)
    page = page_of(PageChoice(read, symbols, output, digits, whole))
    tree = tree_of(page.settings, run, *found)
    output.rows(tree_rows(tree, page, output.width))
    return 0


def _update_of(symbol: str, updates: int) -> tuple[str, int]:
    """A symbol and the update that it is of, `w'#2`; the first where none is named."""
    name, _, number = symbol.rpartition("#")
    if name and number.isascii() and number.isdigit() and len(number) < 4:
        if 1 <= int(number) <= updates:
            return name, int(number)
        raise RefusalError("error.no_update", name=shown(symbol), count=updates)
    return symbol, 1


EXAMPLES = ("sigmoid'", "cross_entropy'", "softmax+cross_entropy")


def _prove(name: str, output: Output) -> int:
    """Print the proof of that name."""
    from bp_tutor.explain import Presentation, Settings, style_named
    from bp_tutor.explain.proofs import (
        nearest_names,
        proof_document,
        proof_named,
        proof_symbols,
        provable,
    )
    from bp_tutor.output.terminal import write_document

    proof = proof_named(name)
    if proof is None and _is_problem(name):
        raise RefusalError("usage.MissingParameter", name="SYMBOL")
    if proof is None:
        near = nearest(name, nearest_names())
        if near:
            raise RefusalError("proof.unknown", near, name=shown(name))
        told = {"examples": ", ".join(EXAMPLES), "names": ", ".join(provable())}
        raise RefusalError("proof.which", name=shown(name), **told)
    symbols = proof_symbols()
    style = style_named(output.style)
    page = Presentation(symbols, output.words, style, Settings(symbols))
    document = proof_document(proof)
    write_document(document, page, output.stream, width=output.width, colour=output.colour)
    return 0


def _is_problem(name: str) -> bool:
    """Whether it is a problem of which a value was to be named as well."""
    try:
        find_problem(name)
    except ProblemError:
        return False
    return True
