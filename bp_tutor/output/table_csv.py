"""CSV that a spreadsheet opens as what it is: whatever stands in a cell stays text or a number."""

from __future__ import annotations

import csv
import io
import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.solve.training import Training

_NUMBER = re.compile(
    r"[-+]?(?:[0-9]{1,30}(?:[.,][0-9]{0,30})?|[.,][0-9]{1,30})(?:[eE][-+]?[0-9]{1,4})? ?%?"
)
_SIGNS = "=+\\-@＝＋－＠﹢﹣﹦﹫"
_BEGINS = re.compile(f"[\\s\"'\u200b-\u200f\ufeff]*[{_SIGNS}]|[\t\r]")
_INSIDE = re.compile(f"(?<=[;\t\r\n])(?=[\"']*[{_SIGNS}])(?![-+][0-9.]+[],; ])")
"""Half of Europe parts cells by semicolons: behind one, but in a matrix, a cell may begin."""


def csv_text(rows: Iterable[Iterable[object]], end: str = "\n") -> str:
    r"""Rows as CSV; a text that a spreadsheet would calculate has an apostrophe in front.

    >>> csv_text([("=1+1", "-0.5", -0.5, "-x")])
    "'=1+1,-0.5,-0.5,'-x\n"
    """
    return "".join(_row(row) + end for row in rows)


def _row(row: Iterable[object]) -> str:
    text = io.StringIO()
    # With this end, cells with either sign of it in them are put into quotes.
    csv.writer(text, lineterminator="\r\n").writerow(map(_cell, row))
    return text.getvalue().removesuffix("\r\n")


def _cell(value: object) -> object:
    """What is written for a value."""
    return _text(value) if isinstance(value, str) else value


@lru_cache(maxsize=4096)
def _text(value: str) -> str:
    # Most texts of a large table stand in many of its rows.
    if _NUMBER.fullmatch(value):
        return value
    inside = _INSIDE.sub("'", value)
    return f"'{inside}" if _BEGINS.match(value) else inside


def losses_csv(training: Training) -> str:
    """Updates done and the loss, a row each, under a head."""
    points = ((point.updates, repr(point.loss)) for point in training.points)
    return csv_text([("updates", "L"), *points])
