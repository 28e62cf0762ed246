"""`bp-tutor mark`: a file of answers of many students."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.cli import options
from bp_tutor.cli.answers import BadRow, Row, read_answers
from bp_tutor.cli.bar import Progress
from bp_tutor.cli.marks import Mark, write_marks
from bp_tutor.cli.reading import PageChoice, page_of, read_problem
from bp_tutor.cli.refusal import RefusalError
from bp_tutor.cli.values import shown

if TYPE_CHECKING:
    from bp_tutor.cli.output import Output
    from bp_tutor.quiz import Context, Question

LONGEST_ID = 200
ALL_RIGHT, SOME_WRONG, BAD_ROWS = 0, 1, 2


def mark(
    problem: options.Problem,
    answers: Annotated[str, typer.Argument(metavar="ANSWERS")],
    digits: options.Digits = None,
    rounding: options.Rounding = None,
    notation: options.Notation = None,
    lang: options.Lang = None,
    json: options.Json = False,
    csv: Annotated[bool, typer.Option("--csv")] = False,
    ascii_only: options.Ascii = False,
    no_color: options.NoColor = False,
    width: options.Width = None,
) -> int:
    """Mark a file of answers, and print a table, JSON, or CSV."""
    from bp_tutor.explain import symbols_of
    from bp_tutor.quiz import context_of
    from bp_tutor.solve import solve as solve_problem

    output = options.output_of(lang, ascii_only, no_color, width)
    if json and csv:
        raise RefusalError("usage.json_or_csv")
    read = read_problem(problem, rounding, notation)
    path = Path(answers)
    rows, bad = read_answers(path)
    if not rows and not bad:
        raise RefusalError("marking.no_rows", where=shown(answers))
    page = page_of(PageChoice(read, symbols_of(read, notation), output, digits))
    context = context_of(solve_problem(read, 1), page)
    marks = _marked(context, rows, bad, output)
    bad.sort(key=lambda row: row.line)
    write_marks(marks, bad, path, read, output, "json" if json else "csv" if csv else "table")
    if bad:
        return BAD_ROWS
    return ALL_RIGHT if all(each.verdict.right for each in marks) else SOME_WRONG


def _marked(context: Context, rows: list[Row], bad: list[BadRow], output: Output) -> list[Mark]:
    """Every row that can be marked, in the order of the file; the others join the bad ones."""
    from bp_tutor.quiz.batch import mark_sheet

    questions = {text: _question(context, text) for text in {row.identifier for row in rows}}
    students: dict[str, list[tuple[int, Row, Question]]] = {}
    for place, row in enumerate(rows):
        question = questions[row.identifier]
        if isinstance(question, str):
            bad.append(BadRow(row.line, question, (("found", shown(row.identifier)),)))
        else:
            students.setdefault(row.student, []).append((place, row, question))
    found: list[tuple[int, Mark]] = []
    done = 0
    with Progress(len(rows), output.words.text("marking.progress"), sys.stderr) as progress:
        for sheet in students.values():
            results = mark_sheet(context, [(question, row.value) for _, row, question in sheet])
            for (place, row, question), result in zip(sheet, results, strict=True):
                if result.verdict is not None:
                    found.append((place, Mark(row, question, result.verdict)))
                elif result.refused is not None:
                    reason = output.words.text(result.refused.key, **dict(result.refused.values))
                    values = (("value", shown(row.value)), ("reason", reason))
                    bad.append(BadRow(row.line, "marking.not_understood", values))
            done += len(sheet)
            progress(done)
    return [mark for _, mark in sorted(found, key=lambda pair: pair[0])]


def _question(context: Context, text: str) -> Question | str:
    """The question behind an id, or the key of what is the matter with it."""
    from bp_tutor.quiz.batch import identifier_of, question_of

    identifier = identifier_of(context, text) if len(text) <= LONGEST_ID else None
    if identifier is None:
        return "marking.unknown_id"
    return question_of(context, identifier) or "marking.given_id"
