"""Questions on the general form: the right formula gives the values, and no other one does."""

from __future__ import annotations

from math import isclose
from pathlib import Path

import pytest

from bp_tutor.explain.general import GeneralLine
from bp_tutor.formula import Formula, Ref
from bp_tutor.problem import Rounding
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import Choice, StudentAnswers, make_questions, mark, understand
from bp_tutor.quiz.kinds.general import slips
from bp_tutor.solve import Run
from tests.explain.paper import problem_of
from tests.explain.test_general import PADDED, Reader, letters_of, translation
from tests.quiz.networks import context_of_problem
from tests.quiz.talking import program

PROBLEMS = {
    "dense": problem_of("exercise"),
    "softmax": problem_of("softmax-cross-entropy"),
    "recurrent": problem_of("rnn-bptt"),
    "encoder and decoder": read_problem(translation("gru", 2, 2)),
    "attention": read_problem(PADDED.replace("MASK", "causal: true")),
}
"""Numbers that no mistake gives by accident."""


def gives_the_values(formula: Formula, line: GeneralLine, run: Run, reader: Reader) -> bool:
    """Whether it gives every entry of the arrays of a line; what is not there gives none."""
    for definition in line.lines:
        array = definition.quantity
        for index in array.indices():
            letters = letters_of(line, array, index, reader)
            try:
                found = reader.number(formula, letters)
            except (KeyError, IndexError, AssertionError):
                return False
            if found is not None and not isclose(found, run.value(array, index), abs_tol=1e-12):
                return False
    return True


@pytest.mark.parametrize("name", PROBLEMS)
def test_one_choice_gives_the_values_of_the_derivation(name: str) -> None:
    problem = PROBLEMS[name]._replace(rounding=Rounding())
    context = context_of_problem(problem)
    run, say = context.run, context.page.say
    reader = Reader(problem, run)
    questions = {one.identifier: one for one in make_questions((context,), Choice(form="general"))}
    assert len(questions) >= 4
    for told in context.general_form:
        question = questions.pop(told.quantities[0].name, None)
        if question is None:
            assert isinstance(told.general.target, Ref) or not [*slips(told.general.formula)]
            continue
        formulas = {say(each): each for each in slips(told.general.formula)}
        formulas[say(told.general.formula)] = told.general.formula
        right = [
            choice
            for choice in question.choices
            if gives_the_values(formulas[choice], told.general, run, reader)
        ]
        assert right == [say(told.general.formula)]
        for place, choice in enumerate(question.choices, 1):
            answer = understand(question, str(place), context)
            assert mark(question, answer, StudentAnswers(context)).right == (choice == right[0])
    assert not questions


def test_a_question_says_for_which_layers_its_formula_holds() -> None:
    """Hidden layers have a question of their own, with how far the letters run."""
    exercise = context_of_problem(problem_of("exercise"))
    (hidden,) = make_questions((exercise,), Choice(form="general", ask=("dZ",), layers=(3,)))
    values = {name: text.replace("\u00a0", " ") for name, text in hidden.values}
    assert values == {"name": "δZ_ij", "where": "i = n−1 … 2; j = 1 … N_i"}
    assert "A_ij·(1 − A_ij)·Σ[k=1…N_(i+1)](δZ_(i+1)k·W_ijk)" in hidden.choices


@pytest.mark.parametrize(("language", "asked"), [("en", "which formula holds"), ("zh", "哪个公式")])
def test_it_is_asked_on_the_command_line(tmp_path: Path, language: str, asked: str) -> None:
    """With hints, at whatever level, and gone on with where it was left."""
    command = ["quiz", "exercise", "--form", "general", "--lang", language, "--ascii"]
    done = program(tmp_path, *command, typed="9\nhint\nhint\nshow\nq\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count(asked) == 3
    assert "W_(i-1)jk" in done.stdout
    assert language == "zh" or done.stdout.isascii()
    going_on = program(tmp_path, "quiz", "exercise", "--resume", typed="q\n")
    assert "which formula holds for δZ_ij?" in going_on.stdout
