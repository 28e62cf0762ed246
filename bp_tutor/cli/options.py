"""The options that commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from bp_tutor.cli.language import OPTION, words_in, words_of_files
from bp_tutor.cli.output import WIDTHS, Output, output_for, output_of_files
from bp_tutor.cli.values import encoding, one_of, whole
from bp_tutor.words import languages

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
