"""`bp-tutor debug`: the arrays of an own program compared, the first wrong one explained."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli import options


def debug(
    problem: options.Problem,
    values: Annotated[str, typer.Argument(metavar="VALUES")],
    lang: options.Lang = None,
    ascii_only: options.Ascii = False,
    width: options.Width = None,
) -> int:
    """Compare arrays with the problem; the exit code says whether all are right."""
    from bp_tutor.api.array_files import arrays_of
    from bp_tutor.api.debugging import debug as debug_arrays
    from bp_tutor.api.errors import BpTutorError

    output = options.output_of(lang, ascii_only, True, width)
    handed = arrays_of(Path(values))
    try:
        found = debug_arrays(problem, lang=output.words.language, arrays=handed)
    except BpTutorError as error:
        raise RefusalError("debug.refused", message=str(error)) from None
    output.stream.write(found.text(width=output.width, ascii_only=output.style == "ascii"))
    return 0 if found.right else 1
