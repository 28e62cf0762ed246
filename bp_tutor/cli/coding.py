"""Writing a derivation as a program, to a file or to standard output."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.cli.paper import deliver
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.saving import refuse_existing
from bp_tutor.cli.values import one_of, shown
from bp_tutor.render.code import LIBRARIES

if TYPE_CHECKING:
    from bp_tutor.render.paper import Paper

ENDING = ".py"

Code = Annotated[
    str | None,
    typer.Option("--code", metavar="|".join(LIBRARIES), parser=one_of("--code", LIBRARIES)),
]


def refuse_file(out: str | None, *, force: bool) -> None:
    """Refuse a file that cannot be written, before any work for it."""
    if out is None:
        return
    if Path(out).suffix.lower() != ENDING:
        raise RefusalError("code.ending", name=shown(Path(out).name), ending=ENDING)
    refuse_existing(out, force=force)


def write_code(library: str, sheet: Paper, out: str | None, *, force: bool) -> int:
    """Write the program; a library that calculates something else is refused, with the reason."""
    from bp_tutor.render.code import CodeError, code_of

    try:
        text = code_of(library, sheet.page, sheet.trace, sheet.view)
    except CodeError as error:
        raise RefusalError(error.key, "", **error.values) from None
    deliver(text, out, force=force)
    return 0
