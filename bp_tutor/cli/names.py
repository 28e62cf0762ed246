"""Reading a list of names from a CSV file, as spreadsheets of any language write them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.values import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bp_tutor.authoring.roster import Student

ENCODINGS = ("utf-8-sig", "gb18030")
LARGEST, MOST = 2**20, 10_000
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
NUMBERS = (
    "学号",
    "student number",
    "student no",
    "student no.",
    "student id",
    "matriculation number",
    "number",
    "no.",
    "no",
    "id",
    "编号",
)
"""What the column of student numbers may be called."""


def read_names(path: Path) -> list[Student]:
    """The students of the column of names, with the numbers of the column of numbers.

    Without headings the first column is the names, or the second where the first is numbers.

    Raises:
        RefusalError: the file cannot be read, or there are no names in it, or too many.
    """
    where = shown(str(path))
    try:
        with path.open("rb") as stream:
            data = stream.read(LARGEST + 1)
        if len(data) > LARGEST:
            raise RefusalError("variant.names_too_many", path=where, most=f"{MOST:,}")
        text = _decoded(data)
        first = next((line for line in text.splitlines() if line.strip()), "")
        mark = max(",;\t", key=first.count)
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark) if row]
    except OSError as error:
        reason = error.strerror or str(error)
        raise RefusalError("variant.unreadable", path=where, reason=reason) from None
    except (ValueError, csv.Error):
        raise RefusalError("variant.no_list", path=where) from None
    found = list(_students(rows))
    if not found:
        raise RefusalError("variant.no_names", path=where)
    if len(found) > MOST:
        raise RefusalError("variant.names_too_many", path=where, most=f"{MOST:,}")
    return found


def _students(rows: list[list[str]]) -> Iterator[Student]:
    from bp_tutor.authoring.roster import Student

    heads = [cell.strip().casefold() for cell in rows[0]] if rows else []
    name = next((heads.index(head) for head in HEADS if head in heads), None)
    number = next((heads.index(head) for head in NUMBERS if head in heads), None)
    if name is None and number is None:
        name, number = (1, 0) if _begin_with_numbers(rows) else (0, None)
    else:
        rows = rows[1:]
    for row in rows:
        called, counted = (_cell(row, column) for column in (name, number))
        if called or counted:
            yield Student(called, counted) if called else Student(counted)


def _begin_with_numbers(rows: list[list[str]]) -> bool:
    """Whether every row begins with a number, and a name follows."""
    return bool(rows) and all(
        _cell(row, 0).isdecimal() and _cell(row, 1) and not _cell(row, 1).isdecimal()
        for row in rows
    )


def _cell(row: list[str], column: int | None) -> str:
    """What stands in a column; nothing where nobody could see it."""
    text = row[column].strip() if column is not None and column < len(row) else ""
    return text if any(sign.isprintable() for sign in text) else ""


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    for encoding in ENCODINGS[:-1]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode(ENCODINGS[-1])
