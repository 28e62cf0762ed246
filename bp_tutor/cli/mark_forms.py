"""Marks as a table, as JSON, as CSV."""

from __future__ import annotations

import json
from itertools import islice
from typing import TYPE_CHECKING

from bp_tutor.cli.marks import Form
from bp_tutor.cli.values import shown
from bp_tutor.quiz.model import full_name
from bp_tutor.quiz.telling import names_of
from bp_tutor.render.table_csv import csv_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from bp_tutor.cli.answers import BadRow
    from bp_tutor.cli.marks import Mark
    from bp_tutor.cli.output import Output
    from bp_tutor.problem import Problem
    from bp_tutor.quiz import Diagnosis, Verdict
    from bp_tutor.words import Words

SCHEMA = "bp-tutor/marks/1"
COLUMNS = ("student", "id", "value", "verdict", "credit", "first_wrong", "diagnosis")
ROWS = 500
"""So many rows are written at once."""
WIDEST = 18
"""A wider cell is cut, so that the diagnosis has room."""


def reason_of(diagnosis: Diagnosis, words: Words) -> str:
    """Why it is one, with the place in the formula and the student's numbers."""
    key = diagnosis.misconception.split("+")[0]
    return words.text(f"misconception.{key}.why", **dict(diagnosis.values))


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
                    "name": names_of(each, self.words),
                    "reason": reason_of(each, self.words),
                }
                for each in verdict.diagnoses
            ],
        }
        return json.dumps(answer, ensure_ascii=False)

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
    return json.dumps(value, ensure_ascii=False)


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

    def __init__(self, output: Output, problem: Problem, path: Path) -> None:
        super().__init__(output, problem, path)
        self._head = [self.words.text(f"marking.{name}") for name in COLUMNS]
        self._widths = [0] * (len(COLUMNS) - 1)
        self._measure(self._head)

    def _measure(self, row: list[str]) -> None:
        from bp_tutor.render.wrapping import cells

        for place, text in enumerate(row[:-1]):
            self._widths[place] = max(self._widths[place], cells(text))

    def text(self, mark: Mark) -> str:
        verdict = mark.verdict
        row = [
            shown(mark.student, WIDEST)[:WIDEST],
            mark.question.full_name,
            shown(mark.row.value, WIDEST)[:WIDEST],
            self.words.text(f"marking.{mark.result}"),
            f"{verdict.credit:g}",
            verdict.first_wrong or "",
            self._explained(verdict),
        ]
        self._measure(row)
        return json.dumps(["" if verdict.right else "error", *row])

    def _explained(self, verdict: Verdict) -> str:
        words = self.words
        names = words.text("marking.or").join(names_of(each, words) for each in verdict.diagnoses)
        if not names:
            return ""
        if len(verdict.diagnoses) == 1:
            return f"{names}: {reason_of(verdict.diagnoses[0], words)}"
        return words.text("quiz.verdict.one_of", names=names)

    def write(self, texts: Iterable[str], bad: list[BadRow], counts: dict[str, int]) -> None:
        rows = self._rows(texts)
        while some := list(islice(rows, ROWS)):
            self.output.rows(some)
        self.output.line("")
        self.output.line(self.words.text("marking.summary", **counts), "heading")
        self.tell(bad)

    def _rows(self, texts: Iterable[str]) -> Iterator[tuple[tuple[str, str], ...]]:
        from bp_tutor.render.wrapping import cells, wrapped

        width, widths = self.output.width, self._widths
        margin = min(sum(widths) + 2 * len(widths), width // 2)
        yield ((self._padded(self._head) + self._head[-1], "heading"),)
        for text in texts:
            look, *row = json.loads(text)
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
        from bp_tutor.render.wrapping import cells

        pairs = zip(row, self._widths, strict=False)
        return "".join(text + " " * (width - cells(text) + 2) for text, width in pairs)


FORMS: dict[str, type[Form]] = {"table": TableForm, "json": JsonForm, "csv": CsvForm}
