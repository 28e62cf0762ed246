"""What goes wrong by somebody's doing, as one kind of error with its place and its sentence."""

from __future__ import annotations

import os
from contextlib import contextmanager
from operator import index
from typing import TYPE_CHECKING

from bp_tutor.api.refusal import RefusalError, system_refusal
from bp_tutor.frozen import Frozen
from bp_tutor.reader import ReadError
from bp_tutor.reader.text import shown
from bp_tutor.solve import NumberError
from bp_tutor.words import choose_language, languages, load_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.words import Words


class FileMistake(Frozen):
    """One mistake in a problem file."""

    message: str
    """The sentence: what is wrong, what was expected, the nearest right name."""
    path: str = ""
    """The way to it inside the file, such as `network.layers[1].weights[0]`."""
    file: str = ""
    line: int | None = None
    """Counted from 1; None where the whole file is meant, or where there is no file."""
    column: int | None = None


class BpTutorError(Exception):
    """What cannot be done, and why; its text is a sentence in the language of the reader.

    >>> import bp_tutor
    >>> try:
    ...     bp_tutor.load({"network": {"inputs": 1, "layers": [{"unitz": 1}]}}, lang="en")
    ... except bp_tutor.BpTutorError as error:
    ...     print(error.mistakes[0].path)
    network.layers[0].unitz
    """

    def __init__(self, message: str, mistakes: tuple[FileMistake, ...] = ()) -> None:
        super().__init__(message)
        self.mistakes = mistakes
        """Every mistake that was found in a problem file, by line; of anything else none."""

    def _render_traceback_(self) -> list[str]:
        """What IPython shows in place of the calls inside the package: the sentence alone."""
        return str(self).splitlines()

    @property
    def place(self) -> str:
        """Where the first mistake stands: `file:line:column`, else the way to it, else nothing."""
        if not self.mistakes:
            return ""
        first = self.mistakes[0]
        at = first.line is not None and first.file
        return f"{first.file}:{first.line}:{first.column}" if at else first.path or first.file


def words_of(lang: str | None) -> Words:
    """The words of a language, `en` or `zh-CN`; None: of that of the environment.

    Raises:
        BpTutorError: there are none of that language.
    """
    if lang is None:
        return load_words(choose_language(None, os.environ))
    found = str(lang).lower().replace("_", "-").partition("-")[0]
    if found not in languages():
        words, choices = load_words("en"), ", ".join(languages())
        told_of = words.text("usage.choice", name="lang", value=shown(str(lang)), choices=choices)
        raise BpTutorError(told_of)
    return load_words(found)


def whole(name: str, value: object, low: int, high: int) -> int | None:
    """A whole number that may be left out.

    Raises:
        RefusalError: it is another thing, or too small or too large.
    """
    if value is None:
        return None
    number = index(value) if hasattr(value, "__index__") else low - 1
    if not low <= number <= high:
        raise RefusalError("usage.whole", name=name, value=shown(str(value)), low=low, high=high)
    return number


@contextmanager
def told(words: Words, *, in_file: bool = True) -> Iterator[None]:
    """Raise what somebody can cause as a `BpTutorError`; `in_file`: lines are lines of a file."""
    try:
        yield
    except ReadError as error:
        raise _of_file(error, words, in_file=in_file) from None
    except NumberError as error:
        raise BpTutorError(words.text("error.number", name=str(error))) from None
    except RefusalError as refusal:
        raise BpTutorError(refusal.text(words)) from None
    except OSError as error:
        raise BpTutorError(system_refusal(error).text(words)) from None


def _of_file(error: ReadError, words: Words, *, in_file: bool) -> BpTutorError:
    found = []
    lines = []
    for mistake in error.mistakes:
        message = mistake.message(words.text)
        mark = mistake.mark if in_file else None
        line, column = (mark.line, mark.column) if mark else (None, None)
        file = mistake.file if in_file else ""
        found.append(FileMistake(message, mistake.path, file, line, column))
        parts = (mistake.where, mistake.path) if in_file else (mistake.path,)
        lines.append(": ".join((*(part for part in parts if part), message)))
    return BpTutorError("\n".join(lines), tuple(found))
