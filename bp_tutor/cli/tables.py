"""Opening the tables that a command line names, and saying what was taken from them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bp_tutor.api.table_files import LARGEST, LARGEST_LIST, answers_of, file_at, refusing
from bp_tutor.cli.saving import note_read
from bp_tutor.reader.text import shown
from bp_tutor.tables import read_names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.cli.output import Output
    from bp_tutor.tables import Answers, File
    from bp_tutor.tables.roster import Roster
    from bp_tutor.tables.symbols import Recognise


def open_table(path: Path, encoding: str | None, output: Output, most: int = LARGEST) -> File:
    """A file with a table in it; says which encoding was taken, where only the text tells it.

    Raises:
        RefusalError: it cannot be read, or is too large, or nothing tells its encoding.
    """
    note_read(path)
    file = file_at(path, encoding, most)
    with refusing():
        guessed = file.guessed()
    if guessed:
        name, text = output.words.text(f"encoding.{guessed[0]}"), shown(guessed[1])
        values = {"path": file.where, "name": name, "option": "--encoding", "text": text}
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
    """The answers of a table, by student, and a word on what was left out or taken in one way."""
    found = answers_of(file, recognise, named)
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


def tell_left_out(rows: Sequence[str], file: File, output: Output) -> None:
    """Say which rows of a table are of no student."""
    if rows:
        names = ", ".join(f'"{shown(row)}"' for row in dict.fromkeys(rows))
        said = output.words.text(
            "file.left_out", path=file.where, count=len(rows), names=shown(names)
        )
        output.line(said, "note")
