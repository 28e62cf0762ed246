"""`bp-tutor variant`: a problem with numbers of one's own, for one or for a whole class."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.api.reading import MOST_MADE
from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli import options, saving
from bp_tutor.cli.bar import Progress
from bp_tutor.cli.options import Seed, whole
from bp_tutor.cli.reading import for_shell, read_problem
from bp_tutor.cli.tables import students_in
from bp_tutor.cli.variants import shares_of, tell_alike, variants_of
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from bp_tutor.authoring.roster import Share
    from bp_tutor.authoring.variant import Made, Variants
    from bp_tutor.cli.output import Output
    from bp_tutor.problem import Problem

Count = Annotated[
    int | None, typer.Option("--count", metavar="N", parser=whole("--count", 1, MOST_MADE))
]


def variant(
    problem: options.Problem,
    seed: Seed = None,
    out: saving.Out = None,
    count: Count = None,
    names: Annotated[str | None, typer.Option("--names", metavar="CSV")] = None,
    folder: Annotated[str | None, typer.Option("--out", metavar="FOLDER")] = None,
    encoding: options.Encoding = None,
    force: saving.Force = False,
    lang: options.Lang = None,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Print a variant, write it into a file, or write those of a class into a folder."""
    several = count is not None or names is not None
    if count is not None and names is not None:
        raise RefusalError("variant.count_or_names")
    if several != (folder is not None) or (several and out is not None):
        raise RefusalError("variant.one_or_several")
    if folder is not None:
        saving.refuse_no_folder(Path(folder), "--out")
    output = options.output_of(lang, ascii_only, no_color, width)
    read = read_problem(problem, None, None)
    if folder is not None:
        students = students_in(names, encoding, output)
        shares = shares_of(read, seed, count, students)
        listed = None if names is None else _list_of(Path(folder), read)
        _refuse(Path(folder), shares, listed, force=force)
        return _write_all(variants_of(read), shares, Path(folder), output, force=force)
    if out is not None:
        saving.refuse_existing(out, force=force)
    variants = variants_of(read)
    made = variants.make(1 if seed is None else seed)
    if out is None:
        sys.stdout.buffer.write(made.text.encode("utf-8"))
        from bp_tutor.cli.output import output_for

        notes = output_for(output.words, ascii_only=ascii_only, width=width, stream=sys.stderr)
        _tell(variants, made, notes)
        return 0
    saving.save(out, made.text, force=force)
    said = output.words.text("variant.written", path=shown(out), seed=made.variant.seed,
                             of=shown(read.name))  # fmt: skip
    output.line(said)
    _tell(variants, made, output)
    return 0


def _list_of(folder: Path, problem: Problem) -> Path:
    """Where it is written down who has which variant."""
    from bp_tutor.authoring.roster import safe

    return folder / f"{safe(problem.name, 'problem')}-list.csv"


def _refuse(folder: Path, shares: tuple[Share, ...], listed: Path | None, *, force: bool) -> None:
    """Refuse before the first file is written what would be refused at the last."""
    for share in shares:
        saving.refuse_existing(folder / share.file, force=force)
    if listed is not None:
        saving.refuse_existing(listed, force=force)
    saving.make_folder(folder)


def _write_all(
    variants: Variants, shares: tuple[Share, ...], folder: Path, output: Output, *, force: bool
) -> int:
    words = output.words
    hiding: list[Share] = []
    with Progress(len(shares), words.text("variant.progress"), sys.stderr) as progress:
        for done, share in enumerate(shares, 1):
            made = variants.make(share.seed, share.student)
            saving.save(folder / share.file, made.text, force=force)
            hiding += [share] if made.weaknesses else []
            progress(done)
    where = shown(str(folder))
    first, last = shares[0].file, shares[-1].file
    output.line(
        words.text("variant.written_all", count=len(shares), folder=where, first=first, last=last)
    )
    if shares[0].student:
        path = _list_of(folder, variants.problem)
        saving.save(path, _listed(shares), force=force)
        output.line(words.text("variant.listed", path=shown(str(path))))
        tell_alike(shares, output)
    if not variants.varies:
        output.line(words.text("variant.nothing_varies"), "note")
    elif variants.unjudged:
        output.line(words.text(f"variant.unjudged.{variants.unjudged}"), "note")
    elif hiding:
        key = "some" if len(hiding) < len(shares) else "all"
        file = for_shell(folder / hiding[0].file)
        count = {"count": len(hiding), "all": len(shares)}
        output.line(words.text(f"variant.{key}_hide", file=file, **count), "note")
    return 0


def _listed(shares: tuple[Share, ...]) -> str:
    """Who has which, as CSV that spreadsheets open as what it is."""
    from bp_tutor.output.table_csv import csv_text

    numbers = any(share.number for share in shares)
    heads = ("number", "student") if numbers else ("student",)
    more = list(dict.fromkeys(head for share in shares for head, _ in share.more))
    rows = []
    for share in shares:
        who = (share.number, share.name) if numbers else (share.student,)
        others = dict(share.more)
        rows.append((*who, share.seed, share.file, *(others.get(head, "") for head in more)))
    return "\ufeff" + csv_text([(*heads, "seed", "file", *more), *rows], end="\r\n")


def _tell(variants: Variants, made: Made, output: Output) -> None:
    """What keeps the numbers of a variant from teaching all that they could."""
    words = output.words
    if not variants.varies:
        output.line(words.text("variant.nothing_varies"), "note")
    elif variants.unjudged:
        output.line(words.text(f"variant.unjudged.{variants.unjudged}"), "note")
    if not made.weaknesses:
        return
    from bp_tutor.authoring.weaknesses import sentence
    from bp_tutor.cli.reading import PageChoice, page_of
    from bp_tutor.explain import symbols_of

    problem = variants.problem
    page = page_of(PageChoice(problem, symbols_of(problem, None), output))
    output.line(words.text("variant.remains"), "note")
    for weakness in made.weaknesses:
        output.line(f"- {sentence(weakness, page)}", "note")
