"""Marks as a table, as JSON, as CSV."""

from __future__ import annotations

import csv
import json
import sys
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.cli.values import shown
from bp_tutor.reader import Mistake

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from bp_tutor.cli.answers import BadRow, Row
    from bp_tutor.cli.output import Output
    from bp_tutor.problem import Problem
    from bp_tutor.quiz import Diagnosis, Question, Verdict
    from bp_tutor.words import Words

SCHEMA = 1
COLUMNS = ("student", "id", "value", "verdict", "credit", "first_wrong", "diagnosis")
WIDEST = 18
"""A wider cell is cut, so that the diagnosis has room."""


class Mark(NamedTuple):
    """One row of the file with its verdict."""

    row: Row
    question: Question
    verdict: Verdict

    @property
    def result(self) -> str:
        """The verdict as one word of the program: `right`, `carried`, `wrong`, ..."""
        return self.verdict.key.rpartition(".")[2]


def write_marks(
    marks: list[Mark], bad: list[BadRow], path: Path, problem: Problem, output: Output, form: str
) -> None:
    """The marks on standard output, the bad rows (but for JSON) on standard error."""
    if form == "json":
        output.stream.write(_json(marks, bad, path, problem, output.words))
        return
    if form == "csv":
        _write_csv(marks, output)
    else:
        _write_table(marks, output)
        output.line("")
        output.line(_summary(marks, bad, output.words), "heading")
    for row in bad:
        sys.stderr.write(_said(row, path, output.words) + "\n")


def _said(row: BadRow, path: Path, words: Words) -> str:
    where = f"{Mistake('', file=str(path)).where}:{row.line}"
    text = words.text(row.key, where=where, **dict(row.values))
    return text if text.startswith(where) else f"{where}: {text}"


def _counts(marks: list[Mark], bad: list[BadRow]) -> dict[str, int]:
    return {
        "count": len(marks),
        "right": sum(mark.verdict.right for mark in marks),
        "carried": sum(mark.verdict.carried for mark in marks),
        "bad": len(bad),
    }


def _summary(marks: list[Mark], bad: list[BadRow], words: Words) -> str:
    return words.text("marking.summary", **_counts(marks, bad))


def names_of(diagnosis: Diagnosis, words: Words) -> str:
    """The name of a mistake, or of two together."""
    keys = diagnosis.misconception.split("+")
    return words.text("marking.and").join(words.text(f"misconception.{key}.name") for key in keys)


def reason_of(diagnosis: Diagnosis, words: Words) -> str:
    """Why it is one, with the place in the formula and the student's numbers."""
    key = diagnosis.misconception.split("+")[0]
    return words.text(f"misconception.{key}.why", **dict(diagnosis.values))


def _explained(verdict: Verdict, words: Words) -> str:
    names = words.text("marking.or").join(names_of(each, words) for each in verdict.diagnoses)
    if not names:
        return ""
    if len(verdict.diagnoses) == 1:
        return f"{names}: {reason_of(verdict.diagnoses[0], words)}"
    return words.text("quiz.verdict.one_of", names=names)


def _json(marks: list[Mark], bad: list[BadRow], path: Path, problem: Problem, words: Words) -> str:
    answers = [
        {
            "student": mark.row.student,
            "id": mark.question.identifier,
            "value": mark.row.value,
            "line": mark.row.line,
            "verdict": mark.result,
            "right": mark.verdict.right,
            "credit": mark.verdict.credit,
            "first_wrong": mark.verdict.first_wrong,
            "wrong_entries": list(mark.verdict.wrong_entries),
            "diagnoses": [
                {
                    "misconceptions": each.misconception.split("+"),
                    "certainty": each.certainty,
                    "place": each.place,
                    "name": names_of(each, words),
                    "reason": reason_of(each, words),
                }
                for each in mark.verdict.diagnoses
            ],
        }
        for mark in marks
    ]
    rows = [
        {"line": row.line, "message": words.text(row.key, where=str(row.line), **dict(row.values))}
        for row in bad
    ]
    document = {
        "schema": SCHEMA,
        "problem": problem.name,
        "file": str(path),
        "answers": answers,
        "bad_rows": rows,
        "summary": _counts(marks, bad),
    }
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _write_csv(marks: list[Mark], output: Output) -> None:
    writer = csv.writer(output.stream, lineterminator="\n")
    writer.writerow((*COLUMNS, "line"))
    for mark in marks:
        verdict = mark.verdict
        writer.writerow(
            (
                mark.row.student,
                mark.question.identifier,
                mark.row.value,
                mark.result,
                f"{verdict.credit:g}",
                verdict.first_wrong or "",
                "|".join(each.misconception for each in verdict.diagnoses),
                mark.row.line,
            )
        )


def _write_table(marks: list[Mark], output: Output) -> None:
    from bp_tutor.render.wrapping import cells, wrapped

    words = output.words
    head = [words.text(f"marking.{name}") for name in COLUMNS]
    rows = [_cells(mark, words) for mark in marks]
    widths = [max(cells(row[place]) for row in [head, *rows]) for place in range(len(COLUMNS) - 1)]
    margin = min(sum(widths) + 2 * len(widths), output.width // 2)

    def lines() -> Iterator[tuple[tuple[str, str], ...]]:
        yield ((_padded(head, widths, cells) + head[-1], "heading"),)
        for mark, row in zip(marks, rows, strict=True):
            look = "" if mark.verdict.right else "error"
            start = _padded(row, widths, cells)
            if not row[-1]:
                yield ((start.rstrip(), look),)
                continue
            if cells(start) > margin:
                yield ((start.rstrip(), look),)
                yield from wrapped(row[-1], "", margin, output.width)
                continue
            first, *rest = wrapped(row[-1], "", margin, output.width)
            yield ((start, look), *first[1:])
            yield from rest

    output.rows(lines())


def _padded(row: list[str], widths: list[int], cells: Callable[[str], int]) -> str:
    return "".join(
        text + " " * (width - cells(text) + 2) for text, width in zip(row, widths, strict=False)
    )


def _cells(mark: Mark, words: Words) -> list[str]:
    verdict = mark.verdict
    return [
        shown(mark.row.student, WIDEST)[:WIDEST],
        mark.question.identifier,
        shown(mark.row.value, WIDEST)[:WIDEST],
        words.text(f"marking.{mark.result}"),
        f"{verdict.credit:g}",
        verdict.first_wrong or "",
        _explained(verdict, words),
    ]
