"""Opening tables that somebody names: what cannot be read is refused with its reason."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from bp_tutor.api.refusal import RefusalError, reason_of
from bp_tutor.reader.text import shown
from bp_tutor.tables import ENDINGS, TableError, file_of, read_answers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from bp_tutor.tables import Answers, File
    from bp_tutor.tables.symbols import Recognise

LARGEST = 64 * 2**20
LARGEST_LIST = 4 * 2**20
"""Bytes of a file of answers, and of a list."""


@contextmanager
def refusing() -> Iterator[None]:
    """What a table cannot give, told as any other refusal."""
    try:
        yield
    except TableError as error:
        raise RefusalError(error.key, "", **error.values) from None


def file_at(path: Path, encoding: str | None = None, most: int = LARGEST) -> File:
    """A file with a table in it.

    Raises:
        RefusalError: it cannot be read, or is too large, or nothing tells its encoding.
    """
    where = shown(str(path))
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except (OSError, ValueError) as error:
        raise RefusalError("file.unreadable", path=where, reason=reason_of(error)) from None
    if len(data) > most:
        raise RefusalError("file.too_large", path=where, most=most >> 20)
    with refusing():
        return file_of(path, data, encoding or "")


def answers_of(file: File, recognise: Recognise, named: Sequence[str] = ()) -> Answers:
    """The answers of a table, by student; `named` are the questions of numbered columns.

    Raises:
        RefusalError: there are none in it, or its ending is that of no table.
    """
    if file.path.suffix.lower() not in ENDINGS:
        raise RefusalError("marking.format", where=file.where, names=" ".join(ENDINGS))
    with refusing():
        found = read_answers(file, recognise, named)
    if not found.count and not found.bad:
        raise RefusalError("marking.no_rows", where=file.where)
    return found
