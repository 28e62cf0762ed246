"""Derivations written in one format, for tests of all formats."""

from __future__ import annotations

import re

from bp_tutor.explain import View
from bp_tutor.output.paper import FORMATS, Paper
from bp_tutor.problem import Problem
from bp_tutor.problem.model import Text
from bp_tutor.solve import solve
from tests.explain.paper import page_of, problem_of, trace_of


def written(name: str, ending: str, language: str = "en", form: str = "index") -> str | bytes:
    page = page_of(name, "unicode", None, language)
    content, sound = FORMATS[ending].write(Paper(page, trace_of(name), View(form=form)))
    assert sound
    return content


def text_of(name: str, ending: str, language: str = "en", form: str = "index") -> str:
    content = written(name, ending, language, form)
    assert isinstance(content, str)
    return content


def titled(text: str) -> Problem:
    """A problem with a text in its title, its source and its exercise."""
    said = Text((("en", text),))
    return problem_of("linear-regression")._replace(title=said, source=said, text=said)


def with_title(text: str, ending: str) -> str:
    problem = titled(text)
    paper = Paper(page_of("linear-regression", "unicode"), solve(problem, 1), View())
    content, _ = FORMATS[ending].write(paper)
    assert isinstance(content, str)
    return content


def one_blank(text: str) -> str:
    """White space as a page shows it."""
    return re.sub(r"\s+", " ", text).strip()
