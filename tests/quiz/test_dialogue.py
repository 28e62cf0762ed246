"""The talk of a quiz: what is said when, and what lines typed at any point lead to."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.explain import Line, View, derivation
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import Choice, contexts_of, make_questions
from bp_tutor.quiz.dialogue import Dialogue
from bp_tutor.quiz.session import Session
from bp_tutor.quiz.voice import talked
from bp_tutor.solve import solve
from tests.cli.running import SMALL
from tests.presented import presentation_of
from tests.quiz.talking import Typed, program, session_of, talk

PRODUCT = """
title: q
graph:
  values: {x: -2, y: 5, z: -4}
  formulas: {q: x + y, f: q*z}
  differentiate: f
  with_respect_to: [x, y, z]
"""
GRAPHS = ("graph-chain-rule", "activations", "chain-2-2-1", "given-deltas", "momentum")
FIRST = "Question 1 of 8: net_h1 = ?"


def session_of_text(text: str, choice: Choice) -> Session:
    """A session about a problem that stands in no file."""
    from bp_tutor.explain import symbols_of

    problem = read_problem(text, Path("q.yaml"))
    contexts = contexts_of(solve(problem), presentation_of(symbols_of(problem)))
    return Session(contexts, make_questions(contexts, choice))


@pytest.mark.parametrize("command", ["why", "given", "help", "remedy"])
def test_after_a_look_aside_the_question_is_asked_again(command: str) -> None:
    session, _ = session_of("sigmoid-2-2-2")
    heard = talk(session, "0.7777", command, "quit").heard
    last = heard.index("> quit")
    assert heard[last - 1] == FIRST, heard[last - 3 : last]


def test_after_a_small_question_the_question_is_asked_again() -> None:
    session, _ = session_of("sigmoid-2-2-2")
    heard = talk(session, "0.1420", "remedy", "a", "quit").heard
    assert heard.index(FIRST) < heard.index("> a") < len(heard) - 2
    assert heard[heard.index("> quit") - 1] == FIRST


def test_the_same_wrong_answer_costs_once() -> None:
    session, events = session_of("sigmoid-2-2-2")
    heard = talk(session, "0.1420", "0.777", "0.142", "0,1420", "0.442", "quit").text
    assert heard.count("The same answer as before") == 2
    # Two wrong answers and a right one: half of a half.
    assert session.attempts[0].credit == 0.25
    assert [event.tries for event in events] == [1, 2, 2, 2, 3]
    assert [one.misconception for one in session.mistakes] == ["bias_left_out"]


def test_the_same_wrong_formula_costs_once() -> None:
    session, _ = session_of(choice=Choice(level="formulas"))
    talk(session, "A11*W111", "A11 * W111", "quit")
    assert session.attempts[0].tries == 1


@pytest.mark.parametrize(("letter", "number"), [("a", "1"), ("b", "2."), ("c", "(3)")])
def test_numbers_choose_like_letters_in_a_small_question(letter: str, number: str) -> None:
    kept = []
    for typed in (letter, number):
        session, events = session_of("sigmoid-2-2-2")
        talk(session, "0.1420", "remedy", typed, "quit")
        assert [event.name for event in events] == ["answer", "remedy"]
        kept.append(events[-1].verdict)
    assert kept[0] == kept[1]


def test_a_number_that_may_be_right_is_an_answer_also_while_a_small_question_waits() -> None:
    # ∂e/∂d = c = 2 + 1 = 3, and ∂e/∂c = d = 1 + 1 = 2.
    session, events = session_of("graph-chain-rule", choice=Choice(ask=("dc",)))
    assert session.may_be("2")
    assert not session.may_be("3")
    talk(session, "5", "remedy", "2", "quit")
    assert [event.name for event in events] == ["answer", "answer"]
    assert session.attempts[0].state == "right"


@pytest.mark.parametrize("aside", [["back"], ["skip"], ["why"], ["given"], ["hint"], ["0.442"]])
def test_a_small_question_ends_with_whatever_is_done_instead(aside: list[str]) -> None:
    """After it, `a` is an answer to the question that stands there, and not understood."""
    session, events = session_of("sigmoid-2-2-2", choice=Choice(ask=("Z",)))
    heard = talk(session, "0.1420", "remedy", *aside, "a", "quit").text
    assert "Which of these is right?" in heard
    assert "remedy" not in [event.name for event in events]


@pytest.mark.parametrize("typed", ["q", "Q", ":q", "ｑ", "quit", "退出"])
def test_q_leaves(typed: str) -> None:
    session, events = session_of()
    heard = talk(session, typed, "1.5").heard
    assert heard[-1] == f"> {typed}"
    assert events == []


def test_q_leaves_a_small_question() -> None:
    session, events = session_of("sigmoid-2-2-2")
    talk(session, "0.1420", "remedy", "q", "0.442")
    assert [event.name for event in events] == ["answer"]


def test_a_value_called_q_is_an_answer_and_no_command() -> None:
    session = session_of_text(PRODUCT, Choice(ask=("dz",), level="formulas"))
    heard = talk(session, "q").text
    assert "q: right" in heard
    session = session_of_text(PRODUCT, Choice(ask=("dz",), level="formulas"))
    assert "right" not in talk(session, ":q", "q").text


@pytest.mark.parametrize("typed", ["q\n", "Q\n", ":q\n", ""])
def test_q_leaves_the_menu_and_a_confirmation(tmp_path: Path, typed: str) -> None:
    assert "Nothing chosen." in program(tmp_path, "quiz", typed=typed).stdout
    program(tmp_path, "quiz", "exercise", typed="1.5\nq\n")
    assert "Nothing was deleted." in program(tmp_path, "progress", "--forget", typed=typed).stdout
    for chosen in ("2\n", "choose an exercise\n"):
        left = program(tmp_path, "quiz", typed=f"{chosen}{typed}")
        assert (left.returncode, left.stderr) == (0, "")


def beginning(name: str, language: str, *lines: str) -> list[str]:
    session, _ = session_of(name, language, Choice(level="mixed"))
    typed = Typed(lines)
    dialogue = Dialogue(session, typed, session.context().words)
    dialogue.introduce()
    talked(dialogue.talking(), typed.ask)
    return typed.heard


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", SMALL)
def test_a_quiz_begins_with_the_exercise_and_shows_it_again(name: str, language: str) -> None:
    problem = load_problem(find_problem(name))
    heard = beginning(name, language, "problem", "quit")
    assert heard[0] == problem.title.in_language(language)
    assert problem.text.in_language(language) in heard
    assert heard[heard.index("") + 1 :].count(heard[0]) == 1
    again = heard.index("> problem") + 1
    assert heard[again : again + heard.index("")] == heard[: heard.index("")]


def test_what_a_quiz_says_of_an_exercise() -> None:
    heard = "\n".join(beginning("exercise", "en", "quit")).replace("\xa0", " ")
    for said in (
        "loss: half squared error; learning rate λ = 0.1", "activation: sigmoid in every layer",
        "δZ₄₁ = ∂L/∂Z₄₁", "─ W₁ ─", "A₁₁ = 1",
    ):  # fmt: skip
        assert said in heard


@pytest.mark.parametrize("level", ["formulas", "mixed"])
@pytest.mark.parametrize("name", GRAPHS)
def test_formulas_that_only_a_file_could_say_are_not_asked_for(name: str, level: str) -> None:
    session, _ = session_of(name, choice=Choice(level=level))
    formulas = [one.identifier for one in session.questions if one.kind == "formula"]
    assert formulas
    model = session.context(0).run.program.model
    assert not {line.quantity.name for line in model.definitions} & set(formulas)


@pytest.mark.parametrize("name", SMALL)
def test_questions_come_in_the_order_of_the_page(name: str) -> None:
    """As a document of the whole derivation has its lines and its tables of new values."""
    session, _ = session_of(name, choice=Choice())
    if session.over:
        session, _ = session_of(name, choice=Choice(level="formulas"))
    context = session.context(0)
    page, problem = context.page, context.problem
    document = derivation(page.settings, solve(problem, 1), View())
    read = []
    for section in document.sections:
        lines = [block for block in section.blocks if isinstance(block, Line)]
        tables = [entry for block in section.blocks for entry in getattr(block, "entries", ())]
        read += [line.quantity.identifier(line.index) for line in lines
                 if line.index is not None and not tables]  # fmt: skip
        read += [entry.identifier for entry in tables]
    asked = [one.identifier for one in session.questions if one.update == 1]
    assert asked
    common = [one for one in asked if one in read]
    # An image has a picture of the window before the line of its first entry.
    assert common == [one for one in dict.fromkeys(read) if one in common]
    # Where there is nothing but an optimiser's step, tables of new values are all there is.
    alone = problem.graph is not None and not problem.graph.formulas
    assert len(common) >= (1 if alone else len(asked) // 2)


@pytest.mark.parametrize(("language", "said"), [("en", "out_h1 (activation): "),
                                                ("zh", "out_h1（激活）：")])  # fmt: skip
def test_the_rule_is_told_of_the_value_as_the_course_calls_it(language: str, said: str) -> None:
    session, _ = session_of("sigmoid-2-2-2", language, Choice(ask=("A",)))
    assert said in talk(session, "hint", "quit").text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        # Without the decay the gradient is 0.0183362.
        ("0.0183", "its digits are too few"),
        ("0.018336", "weight decay"),
        ("7.7777", "No mistake that is known here"),
    ],
)
def test_why_says_that_more_digits_are_needed_where_they_would_tell(typed: str, said: str) -> None:
    session, _ = session_of("batch-weight-decay", choice=Choice(ask=("dW",), layers=(3,)))
    heard = " ".join(talk(session, typed, "why", "quit").text.split())
    assert said in heard


@pytest.mark.parametrize("expression", ["0.5-0.1*(-0.0052)", "0.5 + 0.00052", "50.052/100"])
def test_an_expression_is_marked_like_the_number_that_it_gives(expression: str) -> None:
    # The new weight is 0.5 - 0.1*(-0.0052021) = 0.50052021, by the numbers of the lecture.
    for typed in ("0.50052", expression):
        session, _ = session_of(choice=Choice(ask=("W'",), layers=(3,)))
        session.place = [one.identifier for one in session.questions].index("W'[2,1,1]")
        assert session.answer(typed).verdict.right, typed
    for wrong in ("0.5+0.1*(-0.0052)", "1.00/(1.00-1.01)"):
        assert not session.answer(wrong).verdict.right


# 1/(1 + e^0.9) = 0.28905, and the sentence's full stop is no part of a number.
@pytest.mark.parametrize("typed", ["sigma(-0.9)", "σ(-0.9)", "0.28905.", "0.28905。", "= 0.28905."])
def test_a_number_is_taken_as_keyboards_and_sentences_write_it(typed: str) -> None:
    session, _ = session_of(choice=Choice(ask=("A",), layers=(2,)))
    session.place = 1
    assert session.answer(typed).verdict.right


@pytest.mark.parametrize("hints", [True, False])
@pytest.mark.parametrize(("language", "hint"), [("en", "hint, show"), ("zh", "提示、答案")])
def test_commands_that_there_are_not_are_not_told(language: str, hint: str, *, hints: bool) -> None:
    session, _ = session_of(language=language)
    typed = Typed([])
    Dialogue(session, typed, session.context().words, hints=hints).introduce()
    assert any(hint in text for text in typed.heard) == hints


@pytest.mark.parametrize(("name", "told"), [("graph-chain-rule", False), ("exercise", True)])
def test_how_symbols_are_typed_is_told_where_it_is_not_plain(name: str, *, told: bool) -> None:
    session, _ = session_of(name, choice=Choice(level="formulas"))
    typed = Typed([])
    Dialogue(session, typed, session.context().words).introduce()
    assert any("On a keyboard" in text for text in typed.heard) == told


def test_a_terminal_waits_until_the_exercise_is_read() -> None:
    for lines, asked in (([""], True), (["q"], False), ([], False)):
        session, _ = session_of()
        typed = Typed(lines)
        dialogue = Dialogue(session, typed, session.context().words, ahead=True)
        talked(dialogue.talking(), typed.ask)
        assert any(text.startswith("Question 1") for text in typed.heard) == asked
