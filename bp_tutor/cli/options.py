"""The options that commands share, and how the values of options are read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.api.reading import LARGEST_SEED, MOST_ASKED, MOST_DIGITS, MOST_SHOWN, seed_typed
from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli.output import (
    LANGUAGE,
    WIDTHS,
    Output,
    output_for,
    output_of_files,
    words_in,
    words_of_files,
)
from bp_tutor.reader.text import nearest, shown
from bp_tutor.words import languages

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping


LONGEST_NUMBER = 9
"""More digits than any number that an option takes."""


def whole(option: str, low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers from `low` to `high`."""

    def read(text: str) -> int:
        bare = str(text).strip().replace(",", "").replace("_", "")
        number = (
            int(bare) if bare.isascii() and bare.isdigit() and len(bare) <= LONGEST_NUMBER else -1
        )
        if not low <= number <= high:
            raise RefusalError("usage.whole", name=option, value=shown(text), low=low, high=high)
        return number

    return read


def seed_of(option: str) -> Callable[[str], int]:
    """A reader of seeds, and of what stands for one on a sheet."""
    number = whole(option, 0, LARGEST_SEED)

    def read(text: str) -> int:
        return number(str(seed_typed(option, text)))

    return read


def one_of(
    option: str, choices: Iterable[str], also: Mapping[str, str] | None = None
) -> Callable[[str], str]:
    """A reader of one of some words; `also` says what other names mean one of them."""
    known = tuple(choices)

    def read(text: str) -> str:
        if text not in known:
            raise RefusalError(
                "usage.choice",
                (also or {}).get(text.lower()) or nearest(text, known),
                name=option,
                value=shown(text),
                choices=", ".join(known),
            )
        return text

    return read


def encoding(option: str) -> Callable[[str], str]:
    """A reader of the name of an encoding."""

    def read(text: str) -> str:
        from bp_tutor.reader.encoding import CANDIDATES, is_encoding

        if not is_encoding(text):
            names = ", ".join(("utf-8", "utf-16", *CANDIDATES))
            raise RefusalError("usage.encoding", name=option, value=shown(text), names=names)
        return text

    return read


Problem = Annotated[str, typer.Argument(metavar="PROBLEM")]
Lang = Annotated[
    str | None,
    typer.Option(LANGUAGE, metavar="|".join(languages()), parser=one_of(LANGUAGE, languages())),
]
Notation = Annotated[str | None, typer.Option("--notation", metavar="NAME")]
Digits = Annotated[
    int | None, typer.Option("--digits", metavar="N", parser=whole("--digits", 1, MOST_DIGITS))
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
Seed = Annotated[int | None, typer.Option("--seed", metavar="N", parser=seed_of("--seed"))]
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
