"""`bp-tutor export`: the questions of a problem for a learning platform, or as cards."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.api.exporting import LEVELS, Asking, Wanted
from bp_tutor.api.reading import listed, updates_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli import options, saving
from bp_tutor.cli.bar import Progress
from bp_tutor.cli.options import Seed, one_of, whole
from bp_tutor.cli.reading import PageChoice, page_of, read_problem
from bp_tutor.cli.tables import students_in
from bp_tutor.cli.variants import shares_of, tell_alike, variants_of
from bp_tutor.reader.text import nearest, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.authoring.roster import Share
    from bp_tutor.cli.output import Output
    from bp_tutor.exchange import Exercise, Format, Variant
    from bp_tutor.problem import Problem

MOST_VARIANTS = 1_000
Level = Annotated[
    str, typer.Option("--level", metavar="|".join(LEVELS), parser=one_of("--level", LEVELS))
]
Count = Annotated[
    int | None,
    typer.Option("--variants", metavar="N", parser=whole("--variants", 1, MOST_VARIANTS)),
]


def export(
    problem: options.Problem,
    out: saving.Out = None,
    file_format: saving.FormatName = None,
    ask: Annotated[list[str] | None, typer.Option("--ask", metavar="KINDS")] = None,
    layer: Annotated[list[str] | None, typer.Option("--layer", metavar="N")] = None,
    level: Level = "numbers",
    updates: options.AskedUpdates = None,
    worth: Annotated[str | None, typer.Option("--points", metavar="POINTS")] = None,
    variants: Count = None,
    names: Annotated[str | None, typer.Option("--names", metavar="CSV")] = None,
    seed: Seed = None,
    encoding: options.Encoding = None,
    force: saving.Force = False,
    notation: options.Notation = None,
    lang: options.Lang = None,
) -> int:
    """Write the file, or the folder, that the platform reads."""
    from bp_tutor.authoring.roster import safe
    from bp_tutor.exchange import Exercise
    from bp_tutor.explain import symbols_of

    if variants is not None and names is not None:
        raise RefusalError("worksheet.variants_or_names")
    form = _format(out, file_format)
    if form.draws and ((variants, names, seed) != (None, None, None) or level != "numbers"):
        raise RefusalError("export.draws", reader=form.reader)
    output = options.output_of(lang, False, False, None)
    read = read_problem(problem, None, notation)
    name = safe(read.name, "problem")
    target = Path(out or f"{name}-{form.name}{form.ending}")
    _refuse(target, form, force=force)
    students = students_in(names, encoding, output)
    shares: tuple[Share, ...] = ()
    if (variants, names, seed) != (None, None, None):
        shares = shares_of(read, seed, variants, students)
    page = page_of(PageChoice(read, symbols_of(read, notation), options.files_of(lang)))
    wanted = Wanted(listed(ask), listed(layer), level, updates_of(read, updates), worth)
    found = tuple(_variants(read, Asking(page, wanted), shares, output))
    text = read.path.read_text(encoding="utf-8-sig")
    settings = {
        "ask": wanted.ask, "layers": wanted.layers, "updates": wanted.updates, "points": worth,
        "notation": notation, "lang": page.words.language,
    }  # fmt: skip
    exercise = Exercise(name, read.title, page, found, text, settings)
    _save(form, exercise, target, force=force)
    _tell(exercise, shares, form, target, output)
    return 0


def _format(out: str | None, name: str | None) -> Format:
    """The format that is named, or the one whose files end like this."""
    from bp_tutor.exchange import FORMATS

    if name is not None:
        if name.lower() in FORMATS:
            return FORMATS[name.lower()]
        near, names = nearest(name, FORMATS), ", ".join(FORMATS)
        raise RefusalError("paper.unknown_format", near, name=shown(name), names=names)
    ending = Path(out or "").suffix.lower()
    found = [form for form in FORMATS.values() if ending and form.ending == ending]
    if len(found) != 1:
        raise RefusalError("export.which_format", names=", ".join(FORMATS), option="--format")
    return found[0]


def _refuse(target: Path, form: Format, *, force: bool) -> None:
    """Refuse before the work begins what would be refused at its end."""
    if form.ending:
        saving.refuse_existing(target, force=force)
    else:
        saving.refuse_no_folder(target, "--output")


def _variants(
    read: Problem, asking: Asking, shares: Sequence[Share], output: Output
) -> Iterator[Variant]:
    """The questions with the numbers of each share; of the file where nobody has others."""
    drawn = variants_of(read) if shares else None
    if drawn is None or not drawn.varies:
        yield asking.variant(read)
        return
    text = output.words.text("export.progress")
    with Progress(len(shares), text, sys.stderr) as progress:
        for done, share in enumerate(shares, 1):
            problem = drawn.problem_of(drawn.make(share.seed, share.student))
            yield asking.variant(problem, share.seed, share.student)
            progress(done)


def _save(form: Format, exercise: Exercise, target: Path, *, force: bool) -> None:
    try:
        content = form.write(exercise)
    except ModuleNotFoundError:
        if not form.library:
            raise
        command = f"pip install 'bp-tutor[{form.extra}]'"
        raise RefusalError("paper.library", name=form.library, command=command) from None
    if isinstance(content, bytes):
        saving.save(target, content, force=force)
        return
    for path in content:
        saving.refuse_existing(target / path, force=force)
    for path, data in content.items():
        saving.make_folder((target / path).parent)
        saving.save(target / path, data, force=force)


def _tell(
    exercise: Exercise, shares: Sequence[Share], form: Format, target: Path, output: Output
) -> None:
    """What was written, and what is not as it was asked for."""
    count, variants = len(exercise.variants[0].items), len(exercise.variants)
    values = {"path": shown(str(target)), "reader": form.reader, "count": count}
    key = "written" if variants == 1 else "written_variants"
    output.line(output.words.text(f"export.{key}", **values, variants=variants))
    tell_alike(shares, output)
    if len(shares) > variants:
        output.line(output.words.text("variant.nothing_varies"), "note")
