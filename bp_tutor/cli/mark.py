"""`bp-tutor mark`: a file of answers of many students, marked as a table, as JSON, as CSV."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Self

import typer

from bp_tutor.api import reading
from bp_tutor.api.exercises import recipe_of
from bp_tutor.api.refusal import RefusalError
from bp_tutor.cli import options, saving
from bp_tutor.cli.bar import Progress
from bp_tutor.cli.crew import MOST_WORKERS, crew_of, tell_failed
from bp_tutor.cli.mark_forms import FORMS
from bp_tutor.cli.mark_outputs import GRADEBOOKS, Asked, Outputs
from bp_tutor.cli.own_numbers import OwnNumbers, folder_of
from bp_tutor.cli.papers import Papers, Suspicion
from bp_tutor.cli.reading import read_problem
from bp_tutor.cli.spool import Spool
from bp_tutor.cli.tables import answers_in, open_table, students_in
from bp_tutor.marking import ATTEMPTS, Exercise
from bp_tutor.marking.called import Called

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.cli.mark_forms import Form
    from bp_tutor.cli.output import Output
    from bp_tutor.marking import Crew, Outcome
    from bp_tutor.problem import Problem
    from bp_tutor.tables import BadRow


ALL_RIGHT, SOME_WRONG, BAD_ROWS = 0, 1, 2


def mark(
    problem: options.Problem,
    answers: Annotated[str, typer.Argument(metavar="ANSWERS")],
    listed: Annotated[str | None, typer.Option("--list", metavar="LIST")] = None,
    attempts: Annotated[
        str | None,
        typer.Option(
            "--attempts", metavar="|".join(ATTEMPTS), parser=options.one_of("--attempts", ATTEMPTS)
        ),
    ] = None,
    questions: Annotated[list[str] | None, typer.Option("--questions", metavar="NAMES")] = None,
    out: saving.Out = None,
    worth: Annotated[str | None, typer.Option("--points", metavar="POINTS")] = None,
    feedback: Annotated[str | None, typer.Option("--feedback", metavar="FOLDER")] = None,
    file_format: saving.FormatName = None,
    report: Annotated[str | None, typer.Option("--report", metavar="FILE")] = None,
    gradebook: Annotated[
        str | None,
        typer.Option(
            "--gradebook",
            metavar="|".join(GRADEBOOKS),
            parser=options.one_of("--gradebook", GRADEBOOKS),
        ),
    ] = None,
    grades: Annotated[str | None, typer.Option("--grades", metavar="FILE")] = None,
    template: Annotated[str | None, typer.Option("--template", metavar="FILE")] = None,
    assignment: Annotated[str | None, typer.Option("--assignment", metavar="NAME")] = None,
    force: saving.Force = False,
    digits: options.Digits = None,
    rounding: options.Rounding = None,
    updates: options.AskedUpdates = None,
    notation: options.Notation = None,
    lang: options.Lang = None,
    json: options.Json = False,
    csv: Annotated[bool, typer.Option("--csv")] = False,
    encoding: options.Encoding = None,
    workers: Annotated[
        int | None,
        typer.Option("--workers", metavar="N", parser=options.whole("--workers", 1, MOST_WORKERS)),
    ] = None,
    dask: Annotated[str | None, typer.Option("--dask", metavar="ADDRESS")] = None,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Mark a file of answers, and print a table, JSON, or CSV."""
    output = options.output_of(lang, ascii_only, no_color, width)
    if json and csv:
        raise RefusalError("usage.json_or_csv")
    if workers and dask is not None:
        raise RefusalError("usage.workers_or_dask")
    asked = Asked(out, worth, feedback, file_format, report, gradebook, template, assignment,
                  grades, force)  # fmt: skip
    if folder := folder_of(problem):
        problem = str(folder.first)
        listed = listed or folder.listed
    read = read_problem(problem, rounding, notation)

    def made(read: Problem, variant: str = "") -> Exercise:
        recipe = recipe_of(read, output.words, output.style, notation, digits, updates)
        return Exercise(recipe, variant)

    original = made(read)
    notes = output._replace(stream=sys.stderr)
    output = output._replace(words=original.words)
    students = students_in(listed, encoding, notes) or ()
    where = folder.path if folder else Path(listed).parent if listed else None
    numbers = OwnNumbers(read, original, made, students, where, searched=folder is not None)
    # The file itself is let go of once its answers are read.
    path = Path(answers)
    found = answers_in(
        open_table(path, encoding, notes), original.recognised, reading.listed(questions), notes
    )
    called = Called(original.contexts)
    shape = "json" if json else "csv" if csv else "summary" if asked.files else "table"
    form = FORMS[shape](output, read, path, called)
    papers = Papers(numbers, found, attempts or "", whole=listed is not None or asked.any)
    title = original.contexts[0].page.say(read.title) or read.name
    asked.refuse_beforehand(answers)
    outputs = Outputs(asked, title, original, called, papers.asked, notes, encoding)
    with crew_of(workers, dask) as crew, Marks(form, found.bad) as marks:
        warnings = _mark(papers, marks, outputs, crew, output)
        try:
            marks.write()
        finally:
            # Whoever reads the table may be gone after a few lines (`| head`).
            outputs.write(answers, warnings)
    if marks.bad:
        return BAD_ROWS
    return ALL_RIGHT if marks.right == marks.all else SOME_WRONG


def _mark(papers: Papers, marks: Marks, outputs: Outputs, crew: Crew, output: Output) -> list[str]:
    """Every paper, student by student; what there is to warn of."""
    suspicion = Suspicion(papers.numbers, papers.answers)
    notes = output._replace(stream=sys.stderr)
    done, again = 0, 0
    text = output.words.text("marking.progress")
    with Progress(papers.answers.count, text, sys.stderr) as progress:
        for outcome, rows, exercise in papers.marked(crew):
            marks.take(outcome)
            outputs.take(outcome, exercise)
            suspicion.take(outcome)
            again += outcome.attempts > 1
            done += rows
            progress(done)
    if again and not papers.counts:
        said = output.words.text("marking.attempts", count=again, option="--attempts")
        notes.line(said, "note")
    tell_failed(crew, notes)
    warning = suspicion.told(output.words)
    if warning:
        notes.line(warning, "error")
    return [warning] if warning else []


class Marks:
    """Marks as they are made, how many of them are right, and the rows that have none."""

    def __init__(self, form: Form, bad: Sequence[BadRow]) -> None:
        self.all = self.count = self.right = self.carried = self.blank = 0
        self.bad = [*bad]
        self._form = form
        self._spool = Spool()

    def take(self, outcome: Outcome) -> None:
        """The marks of one paper, each at its place in the file."""
        self._form.take(outcome)
        self.bad += outcome.bad
        for mark in outcome.marks:
            self.all += 1
            self.blank += mark.result == "missing"
            if mark.verdict is not None:
                self.count += 1
                self.right += mark.verdict.right
                self.carried += mark.verdict.carried
            self._spool.put(mark.answer.place, self._form.text(mark))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.close()

    def write(self) -> None:
        """All of them, in the order of the file."""
        self.bad.sort(key=lambda row: row.line)
        counts = {
            "count": self.count,
            "right": self.right,
            "carried": self.carried,
            "bad": len(self.bad),
            "blank": self.blank,
        }
        self._form.write(self._spool, self.bad, counts)
