"""`bp-tutor new`: a problem file to begin with."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.authoring.plan import FILLS, KINDS
from bp_tutor.cli import options, saving
from bp_tutor.cli.planning import Wishes, plan_of
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.talk import printable
from bp_tutor.cli.values import one_of, whole
from bp_tutor.notations import notation_names
from bp_tutor.problem.names import LOSSES, also_called
from bp_tutor.reader import ReadError

if TYPE_CHECKING:
    from bp_tutor.cli.output import Output

ENDING = ".yaml"
MOST_SEEDS = 999_999_999
LOSS_NAMES = (*LOSSES, "none")


def new(
    file: Annotated[str, typer.Argument(metavar="FILE")],
    layers: Annotated[str | None, typer.Option("--layers", metavar="UNITS")] = None,
    activation: Annotated[str | None, typer.Option("--activation", metavar="NAMES")] = None,
    loss: Annotated[
        str | None,
        typer.Option(
            "--loss", metavar="NAME", parser=one_of("--loss", LOSS_NAMES, also_called(LOSSES))
        ),
    ] = None,
    notation: Annotated[
        str | None,
        typer.Option("--notation", metavar="NAME", parser=one_of("--notation", notation_names())),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option("--kind", metavar="|".join(KINDS), parser=one_of("--kind", KINDS)),
    ] = None,
    fill: Annotated[
        str | None,
        typer.Option("--fill", metavar="|".join(FILLS), parser=one_of("--fill", FILLS)),
    ] = None,
    seed: Annotated[
        int | None, typer.Option("--seed", metavar="N", parser=whole("--seed", 0, MOST_SEEDS))
    ] = None,
    title: Annotated[str | None, typer.Option("--title", metavar="TEXT")] = None,
    force: saving.Force = False,
    lang: options.Lang = None,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Write a commented problem file, and the schema for editors beside it."""
    path = file if Path(file).suffix else f"{file}{ENDING}"
    saving.refuse_existing(path, force=force)
    output = options.output_of(lang, ascii_only, no_color, width)
    wishes = Wishes(layers, activation, loss, notation, kind, fill, seed, title)
    if layers is None and kind is None:
        from bp_tutor.cli.asking import asked, can_ask

        if not can_ask():
            raise RefusalError("new.no_layers")
        answered = asked(wishes, output)
        if answered is None:
            output.line(output.words.text("new.ended"))
            return 0
        wishes = answered
    _write(path, wishes, output, lang, force=force)
    return 0


def _write(path: str, wishes: Wishes, output: Output, lang: str | None, *, force: bool) -> None:
    """The file, once it is seen that it can be read, and the schema unless there is one."""
    from bp_tutor.authoring.new_file import new_text
    from bp_tutor.authoring.schema import SCHEMA_FILE, schema_text

    words, files = output.words, options.files_of(lang).words
    try:
        text = new_text(plan_of(wishes), files)
    except ReadError as error:
        reason = error.mistakes[0].message(words.text)
        raise RefusalError("new.does_not_fit", reason=reason) from None
    saving.save(path, text, force=force)
    saving.tell(path, output)
    beside = str(Path(path).parent / SCHEMA_FILE)
    there = Path(beside).exists()
    if not there:
        saving.save(beside, schema_text(files))
    key = "new.schema_kept" if there else "new.schema_written"
    output.line(words.text(key, path=printable(beside)))
    output.line(words.text("new.next"))
    for name in ("check", "solve"):
        output.line(printable(f"  bp-tutor {name} {shlex.quote(path)}"))
