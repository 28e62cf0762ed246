"""`bp-tutor page`: a web page that plays the calculation forward and back."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bp_tutor.api.reading import updates_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli import options, saving
from bp_tutor.cli.reading import PageChoice, page_of, read_problem
from bp_tutor.reader.text import shown

ENDINGS = (".html", ".htm")


def page(
    problem: options.Problem,
    out: saving.Out = None,
    force: saving.Force = False,
    open_it: Annotated[bool, typer.Option("--open")] = False,
    explain: Annotated[bool, typer.Option("--explain/--no-explain")] = True,
    updates: options.Updates = None,
    digits: options.Digits = None,
    rounding: options.Rounding = None,
    notation: options.Notation = None,
    lang: options.Lang = None,
    whole: options.All = False,
    ascii_only: options.Ascii = False,
) -> int:
    """Write the page, and open it where that is asked for."""
    from bp_tutor.api.whole_page import whole_page
    from bp_tutor.explain import symbols_of
    from bp_tutor.solve import solve

    output = options.output_of(lang, ascii_only, True, None)
    read = read_problem(problem, rounding, notation)
    path = Path(out or f"{read.name}.html")
    if path.suffix.lower() not in ENDINGS:
        raise RefusalError("draw.ending", name=shown(path.name), endings=", ".join(ENDINGS))
    saving.refuse_existing(path, force=force)
    choice = PageChoice(read, symbols_of(read, notation), options.files_of(lang), digits, whole)
    trace = solve(read, updates_of(read, updates))
    text, sound = whole_page(page_of(choice), trace, asked=lang is not None, explained=explain)
    saving.save(path, text, force=force)
    saving.tell(path, output)
    if open_it:
        _open(path)
    return 0 if sound else 1


def _open(path: Path) -> None:
    """Open the page in the reader's own browser."""
    import webbrowser

    webbrowser.open(path.resolve().as_uri())
