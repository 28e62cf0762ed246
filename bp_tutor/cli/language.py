"""The language of a run: asked for by `--lang`, else that of the locale."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from bp_tutor.words import choose_language, load_words

if TYPE_CHECKING:
    from bp_tutor.words import Words

OPTION = "--lang"
PROBE = "中文"


def asked_language(arguments: list[str]) -> str | None:
    """What stands behind `--lang`: help and errors need it before any option is read."""
    for place, argument in enumerate(arguments):
        if argument == "--":
            return None
        if argument.startswith(f"{OPTION}="):
            return argument.removeprefix(f"{OPTION}=")
        if argument == OPTION and place + 1 < len(arguments):
            return arguments[place + 1]
    return None


def words_in(asked: str | None) -> Words:
    """The words of the language asked for, else of the locale; English where others break."""
    from bp_tutor.cli.output import can_write

    words = words_of_files(asked)
    if words.language == "zh" and not can_write(sys.stdout, PROBE):
        return load_words("en")
    return words


def words_of_files(asked: str | None) -> Words:
    """The words of the language asked for, else of the locale: a file can hold every sign."""
    return load_words(choose_language(asked, os.environ))
