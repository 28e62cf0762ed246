"""Writing files: all of a file or nothing, and never over one that is there unless asked."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.cli.reasons import reason_of
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.values import shown
from bp_tutor.reader import Key

if TYPE_CHECKING:
    from bp_tutor.cli.output import Output

Force = Annotated[bool, typer.Option("--force")]
Out = Annotated[str | None, typer.Option("-o", "--output", metavar="FILE")]


def save(path: str | Path, content: str | bytes, *, force: bool = False) -> None:
    """Write a file as a whole: whoever looks sees the old one or the new one, never a half.

    Raises:
        RefusalError: where the file is there already and `force` is not set, or where it
            cannot be written.
    """
    refuse_existing(path, force=force)
    data = content.encode("utf-8") if isinstance(content, str) else content
    try:
        # A link stays what it is; what it leads to is replaced.
        target = Path(path).resolve()
        part = target.with_name(f".{target.name[:100]}.{os.getpid()}.part")
        try:
            with part.open("wb") as stream:
                stream.write(data)
            part.replace(target)
        finally:
            part.unlink(missing_ok=True)
    except (OSError, ValueError) as error:
        # A new file needs nothing but the folder.
        missing = isinstance(error, FileNotFoundError)
        reason = Key("reason.no_folder") if missing else reason_of(error)
        raise RefusalError("error.not_written", path=shown(str(path)), reason=reason) from None


def tell(path: str | Path, output: Output) -> None:
    """Say which file was written."""
    output.line(output.words.text("saved.written", path=shown(str(path))))


def refuse_existing(path: str | Path, *, force: bool) -> None:
    """Refuse beforehand what `save` would refuse, before the work for the file begins."""
    there = False
    with suppress(OSError, ValueError):
        there = Path(path).exists()
    if there and not force:
        raise RefusalError("error.file_exists", path=shown(str(path)), option="--force")


def refuse_no_folder(path: Path, option: str) -> None:
    """Refuse a file where a folder was asked for."""
    there = False
    with suppress(OSError, ValueError):
        there = path.exists() and not path.is_dir()
    if there:
        raise RefusalError("error.not_a_folder", path=shown(str(path)), option=option)


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
