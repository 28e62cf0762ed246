"""The language of a run: asked for by `--lang`, else that of the locale."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from bp_tutor.words import choose_language, load_words

if TYPE_CHECKING:
    from bp_tutor.words import Words

PROBE = "中文"


def chosen_words(arguments: list[str]) -> Words:
    """The words to use: help and errors need them before any option is read."""
    asked = None
    for place, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
        elif argument == "--lang" and place + 1 < len(arguments):
            asked = arguments[place + 1]
    language = choose_language(asked, os.environ)
    from bp_tutor.cli.output import can_write

    if language == "zh" and not can_write(sys.stdout, PROBE):
        language = "en"
    return load_words(language)
