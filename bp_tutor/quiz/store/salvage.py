"""Reading what can be read of a damaged file, row by row, into a new one."""

from __future__ import annotations

import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from shutil import copyfile
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

from bp_tutor.quiz.store.schema import ANOTHER, COLUMNS, FROM_SESSION, NEEDED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.quiz.store.schema import Column

LOGS = ("-wal", "-journal")
"""What SQLite keeps beside a database and reads with it: the last answers are in there."""
SMALLEST_ROW = 10
"""Bytes: a file has no more rows than would fit into it."""
MOST_TRIED = 1_000_000
"""So many numbers of rows are tried one by one at most."""
RESUMED_BY = ("path", "digest", "notation", "seed", "options", "questions")
"""A session that lost one of these cannot be gone on with."""
Row = dict[str, Any]


class Salvaged(NamedTuple):
    """What a damaged file still held."""

    sessions: int = 0
    answers: int = 0
    spoilt: int = 0
    """Rows that were found, and could be read in part or not at all."""


def sound_rows(connection: sqlite3.Connection) -> bool:
    """Whether every cell of every row can be read, and every answer has its session."""
    for table, columns in COLUMNS.items():
        names = ", ".join(column.name for column in columns)
        rows = connection.execute(f"SELECT {names} FROM {table}")  # noqa: S608 - our own names
        # Most cells of a column say the same: each is looked at once.
        for column, cells in zip(columns, zip(*rows, strict=True), strict=False):
            if not all(map(column.sound, set(cells))):
                return False
    orphans = "SELECT 1 FROM answers WHERE session NOT IN (SELECT id FROM sessions) LIMIT 1"
    return connection.execute(orphans).fetchone() is None


def salvage(path: Path, new: sqlite3.Connection) -> Salvaged:
    """Put the readable rows of the file at `path` into the empty tables of a new one.

    The damaged file is only copied: nothing in it is changed.

    Raises:
        OSError: it cannot even be copied.
    """
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="milliseconds")
    with TemporaryDirectory(prefix="bp-tutor-") as folder:
        copy = Path(folder) / "copy.sqlite3"
        copyfile(path, copy)
        for ending in LOGS:
            log = path.with_name(path.name + ending)
            if log.is_file():
                copyfile(log, copy.with_name(copy.name + ending))
        damaged = sqlite3.connect(copy, isolation_level=None)
        try:
            sessions, answers, diagnoses = (_Rows(damaged, table) for table in COLUMNS)
        finally:
            damaged.close()
    _fill_in(sessions, answers, written)
    _put(new, (sessions, answers, diagnoses))
    spoilt = sessions.spoilt + answers.spoilt + diagnoses.spoilt
    return Salvaged(len(sessions.rows), len(answers.rows), spoilt)


class _Rows:
    """The rows of a damaged table, with what stands in for a spoilt cell."""

    def __init__(self, connection: sqlite3.Connection, table: str) -> None:
        self.table, self.columns = table, COLUMNS[table]
        self.rows: list[Row] = []
        self.spoilt = 0
        for cells in _cells_of(connection, table, self.columns):
            row, whole = {}, True
            for column in self.columns:
                cell = cells.get(column.name, NEEDED)
                sound = column.sound(cell)
                row[column.name] = cell if sound else column.otherwise
                whole = whole and sound
                if not sound and column.name in RESUMED_BY and table == "sessions":
                    cells["state"] = row["state"] = "done"
            self.spoilt += not whole
            if NEEDED not in row.values():
                self.rows.append(row)
        self._number()

    def _number(self) -> None:
        """Give a row whose own number is damaged the next one."""
        if self.columns[0].name != "id":
            return
        last = max((row["id"] for row in self.rows if row["id"] is not ANOTHER), default=0)
        for row in self.rows:
            if row["id"] is ANOTHER:
                last += 1
                row["id"] = last


def _cells_of(
    connection: sqlite3.Connection, table: str, columns: tuple[Column, ...]
) -> Iterator[Row]:
    """Every row that SQLite can reach, as the cells that are text or numbers."""
    try:
        # A spoilt description of one table or index does not hide the others.
        connection.execute("PRAGMA writable_schema = ON")
        connection.text_factory = bytes
        described = connection.execute(f"PRAGMA table_info({table})").fetchall()
        names = [_decoded(row[1]) for row in described]
        if len(names) == len(columns):
            # The order holds, also where a name is spoilt.
            names = [column.name for column in columns]
        letters = ", ".join(f"c{number}" for number in range(len(names)))
        query = (
            f"WITH t(r, {letters}) AS (SELECT rowid, * FROM {table} NOT INDEXED)"  # noqa: S608
            f" SELECT r, {letters} FROM t"
        )
        connection.execute(f"{query} LIMIT 0")
    except sqlite3.Error:
        return
    for rowid, *cells in _reached(connection, table, query):
        row = dict(zip(names, map(_decoded, cells), strict=True))
        yield row | {"id": rowid} if columns[0].name == "id" else row


def _reached(connection: sqlite3.Connection, table: str, query: str) -> Iterator[tuple[Any, ...]]:
    """The rows from the first on, from the last back, and where both stop, by their numbers."""
    seen: set[int] = set()
    broken = False
    for order in ("ASC", "DESC"):
        try:
            for row in connection.execute(f"{query} ORDER BY r {order}"):
                if row[0] not in seen:
                    seen.add(row[0])
                    yield row
        except sqlite3.Error:
            broken = True
    for number in range(1, _last(connection, table) + 1) if broken else ():
        if number not in seen:
            with suppress(sqlite3.Error):
                yield from connection.execute(f"{query} WHERE r = ?", (number,))


def _last(connection: sqlite3.Connection, table: str) -> int:
    """A number that no row goes beyond."""
    counts = [0]
    for query in (
        f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'",  # noqa: S608 - our own name
        f"SELECT page_count * page_size / {SMALLEST_ROW} FROM pragma_page_count, pragma_page_size",  # noqa: S608
    ):
        with suppress(sqlite3.Error):
            counts += [row[0] for row in connection.execute(query) if isinstance(row[0], int)]
    return min(max(counts), MOST_TRIED)


def _decoded(cell: Any) -> Any:
    """A text that was read as bytes; NEEDED where it is not UTF-8."""
    if not isinstance(cell, bytes):
        return cell
    try:
        return cell.decode("utf-8")
    except UnicodeDecodeError:
        return NEEDED


def _fill_in(sessions: _Rows, answers: _Rows, written: str) -> None:
    """Give every answer a session, and what has lost its time another one.

    That is the time of the session or of its first answer, else when the file was written last.
    """
    known = {row["id"]: row for row in sessions.rows}
    numbers = (row["session"] for row in answers.rows if row["session"] is not ANOTHER)
    unknown = max((*known, *numbers), default=0) + 1
    first: dict[int, str] = {}
    for row in answers.rows:
        if row["session"] is ANOTHER:
            row["session"] = unknown
        session = row["session"]
        if session not in known:
            known[session] = {column.name: column.otherwise for column in sessions.columns}
            known[session]["id"] = session
            sessions.rows.append(known[session])
        if row["at"] is not FROM_SESSION:
            first.setdefault(session, row["at"])
    for row in sessions.rows:
        if row["started"] is FROM_SESSION:
            row["started"] = first.get(row["id"], written)
    for row in answers.rows:
        if row["at"] is FROM_SESSION:
            row["at"] = known[row["session"]]["started"]


def _put(new: sqlite3.Connection, tables: tuple[_Rows, _Rows, _Rows]) -> None:
    """Write the rows, with the numbers that they had.

    A mistake whose answer is gone is kept as well; no later answer gets that one's number.
    """
    sessions, answers, diagnoses = tables
    new.execute("PRAGMA foreign_keys = OFF")
    new.execute("BEGIN IMMEDIATE")
    for found in tables:
        names = [column.name for column in found.columns]
        places = ", ".join("?" * len(names))
        new.executemany(
            f"INSERT INTO {found.table} ({', '.join(names)}) VALUES ({places})",  # noqa: S608
            ([row[name] for name in names] for row in found.rows),
        )
    new.execute("DELETE FROM sqlite_sequence")
    numbers = {
        "sessions": [row["id"] for row in sessions.rows],
        "answers": [
            *(row["id"] for row in answers.rows),
            *(row["answer"] for row in diagnoses.rows),
        ],
    }
    for table, found_numbers in numbers.items():
        new.execute(
            "INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)",
            (table, max(found_numbers, default=0)),
        )
    new.execute("COMMIT")
    new.execute("PRAGMA foreign_keys = ON")
