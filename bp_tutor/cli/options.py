"""The options that commands share."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.cli.language import OPTION, words_in, words_of_files
from bp_tutor.cli.output import WIDTHS, Output, output_for, output_of_files
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.values import encoding, one_of, shown, whole
from bp_tutor.words import languages

if TYPE_CHECKING:
    from bp_tutor.notations import Symbols
    from bp_tutor.solve import Run

MOST_COMPARED = 2_000
"""Entries of one quantity whose names are compared with what was typed."""

MOST_ASKED = 20
"""Nobody works out more updates by hand."""

MOST_SHOWN = 100
"""Nor reads more."""

Problem = Annotated[str, typer.Argument(metavar="PROBLEM")]
Lang = Annotated[
    str | None,
    typer.Option(OPTION, metavar="|".join(languages()), parser=one_of(OPTION, languages())),
]
Notation = Annotated[str | None, typer.Option("--notation", metavar="NAME")]
Digits = Annotated[
    int | None, typer.Option("--digits", metavar="N", parser=whole("--digits", 1, 15))
]
AskedUpdates = Annotated[
    int | None, typer.Option("--updates", metavar="N", parser=whole("--updates", 1, MOST_ASKED))
]
Updates = Annotated[
    int | None, typer.Option("--updates", metavar="N", parser=whole("--updates", 1, MOST_SHOWN))
]
Rounding = Annotated[str | None, typer.Option("--rounding", metavar="HOW")]
Ascii = Annotated[bool, typer.Option("--ascii")]
NoColor = Annotated[bool, typer.Option("--no-color")]
Width = Annotated[
    int | None, typer.Option("--width", metavar="N", parser=whole("--width", *WIDTHS))
]
Json = Annotated[bool, typer.Option("--json")]
Encoding = Annotated[
    str | None, typer.Option("--encoding", metavar="NAME", parser=encoding("--encoding"))
]
All = Annotated[bool, typer.Option("--all")]


def output_of(
    lang: str | None,
    ascii_only: bool,
    no_color: bool,
    width: int | None,
) -> Output:
    """How to write, in the language that was asked for."""
    return output_for(words_in(lang), ascii_only=ascii_only, no_color=no_color, width=width)


def files_of(lang: str | None) -> Output:
    """How to write what goes into a file, in the language that was asked for."""
    return output_of_files(words_of_files(lang))


def identifier(symbols: Symbols, run: Run, text: str) -> str:
    """The canonical identifier of a symbol that was typed."""
    if "/" in text and run.find(text):
        return text
    found = symbols.read(text) or _spelled_in(symbols, run, text)
    if found is None:
        raise _unknown(symbols, run, text)
    return found


def _unknown(symbols: Symbols, run: Run, text: str) -> RefusalError:
    """What is wrong with a symbol: out of the range of its array, or none at all."""
    for quantity in run.quantities():
        if text.startswith(f"{quantity.name[:-1]},") and quantity.size > 1:
            first, *_, last = (quantity.identifier(i).partition("@")[0] for i in quantity.indices())
            return RefusalError("error.out_of_range", name=shown(text), first=first, last=last)
    from bp_tutor.notations.suggest import listed, meant

    near, names = meant(symbols, text)
    key = "unknown_symbol_of" if names else "unknown_symbol"
    return RefusalError(f"error.{key}", near, name=shown(text), names=listed(names))


def _spelled_in(symbols: Symbols, run: Run, text: str) -> str | None:
    """What is called so on the page, where the notation itself has no rule for reading it."""
    for quantity in run.quantities():
        if text == quantity.name:
            return text
        for index in islice(quantity.indices(), MOST_COMPARED):
            identifier = quantity.identifier(index)
            names = {symbols.name(quantity, index, style) for style in ("unicode", "ascii")}
            if text in (identifier, identifier.partition("@")[0], *names):
                return identifier if text != identifier.partition("@")[0] else text
    return None
