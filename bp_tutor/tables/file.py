"""A file with a table in it: which kind it is, and its rows, one after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.reader.encoding import UnknownEncodingError, writing_of
from bp_tutor.reader.text import shown
from bp_tutor.tables.error import TableError
from bp_tutor.tables.separated import mark_of, rows_of_text
from bp_tutor.tables.tree import rows_of_tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bp_tutor.reader.encoding import Writing
    from bp_tutor.tables.row import Row

TEXTS = (".csv", ".tsv", ".tab", ".txt")
TREES = (".json", ".yaml", ".yml")
WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
"""What python-calamine reads."""
ENDINGS = (*TEXTS, *TREES, *WORKBOOKS)
_ZIPPED, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""What workbooks begin with, whatever their names end in."""


class File(NamedTuple):
    """A file that was read, and how it is written; a workbook says that itself."""

    path: Path
    data: bytes
    writing: Writing | None

    @property
    def where(self) -> str:
        """Its name, as it is told."""
        return shown(str(self.path))

    @property
    def is_tree(self) -> bool:
        """Whether it is JSON or YAML."""
        return self.writing is not None and self.path.suffix.lower() in TREES

    def rows(self, *, joined: bool = False) -> Iterator[Row]:
        """The rows in which something stands.

        With `joined`, what stands in brackets is one cell, though nobody put quotes there.

        Raises:
            TableError: it is no table.
            ReadError: it is no valid YAML or JSON.
        """
        if self.writing is None:
            from bp_tutor.tables.workbook import rows_of_workbook

            return rows_of_workbook(self.data, self.where)
        if self.is_tree:
            return rows_of_tree(self.text(), str(self.path))
        return self._rows_of_text(joined=joined)

    def text(self) -> str:
        """All of its text.

        Raises:
            TableError: it is no text in the encoding that was named.
        """
        assert self.writing is not None
        try:
            return self.data[self.writing.start :].decode(self.writing.encoding)
        except UnicodeDecodeError:
            raise self._not_in() from None

    def guessed(self) -> tuple[str, str] | None:
        """The encoding, and a line that shows what was taken by it, where only the text tells."""
        if self.writing is None or not self.writing.guessed:
            return None
        other = next((line.strip() for line in self.text().splitlines() if not line.isascii()), "")
        return self.writing.encoding, other

    def commas_between_cells(self) -> bool:
        """Whether commas part the cells, or it is a file in which no mark does."""
        return self.writing is None or self.is_tree or mark_of(self.data, self.writing) == ","

    def _rows_of_text(self, *, joined: bool) -> Iterator[Row]:
        assert self.writing is not None
        try:
            yield from rows_of_text(self.data, self.writing, self.where, joined=joined)
        except UnicodeDecodeError:
            raise self._not_in() from None

    def _not_in(self) -> TableError:
        assert self.writing is not None
        name = self.writing.encoding
        return TableError("file.not_in", path=self.where, name=name, option="--encoding")


def file_of(path: Path, data: bytes, encoding: str = "") -> File:
    """A file by what stands in it, with the encoding that is named or that it gives away.

    Raises:
        TableError: nothing tells its encoding.
    """
    if data.startswith((_ZIPPED, _OLE)):
        return File(path, data, None)
    try:
        return File(path, data, writing_of(data, encoding))
    except UnknownEncodingError:
        where = shown(str(path))
        raise TableError("file.no_encoding", path=where, option="--encoding") from None
