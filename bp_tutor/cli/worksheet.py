"""`bp-tutor worksheet`: an exercise on paper, with blanks, and its answer key beside it."""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.api.reading import listed, updates_of, view_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli import options, saving
from bp_tutor.cli.bar import Progress
from bp_tutor.cli.options import Seed, whole
from bp_tutor.cli.output import IN_BROWSER
from bp_tutor.cli.reading import PageChoice, page_of, read_problem
from bp_tutor.cli.saving import FormatName, format_asked
from bp_tutor.cli.tables import students_in
from bp_tutor.cli.variants import shares_of, tell_alike, variants_of
from bp_tutor.frozen import Frozen
from bp_tutor.reader.text import shown
from bp_tutor.tables.headings import told_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bp_tutor.authoring.roster import Share
    from bp_tutor.authoring.variant import Variants
    from bp_tutor.cli.output import Output
    from bp_tutor.explain import Presentation
    from bp_tutor.output.worksheet import Format, Paper
    from bp_tutor.problem import Problem
    from bp_tutor.solve import Run, Trace
    from bp_tutor.tables import Student


MOST = 1_000
MOST_LINES = 30
"""Lines to work on that fill a page."""
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
    worth: Annotated[str | None, typer.Option("--points", metavar="POINTS")] = None,
    working: Annotated[
        int | None, typer.Option("--working", metavar="N", parser=whole("--working", 1, MOST_LINES))
    ] = None,
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
    from bp_tutor.explain import symbols_of
    from bp_tutor.output.paper import PaperError
    from bp_tutor.output.worksheet import FORMATS

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
    wanted = Wanted(
        ask or [], layer or [], formulas, updates_of(read, updates), worth, working or 0
    )
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
    read: Problem, count: int | None, students: Sequence[Student] | None, seed: int | None
) -> tuple[Share, ...]:
    """Who gets which numbers; nobody in particular where one sheet is asked for."""
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


WORKERS = 2
"""Files that are set at the same time."""


class Source(Frozen):
    """What a file is made from, and the format that it gets."""

    form: Format
    text: str

    def made(self) -> str | bytes:
        """The file itself."""
        return self.form.made(self.text)


def files_of(sources: Iterable[Source]) -> Iterator[str | bytes]:
    """Files of sources; while one is set, the next source is written."""
    if IN_BROWSER:
        yield from map(Source.made, sources)
        return
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(WORKERS) as workers:
        yield from workers.map(Source.made, sources)


class Wanted(Frozen):
    """What is to be asked for."""

    ask: list[str]
    layer: list[str]
    formulas: bool
    updates: int
    worth: str | None = None
    """What the questions are worth, as the command line says it."""
    working: int = 0
    """Lines to work on for each question."""


class Sheets:
    """The worksheets of one problem: what is asked for is the same on all of them."""

    def __init__(
        self, problem: Problem, called: str, page: Presentation, form: Format, wanted: Wanted
    ) -> None:
        from bp_tutor.explain import derivation
        from bp_tutor.explain.asked import left_out, questions_of
        from bp_tutor.explain.worksheet import MOST_ASKED, MOST_GIVEN, given_numbers
        from bp_tutor.solve import solve

        self.problem, self.called, self.form, self.wanted = problem, called, form, wanted
        self.reader = page
        trace = solve(problem, wanted.updates)
        count = given_numbers(trace.runs[0])
        if count > MOST_GIVEN:
            raise RefusalError("worksheet.too_large", count=f"{count:,}", most=MOST_GIVEN)
        run = trace.runs[0]
        self.view = view_of(
            run, page.symbols, listed(wanted.ask), listed(wanted.layer), (), "full", "index"
        )
        self.questions = questions_of(derivation(page.settings, trace, self.view), trace)
        if not self.questions:
            raise RefusalError("error.nothing_to_show")
        self.asked = sum(len(question.asked) for question in self.questions)
        if self.asked > MOST_ASKED:
            raise RefusalError("worksheet.too_many", count=self.asked, most=MOST_ASKED)
        self.left_out = left_out(self.questions)
        self.points = self._points(run)
        self.sound = True
        self.varies = True
        self._variants: Variants | None = None

    def one(self, seed: int | None = None) -> Paper:
        """The sheet of the problem itself, or of one variant."""
        from bp_tutor.authoring.roster import Share

        return self._paper(Share(seed, "") if seed is not None else None)

    def of(self, shares: Sequence[Share], output: Output) -> list[Paper]:
        """The sheets of a class."""
        papers = []
        text = output.words.text("worksheet.progress")
        with Progress(len(shares), text, sys.stderr) as progress:
            for done, share in enumerate(shares, 1):
                papers.append(self._paper(share))
                progress(done)
        return papers

    def written(self, papers: Sequence[Paper]) -> str:
        """The file that is handed out, as a source."""
        from bp_tutor.output.worksheet import write_sheets

        return write_sheets(self.form.pen(self.reader), papers)

    def key(self, paper: Paper) -> str:
        """The key of one sheet: filled in, and the whole derivation."""
        from bp_tutor.explain import View, derivation
        from bp_tutor.explain.asked import numbered_alike
        from bp_tutor.explain.worksheet import filled_in
        from bp_tutor.output.worksheet import write_key

        document = derivation(self.reader.settings, paper.trace, View())
        self.sound = document.sound
        filled = paper._replace(
            sheet=filled_in(paper.sheet, self.reader.settings, paper.trace, self.questions)
        )
        document = numbered_alike(document, self.questions)
        return write_key(self.form.pen(self.reader), filled, document)

    def class_key(self, papers: Sequence[Paper]) -> str:
        """The key of a class."""
        from bp_tutor.explain.worksheet import answers
        from bp_tutor.output.worksheet import Key, write_class_key

        students = tuple(
            (paper.sheet, answers(self.reader.settings, paper.trace, self.questions))
            for paper in papers
        )
        command = f"bp-tutor worksheet {self.called} --seed N"
        key = Key(papers[0].sheet.title, self.questions, students, command, self.points)
        return write_class_key(self.form.pen(self.reader), key)

    def _points(self, run: Run) -> tuple[float, ...]:
        """What each question is worth: its values together, as `mark` counts them."""
        from bp_tutor.api.worth import worth_asked
        from bp_tutor.explain.worth import worth_of
        from bp_tutor.notations import Kinds

        if self.wanted.worth is None:
            return ()
        of = [[asked.quantity.head for asked in question.asked] for question in self.questions]
        heads = [head for some in of for head in some]
        kinds = Kinds(self.reader.symbols, (step.quantity for step in run.steps))
        worth = worth_asked(self.wanted.worth, kinds, set(heads))
        each = iter(worth_of(heads, worth.total, worth.of_kind))
        return tuple(sum(islice(each, len(some))) for some in of)

    def _paper(self, share: Share | None) -> Paper:
        from bp_tutor.explain.worksheet import worksheet
        from bp_tutor.output.worksheet import Paper

        trace = self._trace(share)
        sheet = worksheet(
            self.reader.settings,
            trace,
            self.questions,
            formulas=self.wanted.formulas,
            points=self.points,
            working=self.wanted.working,
        )
        if share is None:
            return Paper(sheet, trace)
        # The number has a field of its own; without one the name tells students apart.
        name = share.name if share.number else share.student
        section = told_of("section", share.more)
        sheet = sheet._replace(student=share.student, name=name, number=share.number,
                               section=section, seed=share.seed)  # fmt: skip
        return Paper(sheet, trace, f"bp-tutor quiz {self.called} --seed {share.seed}")

    def _trace(self, share: Share | None) -> Trace:
        """The problem worked out, with the numbers of a share."""
        from bp_tutor.problem.load import read_problem
        from bp_tutor.solve import solve

        problem = self.problem
        if share is not None:
            if self._variants is None:
                self._variants = variants_of(problem)
                self.varies = self._variants.varies
            if self.varies:
                text = self._variants.filled(share.seed)
                drawn = read_problem(text, problem.path)
                problem = drawn._replace(rounding=problem.rounding)
        return solve(problem, self.wanted.updates)
