"""Several updates: what is asked, what is carried from one to the next, what is frozen."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.problem import find_problem, load_problem
from bp_tutor.quiz import Choice, contexts_of, make_questions
from bp_tutor.quiz.batch import mark_all, question_of
from bp_tutor.quiz.model import Question, Verdict
from bp_tutor.solve import solve
from tests.quiz.networks import context_of_problem
from tests.quiz.talking import program, session_of, talk

FIRST = context_of_problem(load_problem(find_problem("linear-2-2-1")), 2)
CONTEXTS = contexts_of(FIRST.trace, FIRST.page)[:2]
"""By hand: w5 = 0.14 + 0.0344 = 0.1744 and w6 = 0.1694 after the first update; then
z_out = 0.93·0.1744 + 0.56·0.1694 = 0.2571."""


def verdicts(*answers: tuple[str, str]) -> list[Verdict]:
    asked: list[tuple[Question, str]] = []
    for name, text in answers:
        question = question_of(CONTEXTS, name)
        assert isinstance(question, Question), question
        asked.append((question, text))
    found = [marked.verdict for marked in mark_all(CONTEXTS, asked)]
    assert all(found)
    return [verdict for verdict in found if verdict is not None]


def test_every_update_that_is_shown_is_asked_about() -> None:
    trace, page = FIRST.trace, FIRST.page
    found = make_questions(contexts_of(trace, page), Choice())
    updates = [question.update for question in found]
    assert updates == sorted(updates)
    first, second = (updates.count(number) for number in (1, 2))
    assert first == second > 10
    assert {one.full_name for one in found if one.update == 2} == {
        f"{one.full_name}#2" for one in found if one.update == 1
    }


def test_values_of_both_updates_are_told_apart() -> None:
    first, second = verdicts(("Z[3,1]", "0.1910"), ("Z[3,1]#2", "0.2571"))
    assert first.right
    assert second.right
    assert not second.carried
    assert not verdicts(("Z[3,1]#2", "0.1910"))[0].right


def test_a_wrong_new_weight_is_carried_into_the_next_update() -> None:
    # w5 with the step taken the wrong way: 0.14 − 0.0344 = 0.1056.
    own = 0.93 * 0.1056 + 0.56 * 0.1694
    weight, total, delta = verdicts(
        ("W'[2,1,1]", "0.1056"), ("Z[3,1]#2", f"{own:.4f}"), ("dZ[3,1]#2", f"{own - 1:.4f}")
    )
    assert [each.misconception for each in weight.diagnoses] == ["step_added"]
    assert (total.right, total.carried, total.first_wrong) == (True, True, "W'[2,1,1]")
    assert (delta.right, delta.carried, delta.first_wrong) == (True, True, "W'[2,1,1]")
    assert dict(total.values)["first"] == "w₅′ of update 1"


def test_old_weights_in_the_second_update_are_recognised() -> None:
    # The lecture itself multiplies by the first w5 here: 2·0.14·0.037145 = 0.0104.
    old = 0.93 * 0.14 + 0.56 * 0.15
    (verdict,) = verdicts(("Z[3,1]#2", f"{old:.4f}"))
    assert "updated_weights" in [each.misconception for each in verdict.diagnoses]


def test_own_rounding_goes_on_into_the_next_update() -> None:
    """Weights kept to three decimals are no mistake of the next update."""
    answers = [("W'[2,1,1]", "0.174"), ("W'[2,2,1]", "0.169")]
    total = 0.93 * 0.174 + 0.56 * 0.169
    assert all(verdict.right for verdict in verdicts(*answers, ("Z[3,1]#2", f"{total:.4f}")))


@pytest.mark.parametrize("text", ["Z[3,1]#3", "Z[3,1]#0", "Z[3,1]#x", "Z[3,1]#", "Z[9,1]#2"])
def test_updates_that_are_not_there(text: str) -> None:
    assert question_of(CONTEXTS, text) in ("marking.unknown_update", "marking.unknown_id")


def test_a_quiz_of_the_program_goes_through_both_updates(tmp_path: Path) -> None:
    trace = solve(load_problem(find_problem("linear-2-2-1")), 2)
    numbers = [run.values[q][0] for run in trace.runs for q in run.values if q.name == "L"]
    typed = "".join(f"{number:.6f}\n" for number in numbers)
    done = program(tmp_path, "quiz", "linear-2-2-1", "--ask", "L", typed=typed)
    assert "2 of 2 (100 %)" in done.stdout
    assert "Question 2 of 2: update 2, L = ?" in done.stdout
    done = program(tmp_path, "quiz", "linear-2-2-1", "--ask", "L", "--updates", "1", typed="quit\n")
    assert "Question 1 of 1: L = ?" in done.stdout


def test_updates_are_gone_on_with(tmp_path: Path) -> None:
    command = ("quiz", "sigmoid-2-2-1", "--updates", "2", "--ask", "L")
    program(tmp_path, *command, typed="skip\nquit\n")
    done = program(tmp_path, "quiz", "--resume", typed="quit\n")
    assert "Question 2 of 2: update 2" in done.stdout


def test_a_file_of_answers_names_updates_behind_the_id(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    text = 'student,id,value\nada,"Z[3,1]",0.1910\nada,"Z[3,1]#2",0.2571\nada,z_out#2,0.1\n'
    path.write_text(f"{text}ada,L#3,1\n", "utf-8")
    done = program(tmp_path, "mark", "linear-2-2-1", str(path), "--csv")
    assert done.returncode == 2
    assert [line.split(",1,")[0] for line in done.stdout.splitlines()[1:]] == [
        'ada,"Z[3,1]",0.1910,right', 'ada,"Z[3,1]#2",0.2571,right',
    ]  # fmt: skip
    assert f"{path}:4: ada, z_out#2 stands twice" in done.stderr
    assert f"{path}:5: 'L#3' names an update that is not shown" in done.stderr
    done = program(tmp_path, "mark", "linear-2-2-1", str(path), "--updates", "3")
    assert ":5:" not in done.stderr


def test_a_frozen_bias_keeps_its_value_and_moving_it_is_recognised() -> None:
    session, _ = session_of("sigmoid-2-2-2", choice=Choice(ask=("B'",)))
    # Both units share b1 = 0.3, so an update would take off 0.5 times the sum of their deltas.
    run = session.context().run
    (deltas,) = (run.values[quantity] for quantity in run.values if quantity.name == "dZ[2]")
    moved = 0.3 - 0.5 * sum(deltas)
    heard = talk(session, f"{moved:.6f}", "why", "0.3", "quit").text
    assert "frozen bias updated" in heard
    # Its number is what is asked for.
    assert "the exercise never updates b₁." in heard
    assert "0.3: right." in heard
    assert "η = 0.5" in heard, "what an update would need is shown, so that nothing is given away"
