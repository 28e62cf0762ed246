"""Opening the tables that a command line names, and saying what was taken from them."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.api.refusal import RefusalError, reason_of
from bp_tutor.cli.saving import note_read
from bp_tutor.reader.text import shown
from bp_tutor.tables import ENDINGS, TableError, file_of, read_answers, read_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.cli.output import Output
    from bp_tutor.tables import Answers, File
    from bp_tutor.tables.roster import Roster
    from bp_tutor.tables.symbols import Recognise

LARGEST = 64 * 2**20
LARGEST_LIST = 4 * 2**20
"""Bytes of a file of answers, and of a list."""


def open_table(path: Path, encoding: str | None, output: Output, most: int = LARGEST) -> File:
    """A file with a table in it; says which encoding was taken, where only the text tells it.

    Raises:
        RefusalError: it cannot be read, or is too large, or nothing tells its encoding.
    """
    where = shown(str(path))
    note_read(path)
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except (OSError, ValueError) as error:
        raise RefusalError("file.unreadable", path=where, reason=reason_of(error)) from None
    if len(data) > most:
        raise RefusalError("file.too_large", path=where, most=most >> 20)
    with refusing():
        file = file_of(path, data, encoding or "")
        guessed = file.guessed()
    if guessed:
        name, text = output.words.text(f"encoding.{guessed[0]}"), shown(guessed[1])
        values = {"path": where, "name": name, "option": "--encoding", "text": text}
        output.line(output.words.text("file.encoding", **values), "note")
    return file


def students_in(path: str | None, encoding: str | None, output: Output) -> Roster | None:
    """The students of a list, where one is named."""
    if path is None:
        return None
    file = open_table(Path(path), encoding, output, LARGEST_LIST)
    with refusing():
        found = read_names(file)
    tell_left_out(found.left_out, file, output)
    return found


def answers_in(file: File, recognise: Recognise, named: Sequence[str], output: Output) -> Answers:
    """The answers of a table, by student; `named` are the questions of numbered columns."""
    if file.path.suffix.lower() not in ENDINGS:
        raise RefusalError("marking.format", where=file.where, names=" ".join(ENDINGS))
    with refusing():
        found = read_answers(file, recognise, named)
    tell_left_out(found.left_out, file, output)
    words = output.words
    for heading in found.unknown:
        said = words.text("marking.unknown_column", path=file.where, heading=shown(heading))
        output.line(said, "error")
    if commas := found.decimal_commas:
        one, count = commas[0], len(commas)
        values = {"value": shown(one), "read": shown(one.replace(",", "."))}
        output.line(words.text("marking.commas", path=file.where, count=count, **values), "note")
    return found


@contextmanager
def refusing() -> Iterator[None]:
    """What a table cannot give, told as any other refusal."""
    try:
        yield
    except TableError as error:
        raise RefusalError(error.key, "", **error.values) from None


def tell_left_out(rows: Sequence[str], file: File, output: Output) -> None:
    """Say which rows of a table are of no student."""
    if rows:
        names = ", ".join(f'"{shown(row)}"' for row in dict.fromkeys(rows))
        said = output.words.text(
            "file.left_out", path=file.where, count=len(rows), names=shown(names)
        )
        output.line(said, "note")
