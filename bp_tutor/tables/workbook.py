"""Rows of workbooks (xlsx, xls, ods), by python-calamine."""

from __future__ import annotations

from importlib.util import find_spec
from io import BytesIO
from typing import TYPE_CHECKING
from zipfile import BadZipFile, ZipFile, is_zipfile

from bp_tutor.reader import Key
from bp_tutor.tables.error import TableError
from bp_tutor.tables.row import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 512 * 2**20
"""Bytes of a workbook that is unpacked: a small file may hold endless ones."""
MOST_CELLS = 20_000_000
LEAST_DIGITS = 3
"""So many digits answers need."""
INSTALL = "pip install 'bp-tutor[tables]'"


def rows_of_workbook(data: bytes, where: str) -> Iterator[Row]:
    """The rows of the first sheet on which something stands.

    Raises:
        TableError: the library is not there, or it is no workbook, or too large.
    """
    if find_spec("python_calamine") is None:
        raise TableError("file.library", path=where, command=INSTALL)
    from python_calamine import CalamineError, CalamineWorkbook

    _refuse_endless(data, where)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            if sheet.height * sheet.width > MOST_CELLS:
                raise TableError("file.too_large", path=where, most=LARGEST >> 20)
            cells = [
                Row([_typed(cell) for cell in row], line)
                for line, row in enumerate(sheet.to_python(skip_empty_area=False), 1)
            ]
            if rows := [row for row in cells if any(cell.strip() for cell in row.cells)]:
                return iter(rows)
    except CalamineError:
        raise TableError("file.unreadable", path=where, reason=Key("reason.no_table")) from None
    return iter(())


def _refuse_endless(data: bytes, where: str) -> None:
    if not is_zipfile(BytesIO(data)):
        return
    try:
        with ZipFile(BytesIO(data)) as packed:
            size = sum(each.file_size for each in packed.infolist())
    except BadZipFile:
        raise TableError("file.unreadable", path=where, reason=Key("reason.no_table")) from None
    if size > LARGEST:
        raise TableError("file.too_large", path=where, most=LARGEST >> 20)


def _typed(cell: object) -> str:
    """A cell as somebody would type it: whole numbers without a point.

    A workbook keeps numbers, and no zeros at their ends: who typed 0.820 is not held to 0.82.
    """
    if not isinstance(cell, float):
        return str(cell)
    if cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    text = repr(cell)
    digits = len(text.lstrip("-0.").replace(".", ""))
    return text if "e" in text else text + "0" * max(0, LEAST_DIGITS - digits)
