"""Tables as spreadsheets of any language write them: CSV in any encoding, with any mark between."""

from __future__ import annotations

import csv
import re
from io import BytesIO, TextIOWrapper
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.cli.reasons import reason_of
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.saving import note_read
from bp_tutor.cli.values import shown
from bp_tutor.reader import Key
from bp_tutor.reader.encoding import UnknownEncodingError, writing_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bp_tutor.cli.output import Output
    from bp_tutor.reader.encoding import Writing

MARKS = ",;\t"
"""What may stand between two cells."""
LARGEST = 32 * 2**20
_SAID = re.compile(r'"?sep=([,;\t|])"?', re.IGNORECASE)
"""The line by which a spreadsheet is told what stands between the cells."""
SHOWN = 40
"""So many signs of the text are shown where its encoding is told."""


class Row(NamedTuple):
    """The cells of a row, and its line in the file."""

    cells: list[str]
    line: int


class File(NamedTuple):
    """A file that was read, and how it is written."""

    path: Path
    data: bytes
    writing: Writing

    def stream(self) -> TextIOWrapper:
        """Its text, line ends as they are."""
        found = TextIOWrapper(BytesIO(self.data), encoding=self.writing.encoding, newline="")
        found.buffer.seek(self.writing.start)
        return found

    def text(self) -> str:
        """All of its text.

        Raises:
            RefusalError: it is no text in the encoding that was named.
        """
        try:
            return self.data[self.writing.start :].decode(self.writing.encoding)
        except UnicodeDecodeError:
            raise self._not_in() from None

    def rows(self) -> Iterator[Row]:
        """The rows in which something stands.

        Raises:
            RefusalError: it is no table.
        """
        try:
            with self.stream() as stream:
                first = next((line for line in stream if line.strip()), "")
            with self.stream() as stream:
                mark = _SAID.fullmatch(first.strip())
                if mark:
                    stream.readline()
                lines = csv.reader(stream, delimiter=mark[1] if mark else _mark_in(first))
                for cells in lines:
                    if any(cell.strip() for cell in cells):
                        yield Row(cells, lines.line_num)
        except UnicodeDecodeError:
            raise self._not_in() from None
        except csv.Error:
            reason = Key("reason.no_table")
            raise RefusalError("file.unreadable", path=self._where(), reason=reason) from None

    def tell(self, output: Output) -> None:
        """Say which encoding was taken, where only what the text says told it."""
        if not self.writing.guessed:
            return
        with self.stream() as stream:
            other = next((line.strip() for line in stream if not line.isascii()), "")
        name = output.words.text(f"encoding.{self.writing.encoding}")
        values = {"path": self._where(), "name": name, "option": "--encoding"}
        output.line(output.words.text("file.encoding", **values, text=shown(other, SHOWN)), "note")

    def _where(self) -> str:
        return shown(str(self.path))

    def _not_in(self) -> RefusalError:
        name = self.writing.encoding
        return RefusalError("file.not_in", path=self._where(), name=name, option="--encoding")


def read_table(path: Path, encoding: str | None, most: int = LARGEST) -> File:
    """A file of text, with the encoding that is named or that it gives away.

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
    try:
        return File(path, data, writing_of(data, encoding or ""))
    except UnknownEncodingError:
        raise RefusalError("file.no_encoding", path=where, option="--encoding") from None


def _mark_in(line: str) -> str:
    """What stands between the cells of a line: the mark that parts it into the most of them."""
    return max(MARKS, key=lambda mark: len(next(csv.reader([line], delimiter=mark))))
