"""How marked answers are written: as a table, as JSON, as CSV."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from itertools import islice
from json import dumps, loads
from typing import TYPE_CHECKING

from bp_tutor.marking.paper import MISSING, NOWHERE, UNREADABLE
from bp_tutor.marking.points import any_of
from bp_tutor.output.table_csv import csv_text
from bp_tutor.quiz.feedback import joined_names, names_of, percent, whys
from bp_tutor.quiz.model import full_name
from bp_tutor.reader import Mistake
from bp_tutor.reader.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bp_tutor.cli.output import Output
    from bp_tutor.marking import Mark, Outcome
    from bp_tutor.marking.called import Called
    from bp_tutor.problem import Problem
    from bp_tutor.quiz import Diagnosis, Verdict
    from bp_tutor.tables import BadRow
    from bp_tutor.words import Words


SCHEMA = "bp-tutor/marks/1"
COLUMNS = ("student", "id", "value", "verdict", "credit", "first_wrong", "diagnosis")
ROWS = 500
"""So many rows are written at once."""
COMMONEST = 5
"""So many mistakes are told after the table."""
WIDEST = 18
"""A wider cell is cut, so that the diagnosis has room."""


class Earned:
    """What one student's answers came to."""

    def __init__(self) -> None:
        self.credits: list[float] = []
        self.blank = self.bad = 0

    def take(self, mark: Mark) -> None:
        """Count an answer; what is missing or unreadable earns nothing."""
        self.credits.append(mark.credit)
        self.blank += mark.result == MISSING
        self.bad += mark.result == UNREADABLE

    def told(self, student: str, words: Words) -> str:
        """The score of all answers, and how many of them are none."""
        name = printable(student[:WIDEST])[:WIDEST]
        left = left_out(self.blank, self.bad, words)
        if not self.credits:
            return words.text("marking.of_student_none", student=name)
        told = words.text(
            "marking.of_student",
            student=name,
            score=f"{round(sum(self.credits), 2):g}",
            count=len(self.credits),
            share=percent(sum(self.credits) / len(self.credits)),
        )
        return words.text("marking.beside", told=told, left=left) if left else told


def left_out(blank: int, bad: int, words: Words) -> str:
    """How many rows are no answers; empty where all are."""
    counts = {"marking.blank": blank, "marking.unreadable_rows": bad}
    told = [words.text(key, count=count) for key, count in counts.items() if count]
    return words.text("fact.name_join").join(told)


class Form(ABC):
    """How marks are written: a text for each, and all of them at last."""

    def __init__(self, output: Output, problem: Problem, path: Path, called: Called) -> None:
        self.output, self.problem, self.path, self.called = output, problem, path, called
        self.students: defaultdict[str, Earned] = defaultdict(Earned)

    @property
    def words(self) -> Words:
        return self.output.words

    @abstractmethod
    def text(self, mark: Mark) -> str:
        """What is kept of one mark until all are written."""

    def take(self, outcome: Outcome) -> None:
        """Note what a paper came to."""
        earned = self.students[outcome.student.label]
        for mark in outcome.marks:
            earned.take(mark)

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


def reason_of(diagnosis: Diagnosis, words: Words) -> str:
    """Why it is one, with the place in the formula and the student's numbers; of two, both."""
    return words.text("marking.reasons").join(whys(diagnosis, words))


class JsonForm(Form):
    """One document, an answer a line."""

    def text(self, mark: Mark) -> str:
        verdict, question = mark.verdict, mark.question
        answer = {
            "student": mark.student.label,
            "id": question.full_name,
            "update": question.update,
            "value": mark.answer.value,
            "line": None if mark.answer.line == NOWHERE else mark.answer.line,
            "verdict": mark.result,
            "right": verdict is not None and verdict.right,
            "credit": mark.credit,
            "first_wrong": None if verdict is None else verdict.first_wrong,
            "wrong_entries": [
                full_name(each, question.update)
                for each in (() if verdict is None else verdict.wrong_entries)
            ],
            "diagnoses": [
                {
                    "misconceptions": each.misconception.split("+"),
                    "certainty": each.certainty,
                    "place": each.place,
                    "at": each.at or question.full_name,
                    "name": names_of(each, self.words),
                    "reason": reason_of(each, self.words),
                }
                for each in (() if verdict is None else verdict.diagnoses)
            ],
            "reason": mark.reason,
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
        verdict, line = mark.verdict, mark.answer.line
        cells = (
            mark.student.label,
            mark.question.full_name,
            mark.answer.value,
            mark.result,
            f"{mark.credit:g}",
            (verdict.first_wrong if verdict is not None else None) or "",
            "|".join(each.misconception for each in (verdict.diagnoses if verdict else ())),
            "" if line == NOWHERE else line,
            mark.reason,
        )
        return csv_text([cells])

    def write(self, texts: Iterable[str], bad: list[BadRow], _: dict[str, int]) -> None:
        self.output.stream.write(csv_text([(*COLUMNS, "line", "reason")]))
        for text in texts:
            self.output.stream.write(text)
        self.tell(bad)


class TableForm(Form):
    """A table as wide as its cells."""

    def __init__(self, output: Output, problem: Problem, path: Path, called: Called) -> None:
        super().__init__(output, problem, path, called)
        self._mistakes: Counter[tuple[tuple[str, ...], ...]] = Counter()
        """Mistakes; those that cannot be told apart are counted as one."""
        self._head = [self.words.text(f"marking.{name}") for name in COLUMNS]
        self._widths = [0] * (len(COLUMNS) - 1)
        self._measure(self._head)

    def _measure(self, row: list[str]) -> None:
        from bp_tutor.words import cells

        for place, text in enumerate(row[:-1]):
            self._widths[place] = max(self._widths[place], cells(text))

    def text(self, mark: Mark) -> str:
        verdict = mark.verdict
        first_wrong = verdict.first_wrong if verdict is not None else None
        if verdict is not None:
            self._mistakes.update(_counted(verdict))
        row = [
            printable(mark.student.label[:WIDEST])[:WIDEST],
            self.called[mark.question.full_name],
            printable(mark.answer.value[:WIDEST])[:WIDEST],
            self.words.text(f"marking.{mark.result}"),
            f"{mark.credit:g}",
            self.called[first_wrong] if first_wrong else "",
            (self._explained(verdict) if verdict is not None else "") or mark.reason,
        ]
        self._measure(row)
        return dumps(["" if verdict is not None and verdict.right else "error", *row])

    def _explained(self, verdict: Verdict) -> str:
        words = self.words
        names = [names_of(each, words) for each in verdict.diagnoses]
        if len(names) == 1:
            reason = reason_of(verdict.diagnoses[0], words)
            return words.text("marking.explained", names=names[0], reason=reason)
        return words.text("marking.one_of", names=any_of(names, words)) if names else ""

    def write(self, texts: Iterable[str], bad: list[BadRow], counts: dict[str, int]) -> None:
        self._show(texts)
        self._sum_up()
        told = self.words.text("marking.summary", **counts)
        left = left_out(counts["blank"], counts["bad"], self.words)
        if left:
            told = self.words.text("marking.beside", told=told, left=left)
        self.output.line(told, "heading")
        self.tell(bad)

    def _show(self, texts: Iterable[str]) -> None:
        rows = self._rows(texts)
        while some := list(islice(rows, ROWS)):
            self.output.rows(some)
        self.output.line("")

    def _sum_up(self) -> None:
        """What each student earned where there are several, and what went wrong most often."""
        from bp_tutor.output.wrapping import wrapped

        words = self.words
        if len(self.students) > 1:
            for student, earned in self.students.items():
                self.output.line(earned.told(student, words))
            self.output.line("")
        if self._mistakes:
            listed = words.text("fact.name_join").join(
                words.text(
                    "result.mistake",
                    name=any_of([joined_names(each, words) for each in found], words),
                    count=count,
                )
                for found, count in self._mistakes.most_common(COMMONEST)
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


def _counted(verdict: Verdict) -> list[tuple[tuple[str, ...], ...]]:
    """The mistakes that an answer shows; where it may be one of several, these together."""
    found = verdict.diagnoses
    if len(found) == 1:
        return [((key,),) for key in found[0].keys]
    return [tuple(sorted({each.keys for each in found}))] if found else []


def _wrapped(text: str, width: int) -> list[str]:
    """The text in rows, broken between words."""
    from bp_tutor.output.wrapping import wrapped

    return ["".join(piece for piece, _ in row) for row in wrapped(text, "", 0, width)]


class SummaryForm(TableForm):
    """What stands below the table: each student, and what went wrong most often."""

    def _show(self, texts: Iterable[str]) -> None:
        """The answers themselves are in the files that are written."""


FORMS: dict[str, type[Form]] = {
    "table": TableForm, "json": JsonForm, "csv": CsvForm, "summary": SummaryForm,
}  # fmt: skip
