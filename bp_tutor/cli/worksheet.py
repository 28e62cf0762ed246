"""`bp-tutor worksheet`: an exercise on paper, with blanks, and its answer key beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.cli import options, saving
from bp_tutor.cli.paper import FormatName, format_asked
from bp_tutor.cli.quiz import Seed  # noqa: TC001  (typer reads the annotations)
from bp_tutor.cli.reading import PageChoice, page_of, read_problem, updates_of
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.values import shown, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.authoring.roster import Share, Student
    from bp_tutor.cli.output import Output
    from bp_tutor.cli.worksheets import Sheets
    from bp_tutor.problem import Problem

MOST = 1_000
KEY = "-key"
"""What the name of a key has behind that of its sheet."""
Count = Annotated[
    int | None, typer.Option("--variants", metavar="N", parser=whole("--variants", 1, MOST))
]


def worksheet(
    problem: options.Problem,
    out: saving.Out = None,
    key: Annotated[str | None, typer.Option("--key", metavar="FILE")] = None,
    ask: Annotated[list[str] | None, typer.Option("--ask", metavar="KINDS")] = None,
    layer: Annotated[list[str] | None, typer.Option("--layer", metavar="N")] = None,
    formulas: Annotated[bool, typer.Option("--formulas")] = False,
    updates: options.AskedUpdates = None,
    variants: Count = None,
    names: Annotated[str | None, typer.Option("--names", metavar="CSV")] = None,
    folder: Annotated[str | None, typer.Option("--out", metavar="FOLDER")] = None,
    seed: Seed = None,
    file_format: FormatName = None,
    encoding: options.Encoding = None,
    force: saving.Force = False,
    digits: options.Digits = None,
    rounding: options.Rounding = None,
    notation: options.Notation = None,
    lang: options.Lang = None,
) -> int:
    """Write sheets and their key, in files of their own so that neither gets among the other."""
    from bp_tutor.authoring.roster import safe
    from bp_tutor.cli.names import students_in
    from bp_tutor.cli.worksheets import Sheets, Source, Wanted, files_of
    from bp_tutor.explain import symbols_of
    from bp_tutor.render.paper import PaperError
    from bp_tutor.render.worksheet import FORMATS

    if variants is not None and names is not None:
        raise RefusalError("worksheet.variants_or_names")
    if folder is not None and (out is not None or (variants is None and names is None)):
        raise RefusalError("worksheet.folder_alone", option="--out")
    if folder is not None:
        saving.refuse_no_folder(Path(folder), "--out")
    output = options.output_of(lang, False, False, None)
    read = read_problem(problem, rounding, notation)
    form = FORMATS[format_asked(out or "worksheet.pdf", file_format, FORMATS)]
    key_form = form if key is None else FORMATS[format_asked(key, file_format, FORMATS)]
    students = students_in(names, encoding, output)
    shares = _shares(read, variants, students, seed)
    target = Path(folder or out or f"{safe(read.name, 'problem')}-worksheet{form.ending}")
    files = [target]
    if folder is not None:
        files = [target / f"{share.file.removesuffix('.yaml')}{form.ending}" for share in shares]
    path = Path(key) if key is not None else _beside(target, form.ending)
    _refuse(files, path, force=force)
    page = page_of(PageChoice(read, symbols_of(read, notation), options.files_of(lang), digits))
    wanted = Wanted(ask or [], layer or [], formulas, updates_of(read, updates))
    called = shown(Path(problem).name)
    sheets = keys = Sheets(read, called, page, form, wanted)
    if key_form is not form:
        keys = Sheets(read, called, page, key_form, wanted)
    try:
        if shares:
            own = folder is not None
            _write_class((sheets, keys), shares, files, path, output, own=own, force=force)
        else:
            paper = sheets.one(seed)
            other = paper if keys is sheets else keys.one(seed)
            sources = [Source(form, sheets.written([paper])), Source(key_form, keys.key(other))]
            for file, content in zip((target, path), files_of(sources), strict=True):
                saving.save(file, content, force=force)
    except PaperError as error:
        raise RefusalError(error.key, "", **error.values) from None
    _tell(sheets, output, files, path, shares)
    return 0 if keys.sound else 1


def _shares(
    read: Problem, count: int | None, students: list[Student] | None, seed: int | None
) -> tuple[Share, ...]:
    """Who gets which numbers; nobody in particular where one sheet is asked for."""
    from bp_tutor.cli.variant import shares_of

    return () if count is None and students is None else shares_of(read, seed, count, students)


def _beside(target: Path, ending: str) -> Path:
    """The key of a file, `sheet-key.pdf`, or that of a folder: beside it, never in it."""
    try:
        named = target if target.name not in ("", "..") else saving.resolved(target)
        stem = named.stem if named.suffix.lower() == ending else named.name
        return named.with_name(f"{stem}{KEY}{ending}")
    except (OSError, ValueError):
        raise RefusalError("worksheet.name_key", option="--key") from None


def _refuse(files: Sequence[Path], key: Path, *, force: bool) -> None:
    """Refuse before the first file is written what would be refused at the last."""
    for path in (*files, key):
        saving.refuse_existing(path, force=force)
    if any(saving.resolved(path) == saving.resolved(key) for path in files):
        raise RefusalError("worksheet.same", path=shown(str(key)))


def _write_class(
    made_by: tuple[Sheets, Sheets],
    shares: Sequence[Share],
    files: Sequence[Path],
    key: Path,
    output: Output,
    *,
    own: bool,
    force: bool,
) -> None:
    """Sheets for a class: in one file to print, or where each has an own one, in that.

    The first of those that make them makes the sheets, the second their key.
    """
    from bp_tutor.cli.worksheets import Source, files_of

    if own:
        saving.make_folder(files[0].parent)
    sheets, keys = made_by
    papers = sheets.of(shares, output)

    def sources() -> Iterator[Source]:
        yield Source(keys.form, keys.class_key(papers))
        for some in [[paper] for paper in papers] if own else [papers]:
            yield Source(sheets.form, sheets.written(some))

    for file, content in zip((key, *files), files_of(sources()), strict=True):
        saving.save(file, content, force=force)


def _tell(
    sheets: Sheets, output: Output, files: Sequence[Path], key: Path, shares: Sequence[Share]
) -> None:
    """What was written, and what is for whom."""
    from bp_tutor.cli.variants import tell_alike

    words, count = output.words, len(shares)
    where, theirs = shown(str(files[0])), shown(str(key))
    if len(files) > 1:
        last, folder = shown(files[-1].name), shown(str(files[0].parent))
        said = words.text("worksheet.written_folder", count=count, folder=folder,
                          first=shown(files[0].name), last=last, answers=theirs)  # fmt: skip
    elif count:
        said = words.text("worksheet.written_class", count=count, path=where, answers=theirs)
    else:
        said = words.text("worksheet.written", path=where, answers=theirs)
    output.line(said)
    tell_alike(shares, output)
    if sheets.left_out:
        told = {"count": sheets.asked, "all": sheets.asked + sheets.left_out}
        output.line(words.text("worksheet.some_asked", **told), "note")
    if not sheets.varies:
        output.line(words.text("variant.nothing_varies"), "note")
