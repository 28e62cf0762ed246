"""The derivative of one value by another is asked for and marked like every other value."""

from __future__ import annotations

from math import exp
from pathlib import Path

import pytest

from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import (
    Choice,
    Context,
    NotUnderstood,
    StudentAnswers,
    make_questions,
    mark,
    understand,
)
from bp_tutor.quiz.batch import Unclear, mark_all, question_of
from bp_tutor.quiz.kinds.formula_text import ENTRY
from bp_tutor.quiz.model import Question
from tests.quiz.networks import context_of_problem
from tests.quiz.talking import program

PROBLEM = """
title: Sigmoid 1-1-2-1
notation: plain
network:
  inputs: 1
  weight_order: from-to
  layers:
    - {units: 1, activation: sigmoid, weights: [[0.4]], bias: [1]}
    - {units: 2, activation: sigmoid, weights: [[0.7, -0.3]], bias: [1, 1]}
    - {units: 1, activation: sigmoid, weights: [[0.6], [0.9]], bias: [1]}
inputs: [0.8]
targets: [1]
learning_rate: 1
"""
NAME = "dA[4,1]/dW[1,1,1]"


def output(w: float = 0.4, h: float | None = None) -> float:
    """The network's output by its first weight, or by the value of its first unit."""

    def sigmoid(z: float) -> float:
        return 1 / (1 + exp(-z))

    first = sigmoid(0.8 * w + 1) if h is None else h
    return sigmoid(0.6 * sigmoid(0.7 * first + 1) + 0.9 * sigmoid(1 - 0.3 * first) + 1)


def slope(of: str) -> float:
    if of == "w":
        return (output(0.4 + 1e-5) - output(0.4 - 1e-5)) / 2e-5
    h = 1 / (1 + exp(-1.32))
    return (output(h=h + 1e-5) - output(h=h - 1e-5)) / 2e-5


def opened() -> Context:
    return context_of_problem(read_problem(PROBLEM))


def marked(context: Context, *answers: tuple[str, str]) -> list[tuple[str, bool]]:
    asked = []
    for name, text in answers:
        question = question_of([context], name)
        assert isinstance(question, Question)
        asked.append((question, text))
    verdicts = [one.verdict for one in mark_all([context], asked)]
    return [(one.key.rpartition(".")[2], one.right) for one in verdicts if one]


@pytest.mark.parametrize(
    ("name", "of"),
    [
        (NAME, "w"), ("∂A41/∂W111", "w"), ("dA41/dW111", "w"), ("d A_41 / d W_111", "w"),
        (r"\\frac{\partial A_{41}}{\partial W_{111}}", "w"), ("dA[4,1]/dA[2,1]", "h"),
    ],
)  # fmt: skip
def test_it_is_marked_by_any_of_its_names(name: str, of: str) -> None:
    right = slope(of)
    name = name.replace("\\\\", "\\")
    assert marked(opened(), (name, f"{right:.4e}")) == [("right", True)]
    assert marked(opened(), (name, f"{1.1 * right:.4e}")) == [("wrong", False)]
    assert marked(opened(), (name, "0")) == [("zero", False)]


def test_it_follows_from_a_students_own_values() -> None:
    # A41 is wrong, and the derivative of the sigmoid by its own sum is worked out with it.
    found = marked(opened(), ("A[4,1]", "0.9000"), ("dA[4,1]/dZ[4,1]", "0.0900"))
    assert found == [("wrong", False), ("carried", True)]


def test_it_is_the_same_in_every_update() -> None:
    context = opened()
    first, again = question_of([context], NAME), question_of([context], NAME)
    assert isinstance(first, Question)
    assert first == again
    assert first.identifier == NAME
    questions = make_questions([context], Choice(ask=(NAME,)))
    assert [one.identifier for one in questions] == [NAME]
    assert all("/" not in one.identifier for one in make_questions([opened()], Choice()))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("dA[2,1]/dA[4,1]", "error.partial.backwards"),
        ("dA[4,1]/d(foo)", "marking.unknown_id"),
        ("dE[1]/dY[1]", "error.partial.no_slope"),
    ],
)
def test_what_is_no_such_derivative_is_told(name: str, key: str) -> None:
    found = question_of([opened()], name)
    assert isinstance(found, Unclear)
    assert found == key


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_was_left_out_is_named(language: str) -> None:
    def slope(z: float) -> float:
        return exp(-z) / (1 + exp(-z)) ** 2

    first = 1 / (1 + exp(-1.32))
    above = (0.7 * first + 1, 1 - 0.3 * first)
    units = [1 / (1 + exp(-z)) for z in above]
    behind = slope(0.6 * units[0] + 0.9 * units[1] + 1) * slope(1.32) * 0.8
    context = context_of_problem(read_problem(PROBLEM), language=language)
    question = question_of([context], NAME)
    assert isinstance(question, Question)
    for number, name in (
        (behind * (slope(above[0]) + slope(above[1])), "weight_left_out"),
        (behind * 0.6 * slope(above[0]) * 0.7, "path_left_out"),
        (-behind * (0.42 * slope(above[0]) - 0.27 * slope(above[1])), "sign_of_delta"),
    ):
        found = mark(
            question, understand(question, f"{number:.5e}", context), StudentAnswers(context)
        )
        assert [one.misconception for one in found.diagnoses] == [name]
        values = dict(found.diagnoses[0].values)
        assert context.words.text(f"misconception.{name}.why", **values)


@pytest.mark.parametrize(
    "text",
    [
        "dA41/dZ41*(dZ41/dA31*dA31/dA21 + dZ41/dA32*dA32/dA21)*dA21/dW111",
        "A41*(1-A41)*(W311*A31*(1-A31)*W211 + W321*A32*(1-A32)*W212)*A21*(1-A21)*A11",
        "σ'(Z41)*(W311*σ'(Z31)*W211 + W321*σ'(Z32)*W212)*σ'(Z21)*A11",
    ],
)
def test_its_formula(text: str) -> None:
    context = opened()
    assert isinstance(question_of([context], NAME), Question)
    question = Question(ENTRY, NAME, "", 1, "", (("name", NAME),))

    def right(answer: str) -> bool:
        return mark(question, understand(question, answer, context), StudentAnswers(context)).right

    assert right(text)
    assert not right(f"({text})*A11")
    with pytest.raises(NotUnderstood) as refused:
        right(NAME)
    assert refused.value.key == "quiz.answer.circular"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_it_is_asked_for_by_its_name(tmp_path: Path, language: str) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(PROBLEM, "utf-8")
    command = ["quiz", str(file), "--ask", "dA41/dW111", "--lang", language, "--width", "80"]
    done = program(tmp_path, *command, typed=f"{slope('w'):.4e}\n")
    assert done.returncode == 0, done.stderr
    assert "∂A₄₁/∂W₁₁₁" in done.stdout
    assert NAME not in done.stdout
    assert "100 %" in done.stdout
    refused = program(tmp_path, *command[:3], "dA21/dA41", "--lang", language)
    assert refused.returncode
    assert "dA21/dA41" in refused.stderr
