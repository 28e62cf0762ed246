"""An answer that is exactly the right value is never asked for more digits."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.explain import symbols_of
from bp_tutor.problem import load_problem
from bp_tutor.quiz import Choice, NotUnderstood, contexts_of, make_questions
from bp_tutor.quiz.questions import mark, understand
from bp_tutor.quiz.student import StudentAnswers
from bp_tutor.solve import solve
from tests.presented import presentation_of

TEXT = """
title: A square
graph:
  values: {{w: {w}, x: 1}}
  formulas: {{y: w*x, L: y**2}}
  differentiate: L
  with_respect_to: [w]
  learning_rate: 0.1
"""


def answered(folder: Path, start: str, *typed: str) -> list[str]:
    """What each answer in turn is taken for: `right`, `wrong`, or asked for more."""
    file = folder / "square.yaml"
    file.write_text(TEXT.format(w=start), "utf-8")
    problem = load_problem(file)
    symbols = symbols_of(problem)
    trace = solve(problem)
    page = presentation_of(symbols)
    (context,) = contexts = contexts_of(trace, page)
    student, said = StudentAnswers(context), []
    for question, text in zip(make_questions(contexts, Choice()), typed, strict=False):
        try:
            verdict = mark(question, understand(question, text, context), student)
            said.append("right" if verdict.right else "wrong")
        except NotUnderstood as refused:
            said.append(refused.key)
    return said


@pytest.mark.parametrize(
    "typed",
    [("0.9", "0.81", "1.8", "1.8", "0.72"), (".9", "81%", "1.8", "9/5", "0.72")],
)
def test_what_is_exact_needs_no_more_digits(tmp_path: Path, typed: tuple[str, ...]) -> None:
    assert answered(tmp_path, "0.9", *typed) == ["right"] * 5


def test_exact_by_the_numbers_on_the_page(tmp_path: Path) -> None:
    """0.900000000123 stands there as 0.9000, and its square is 0.81 by that."""
    said = answered(tmp_path, "0.90000004321", "0.9000", "0.81", "1.8", "1.8")
    assert said == ["right"] * 4


def test_what_is_rounded_to_two_digits_is_still_asked_for_more(tmp_path: Path) -> None:
    more = "quiz.answer.more_digits"
    assert answered(tmp_path, "0.912", "0.91", "0.83", "1.8") == [more, more, more]
