"""Notebooks: valid, run from top to bottom, and every cell is held against the trace."""

from __future__ import annotations

import json
import re
from itertools import pairwise

import pytest

from bp_tutor.explain import View
from bp_tutor.output.paper import FORMATS, Paper
from bp_tutor.output.paper.markdown import MarkdownPen
from bp_tutor.problem import Problem
from bp_tutor.problem.model import Text
from bp_tutor.solve import solve
from bp_tutor.words import load_words
from tests.code.drawn import dense_problems, layered_problems, trained_problems
from tests.code.running import page_for, run_all
from tests.explain.paper import NAMES, problem_of

nbformat = pytest.importorskip("nbformat", reason="needs the extra [paper]")


def notebook_of(
    problem: Problem, updates: int = 1, view: View | None = None, language: str = "en"
) -> str:
    page = page_for(problem, language=language)
    content, sound = FORMATS["ipynb"].write(Paper(page, solve(problem, updates), view or View()))
    assert sound
    assert isinstance(content, str)
    return content


def code_of(notebook: str) -> str:
    cells = json.loads(notebook)["cells"]
    return "\n\n".join("".join(each["source"]) for each in cells if each["cell_type"] == "code")


def updates_of(name: str) -> int:
    return min(problem_of(name).updates, 3)


@pytest.fixture(scope="module")
def notebooks() -> dict[str, str]:
    return {name: notebook_of(problem_of(name), updates_of(name)) for name in NAMES}


def test_every_notebook_is_valid_and_of_a_sensible_size(notebooks: dict[str, str]) -> None:
    for name, content in notebooks.items():
        nbformat.validate(nbformat.reads(content, as_version=4))
        assert len(content) < 250_000, name


def test_every_notebook_runs_and_agrees_with_the_trace(notebooks: dict[str, str]) -> None:
    ran = run_all(map(code_of, notebooks.values()))
    for name, result in zip(notebooks, ran, strict=True):
        assert not result.failed, (name, result.failed)
        numbers = any(step.value for step in solve(problem_of(name), 1).runs[0].steps)
        assert ("in the derivation:" in result.printed) == numbers, name


def test_a_number_that_is_not_the_trace_s_stops_the_notebook(notebooks: dict[str, str]) -> None:
    code = code_of(notebooks["exercise"])
    wrong = [code.replace("(1 - A3)", "(1 - A2)"), code.replace("lr = 0.1", "lr = 0.2")]
    for result in run_all(wrong):
        assert "AssertionError" in result.failed


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_value_stands_above_that_of_the_derivation(language: str) -> None:
    (result,) = run_all([code_of(notebook_of(problem_of("exercise"), language=language))])
    assert not result.failed
    lines = result.printed.splitlines()
    told = load_words(language).text("code.derivation")
    pairs = [(above, line) for above, line in pairwise(lines) if told in line and "=" in above]
    assert pairs
    for above, line in pairs:
        # A Chinese sign is two columns wide.
        ends = [
            sum(2 if ord(sign) > 0x2E7F else 1 for sign in text[: text.rindex(mark) + 1])
            for text, mark in ((above, "="), (line, told[-1]))
        ]
        assert ends[0] == ends[1] > 10, (above, line)


def test_every_line_is_compared(notebooks: dict[str, str]) -> None:
    code = code_of(notebooks["rnn-bptt"])
    assigned = set(re.findall(r"^([A-Za-z]\w*) = (?!np\.array)", code, re.MULTILINE))
    compared = set(re.findall(r"^same\(\"(\w+)\"", code, re.MULTILINE))
    given = {"lr", *re.findall(r"^(\w+) = \w+_new$", code, re.MULTILINE)}
    carried = {name for line in re.findall(r"^(\w+(?:, \w+)+) = ", code, re.MULTILINE)
               for name in line.split(", ")}  # fmt: skip
    assert assigned - given - carried <= compared
    assert len(compared) > 30


def test_text_and_code_stand_one_below_the_other(notebooks: dict[str, str]) -> None:
    cells = json.loads(notebooks["exercise"])["cells"]
    place = next(at for at, cell in enumerate(cells) if "deltas of hidden layer 2" in
                 "".join(cell["source"]))  # fmt: skip
    assert "W_{311}" in "".join(cells[place]["source"])
    assert "".join(cells[place + 1]["source"]).startswith("dZ3 = (dZ4 @ W3.T) * A3 * (1 - A3)")
    assert notebooks["exercise"] == notebook_of(problem_of("exercise"))


@pytest.mark.parametrize(
    "view", [View(only=("dZ",)), View(layers=(3,)), View(form="matrix"), View(only=("W'",))]
)
def test_a_part_of_the_derivation_has_the_code_that_it_needs(view: View) -> None:
    (ran,) = run_all([code_of(notebook_of(problem_of("exercise"), 2, view))])
    assert not ran.failed, ran.failed


@pytest.mark.parametrize("kind", ["dense", "layers", "training"])
def test_notebooks_of_random_problems(kind: str) -> None:
    makers = {"dense": dense_problems, "layers": layered_problems, "training": trained_problems}
    problems = makers[kind](5 if kind == "dense" else 1)
    codes = [code_of(notebook_of(each, 3 if kind == "training" else 1)) for each in problems]
    for code, ran in zip(codes, run_all(codes), strict=True):
        assert not ran.failed, (ran.failed, code)


@pytest.mark.parametrize("text", ["%run x\n!rm\n", '<b>"""</b>', "$x$ | # `y`", "\\end{aligned}"])
def test_a_title_stays_text(text: str) -> None:
    said = Text((("en", text),))
    problem = problem_of("linear-regression")
    plain, other = (notebook_of(each) for each in (problem, problem._replace(title=said)))
    assert code_of(other) == code_of(plain)
    first = "".join(json.loads(other)["cells"][0]["source"])
    assert first.startswith(MarkdownPen(page_for(problem_of("exercise"))).heading(text, 1))


def test_chinese() -> None:
    code = code_of(notebook_of(problem_of("exercise"), language="zh"))
    assert "推导中的值：" in code
    (ran,) = run_all([code])
    assert not ran.failed
