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
    from bp_tutor.cli.output import Output
    from bp_tutor.render.paper import Paper

ENDING = ".py"

Code = Annotated[
    str | None,
    typer.Option("--code", metavar="|".join(LIBRARIES), parser=one_of("--code", LIBRARIES)),
]


def refuse_file(library: str | None, out: str | None, *, force: bool) -> None:
    """Refuse a file that cannot be written, before any work for it; or a program in no library."""
    if out is None:
        return
    is_program = Path(out).suffix.lower() == ENDING
    name = shown(Path(out).name)
    if library is None and is_program:
        names = ", ".join(LIBRARIES)
        raise RefusalError("code.which", name=name, option="--code", names=names)
    if library is not None:
        if not is_program:
            raise RefusalError("code.ending", name=name, ending=ENDING)
        refuse_existing(out, force=force)


def write_code(library: str, sheet: Paper, out: str | None, output: Output, *, force: bool) -> int:
    """Write the program; a library that calculates something else is refused, with the reason."""
    from bp_tutor.render.code import code_of
    from bp_tutor.render.code.libraries import CodeError

    try:
        text = code_of(library, sheet.page, sheet.trace, sheet.view)
    except CodeError as error:
        raise RefusalError(error.key, "", **error.values) from None
    deliver(text, out, output, force=force)
    return 0
