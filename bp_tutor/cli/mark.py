"""`bp-tutor mark`: a file of answers of many students, marked as a table, as JSON, as CSV."""

from __future__ import annotations

import sys
from array import array
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Annotated, Self

import typer

from bp_tutor.api.reading import updates_of
from bp_tutor.api.refusal import RefusalError, with_nearest
from bp_tutor.cli import options
from bp_tutor.cli.bar import Progress
from bp_tutor.cli.mark_forms import FORMS, Called, Mark
from bp_tutor.cli.reading import PageChoice, page_of, read_problem
from bp_tutor.cli.tables import BadRow, read_answers, read_table
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.cli.mark_forms import Form
    from bp_tutor.cli.output import Output
    from bp_tutor.cli.tables import Answer, Answers
    from bp_tutor.quiz import Context
    from bp_tutor.quiz.batch import Unclear
    from bp_tutor.quiz.model import NotUnderstood
    from bp_tutor.words import Words


ALL_RIGHT, SOME_WRONG, BAD_ROWS = 0, 1, 2


def mark(
    problem: options.Problem,
    answers: Annotated[str, typer.Argument(metavar="ANSWERS")],
    digits: options.Digits = None,
    rounding: options.Rounding = None,
    updates: options.AskedUpdates = None,
    notation: options.Notation = None,
    lang: options.Lang = None,
    json: options.Json = False,
    csv: Annotated[bool, typer.Option("--csv")] = False,
    encoding: options.Encoding = None,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Mark a file of answers, and print a table, JSON, or CSV."""
    from bp_tutor.explain import symbols_of
    from bp_tutor.quiz import contexts_of
    from bp_tutor.solve import solve as solve_problem

    output = options.output_of(lang, ascii_only, no_color, width)
    if json and csv:
        raise RefusalError("usage.json_or_csv")
    read = read_problem(problem, rounding, notation)
    path = Path(answers)
    file = read_table(path, encoding)
    found = read_answers(file)
    file.tell(output._replace(stream=sys.stderr))
    if not found.count and not found.bad:
        raise RefusalError("marking.no_rows", where=shown(answers))
    page = page_of(PageChoice(read, symbols_of(read, notation), output, digits))
    output = output._replace(words=page.words)
    trace = solve_problem(read, updates_of(read, updates))
    contexts = contexts_of(trace, page)
    names = Called(contexts)
    form = FORMS["json" if json else "csv" if csv else "table"](output, read, path, names)
    with Marks(form, found.count, found.bad) as marks:
        _mark(contexts, found, marks, output)
        marks.write()
    if marks.bad:
        return BAD_ROWS
    return ALL_RIGHT if marks.right == marks.count else SOME_WRONG


def _mark(contexts: Sequence[Context], answers: Answers, marks: Marks, output: Output) -> None:
    """Every row that can be marked, student by student; the others join the bad ones."""
    from bp_tutor.quiz.batch import Unclear, mark_rows, question_of

    questions = [question_of(contexts, text) for text in answers.identifiers]
    done = 0
    text = output.words.text("marking.progress")
    with Progress(answers.count, text, sys.stderr) as progress:
        for student, rows in answers.by_student():
            asked = [(questions[row.identifier], row.value) for row in rows]
            for row, result in zip(rows, mark_rows(contexts, asked), strict=True):
                question, name = questions[row.identifier], answers.identifiers[row.identifier]
                if isinstance(question, Unclear):
                    marks.refuse(student, _bad_name(row.line, name, question, output.words))
                elif result.verdict is not None:
                    marks.add(row.place, Mark(student, row, question, result.verdict))
                elif result.refused is not None:
                    counts = None if result.superseded else row
                    marks.refuse(student, _unreadable(row, result.refused, output), counts)
                else:
                    twice = (("name", f"{shown(student)}, {shown(name)}"),)
                    marks.refuse(student, BadRow(row.line, "quiz.answer.twice", twice))
            done += len(rows)
            progress(done)


def _unreadable(row: Answer, refused: NotUnderstood, output: Output) -> BadRow:
    """The row of an answer that makes no sense."""
    reason = output.words.text(refused.key, **dict(refused.values))
    value = () if _is_blank(row) else (("value", shown(row.value)),)
    key = "marking.not_understood" if value else "marking.because"
    return BadRow(row.line, key, (*value, ("reason", reason)))


def _is_blank(row: Answer) -> bool:
    return not row.value.strip()


def _bad_name(line: int, name: str, unclear: Unclear, words: Words) -> BadRow:
    """The row of an id that is nothing that can be asked for, or not one thing."""
    if unclear.startswith("marking."):
        values = (("found", shown(name)), ("near", unclear.near))
        return BadRow(line, "marking.unknown_near" if unclear.near else unclear, values)
    reason = with_nearest(words.text(unclear, **dict(unclear.values)), unclear.near, words)
    return BadRow(line, "marking.because", (("reason", reason),))


class Marks:
    """Marks as they are made, how many of them are right, and the rows that have none."""

    def __init__(self, form: Form, count: int, bad: list[BadRow]) -> None:
        self.count = self.right = self.carried = self.blank = 0
        self.bad = bad
        self._form = form
        self._spool = Spool(count)

    def add(self, place: int, mark: Mark) -> None:
        """One mark, at its place in the file."""
        self.count += 1
        self.right += mark.verdict.right
        self.carried += mark.verdict.carried
        self._spool.put(place, self._form.text(mark))

    def refuse(self, student: str, bad: BadRow, answer: Answer | None = None) -> None:
        """One row that has no mark; `answer` where it is the answer that is to be marked."""
        blank = answer is not None and _is_blank(answer)
        self.blank += blank
        self.bad.append(bad)
        self._form.leave_out(student, blank=blank)

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


IN_MEMORY = 4 * 2**20
"""So many bytes before they go to a temporary file."""
MISSING = -1


class Spool:
    """Texts by their place; they stand in a temporary file where there are many."""

    def __init__(self, count: int) -> None:
        self._starts = array("q", [MISSING]) * count
        self._sizes = array("L", [0]) * count
        self._end = 0
        # It lives as long as this object, and has no name that anybody could open.
        self._file = SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115

    def put(self, place: int, text: str) -> None:
        """Keep the text of a place."""
        data = text.encode("utf-8", "surrogatepass")
        self._starts[place], self._sizes[place] = self._end, len(data)
        self._end += len(data)
        self._file.write(data)

    def __iter__(self) -> Iterator[str]:
        """Every text, in the order of the places."""
        at = MISSING
        for start, size in zip(self._starts, self._sizes, strict=True):
            if start == MISSING:
                continue
            if start != at:
                self._file.seek(start)
            at = start + size
            yield self._file.read(size).decode("utf-8", "surrogatepass")
        self._file.seek(self._end)

    def close(self) -> None:
        """Let go of the temporary file."""
        self._file.close()
