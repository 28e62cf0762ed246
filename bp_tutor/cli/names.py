"""Reading a list of names from a CSV file, as spreadsheets of any language write them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.tables import read_table
from bp_tutor.cli.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.authoring.roster import Student
    from bp_tutor.cli.output import Output
    from bp_tutor.cli.tables import File, Row

LARGEST, MOST = 2**20, 10_000
"""Bytes of a list, and names in it."""
HEADS = (
    "student",
    "name",
    "full name",
    "学生",
    "姓名",
    "学生姓名",
    "名字",
)
"""What the column of names may be called, the surest first."""
FIRST = ("first name", "first names", "firstname", "given name", "given names", "forename",
         "vorname", "名")  # fmt: skip
LAST = ("last name", "lastname", "surname", "family name", "nachname", "familienname", "姓")
"""What the columns may be called where first and last names stand in columns of their own."""
NUMBERS = (
    "学号",
    "student number",
    "student no",
    "student no.",
    "student id",
    "id number",
    "matriculation number",
    "matrikelnummer",
    "matrikel",
    "number",
    "no.",
    "no",
    "id",
    "编号",
)
"""What the column of student numbers may be called."""


def students_in(path: str | None, encoding: str | None, output: Output) -> list[Student] | None:
    """The students of a list, where one is named; says which encoding was taken for it."""
    if path is None:
        return None
    file = read_table(Path(path), encoding, LARGEST)
    found = read_names(file)
    file.tell(output)
    return found


def read_names(file: File) -> list[Student]:
    """The students of the column of names, with the numbers of the column of numbers.

    Without headings it must be clear which columns these are: one of texts, or one of numbers
    and one of texts behind it.

    Raises:
        RefusalError: the file is no table, or there are no names in it, or too many.
    """
    where = shown(str(file.path))
    lines = [row for row in file.rows() if any(map(_seen, row.cells))]
    rows = [row.cells for row in lines]
    columns = _headed(rows)
    if columns is not None:
        _refuse_spilt(where, lines)
        rows = rows[1:]
    elif (columns := _unheaded(rows)) is None:
        heads = shown(", ".join(cell.strip() for cell in rows[0]))
        raise RefusalError("variant.no_heading", path=where, heads=heads)
    found = list(_students(rows, columns))
    if not found:
        raise RefusalError("variant.no_names", path=where)
    if len(found) > MOST:
        raise RefusalError("variant.names_too_many", path=where, most=f"{MOST:,}")
    return found


def _refuse_spilt(where: str, rows: list[Row]) -> None:
    """A name with a comma that nobody put into quotes would be cut."""
    width = len(rows[0].cells)
    for row in rows[1:]:
        if any(_cell(row.cells, at) for at in range(width, len(row.cells))):
            raise RefusalError("file.spilt", where=f"{where}:{row.line}")


class Columns(NamedTuple):
    """In which columns names and numbers stand."""

    names: tuple[int, ...]
    """One column, or first names and last names."""
    number: int | None = None


def _students(rows: list[list[str]], columns: Columns) -> Iterator[Student]:
    from bp_tutor.authoring.roster import Student

    for row in rows:
        called = _joined([text for at in columns.names if (text := _cell(row, at))])
        counted = _cell(row, columns.number)
        if called or counted:
            yield Student(called, counted) if called else Student(counted)


def _joined(parts: list[str]) -> str:
    """First and last name as one: 李 before 雷 and without a space, Ada before Lovelace."""
    if len(parts) > 1 and all("\u2e80" <= sign <= "\U0003ffff" for sign in "".join(parts)):
        return "".join(reversed(parts))
    return " ".join(parts)


def _headed(rows: list[list[str]]) -> Columns | None:
    """The columns by what is written above them; None where nothing known is."""
    heads = [cell.strip().casefold() for cell in rows[0]] if rows else []
    name, number, first, last = (
        next((heads.index(head) for head in known if head in heads), None)
        for known in (HEADS, NUMBERS, FIRST, LAST)
    )
    # "Name, first name": beside first names, a name is the last name.
    if first is not None and last is None and name is not None and heads[name] == "name":
        name, last = None, name
    if name is not None:
        return Columns((name,), number)
    if names := tuple(column for column in (first, last) if column is not None):
        return Columns(names, number)
    only = number is not None and not _texts(rows[1:]) - {number}
    return Columns((), number) if only else None


def _unheaded(rows: list[list[str]]) -> Columns | None:
    """The columns by what stands in them; None where that does not tell."""
    texts = _texts(rows)
    if all(len(row) <= 1 for row in rows):
        # Numbers below a text: that is no student, but a heading that nobody knows.
        heading = len(rows) > 1 and _is_text(_cell(rows[0], 0)) and not _texts(rows[1:])
        return None if heading else Columns((0,))
    if len(texts) != 1:
        return None
    (name,) = texts
    if not all(_is_text(_cell(row, name)) for row in rows):
        return None
    number = 0 if name and all(_cell(row, 0).isdecimal() for row in rows) else None
    return Columns((name,), number)


def _texts(rows: list[list[str]]) -> set[int]:
    """The columns in which there is a text that is no number."""
    return {at for row in rows for at in range(len(row)) if _is_text(_cell(row, at))}


def _is_text(cell: str) -> bool:
    return any(sign.isalpha() for sign in cell)


def _cell(row: list[str], column: int | None) -> str:
    """What stands in a column; nothing where nobody could see it."""
    return _seen(row[column]) if column is not None and column < len(row) else ""


def _seen(cell: str) -> str:
    text = cell.strip()
    return text if any(sign.isprintable() for sign in text) else ""
