"""Rows of text whose cells are parted by commas, semicolons or tabs, as spreadsheets write them."""

from __future__ import annotations

import csv
import re
from io import BytesIO, TextIOWrapper
from itertools import islice
from typing import TYPE_CHECKING

from bp_tutor.reader import Key
from bp_tutor.tables.error import TableError
from bp_tutor.tables.row import Row

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.reader.encoding import Writing

MARKS = ",;\t"
"""What may stand between two cells."""
LOOKED_AT = 30
"""So many rows show what stands between cells."""
_SAID = re.compile(r'"?sep=([,;\t|])"?', re.IGNORECASE)
"""The line by which a spreadsheet is told what stands between the cells."""
_APOSTROPHE = re.compile("^'(?=[\"']*[=+\\-@＝＋－＠])")
"""What a safe CSV has in front of what a spreadsheet would calculate: no part of the text."""


def rows_of_text(data: bytes, writing: Writing, where: str, *, joined: bool) -> Iterator[Row]:
    """The rows in which something stands; `joined` keeps together what stands in brackets.

    Raises:
        TableError: it is no table.
        UnicodeDecodeError: it is in another encoding.
    """
    try:
        said = _said(data, writing)
        mark = said or _fitting(data, writing)
        with _stream(data, writing) as stream:
            if said:
                stream.readline()
            lines = csv.reader(stream, delimiter=mark)
            for cells in lines:
                if any(cell.strip() for cell in cells):
                    kept = in_brackets(cells, mark) if joined else cells
                    bare = [_APOSTROPHE.sub("", one) if one[:1] == "'" else one for one in kept]
                    yield Row(bare, lines.line_num + bool(said))
    except csv.Error:
        raise TableError("file.unreadable", path=where, reason=Key("reason.no_table")) from None


def mark_of(data: bytes, writing: Writing) -> str:
    """What stands between the cells, as the text says or shows."""
    return _said(data, writing) or _fitting(data, writing)


def _said(data: bytes, writing: Writing) -> str:
    with _stream(data, writing) as stream:
        first = next((line for line in stream if line.strip()), "")
    found = _SAID.fullmatch(first.strip())
    return found[1] if found else ""


def in_brackets(pieces: Sequence[str], mark: str) -> list[str]:
    """Cells in which a mark inside brackets parts nothing, though nobody put quotes there."""
    cells: list[str] = []
    for piece in pieces:
        if cells and cells[-1].count("[") > cells[-1].count("]"):
            cells[-1] += f"{mark}{piece}"
        else:
            cells.append(piece)
    return cells


def _stream(data: bytes, writing: Writing) -> TextIOWrapper:
    """The text, line ends as they are."""
    found = TextIOWrapper(BytesIO(data), encoding=writing.encoding, newline="")
    found.buffer.seek(writing.start)
    return found


def _fitting(data: bytes, writing: Writing) -> str:
    """What stands between cells: what parts the rows alike, into the most cells.

    Where a comma does so as well as another mark, it is one of the sentences and numbers.
    """

    def fit(mark: str) -> tuple[float, bool, int]:
        with _stream(data, writing) as stream:
            rows = islice((row for row in csv.reader(stream, delimiter=mark) if row), LOOKED_AT)
            widths = [len(in_brackets(row, mark)) for row in rows]
        first = widths[0] if widths else 1
        alike = sum(width == first for width in widths) / len(widths) if widths else 0
        return (alike, mark != ",", first) if first > 1 else (0, False, first)

    return max(MARKS, key=fit)
