"""`bp-tutor mark`: a file of answers of many students."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bp_tutor.cli import options
from bp_tutor.cli.answers import Answers, BadRow, read_answers
from bp_tutor.cli.bar import Progress
from bp_tutor.cli.mark_forms import FORMS
from bp_tutor.cli.marks import Mark, Marks
from bp_tutor.cli.reading import PageChoice, page_of, read_problem, updates_of
from bp_tutor.cli.refusal import RefusalError, with_nearest
from bp_tutor.cli.tables import read_table
from bp_tutor.cli.values import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.cli.output import Output
    from bp_tutor.quiz import Context, Question
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
    from bp_tutor.quiz import context_of
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
    contexts = [context_of(trace, page, run.update) for run in trace.runs]
    form = FORMS["json" if json else "csv" if csv else "table"](output, read, path)
    with Marks(form, found.count) as marks:
        _mark(contexts, found, marks, output)
        found.bad.sort(key=lambda row: row.line)
        marks.write(found.bad)
    if found.bad:
        return BAD_ROWS
    return ALL_RIGHT if marks.right == marks.count else SOME_WRONG


def _mark(contexts: Sequence[Context], answers: Answers, marks: Marks, output: Output) -> None:
    """Every row that can be marked, student by student; the others join the bad ones."""
    from bp_tutor.quiz.batch import Unclear, mark_sheet

    questions = [_question(contexts, text) for text in answers.identifiers]
    done = 0
    text = output.words.text("marking.progress")
    with Progress(answers.count, text, sys.stderr) as progress:
        for student, rows in answers.by_student():
            asked: list[tuple[int, Question]] = []
            seen: set[str] = set()
            for place, row in enumerate(rows):
                question = questions[row.identifier]
                name = answers.identifiers[row.identifier]
                if isinstance(question, Unclear):
                    answers.bad.append(_bad_name(row.line, name, question, output.words))
                elif question.full_name in seen:
                    twice = (("name", f"{shown(student)}, {shown(name)}"),)
                    answers.bad.append(BadRow(row.line, "quiz.answer.twice", twice))
                else:
                    seen.add(question.full_name)
                    asked.append((place, question))
            results = mark_sheet(contexts, [(one, rows[place].value) for place, one in asked])
            for (place, question), result in zip(asked, results, strict=True):
                row = rows[place]
                if result.verdict is not None:
                    marks.add(row.place, Mark(student, row, question, result.verdict))
                elif result.refused is not None:
                    reason = output.words.text(result.refused.key, **dict(result.refused.values))
                    empty = not row.value.strip()
                    value = () if empty else (("value", shown(row.value)),)
                    key = "marking.because" if empty else "marking.not_understood"
                    answers.bad.append(BadRow(row.line, key, (*value, ("reason", reason))))
            done += len(rows)
            progress(done)


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
