"""Opening the file of progress: made if it is missing, set aside if it cannot be used."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import NamedTuple

from bp_tutor.quiz.store.files import make_private, set_aside
from bp_tutor.quiz.store.salvage import Salvaged, salvage, sound_rows
from bp_tutor.quiz.store.schema import APPLICATION, MADE, NAMES, TABLES, VERSION, bare

VARIABLE = "BP_TUTOR_HOME"
"""Names another folder."""
FILE = "progress.sqlite3"


def data_folder() -> Path:
    """The folder for what bp-tutor keeps: the user's own data folder, or the one named."""
    named = os.environ.get(VARIABLE)
    if named:
        return Path(named).expanduser()
    import platformdirs

    return platformdirs.user_data_path("bp-tutor", appauthor=False)


def store_path() -> Path:
    """The file in which progress is kept."""
    return data_folder() / FILE


PATIENCE = 2.0
"""Seconds to wait for another process that is writing."""
SHORT_READ = 522
"""SQLite's number for a file that ends too early; Python names only some of them."""
SMALLEST = 512
"""Bytes of the smallest page: no database is smaller."""


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
    """The file cannot be used: a key of the words, and the version where it is newer."""

    def __init__(self, key: str = "damaged", version: int = 0) -> None:
        super().__init__(key, version)
        self.key, self.version = key, version


def open_store(patience: float = PATIENCE, path: Path | None = None) -> Opened:
    """The file of progress, ready to be read and written, every row of it sound.

    A file that is not is set aside as it is, and what can be read of it goes into a new one.
    """
    path = path or store_path()
    troubles: list[Trouble] = []
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        for _ in range(2):
            try:
                return Opened(_connect(path, patience), path, troubles=tuple(troubles))
            except NotOursError as found:
                troubles += _aside(path, found)
    except (OSError, sqlite3.Error) as error:
        return _without(path, error, troubles)
    return _without(path, OSError(str(path)), troubles)


def _aside(path: Path, found: NotOursError) -> list[Trouble]:
    why = f"newer-{found.version}" if found.version else "damaged"
    saved: list[Salvaged] = []

    def make(new: Path) -> None:
        make_private(new)
        connection = sqlite3.connect(new, isolation_level=None)
        try:
            _make(connection)
            saved.append(salvage(path, connection))
        finally:
            connection.close()

    moved = set_aside(path, why, lambda: _is_unusable(path), make)
    if moved is None:
        return []
    trouble = Trouble(f"store.{found.key}", (("path", str(path)), ("moved", str(moved))))
    return [trouble, *(told for one in saved for told in _told(one))]


def _told(saved: Salvaged) -> list[Trouble]:
    counts = ("sessions", str(saved.sessions)), ("answers", str(saved.answers))
    key = "store.salvaged" if saved.answers else "store.nothing_salvaged"
    return [Trouble(key, counts), *_spoilt(saved)]


def _spoilt(saved: Salvaged) -> list[Trouble]:
    return [Trouble("store.spoilt", (("count", str(saved.spoilt)),))] if saved.spoilt else []


def _is_unusable(path: Path) -> bool:
    """Whether it is so still: another process may have set it aside, and made a new file."""
    try:
        _connect(path, PATIENCE).close()
    except NotOursError:
        return True
    return False


def _without(path: Path, error: Exception, troubles: list[Trouble]) -> Opened:
    """Nothing can be kept: what is there can perhaps be read."""
    told = [Trouble("store.not_kept", (("path", str(path)), ("reason", _reason(error))))]
    found = open_in_memory(path)
    if not _is_busy(error):
        with suppress(OSError):
            told += _spoilt(salvage(path, found.connection))
    return found._replace(kept=False, troubles=(*troubles, *told))


def open_in_memory(path: Path = Path()) -> Opened:
    """Progress without a file: whoever opens it keeps what `exported` gives of it."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    _make(connection)
    return Opened(connection, path)


def _reason(error: Exception) -> str:
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def _connect(path: Path, patience: float) -> sqlite3.Connection:
    """A connection to a sound file.

    Raises:
        NotOursError: the file is damaged, foreign, or newer.
        sqlite3.OperationalError: it is locked, or cannot be written.
        OSError: it cannot even be looked up.
    """
    if path.exists() and not path.is_file():
        raise NotOursError("no_file")
    make_private(path)
    if 0 < path.stat().st_size < SMALLEST:
        # SQLite takes it for an empty one.
        raise NotOursError
    connection = sqlite3.connect(path, timeout=patience, isolation_level=None)
    try:
        _prepare(connection)
    except NotOursError:
        connection.close()
        raise
    except (sqlite3.Error, UnicodeError) as error:
        connection.close()
        if _is_about_the_place(error, path):
            raise
        raise NotOursError from None
    return connection


def _is_about_the_place(error: Exception, path: Path) -> bool:
    """Whether an error speaks of the disk, the rights or another process, not of what is inside."""
    code = getattr(error, "sqlite_errorcode", None)
    if not isinstance(error, sqlite3.OperationalError) or code in (None, SHORT_READ):
        return False
    if code == sqlite3.SQLITE_READONLY:
        # Where there is the right to write, it is the file's own head that forbids it.
        return not os.access(path, os.W_OK)
    return int(code) & 0xFF != sqlite3.SQLITE_ERROR


def _is_busy(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    return code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _prepare(connection: sqlite3.Connection) -> None:
    version = _version(connection)
    if version and not _sound(connection):
        raise NotOursError
    _log_ahead(connection)
    # Power may fail without losing more than the last moments; a killed process loses nothing.
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    if version == 0:
        connection.execute("BEGIN IMMEDIATE")
        if _version(connection) == 0:
            _make(connection)
        connection.execute("COMMIT")
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
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        found = dict(connection.execute("SELECT name, sql FROM sqlite_master"))
    finally:
        if own and connection.in_transaction:
            connection.execute("ROLLBACK")
    if not found and pages <= 1 and version == application == 0:
        return 0
    if found and not found.keys() & NAMES:
        raise NotOursError("foreign")
    if version > VERSION:
        raise NotOursError("newer", version)
    if application != APPLICATION or version < 1:
        raise NotOursError
    if any(bare(found.get(name) or "") != text for name, text in MADE.items()):
        raise NotOursError
    return version


def _sound(connection: sqlite3.Connection) -> bool:
    whole = connection.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
    return whole and sound_rows(connection)


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
