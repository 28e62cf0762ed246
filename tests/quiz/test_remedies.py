"""Small questions stand where the mistake can be made: elsewhere here, else in another exercise."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest

from bp_tutor.cli.output import output_for
from bp_tutor.cli.talk import LineTalk
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.quiz import MISCONCEPTIONS, Choice, StudentAnswers, make_questions
from bp_tutor.quiz.followups import remedy_of
from bp_tutor.quiz.mistakes.diagnosis import diagnosis_of
from bp_tutor.quiz.practice import made_at
from bp_tutor.quiz.tolerance import value_of
from bp_tutor.words import load_words
from tests.quiz.networks import context_of_problem
from tests.quiz.talking import program

SLOPE = "slope_left_out"
CONTEXTS = {
    name: context_of_problem(load_problem(find_problem(name)))
    for name in ("sigmoid-2-2-1", "sigmoid-2-2-2", "exercise", "linear-regression")
}


def asked(name: str, identifier: str, mistake: str):  # type: ignore[no-untyped-def]
    """A question, and what a mistake says of it."""
    context = CONTEXTS[name]
    question = next(
        one for one in make_questions((context,), Choice()) if one.identifier == identifier
    )
    address = context.graph.find(identifier)
    assert address is not None
    candidate = made_at(context, address, mistake)
    assert candidate is not None
    student = StudentAnswers(context)
    return student, question, diagnosis_of(student, address, candidate, alone=True)


def test_a_lost_term_of_nothing_is_no_mistake_to_learn_from() -> None:
    """A12 is 0: the term A12·W123 changes no number, the term A11·W113 does."""
    context = CONTEXTS["exercise"]
    for identifier in ("Z[2,1]", "Z[2,2]", "Z[2,3]"):
        address = context.graph.find(identifier)
        assert address is not None
        found = made_at(context, address, "path_left_out")
        assert found is not None
        value = value_of(found.formula, context.graph.exact)
        assert value != pytest.approx(context.graph.exact(address))


@pytest.mark.parametrize("identifier", ["dZ[2,1]", "dZ[2,2]", "dZ[3,1]"])
def test_a_small_question_never_asks_what_is_asked(identifier: str) -> None:
    student, question, diagnosis = asked("sigmoid-2-2-1", identifier, SLOPE)
    address = student.graph.find(identifier)
    assert address is not None
    name = student.context.page.name(*address)
    for times in range(6):
        found = remedy_of(student, question, diagnosis, times)
        assert found is not None
        assert not any(option.startswith(f"{name} =") for option in found.options)


def test_where_there_is_no_other_place_another_exercise_is_looked_at() -> None:
    """The loss is one number here."""
    student, question, diagnosis = asked("sigmoid-2-2-1", "dZ[3,1]", "error_turned")
    assert remedy_of(student, question, diagnosis) is None
    other = CONTEXTS["sigmoid-2-2-2"]
    found = remedy_of(student, question, diagnosis, 0, (CONTEXTS["linear-regression"], other))
    assert found is not None
    titles = [each.problem.title.in_language("en") for each in CONTEXTS.values()]
    assert any(f'"{title}"' in found.lead for title in titles)
    assert found.right is not None
    assert found.diagnoses[found.right] is None


def test_the_program_knows_other_exercises(tmp_path: Path) -> None:
    context = CONTEXTS["sigmoid-2-2-1"]
    address = context.graph.find("dZ[3,1]")
    assert address is not None
    candidate = made_at(context, address, "error_turned")
    assert candidate is not None
    value = value_of(candidate.formula, context.graph.exact)
    assert value == pytest.approx(-context.graph.exact(address))
    typed = f"{value:.8f}\nremedy\na\nq\n"
    done = program(tmp_path, "quiz", "sigmoid-2-2-1", "--ask", "dZ", typed=typed)
    assert (done.returncode, done.stderr) == (0, "")
    said = re.sub(r"\s+", " ", done.stdout)
    assert 'In the exercise "' in said or "no small question" not in said


@pytest.mark.parametrize(("language", "said"), [("en", "[1, 2; 3, 4], a vector such as [1, 2]"),
                                                ("zh", "[1, 2; 3, 4]，向量如 [1, 2]")])  # fmt: skip
def test_a_quiz_of_matrices_says_how_they_are_typed(
    tmp_path: Path, language: str, said: str
) -> None:
    options = ("--form", "matrix", "--lang", language, "--width", "120")
    shown = program(tmp_path, "quiz", "exercise", *options, typed="q\n").stdout
    assert said in shown
    # What it says is understood as it is typed.
    typed = "[1.5, -0.9, 0.3]\nq\n"
    assert ("right" if language == "en" else "正确") in program(
        tmp_path, "quiz", "exercise", *options, typed=typed
    ).stdout


@pytest.mark.parametrize("name", ["lstm-step", "exercise"])
def test_a_forgotten_term_has_a_small_question_at_the_first_question(
    tmp_path: Path, name: str
) -> None:
    context = context_of_problem(load_problem(find_problem(name)))
    question = make_questions((context,), Choice())[0]
    address = context.graph.find(question.identifier)
    assert address is not None
    candidate = made_at(context, address, "path_left_out")
    assert candidate is not None
    wrong = value_of(candidate.formula, context.graph.exact)
    done = program(tmp_path, "quiz", name, typed=f"{wrong:.6f}\nremedy\na\nq\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert 'In the exercise "' in done.stdout
    assert "no small question" not in done.stdout


def test_a_number_over_a_number_is_no_mean() -> None:
    """The 0.1/3 of a smoothed target shares out; nothing is averaged there."""
    context = context_of_problem(load_problem(find_problem("label-smoothing")))
    for identifier in ("dZ[2,1]", "E[1]"):
        address = context.graph.find(identifier)
        assert address is not None
        assert made_at(context, address, "mean_lost") is None
        assert made_at(context, address, "factor_left_out") is not None


def test_what_can_be_chosen_is_wrong_in_what_the_question_is_about() -> None:
    """Of factors that were left out the other choices have wrong factors too."""
    checked = 0
    for identifier in ("dZ[2,1]", "dZ[3,1]", "dZ[3,2]", "dZ[4,1]"):
        student, question, diagnosis = asked("exercise", identifier, SLOPE)
        found = remedy_of(student, question, diagnosis)
        for made in found.diagnoses if found is not None else ():
            if made is not None:
                assert MISCONCEPTIONS[made.misconception].family == "factors"
                checked += made.misconception != SLOPE
    assert checked


def test_a_wide_option_goes_on_behind_its_letter() -> None:
    stream = StringIO()
    output = output_for(load_words("en"), width=60, stream=stream)
    talk = LineTalk(output, plain=False, stream=StringIO())
    talk.say("  b  " + "0.12·0.5 + " * 8 + "1")
    talk.say("  bp-tutor quiz " + "a" * 60)
    *rows, command = stream.getvalue().splitlines()
    assert len(rows) > 1
    assert all(len(row) <= 60 for row in rows)
    assert [row[:5] for row in rows] == ["  b  ", *["     "] * (len(rows) - 1)]
    # A command is copied: it stays in one piece.
    assert command.endswith("a" * 60)
