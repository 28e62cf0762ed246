"""`bp-tutor debug`: the arrays of an own program compared, the first wrong one explained."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bp_tutor.cli import options
from bp_tutor.cli.reading import read_problem


def debug(
    problem: options.Problem,
    values: Annotated[list[str], typer.Argument(metavar="VALUES...")],
    lang: options.Lang = None,
    ascii_only: options.Ascii = False,
    width: options.Width = None,
) -> int:
    """Compare arrays with the problem; the exit code says whether all are right."""
    from bp_tutor.api.array_files import arrays_of
    from bp_tutor.api.debugging import compared, subject_of

    output = options.output_of(lang, ascii_only, True, width)
    subject = subject_of(read_problem(problem, None, None))
    found = compared(subject, arrays_of([*map(Path, values)]), output.words)
    output.stream.write(found.text(width=output.width, ascii_only=output.style == "ascii"))
    return 0 if found.right else 1
