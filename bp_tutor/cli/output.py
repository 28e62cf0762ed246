"""Where and how a command writes: language, stream, style, width, colour."""

from __future__ import annotations

import os
import sys
from codecs import register_error
from io import StringIO
from shutil import get_terminal_size
from typing import IO, TYPE_CHECKING

from bp_tutor.frozen import Frozen
from bp_tutor.words import PlainWords, bare, choose_language, load_words

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.output.wrapping import Row
    from bp_tutor.reader import Mistake
    from bp_tutor.words import Words


IN_BROWSER: bool = sys.platform.startswith("emscripten")
"""Whether this is Python in a browser, which has no threads and no other programs."""
LANGUAGE = "--lang"
LACKING = "bp_tutor.lacking"
SIGNS = "₁⁽²⁾∂δΣ⊙·−√ᵀ≈▶─"
"""What the Unicode style needs to be written."""
WIDTHS = (40, 200)
PIPED_WIDTH = 80
COMFORTABLE = 100
"""A wider terminal is not filled unless asked for: the eye loses its line."""


class Output(Frozen):
    """A stream and how to write on it."""

    stream: IO[str]
    words: Words
    style: str
    width: int
    colour: bool

    def rows(self, rows: Iterable[Row]) -> None:
        """Rows of styled text."""
        from bp_tutor.output.terminal import write_rows

        write_rows(rows, self.stream, colour=self.colour)

    def line(self, text: str, look: str = "") -> None:
        """A sentence of one look: folded on a terminal, one line where a program reads it."""
        if not self.stream.isatty():
            self.rows([((text, look),)])
            return
        from bp_tutor.output.wrapping import wrapped

        self.rows(wrapped(text, look, 0, self.width))


def output_for(
    words: Words,
    *,
    ascii_only: bool = False,
    no_color: bool = False,
    width: int | None = None,
    stream: IO[str] | None = None,
) -> Output:
    """How to write on a stream (standard output), from what it can show and what is asked."""
    stream = stream or sys.stdout
    terminal = stream.isatty()
    style = "ascii" if ascii_only or not can_write(stream, SIGNS) else "unicode"
    if style == "ascii":
        words = PlainWords(words)
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors=LACKING)
    if width is None:
        columns = get_terminal_size((PIPED_WIDTH, 24)).columns if terminal else PIPED_WIDTH
        width = min(columns, COMFORTABLE)
    colour = terminal and not no_color and not os.environ.get("NO_COLOR")
    return Output(stream, words, style, max(WIDTHS[0], min(width, WIDTHS[1])), colour)


def output_of_files(words: Words) -> Output:
    """How files are written: whatever a terminal can show, they hold every sign."""
    return Output(StringIO(), words, "unicode", PIPED_WIDTH, colour=False)


def _lacking(error: UnicodeError) -> tuple[str, int]:
    """What is written for signs that an encoding lacks (a title in another script)."""
    assert isinstance(error, UnicodeEncodeError)
    return bare(error.object[error.start : error.end]), error.end


register_error(LACKING, _lacking)


def can_write(stream: IO[str], text: str) -> bool:
    """Whether a stream's encoding has every sign of `text`."""
    try:
        text.encode(getattr(stream, "encoding", None) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def report(mistakes: Iterable[Mistake], words: Words) -> None:
    """Every mistake of a file on standard error, a line each."""
    output = output_for(words, stream=sys.stderr)
    for mistake in mistakes:
        output.line(mistake.format(words.text), "error")


PROBE = "中文"


def asked_language(arguments: list[str]) -> str | None:
    """What stands behind `--lang`: help and errors need it before any option is read."""
    for place, argument in enumerate(arguments):
        if argument == "--":
            return None
        if argument.startswith(f"{LANGUAGE}="):
            return argument.removeprefix(f"{LANGUAGE}=")
        if argument == LANGUAGE and place + 1 < len(arguments):
            return arguments[place + 1]
    return None


def words_in(asked: str | None) -> Words:
    """The words of the language asked for, else of the locale; English where others break."""
    words = words_of_files(asked)
    if words.language == "zh" and not can_write(sys.stdout, PROBE):
        return load_words("en")
    return words


def words_of_files(asked: str | None) -> Words:
    """The words of the language asked for, else of the locale: a file can hold every sign."""
    return load_words(choose_language(asked, os.environ))
