"""`bp-tutor mark`: a file of answers of many students, marked as a table, as JSON, as CSV."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from array import array
from collections import Counter
from itertools import islice
from json import dumps, loads
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Annotated, NamedTuple, Self

import typer

from bp_tutor.api.reading import updates_of
from bp_tutor.api.refusal import RefusalError, with_nearest
from bp_tutor.cli import options
from bp_tutor.cli.bar import Progress
from bp_tutor.cli.reading import PageChoice, page_of, read_problem
from bp_tutor.cli.tables import BadRow, read_answers, read_table
from bp_tutor.output.table_csv import csv_text
from bp_tutor.quiz.feedback import name_of, names_of, percent, whys
from bp_tutor.quiz.model import NotUnderstood, full_name
from bp_tutor.reader import Mistake
from bp_tutor.reader.text import printable, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from bp_tutor.cli.output import Output
    from bp_tutor.cli.tables import Answer, Answers
    from bp_tutor.problem import Problem
    from bp_tutor.quiz import Context, Diagnosis, Question, Verdict
    from bp_tutor.quiz.batch import Unclear
    from bp_tutor.words import Words


LONGEST_ID = 200
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
    with Marks(form, found.count) as marks:
        _mark(contexts, found, marks, output)
        found.bad.sort(key=lambda row: row.line)
        marks.write(found.bad)
    if found.bad:
        return BAD_ROWS
    return ALL_RIGHT if marks.right == marks.count else SOME_WRONG


def _mark(contexts: Sequence[Context], answers: Answers, marks: Marks, output: Output) -> None:
    """Every row that can be marked, student by student; the others join the bad ones."""
    from bp_tutor.quiz.batch import Unclear, mark_all

    questions = [_question(contexts, text) for text in answers.identifiers]
    done = 0
    text = output.words.text("marking.progress")
    with Progress(answers.count, text, sys.stderr) as progress:
        for student, rows in answers.by_student():
            asked: list[tuple[int, Question]] = []
            seen: dict[str, int] = {}
            for place, row in enumerate(rows):
                question = questions[row.identifier]
                name = answers.identifiers[row.identifier]
                if isinstance(question, Unclear):
                    answers.bad.append(_bad_name(row.line, name, question, output.words))
                elif question.full_name not in seen:
                    seen[question.full_name] = len(asked)
                    asked.append((place, question))
                else:
                    before = seen[question.full_name]
                    refused = _refused(contexts, question, rows[asked[before][0]])
                    if refused is None:
                        twice = (("name", f"{shown(student)}, {shown(name)}"),)
                        answers.bad.append(BadRow(row.line, "quiz.answer.twice", twice))
                    else:
                        # What nobody could read is no answer: the later row is the first one.
                        answers.bad.append(_unreadable(rows[asked[before][0]], refused, output))
                        asked[before] = place, question
            results = mark_all(contexts, [(one, rows[place].value) for place, one in asked])
            for (place, question), result in zip(asked, results, strict=True):
                row = rows[place]
                if result.verdict is not None:
                    marks.add(row.place, Mark(student, row, question, result.verdict))
                elif result.refused is not None:
                    answers.bad.append(_unreadable(row, result.refused, output))
            done += len(rows)
            progress(done)


def _refused(contexts: Sequence[Context], question: Question, row: Answer) -> NotUnderstood | None:
    """What keeps the text of a row from being an answer; None where it is one."""
    from bp_tutor.quiz.questions import understand

    try:
        understand(question, row.value, contexts[question.update - 1])
    except NotUnderstood as refused:
        return refused
    return None


def _unreadable(row: Answer, refused: NotUnderstood, output: Output) -> BadRow:
    """The row of an answer that makes no sense."""
    reason = output.words.text(refused.key, **dict(refused.values))
    empty = not row.value.strip()
    value = () if empty else (("value", shown(row.value)),)
    key = "marking.because" if empty else "marking.not_understood"
    return BadRow(row.line, key, (*value, ("reason", reason)))


def _question(contexts: Sequence[Context], text: str) -> Question | Unclear:
    """The question behind an id, or what is the matter with it."""
    from bp_tutor.quiz.batch import Unclear, question_of

    return question_of(contexts, text) if len(text) <= LONGEST_ID else Unclear("marking.unknown_id")


def _bad_name(line: int, name: str, unclear: Unclear, words: Words) -> BadRow:
    """The row of an id that is nothing that can be asked for, or not one thing."""
    if unclear.startswith("marking."):
        values = (("found", shown(name)), ("near", unclear.near))
        return BadRow(line, "marking.unknown_near" if unclear.near else unclear, values)
    reason = with_nearest(words.text(unclear, **dict(unclear.values)), unclear.near, words)
    return BadRow(line, "marking.because", (("reason", reason),))


class Mark(NamedTuple):
    """One row of the file with its verdict."""

    student: str
    row: Answer
    question: Question
    verdict: Verdict

    @property
    def result(self) -> str:
        """The verdict as one word of the program: `right`, `carried`, `wrong`, ..."""
        return self.verdict.key.rpartition(".")[2]


class Called:
    """Answers by the symbols of the course, `Z₂₁`; of a later update `Z₂₁#2`."""

    def __init__(self, contexts: Sequence[Context]) -> None:
        self._contexts = contexts
        self._known: dict[str, str] = {}

    def __getitem__(self, full_name: str) -> str:
        if full_name not in self._known:
            name, sign, update = full_name.partition("#")
            context = self._contexts[int(update or 1) - 1]
            entry, array = context.graph.find(name), context.graph.array(name)
            if entry is not None:
                name = context.page.name(*entry)
            elif array is not None:
                name = context.page.name(array, None)
            self._known[full_name] = f"{name}{sign}{update}"
        return self._known[full_name]


class Form(ABC):
    """How marks are written: a text for each, and all of them at last."""

    def __init__(self, output: Output, problem: Problem, path: Path, called: Called) -> None:
        self.output, self.problem, self.path, self.called = output, problem, path, called

    @property
    def words(self) -> Words:
        return self.output.words

    @abstractmethod
    def text(self, mark: Mark) -> str:
        """What is kept of one mark until all are written."""

    @abstractmethod
    def write(self, texts: Iterable[str], bad: list[BadRow], counts: dict[str, int]) -> None:
        """Everything, in the order of the file."""

    def tell(self, bad: list[BadRow]) -> None:
        """The bad rows, on standard error."""
        for row in bad:
            where = f"{Mistake('', file=str(self.path)).where}:{row.line}"
            text = self.words.text(row.key, where=where, **dict(row.values))
            if not text.startswith(where):
                text = self.words.text("marking.because", where=where, reason=text)
            rows = _wrapped(text, self.output.width) if sys.stderr.isatty() else [text]
            sys.stderr.write("".join(f"{one}\n" for one in rows))


class Marks:
    """Marks as they are made, and how many of them are right."""

    def __init__(self, form: Form, count: int) -> None:
        self.count = self.right = self.carried = 0
        self._form = form
        self._spool = Spool(count)

    def add(self, place: int, mark: Mark) -> None:
        """One mark, at its place in the file."""
        self.count += 1
        self.right += mark.verdict.right
        self.carried += mark.verdict.carried
        self._spool.put(place, self._form.text(mark))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._spool.close()

    def write(self, bad: list[BadRow]) -> None:
        """All of them, in the order of the file."""
        counts = {
            "count": self.count, "right": self.right, "carried": self.carried, "bad": len(bad),
        }  # fmt: skip
        self._form.write(self._spool, bad, counts)


SCHEMA = "bp-tutor/marks/1"
COLUMNS = ("student", "id", "value", "verdict", "credit", "first_wrong", "diagnosis")
ROWS = 500
"""So many rows are written at once."""
COMMONEST = 5
"""So many mistakes are told after the table."""
WIDEST = 18
"""A wider cell is cut, so that the diagnosis has room."""


def reason_of(diagnosis: Diagnosis, words: Words) -> str:
    """Why it is one, with the place in the formula and the student's numbers; of two, both."""
    return words.text("marking.reasons").join(whys(diagnosis, words))


class JsonForm(Form):
    """One document, an answer a line."""

    def text(self, mark: Mark) -> str:
        verdict = mark.verdict
        answer = {
            "student": mark.student,
            "id": mark.question.full_name,
            "update": mark.question.update,
            "value": mark.row.value,
            "line": mark.row.line,
            "verdict": mark.result,
            "right": verdict.right,
            "credit": verdict.credit,
            "first_wrong": verdict.first_wrong,
            "wrong_entries": [
                full_name(each, mark.question.update) for each in verdict.wrong_entries
            ],
            "diagnoses": [
                {
                    "misconceptions": each.misconception.split("+"),
                    "certainty": each.certainty,
                    "place": each.place,
                    "at": each.at or mark.question.full_name,
                    "name": names_of(each, self.words),
                    "reason": reason_of(each, self.words),
                }
                for each in verdict.diagnoses
            ],
        }
        return dumps(answer, ensure_ascii=False)

    def write(self, texts: Iterable[str], bad: list[BadRow], counts: dict[str, int]) -> None:
        rows = [
            {
                "line": row.line,
                "message": self.words.text(row.key, where=str(row.line), **dict(row.values)),
            }
            for row in bad
        ]
        write = self.output.stream.write
        write(f'{{\n "schema": "{SCHEMA}",\n "problem": {_json(self.problem.name)},\n')
        write(f' "file": {_json(str(self.path))},\n "answers": [')
        parted = "\n  "
        for text in texts:
            write(f"{parted}{text}")
            parted = ",\n  "
        write(f'\n ],\n "bad_rows": {_json(rows)},\n "summary": {_json(counts)}\n}}\n')


def _json(value: object) -> str:
    return dumps(value, ensure_ascii=False)


class CsvForm(Form):
    """Comma-separated rows."""

    def text(self, mark: Mark) -> str:
        verdict = mark.verdict
        cells = (
            mark.student,
            mark.question.full_name,
            mark.row.value,
            mark.result,
            f"{verdict.credit:g}",
            verdict.first_wrong or "",
            "|".join(each.misconception for each in verdict.diagnoses),
            mark.row.line,
        )
        return csv_text([cells])

    def write(self, texts: Iterable[str], bad: list[BadRow], _: dict[str, int]) -> None:
        self.output.stream.write(csv_text([(*COLUMNS, "line")]))
        for text in texts:
            self.output.stream.write(text)
        self.tell(bad)


class TableForm(Form):
    """A table as wide as its cells."""

    def __init__(self, output: Output, problem: Problem, path: Path, called: Called) -> None:
        super().__init__(output, problem, path, called)
        self._students: dict[str, list[float]] = {}
        self._mistakes: Counter[str] = Counter()
        self._head = [self.words.text(f"marking.{name}") for name in COLUMNS]
        self._widths = [0] * (len(COLUMNS) - 1)
        self._measure(self._head)

    def _measure(self, row: list[str]) -> None:
        from bp_tutor.words import cells

        for place, text in enumerate(row[:-1]):
            self._widths[place] = max(self._widths[place], cells(text))

    def text(self, mark: Mark) -> str:
        verdict = mark.verdict
        self._students.setdefault(mark.student, []).append(verdict.credit)
        if len(verdict.diagnoses) == 1:
            self._mistakes.update(verdict.diagnoses[0].keys)
        row = [
            printable(mark.student[:WIDEST])[:WIDEST],
            self.called[mark.question.full_name],
            printable(mark.row.value[:WIDEST])[:WIDEST],
            self.words.text(f"marking.{mark.result}"),
            f"{verdict.credit:g}",
            self.called[verdict.first_wrong] if verdict.first_wrong else "",
            self._explained(verdict),
        ]
        self._measure(row)
        return dumps(["" if verdict.right else "error", *row])

    def _explained(self, verdict: Verdict) -> str:
        words = self.words
        names = words.text("marking.or").join(names_of(each, words) for each in verdict.diagnoses)
        if not names:
            return ""
        if len(verdict.diagnoses) == 1:
            reason = reason_of(verdict.diagnoses[0], words)
            return words.text("marking.explained", names=names, reason=reason)
        return words.text("marking.one_of", names=names)

    def write(self, texts: Iterable[str], bad: list[BadRow], counts: dict[str, int]) -> None:
        rows = self._rows(texts)
        while some := list(islice(rows, ROWS)):
            self.output.rows(some)
        self.output.line("")
        self._sum_up()
        self.output.line(self.words.text("marking.summary", **counts), "heading")
        self.tell(bad)

    def _sum_up(self) -> None:
        """What each student earned where there are several, and what went wrong most often."""
        from bp_tutor.output.wrapping import wrapped

        words = self.words
        if len(self._students) > 1:
            for student, earned in self._students.items():
                share = percent(sum(earned) / len(earned))
                score = f"{round(sum(earned), 2):g}"
                name = printable(student[:WIDEST])[:WIDEST]
                told = {"student": name, "score": score, "count": len(earned), "share": share}
                self.output.line(words.text("marking.of_student", **told))
            self.output.line("")
        if self._mistakes:
            listed = words.text("fact.name_join").join(
                words.text("result.mistake", name=name_of(key, words), count=count)
                for key, count in self._mistakes.most_common(COMMONEST)
            )
            text = words.text("marking.commonest", names=listed)
            self.output.rows(wrapped(text, "", 0, self.output.width))
            self.output.line("")

    def _rows(self, texts: Iterable[str]) -> Iterator[tuple[tuple[str, str], ...]]:
        from bp_tutor.output.wrapping import wrapped
        from bp_tutor.words import cells

        width, widths = self.output.width, self._widths
        margin = min(sum(widths) + 2 * len(widths), width // 2)
        yield ((self._padded(self._head) + self._head[-1], "heading"),)
        for text in texts:
            look, *row = loads(text)
            start = self._padded(row)
            if not row[-1]:
                yield ((start.rstrip(), look),)
            elif cells(start) > margin:
                yield ((start.rstrip(), look),)
                yield from wrapped(row[-1], "", margin, width)
            else:
                first, *rest = wrapped(row[-1], "", margin, width)
                yield ((start, look), *first[1:])
                yield from rest

    def _padded(self, row: list[str]) -> str:
        from bp_tutor.words import cells

        pairs = zip(row, self._widths, strict=False)
        return "".join(text + " " * (width - cells(text) + 2) for text, width in pairs)


def _wrapped(text: str, width: int) -> list[str]:
    """The text in rows, broken between words."""
    from bp_tutor.output.wrapping import wrapped

    return ["".join(piece for piece, _ in row) for row in wrapped(text, "", 0, width)]


FORMS: dict[str, type[Form]] = {"table": TableForm, "json": JsonForm, "csv": CsvForm}


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
