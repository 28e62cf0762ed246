"""Reading a list of names from a CSV file, as spreadsheets of any language write them."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.values import shown

if TYPE_CHECKING:
    from pathlib import Path

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
    "学号",
    "id",
    "student id",
)
"""What the column of names may be called, the surest first."""


def read_names(path: Path) -> list[str]:
    """The names of the column that is headed so, or of the first column.

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
    except (OSError, ValueError, csv.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise RefusalError("variant.unreadable", path=where, reason=reason) from None
    heads = [cell.strip().casefold() for cell in rows[0]] if rows else []
    column = next((heads.index(head) for head in HEADS if head in heads), None)
    body = rows if column is None else rows[1:]
    names = [row[column or 0].strip() for row in body if len(row) > (column or 0)]
    names = [name for name in names if any(sign.isprintable() for sign in name)]
    if not names:
        raise RefusalError("variant.no_names", path=where)
    if len(names) > MOST:
        raise RefusalError("variant.names_too_many", path=where, most=f"{MOST:,}")
    return names


def _decoded(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    for encoding in ENCODINGS[:-1]:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return data.decode(ENCODINGS[-1])
