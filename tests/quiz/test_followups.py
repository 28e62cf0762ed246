"""Small questions after a mistake: telling causes apart, doing it right elsewhere; paths."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from bp_tutor.formula import Address
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.quiz import MISCONCEPTIONS, Choice, StudentAnswers
from bp_tutor.quiz.context import Context
from bp_tutor.quiz.feedback import reasons
from bp_tutor.quiz.followups import LETTERS, cause_of, remedy_of
from bp_tutor.quiz.kinds import KINDS
from bp_tutor.quiz.kinds.choice import PATH
from bp_tutor.quiz.mistakes.diagnosis import diagnosis_of
from bp_tutor.quiz.model import Verdict
from bp_tutor.quiz.result import as_data, result_of
from bp_tutor.quiz.session import Session
from bp_tutor.quiz.store import Event
from bp_tutor.quiz.store.history import Noted
from bp_tutor.quiz.typed import read_number
from tests.quiz.networks import context_of_problem
from tests.quiz.talking import program, rows, session_of, talk

# Z23 = 1·(−0.5) + 0·0.4 + 1·0.4 + 0.4 = 0.3: without the bias or the third term, −0.1.
AMBIGUOUS = "-0.100"


def answered(line: str) -> tuple[Session, list[Event], str]:
    session, events = session_of(choice=Choice(ask=("Z",), layers=(2,)))
    heard = talk(session, "skip", "skip", AMBIGUOUS, line, "quit").text
    assert "What did you calculate?" in heard
    return session, events[2:], heard


def test_several_causes_are_told_apart() -> None:
    session, events, heard = answered("a")
    assert [event.name for event in events] == ["answer", "told"]
    before, after = (event.verdict for event in events)
    assert before is not None
    assert after is not None
    assert [one.certainty for one in before.diagnoses] == ["one_of"] * 2
    (told,) = after.diagnoses
    assert (told.misconception, told.certainty) == (before.diagnoses[0].misconception, "told")
    assert [one.misconception for one in session.mistakes] == [told.misconception]
    assert session.attempt.tries == 1, "it costs no try"
    assert "remedy asks a small question" in heard
    (question,) = [one for one in as_data(session, result_of(session))["questions"] if one["tries"]]
    assert question["misconceptions"][0]["certainty"] == "told"


def test_each_cause_shows_what_it_calculates() -> None:
    _, _, heard = answered("a")
    lines = [text for text in heard.splitlines() if text.startswith(("  a  ", "  b  "))]
    for line in lines:
        name, _, formula = line.partition(": ")
        assert read_number(formula).value == pytest.approx(float(AMBIGUOUS)), (name, formula)
    assert len(lines) == 2


def test_none_of_the_causes() -> None:
    session, events, _ = answered("c")
    assert events[1].verdict is not None
    assert events[1].verdict.diagnoses == ()
    assert session.mistakes == []


def test_an_answer_is_still_an_answer() -> None:
    """A number typed at a small question is another try, not lost."""
    session, events, _ = answered("0.1234567")
    assert [event.name for event in events] == ["answer", "answer"]
    assert session.attempt.tries == 2


def test_what_was_told_is_restored() -> None:
    session, events, _ = answered("b")
    again, _ = session_of(choice=Choice(ask=("Z",), layers=(2,)))
    again.restore(
        Noted(
            event.place, event.name, event.text, event.tries, event.hints, event.credit,
            told=event.verdict.diagnoses[0].misconception if event.verdict else "",
        )
        for event in events
    )  # fmt: skip
    assert again.mistakes == session.mistakes != []


def test_what_was_told_is_kept_and_due(tmp_path: Path) -> None:
    typed = f"skip\nskip\n{AMBIGUOUS}\nb\nquit\n"
    done = program(tmp_path, "quiz", "exercise", "--ask", "Z", typed=typed)
    assert done.stderr == ""
    kept = rows(tmp_path, "SELECT certainty FROM diagnoses ORDER BY rowid")
    assert [certainty for (certainty,) in kept] == ["one_of", "one_of", "told"]
    name = "one term of the sum left out" if "b  one term" in done.stdout else "bias left out"
    assert name in program(tmp_path, "progress").stdout
    again = program(tmp_path, "quiz", "exercise", "--resume", typed="quit\n")
    assert f"Mistakes recognised: {name} (1)." in again.stdout


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_small_question_is_asked_and_marked(language: str) -> None:
    session, events = session_of("sigmoid-2-2-2", language)
    command = {"en": "remedy", "zh": "补救"}[language]
    heard = talk(session, "0.1420", command, "c", command, "a", "0.442", "quit").text
    assert [event.name for event in events] == ["answer", "remedy", "remedy", "answer"]
    assert len(session.remedies) == 2
    assert session.attempts[0].credit == 0.5, "small questions cost no try"
    exercise = {"en": 'In the exercise "', "zh": "在题目“"}[language]
    assert exercise in heard, "net_h2 is still asked for"


def test_a_small_question_needs_a_mistake() -> None:
    session, events = session_of()
    assert "no small question" in talk(session, "remedy", "quit").text
    assert events == []


@pytest.mark.parametrize("name", [key for key in MISCONCEPTIONS if key != "early_rounding"])
def test_small_questions_have_one_right_option(name: str) -> None:
    """Over the problems, each mistake that can be made has a question that is marked rightly."""
    asked = 0
    for context in contexts().values():
        graph, student = context.graph, StudentAnswers(context)
        for question in (*KINDS["number"].make(context), *KINDS["update"].make(context)):
            key = graph.find(question.identifier)
            assert key is not None
            made = [one for one in context.candidates.singles(key).found if one.name == name]
            if not made:
                continue
            diagnosis = diagnosis_of(student, key, made[0], alone=True)
            others = (one for one in contexts().values() if one is not context)
            found = remedy_of(student, question, diagnosis, 0, others)
            if found is None:
                continue
            asked += 1
            assert len(set(found.options)) == len(found.options) >= 2
            assert found.diagnoses.count(None) == 1
            assert found.right is not None
            assert found.diagnoses[found.right] is None
            assert name in [each.misconception for each in found.diagnoses if each]
            assert found.chosen(f" {LETTERS[found.right]}) ") == found.right
            assert found.chosen("z") is None
            break
    assert asked


PROBLEMS = (
    "exercise", "sigmoid-2-2-2", "batch-weight-decay", "three-class-3-2-3", "rnn-bptt",
    "perceptron",
    "lstm-step", "cnn-backward", "attention-tiny", "momentum-adam", "momentum",
    "softmax-cross-entropy", "xor-sigmoid", "multi-head-attention",
)  # fmt: skip
OWN = Path(__file__).parent / "exercises"


@cache
def contexts() -> dict[str, Context]:
    return {
        name: context_of_problem(
            load_problem(find_problem(name)), 2 if name in ("sigmoid-2-2-2", "momentum") else 1
        )
        for name in PROBLEMS
    } | {path.stem: context_of_problem(load_problem(path)) for path in OWN.glob("*.yaml")}


def test_small_questions_are_kept_and_count(tmp_path: Path) -> None:
    typed = "0.1420\nremedy\na\nremedy\nb\nremedy\nc\nquit\n"
    done = program(tmp_path, "quiz", "sigmoid-2-2-2", "--ask", "Z", typed=typed)
    assert (done.returncode, done.stderr) == (0, "")
    found = rows(tmp_path, "SELECT event, correct FROM answers ORDER BY id")
    assert [event for event, _ in found] == ["answer", "remedy", "remedy", "remedy"]
    assert {correct for _, correct in found} == {0, 1}
    made = rows(tmp_path, "SELECT count(*) FROM diagnoses")
    assert made[0][0] == sum(not correct for _, correct in found)


# By the wiring: Z21 goes to A21, and A21 into every unit of the next layer.
PATHS = [
    ("exercise", "dZ[3,3]", "A₃₃ → Z₄₁, A₃₃ → Z₄₂"),
    ("exercise", "dW[1,1,3]", "Z₂₃"),
    ("sigmoid-2-2-1", "dZ[2,2]", "y₄ → z₅"),
    ("graph-chain-rule", "db", "c, d"),
]


@pytest.mark.parametrize(("problem", "identifier", "right"), PATHS)
def test_paths_are_those_of_the_wiring(problem: str, identifier: str, right: str) -> None:
    context = context_of_problem(load_problem(find_problem(problem)))
    found = [q for q in KINDS["choice"].make(context) if q.prompt_key == PATH]
    (question,) = [one for one in found if one.identifier == identifier]
    assert right in question.choices
    for choice in question.choices:
        understood = KINDS["choice"].understand(question, choice, context)
        verdict = KINDS["choice"].mark(question, understood, StudentAnswers(context))
        assert verdict.right == (choice == right)


def test_a_forgotten_path_is_named() -> None:
    context = contexts()["exercise"]
    found = [q for q in KINDS["choice"].make(context) if q.prompt_key == PATH]
    question = next(one for one in found if one.identifier == "dZ[3,3]")
    understood = KINDS["choice"].understand(question, "A₃₃ → Z₄₂", context)
    verdict = KINDS["choice"].mark(question, understood, StudentAnswers(context))
    assert [each.misconception for each in verdict.diagnoses] == ["path_left_out"]
    assert verdict.diagnoses[0].place == "δZ₄₁·W₃₃₁"


def test_a_choice_that_is_another_value_names_it_and_what_may_be_so_is_said_so() -> None:
    context = contexts()["exercise"]
    address = context.graph.find("Z[2,1]")
    assert address is not None
    student, singles = StudentAnswers(context), context.candidates.singles(address).found
    made = [
        next(one for one in singles if one.name == name)
        for name in ("other_value", "bias_left_out")
    ]
    diagnoses = tuple(diagnosis_of(student, address, one, alone=False) for one in made)
    verdict = Verdict(right=False, credit=0.0, diagnoses=diagnoses)
    found = cause_of(student, verdict)
    assert found is not None
    assert found.options[0] == "answer to another question: Z₂₂"
    # Of a value that is still asked for, the student is not told which it is.
    student.unsaid = {Address(address.quantity, (0, 1))}
    found = cause_of(student, verdict)
    assert found is not None
    assert found.options[0] == "answer to another question"
    for one in diagnoses:
        assert all(text.startswith('If it was "') for text in reasons(one, context.words))
