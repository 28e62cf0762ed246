"""A row for each student, as CSV, as a workbook, or as JSON."""

from __future__ import annotations

from io import BytesIO
from json import dumps
from typing import TYPE_CHECKING, Any

from bp_tutor.explain.worth import amount
from bp_tutor.frozen import Frozen
from bp_tutor.marking.points import COUNTED, told
from bp_tutor.output.table_csv import csv_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from bp_tutor.marking.points import Points, Result
    from bp_tutor.words import Words

SCHEMA = "bp-tutor/results/1"
WHO = ("number", "name", "email", "username")
WIDEST = 60


class Sheet(Frozen):
    """The results of a class, and what is needed to write them."""

    title: str
    results: Sequence[Result]
    points: Points
    symbols: Sequence[str]
    """The questions, as the course writes them."""
    words: Words


def write_results(sheet: Sheet, ending: str) -> str | bytes:
    """The results as a file of one of `ENDINGS`."""
    return ENDINGS[ending](sheet)


def heads_of(sheet: Sheet) -> list[str]:
    """The headings: who it is, what was earned, and each question."""
    say = sheet.words.text
    more = _more(sheet.results)
    counted = [say(f"results.{name}") for name in COUNTED]
    return [
        *(say(f"results.{name}") for name in _who(sheet.results)),
        *more,
        say("results.points"),
        say("results.possible"),
        say("results.percent"),
        *counted,
        say("results.first_wrong"),
        say("results.mistakes"),
        *sheet.symbols,
    ]


def rows_of(sheet: Sheet) -> Iterator[list[str | float]]:
    """A row for each student under these headings; texts are texts, numbers numbers."""
    who, more = _who(sheet.results), _more(sheet.results)
    for one in sheet.results:
        others = dict(one.student.more)
        earned = ["" if part is None else _number(part) for part in one.credits]
        yield [
            *(getattr(one.student, name) for name in who),
            *(others.get(head, "") for head in more),
            _number(float(amount(one.points))),
            _number(float(amount(one.possible))),
            _number(round(100 * one.share, 1)),
            *(one.counts.get(name, 0) for name in COUNTED),
            one.first_wrong,
            "; ".join(told(mistake, sheet.words) for mistake in one.mistakes),
            *earned,
        ]


def _number(number: float) -> float:
    """A number for a cell: whole ones without a point."""
    return int(number) if float(number).is_integer() else round(number, 4)


def _who(results: Sequence[Result]) -> list[str]:
    found = [name for name in WHO if any(getattr(one.student, name) for one in results)]
    return found or ["name"]


def _more(results: Sequence[Result]) -> list[str]:
    """What else the tables have of students, by their own headings."""
    heads = dict.fromkeys(head for one in results for head, _ in one.student.more)
    return list(heads)


def _csv(sheet: Sheet) -> str:
    return "\ufeff" + csv_text([heads_of(sheet), *rows_of(sheet)], end="\r\n")


def _json(sheet: Sheet) -> str:
    questions = [
        {"id": question.full_name, "symbol": symbol, "points": round(sheet.points.of(question), 4)}
        for question, symbol in zip(sheet.points.asked, sheet.symbols, strict=True)
    ]
    document: dict[str, Any] = {
        "schema": SCHEMA,
        "problem": sheet.title,
        "possible": round(sheet.points.possible, 4),
        "questions": questions,
        "students": [
            {
                **{name: getattr(one.student, name) for name in WHO},
                "more": dict(one.student.more),
                "variant": one.variant,
                "attempts": one.attempts,
                "points": round(one.points, 4),
                "share": round(one.share, 4),
                "counts": {name: one.counts.get(name, 0) for name in COUNTED},
                "first_wrong": one.first_wrong,
                "mistakes": [
                    {"name": mistake.name, "places": list(mistake.places)}
                    for mistake in one.mistakes
                ],
                "credits": list(one.credits),
            }
            for one in sheet.results
        ],
    }
    return dumps(document, ensure_ascii=False, indent=1) + "\n"


def _xlsx(sheet: Sheet) -> bytes:
    from bp_tutor.output.paper.paper import library_of

    library_of("xlsx")
    from xlsxwriter import Workbook

    stream = BytesIO()
    # Whatever a text begins with, it is written as a text: no formula, no link.
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False,
        "strings_to_numbers": False,
    }  # fmt: skip
    with Workbook(stream, options) as book:
        page = book.add_worksheet()
        bold = book.add_format({"bold": True})
        heads, rows = heads_of(sheet), [*rows_of(sheet)]
        for column, head in enumerate(heads):
            page.write_string(0, column, head, bold)
            widest = max([len(head), *(len(str(row[column])) for row in rows)])
            page.set_column(column, column, min(widest, WIDEST) + 2)
        for line, row in enumerate(rows, 1):
            for column, cell in enumerate(row):
                if isinstance(cell, str):
                    page.write_string(line, column, cell)
                else:
                    page.write_number(line, column, cell)
        page.freeze_panes(1, 1)
        if rows:
            page.autofilter(0, 0, len(rows), len(heads) - 1)
    return stream.getvalue()


ENDINGS: dict[str, Callable[[Sheet], str | bytes]] = {"csv": _csv, "xlsx": _xlsx, "json": _json}
