"""Writing a derivation to a file, in the format that its ending or an option names."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.cli.refusal import RefusalError, nearest
from bp_tutor.cli.saving import refuse_existing, save, tell
from bp_tutor.cli.values import shown
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Page, View
    from bp_tutor.render.paper import Format, Paper
    from bp_tutor.solve import Trace

FormatName = Annotated[str | None, typer.Option("--format", metavar="FORMAT")]


class Target(Frozen):
    """Where a derivation goes, and how."""

    out: str | None
    """A path; None for standard output."""
    format: Format
    force: bool


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


def target_of(out: str | None, name: str | None, *, force: bool) -> Target:
    """What `-o` and `--format` ask for; refused before any work where it cannot be done."""
    from bp_tutor.render.paper import FORMATS

    row = FORMATS[format_asked(out, name, FORMATS)]
    if out is not None:
        refuse_existing(out, force=force)
    elif row.binary and sys.stdout.isatty():
        raise RefusalError("paper.binary", name=row.name, option="-o")
    return Target(out, row, force)


def sheet_of(page: Page, trace: Trace, view: View) -> Paper:
    """What is to be written."""
    from bp_tutor.render.paper import Paper

    if not any(run.steps and any(map(view.shows, run.steps)) for run in trace.runs):
        raise RefusalError("error.nothing_to_show")
    return Paper(page, trace, view)


def write_paper(paper: Paper, target: Target, output: Output) -> int:
    """Write it; the exit code says whether everything in it was found right."""
    from bp_tutor.render.paper import PaperError

    try:
        content, sound = target.format.write(paper)
    except PaperError as error:
        raise RefusalError(error.key, "", **error.values) from None
    deliver(content, target.out, output, force=target.force)
    return 0 if sound else 1


def deliver(content: str | bytes, out: str | None, output: Output, *, force: bool) -> None:
    """Save a file and say so, or print it."""
    if out is not None:
        save(out, content, force=force)
        tell(out, output)
        return
    data = content.encode() if isinstance(content, str) else content
    sys.stdout.flush()
    sys.stdout.buffer.write(data)
