"""Worksheets of the shipped problems, for tests of all formats."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from bp_tutor.cli.worksheet import Sheets, Wanted
from bp_tutor.output.worksheet import FORMATS
from tests.cli.running import LARGE
from tests.explain.paper import NAMES, page_of, problem_of

TEXT = ("typ", "html", "md")
SMALL = tuple(name for name in NAMES if name not in LARGE)
PRINTED = re.compile(r"\d+\.\d{3,}")


class Pair(NamedTuple):
    """A sheet and its key, as sources."""

    sheet: str
    key: str


def sheets_of(name: str, ending: str, language: str = "en", formulas: bool = False) -> Sheets:
    problem = problem_of(name)
    page = page_of(name, "unicode", None, language)
    return Sheets(problem, name, page, FORMATS[ending], Wanted([], [], formulas, 1))


@cache
def pair(name: str, ending: str, language: str = "en", formulas: bool = False) -> Pair:
    sheets = sheets_of(name, ending, language, formulas)
    paper = sheets.one()
    assert sheets.sound
    return Pair(sheets.written([paper]), sheets.key(paper))
