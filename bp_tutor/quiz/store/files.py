"""Setting a file aside: it keeps all it holds, under another name."""

from __future__ import annotations

import os
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime
from shutil import copyfile
from time import monotonic, sleep, time
from typing import TYPE_CHECKING

from bp_tutor.quiz.store.schema import NAMES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMPANIONS = ("-wal", "-shm", "-journal")
"""What SQLite keeps beside a database; the first holds the last answers."""
WHYS = ("damaged", "newer-*")
"""What the names of files say that were set aside."""
STALE = 10.0
"""A lock that is older than this was left by a process that is no more."""
PRIVATE = 0o600
"""What somebody answered is nobody else's business."""


def set_aside(
    path: Path, why: str, unusable: Callable[[], bool], make: Callable[[Path], None]
) -> Path | None:
    """Put a new database in the place of one, which keeps all it holds under another name.

    Two processes may find the same damage: the second waits, looks again, and leaves the
    sound file alone that the first one made (None). `make` writes the new file while the old
    one is still in its place, so that there is one whenever somebody looks.
    """
    lock = path.with_name(f"{path.name}.lock")
    _take(lock)
    try:
        if not unusable():
            return None
        target = _free_name(path, why)
        if not path.is_file():
            path.rename(target)
            return target
        new = path.with_name(f"{path.name}.new")
        new.unlink(missing_ok=True)
        make(new)
        _second_name(path, target)
        # A log that is left beside the new file would be read into it.
        for ending in COMPANIONS:
            companion = path.with_name(path.name + ending)
            if companion.exists():
                companion.rename(target.with_name(target.name + ending))
        new.replace(path)
        return target
    finally:
        lock.unlink(missing_ok=True)


def kept_in(path: Path) -> list[Path]:
    """A database and what SQLite keeps beside it, as far as it is there."""
    names = (path.with_name(path.name + ending) for ending in ("", *COMPANIONS))
    return [one for one in names if one.is_file()]


def copies_aside(path: Path) -> list[Path]:
    """The files that were set aside and may hold answers, without their companions."""
    found = (path.parent.glob(f"{path.stem}.{why}-*{path.suffix}") for why in WHYS)
    return sorted(one for some in found for one in some if one.is_file() and not _foreign(one))


def _foreign(path: Path) -> bool:
    """Whether it is a database of something else, which is nobody's to delete here."""
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
        try:
            names = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeError):
        return False
    return bool(names) and not names & NAMES


def forget_copies(path: Path) -> int:
    """Delete the files that were set aside and may hold answers; gives how many.

    Raises:
        OSError: one of them cannot be deleted.
    """
    lock = path.with_name(f"{path.name}.lock")
    _take(lock)
    try:
        copies = copies_aside(path)
        for copy in copies:
            # The last one is what is found again where an earlier one cannot be deleted.
            for one in reversed(kept_in(copy)):
                one.unlink()
        return len(copies)
    finally:
        lock.unlink(missing_ok=True)


def make_private(path: Path) -> None:
    """Let only its owner read and write a file and what belongs to it; make it if it is missing."""
    with suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
    for ending in ("", *COMPANIONS):
        one = path.with_name(path.name + ending)
        with suppress(OSError):
            if one.is_file() and one.stat().st_mode & 0o077:
                one.chmod(PRIVATE)


def _second_name(path: Path, target: Path) -> None:
    try:
        os.link(path, target)
    except OSError:
        # Not every file system has second names.
        copyfile(path, target)
    make_private(target)


def _take(lock: Path) -> None:
    started = monotonic()
    while True:
        try:
            os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        except FileExistsError:
            waited = monotonic() - started > STALE
            if waited or _age(lock) > STALE:
                lock.unlink(missing_ok=True)
            sleep(0.05)
        else:
            return


def _age(lock: Path) -> float:
    try:
        return time() - lock.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _free_name(path: Path, why: str) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
    for number in range(1000):
        more = f"-{number}" if number else ""
        target = path.with_name(f"{path.stem}.{why}-{stamp}{more}{path.suffix}")
        if not target.exists():
            return target
    raise FileExistsError(path)
