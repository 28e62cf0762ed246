"""The options that commands share, and reading what is typed behind them."""

from __future__ import annotations

import sys
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.cli.language import chosen_words
from bp_tutor.cli.output import Output, output_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.notations import Symbols
    from bp_tutor.words import Words


class Language(str, Enum):
    """Languages of the words."""

    EN = "en"
    ZH = "zh"


class Detail(str, Enum):
    """How much of each line is written."""

    FORMULA = "formula"
    NUMBERS = "numbers"
    FULL = "full"


class Form(str, Enum):
    """Entry by entry, by matrices, or both."""

    INDEX = "index"
    MATRIX = "matrix"
    BOTH = "both"


Problem = Annotated[str, typer.Argument(metavar="PROBLEM")]
Lang = Annotated[Language | None, typer.Option("--lang")]
Notation = Annotated[str | None, typer.Option("--notation", metavar="NAME")]
Digits = Annotated[int | None, typer.Option("--digits", min=1, max=15)]
Rounding = Annotated[str | None, typer.Option("--rounding", metavar="HOW")]
Ascii = Annotated[bool, typer.Option("--ascii")]
NoColor = Annotated[bool, typer.Option("--no-color")]
Width = Annotated[int | None, typer.Option("--width", min=40, max=400)]
Json = Annotated[bool, typer.Option("--json")]
All = Annotated[bool, typer.Option("--all")]


def output_of(ascii_only: bool, no_color: bool, width: int | None) -> Output:  # noqa: FBT001
    """How to write, with the words of this run."""
    return output_for(
        chosen_words(sys.argv[1:]), ascii_only=ascii_only, no_color=no_color, width=width
    )


def words_of() -> Words:
    """The words of this run."""
    return chosen_words(sys.argv[1:])


def listed(values: Iterable[str] | None) -> tuple[str, ...]:
    """`dZ,dW` and repeated options alike, as names; commas inside brackets do not part."""
    found: list[str] = []
    for value in values or ():
        depth = 0
        name = ""
        for sign in value:
            depth += (sign in "[({") - (sign in "])}")
            if sign in ",，" and depth <= 0:
                found.append(name)
                name = ""
            else:
                name += sign
        found.append(name)
    return tuple(name.strip() for name in found if name.strip())


def refuse(words: Words, key: str, **values: object) -> typer.BadParameter:
    """An error about what was typed."""
    return typer.BadParameter(words.text(key, **values))


def identifier(symbols: Symbols, text: str, words: Words) -> str:
    """The canonical identifier of a symbol that was typed."""
    found = symbols.read(text)
    if found is None:
        raise refuse(words, "error.unknown_symbol", name=text)
    return found
