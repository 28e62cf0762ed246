"""Writing files: all of a file or nothing, and never over one that is there unless asked.

What a command reads it never replaces, asked or not: who reads a file says so to `note_read`.

What is no file on a disk cannot be replaced as a whole. A pipe or a terminal (`/dev/stdout`) is
written to as a shell would do it; anything else is refused.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.api.refusal import RefusalError, reason_of
from bp_tutor.reader import Key
from bp_tutor.reader.text import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.cli.output import Output

Force = Annotated[bool, typer.Option("--force")]
FormatName = Annotated[str | None, typer.Option("--format", metavar="FORMAT")]
Out = Annotated[str | None, typer.Option("-o", "--output", metavar="FILE")]

_read: set[Path] = set()
"""The files that this run of the program has read."""


def begin_run() -> None:
    """A new command line: nothing is read yet."""
    _read.clear()


def note_read(path: str | Path) -> None:
    """Keep a file from being replaced for the rest of the run."""
    _read.add(Path(path))


def _was_read(path: str | Path) -> bool:
    """Whether a path leads to a file that was read, by whatever name or link."""
    for one in _read:
        with suppress(OSError, ValueError):
            if Path(path).samefile(one):
                return True
    return False


def save(path: str | Path, content: str | bytes, *, force: bool = False) -> None:
    """Write a file as a whole: whoever looks sees the old one or the new one, never a half.

    Raises:
        RefusalError: where the file is there already and `force` is not set, where this run
            has read it, or where it cannot be written.
    """
    refuse_existing(path, force=force)
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        if is_stream(path):
            _write_through(path, data)
        else:
            _replace(resolved(path), data)
    except (OSError, ValueError) as error:
        # A new file needs nothing but the folder.
        missing = isinstance(error, FileNotFoundError)
        reason = Key("reason.no_folder") if missing else reason_of(error)
        raise RefusalError("error.not_written", path=shown(str(path)), reason=reason) from None


def _write_through(path: str | Path, data: bytes) -> None:
    """Give a pipe or a device what it is to have; a pipe that nobody reads is not waited for."""
    number = os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(number, "wb") as stream:
        if hasattr(os, "O_NONBLOCK"):
            os.set_blocking(number, True)
        stream.write(data)


def _replace(target: Path, data: bytes) -> None:
    """Put a new file in the place of an old one, with the rights that the old one had."""
    if target.is_symlink():
        # It led back to itself.
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    part = target.with_name(f".{target.name[:100]}.{os.getpid()}.{os.urandom(4).hex()}.part")
    try:
        with part.open("xb") as stream:
            stream.write(data)
        if target.exists():
            shutil.copymode(target, part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def resolved(path: str | Path) -> Path:
    """Where a path leads: a link stays what it is, and what it leads to is replaced."""
    return Path(os.path.realpath(path))


def is_stream(path: str | Path) -> bool:
    """Whether a path leads to a pipe or to a device such as a terminal, and not to a file."""
    mode = _mode(path)
    return stat.S_ISFIFO(mode) or stat.S_ISCHR(mode)


def _mode(path: str | Path) -> int:
    """What stands there, as the system says it; 0 where nothing does."""
    with suppress(OSError, ValueError):
        return Path(path).stat().st_mode
    return 0


def tell(path: str | Path, output: Output) -> None:
    """Say which file was written; of a pipe or a terminal, where it stands, nothing."""
    if not is_stream(path):
        output.line(output.words.text("saved.written", path=shown(str(path))))


def refuse_existing(path: str | Path, *, force: bool) -> None:
    """Refuse beforehand what `save` would refuse, before the work for the file begins."""
    mode = _mode(path)
    if not mode or is_stream(path):
        return
    if not stat.S_ISREG(mode):
        reason = Key("reason.folder" if stat.S_ISDIR(mode) else "reason.no_file")
        raise RefusalError("error.not_written", path=shown(str(path)), reason=reason)
    if _was_read(path):
        raise RefusalError("error.file_read", path=shown(str(path)))
    if not force:
        raise RefusalError("error.file_exists", path=shown(str(path)), option="--force")


def refuse_no_folder(path: Path, option: str) -> None:
    """Refuse a file where a folder was asked for."""
    there = False
    with suppress(OSError, ValueError):
        there = path.exists() and not path.is_dir()
    if there:
        raise RefusalError("error.not_a_folder", path=shown(str(path)), option=option)


def refuse_same(paths: Iterable[str | Path]) -> None:
    """Refuse one name for two files: the second would replace the first."""
    seen: set[Path] = set()
    for path in paths:
        if resolved(path) in seen and not is_stream(path):
            raise RefusalError("error.same_file", path=shown(str(path)))
        seen.add(resolved(path))


def files_in(folder: Path) -> int:
    """How many files and folders stand in a folder, but for hidden ones; 0 where it is none."""
    with suppress(OSError, ValueError):
        return sum(not each.name.startswith(".") for each in folder.iterdir())
    return 0


def refuse_filled(folder: Path, option: str, *, force: bool) -> None:
    """Refuse a folder in which something is already: what is written would mix with it."""
    refuse_no_folder(folder, option)
    if not force and (count := files_in(folder)):
        path = shown(str(folder))
        raise RefusalError("error.filled", path=path, count=count, option=option, force="--force")


def make_folder(path: Path) -> None:
    """A folder to write into, with those that it stands in.

    Raises:
        RefusalError: it cannot be made.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
    except (OSError, ValueError) as error:
        reason = reason_of(error)
        raise RefusalError("error.not_written", path=shown(str(path)), reason=reason) from None


def format_asked(out: str | None, name: str | None, known: Iterable[str]) -> str:
    """The format that `--format` names, or the ending of a file; refused where it is not known."""
    formats = tuple(known)
    asked = (name or Path(out or "").suffix).removeprefix(".").lower()
    if asked not in formats:
        names = ", ".join(formats if name else (f".{each}" for each in formats))
        key = "paper.unknown_format" if name else "paper.unknown_ending"
        given = shown(name if name else Path(out or "").name)
        raise RefusalError(key, nearest(asked, formats), name=given, names=names)
    return asked


def deliver(content: str | bytes, out: str | None, output: Output, *, force: bool) -> None:
    """Save a file and say so, or print it."""
    if out is not None:
        save(out, content, force=force)
        tell(out, output)
        return
    data = content.encode() if isinstance(content, str) else content
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
