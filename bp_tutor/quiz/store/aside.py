"""Setting a file aside: it keeps all it holds, under another name."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from time import monotonic, sleep, time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMPANIONS = ("-wal", "-shm")
"""What SQLite keeps beside a database; the first holds the last answers."""
STALE = 10.0
"""A lock that is older than this was left by a process that is no more."""


def set_aside(path: Path, why: str, unusable: Callable[[], bool]) -> Path | None:
    """Rename a database and what belongs to it; gives the new name.

    Two processes may find the same damage: the second waits, looks again, and leaves the
    sound file alone that the first one made (None).
    """
    lock = path.with_name(f"{path.name}.lock")
    _take(lock)
    try:
        if not unusable():
            return None
        target = _free_name(path, why)
        path.rename(target)
        for ending in COMPANIONS:
            companion = path.with_name(path.name + ending)
            if companion.exists():
                companion.rename(target.with_name(target.name + ending))
        return target
    finally:
        lock.unlink(missing_ok=True)


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
