"""Names within typed formulas: of samples, and what may be two things."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import Context
from bp_tutor.quiz.kinds import formula
from bp_tutor.quiz.kinds.formula_text import understand
from bp_tutor.quiz.model import NotUnderstood, Question
from bp_tutor.quiz.student import StudentAnswers
from tests.quiz.networks import context_of_problem

BATCH = Path(__file__).parents[1] / "notations" / "loss-of-one-sample.yaml"


def asked(identifier: str) -> tuple[Context, Question]:
    context = context_of_problem(read_problem(BATCH.read_text(encoding="utf-8")))
    questions = formula.make(context)
    return context, next(each for each in questions if each.identifier == identifier)


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("1/2*(L@1 + L@2)", True),
        ("½(L⁽¹⁾ + L⁽²⁾)", True),
        ("1/2*(E[1]@1 + E[1]@2)", True),
        ("L@1 + L@2", False),
        ("L@2", False),
    ],
)
def test_the_whole_loss_by_those_of_the_samples(text: str, *, right: bool) -> None:
    context, question = asked("L")
    understood = understand(question, text, context)
    assert formula.mark(question, understood, StudentAnswers(context)).right == right


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("A21@1(2)", "formula.index_or_product"),
        ("W111(1)", "formula.index_or_product"),
        ("A[2,1]", "naming.which_sample"),
        ("A21@7", "quiz.answer.not_defined_of"),
    ],
)
def test_a_name_that_may_be_two_things_is_asked_about(text: str, key: str) -> None:
    context, question = asked("L")
    with pytest.raises(NotUnderstood) as caught:
        understand(question, text, context)
    assert caught.value.key == key
    offered = dict(caught.value.values).get("names", "")
    for name in offered.replace(", ...", "").split(", ") if offered else ():
        understand(question, str(name), context)


def test_a_product_with_a_bracket_stays_one() -> None:
    context, question = asked("Z[2,1]@2")
    for text in ("W111(2·1)", "W111·(2)", "(2)W111", "2W111", "W111(1 + 1)"):
        understood = understand(question, text, context)
        assert "W₁₁₁" in understood.text
