"""How formulas are typed is told, and what was typed a little differently is understood."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.problem import load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import (
    Choice,
    Context,
    NotUnderstood,
    StudentAnswers,
    contexts_of,
    make_questions,
    mark,
    understand,
)
from bp_tutor.quiz.batch import question_of
from bp_tutor.quiz.kinds.formula import MATRIX
from bp_tutor.quiz.typed_names import examples
from tests.notations.test_kinds import OWN
from tests.quiz.networks import context_of_problem
from tests.quiz.talking import program, session_of

FOLDER = Path(__file__).parents[2] / "problems"
CONTEXT = context_of_problem(read_problem(OWN))
SUM = "w11^(1)*x1 + w12^(1)*x2 + b1^(1)"


def right(context: Context, identifier: str, text: str, kind: str) -> bool:
    number = question_of([context], identifier)
    assert not isinstance(number, str)
    question = number._replace(kind=kind)
    return mark(question, understand(question, text, context), StudentAnswers(context)).right


def refused(text: str, kind: str = "formula") -> NotUnderstood:
    with pytest.raises(NotUnderstood) as error:
        right(CONTEXT, "Z[2,1]", text, kind)
    return error.value


@pytest.mark.parametrize("name", ["s1^(1)", "s_1^(1)", "s₁⁽¹⁾", "Z[2,1]", " s1^(1) "])
def test_the_name_that_is_asked_for_may_stand_in_front(name: str) -> None:
    for sign in ("=", " = ", "＝"):
        assert right(CONTEXT, "Z[2,1]", name + sign + SUM, "formula")
        assert right(CONTEXT, "Z[2,1]", f"{name}{sign}0.855", "number")
    assert not right(CONTEXT, "Z[2,1]", f"{name} = x1", "formula")


def test_another_name_may_not_and_mistakes_are_shown_where_they_stand() -> None:
    other = refused(f"s2^(1) = {SUM}")
    assert (other.key, other.position, other.length) == ("quiz.answer.other_name", 0, 6)
    behind = refused("s1^(1) = x1 + §")
    assert behind.position == len("s1^(1) = x1 + ")
    assert refused("s1^(1) =").position == 7
    assert refused("s1^(1) = 0..5", "number").position == len("s1^(1) = 0.")


def test_a_matrix_may_stand_behind_its_name() -> None:
    context = context_of_problem(load_problem(FOLDER / "exercise.yaml"))
    trace, page = context.trace, context.page
    questions = make_questions(contexts_of(trace, page), Choice(level="formulas", form="matrix"))
    question = next(one for one in questions if one.identifier == "Z[2]")
    assert question.kind == MATRIX
    for text in ("A_1·W_1 + B_2", "Z_2 = A_1·W_1 + B_2"):
        found = understand(question, text, context)
        assert mark(question, found, StudentAnswers(context)).right


@pytest.mark.parametrize("text", ["w11(1)", "2*w13^(1)"])
def test_an_unknown_name_is_told_how_names_are_typed(text: str) -> None:
    error = refused(text)
    values = dict(error.values)
    assert error.key == "quiz.answer.not_defined_of"
    assert "w11^(1), w11^(2), w12^(1)" in values["names"]
    for name in values["names"].split(", "):
        assert CONTEXT.graph.read(name) is not None
    assert text[error.position :].startswith(values["found"])
    for language in ("en", "zh"):
        words = context_of_problem(read_problem(OWN), language=language).words
        assert values["found"] in words.text(error.key, **values)


@pytest.mark.parametrize("name", sorted(path.stem for path in FOLDER.glob("[a-cl-x]*.yaml")))
def test_what_is_shown_can_be_typed(name: str) -> None:
    graph = context_of_problem(load_problem(FOLDER / f"{name}.yaml")).graph
    shown = examples(graph)
    assert shown
    for symbol, typed in shown:
        assert typed.isascii()
        assert graph.read(typed) == graph.read(symbol) is not None


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "type symbols like this: x₁ as x1, w₁₁⁽¹⁾ as w11^(1), δ₁⁽²⁾ as delta1^(2);"),
        ("zh", "输入：x₁ 输入 x1、w₁₁⁽¹⁾ 输入 w11^(1)、δ₁⁽²⁾ 输入 delta1^(2)；"),
    ],
)
def test_a_formula_quiz_says_how_to_type_and_lists_all_that_is_given(
    tmp_path: Path, language: str, line: str
) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(OWN, "utf-8")
    command = ["quiz", str(file), "--level", "formulas", "--plain", "--lang", language]
    done = program(tmp_path, *command, typed=f"help\ngiven\ns1^(1) = {SUM}\nquit\n")
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(line) == 2
    assert "0.891" not in done.stdout
    given = done.stdout.partition("> given")[2]
    assert "\nx₁ = 0.35, x₂ = 0.9\nw₁₁⁽¹⁾ = 0.1, " in given
    assert "t₁ = 0.5, t₂ = 1" in given
    assert "right" in given or "正确" in given


def test_where_numbers_are_asked_for_nothing_is_said_of_symbols(tmp_path: Path) -> None:
    session, _ = session_of("sigmoid-2-2-2")
    assert all(question.kind in ("number", "update") for question in session.questions)
    said = program(tmp_path, "quiz", "sigmoid-2-2-2", typed="given\nquit\n").stdout
    assert "symbols like this" not in said
    assert "0.891" in said


def test_without_numbers_given_says_so(tmp_path: Path) -> None:
    command = ["quiz", "mlp-shapes", "--level", "formulas"]
    assert "No numbers are given here." in program(tmp_path, *command, typed="given\n").stdout


def test_matrices_are_given_in_one_line_to_a_screen_reader(tmp_path: Path) -> None:
    command = ["quiz", "cnn-backward", "--level", "formulas", "--plain"]
    assert "A₁ = [1, 2; 3, 4]" in program(tmp_path, *command, typed="given\n").stdout
