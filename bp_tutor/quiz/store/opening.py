"""Opening the file of progress: made if it is missing, set aside if it cannot be used."""

from __future__ import annotations

import sqlite3
from time import sleep
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.store.aside import set_aside
from bp_tutor.quiz.store.location import store_path
from bp_tutor.quiz.store.schema import APPLICATION, NAMES, TABLES, VERSION

if TYPE_CHECKING:
    from pathlib import Path

PATIENCE = 2.0
"""Seconds to wait for another process that is writing."""
MOST_CHECKED = 8 * 2**20
"""A larger file is not looked through from end to end at every start."""


class Trouble(NamedTuple):
    """What is wrong with the file of progress: a key of the words and its values."""

    key: str
    values: tuple[tuple[str, str], ...]


class Opened(NamedTuple):
    """The file of progress, and what there is to say about it.

    There is always a connection: where the file cannot be used, it leads to memory, and
    nothing is kept.
    """

    connection: sqlite3.Connection
    path: Path
    kept: bool = True
    troubles: tuple[Trouble, ...] = ()


class NotOursError(Exception):
    """The file is damaged or foreign (version 0), or newer than this program."""

    def __init__(self, version: int = 0) -> None:
        super().__init__(version)
        self.version = version


def open_store(patience: float = PATIENCE, path: Path | None = None) -> Opened:
    """The file of progress, ready to be read and written."""
    path = path or store_path()
    troubles: list[Trouble] = []
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _ in range(2):
            try:
                return Opened(_connect(path, patience), path, troubles=tuple(troubles))
            except NotOursError as found:
                troubles += _aside(path, found.version)
    except (OSError, sqlite3.Error) as error:
        return _without(path, error, troubles)
    return _without(path, OSError(str(path)), troubles)


def _aside(path: Path, version: int) -> list[Trouble]:
    why = f"newer-{version}" if version else "damaged"
    moved = set_aside(path, why, lambda: _is_unusable(path))
    if moved is None:
        return []
    key = "store.newer" if version else "store.damaged"
    return [Trouble(key, (("path", str(path)), ("moved", str(moved))))]


def _is_unusable(path: Path) -> bool:
    """Whether it is so still: another process may have set it aside, and made a new file."""
    try:
        _connect(path, PATIENCE).close()
    except NotOursError:
        return True
    return False


def _without(path: Path, error: Exception, troubles: list[Trouble]) -> Opened:
    """Nothing can be kept: what is there can perhaps be read."""
    trouble = Trouble("store.not_kept", (("path", str(path)), ("reason", _reason(error))))
    connection = None
    if "readonly" in str(error) or "read-only" in str(error).lower():
        connection = _for_reading(path)
    if connection is None:
        connection = sqlite3.connect(":memory:", isolation_level=None)
        _make(connection)
    return Opened(connection, path, kept=False, troubles=(*troubles, trouble))


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _for_reading(path: Path) -> sqlite3.Connection | None:
    try:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(uri, uri=True, isolation_level=None)
        return connection if _version(connection) == VERSION else None
    except sqlite3.Error:
        return None


def _connect(path: Path, patience: float) -> sqlite3.Connection:
    """A connection to a sound file.

    Raises:
        NotOursError: the file is damaged, foreign, or newer.
        sqlite3.OperationalError: it is locked, or cannot be written.
        OSError: it cannot even be looked up.
    """
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
    try:
        _prepare(connection, path)
    except NotOursError:
        connection.close()
        raise
    except sqlite3.OperationalError:
        connection.close()
        raise
    except sqlite3.DatabaseError:
        connection.close()
        raise NotOursError from None
    return connection


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    version = _version(connection)
    _log_ahead(connection)
    # Power may fail without losing more than the last moments; a killed process loses nothing.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    if version == 0:
        connection.execute("BEGIN IMMEDIATE")
        if _version(connection) == 0:
            _make(connection)
        connection.execute("COMMIT")
    elif path.stat().st_size <= MOST_CHECKED and not _sound(connection):
        raise NotOursError
    _writable(connection)


def _version(connection: sqlite3.Connection) -> int:
    """The version of the tables in the file; 0 where it is empty."""
    # Read in one go: another process may be making the tables just now.
    own = not connection.in_transaction
    if own:
        connection.execute("BEGIN")
    try:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        names = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    finally:
        if own and connection.in_transaction:
            connection.execute("ROLLBACK")
    if not names and application in (0, APPLICATION):
        return 0
    if application != APPLICATION or version < 1:
        raise NotOursError
    if version > VERSION:
        raise NotOursError(version)
    if not names >= NAMES:
        raise NotOursError
    return version


def _sound(connection: sqlite3.Connection) -> bool:
    return bool(connection.execute("PRAGMA quick_check(1)").fetchone() == ("ok",))


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Readers and one writer side by side; where the file system has no such thing, without."""
    for attempt in range(5):
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            # SQLite does not wait by itself while another process switches.
            sleep(0.02 * (attempt + 1))
        else:
            return


def _writable(connection: sqlite3.Connection) -> None:
    """Asks for nothing but the right to write, so that a read-only file shows itself at once."""
    connection.execute("BEGIN IMMEDIATE")
    connection.execute("ROLLBACK")


def _make(connection: sqlite3.Connection) -> None:
    for statement in TABLES:
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute(f"PRAGMA user_version = {VERSION}")
