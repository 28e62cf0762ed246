"""What stands with a question, and whose numbers stand in hints, `why` and `show`."""

from __future__ import annotations

import math
import re

import pytest

from bp_tutor.quiz import Choice
from bp_tutor.quiz.scene import scene_of
from tests.cli.running import SMALL
from tests.quiz.talking import session_of, talk

NUMBERS = Choice(level="numbers")


@pytest.mark.parametrize("name", SMALL)
def test_all_that_a_formula_needs_is_known_at_its_place_and_never_what_is_asked(name: str) -> None:
    """From what stands there, and the exercise itself, every answer can be worked out."""
    session, _ = session_of(name, choice=NUMBERS)
    while not session.over:
        graph, question = session.context().graph, session.question
        scene = scene_of(question, session.student(), session.pending)
        page = session.context().page
        blocks = (*scene.drawn, *scene.beside)
        listed = {page.say(item[0]) for block in blocks for item in getattr(block, "items", ())}
        asked = graph.find(question.identifier)
        assert asked is not None
        # The formulas of a graph stand there, the asked one too.
        of_graph = session.context().problem.graph is not None
        assert of_graph or page.name(*asked) not in listed
        needed = {page.name(*leaf) for leaf in graph.leaves(asked)}
        assert needed <= listed, (question.identifier, needed - listed)
        session.skip()
        session.go_on()


@pytest.mark.parametrize("name", ["exercise", "xor-sigmoid", "batch-weight-decay"])
def test_a_matrix_has_the_numbers_of_every_sample_beside_it(name: str) -> None:
    session, _ = session_of(name, choice=Choice(level="numbers", form="matrix"))
    while not session.over:
        graph, page = session.context().graph, session.context().page
        scene = scene_of(session.question, session.student(), session.pending)
        blocks = (*scene.drawn, *scene.beside)
        listed = {page.say(item[0]) for block in blocks for item in getattr(block, "items", ())}
        asked = graph.entries(session.question.identifier)
        needed = {page.name(*leaf) for each in asked for leaf in graph.leaves(each)}
        assert needed <= listed, (session.question.identifier, needed - listed)
        session.skip()
        session.go_on()


@pytest.mark.parametrize("name", ["exercise", "xor-sigmoid", "rnn-bptt", "attention-tiny"])
def test_what_is_still_asked_for_is_not_told(name: str) -> None:
    session, _ = session_of(name, choice=NUMBERS)
    seen: set[str] = set()
    while not session.over:
        page = session.context().page
        scene = scene_of(session.question, session.student(), session.pending)
        blocks = (*scene.drawn, *scene.beside)
        listed = {page.say(item[0]) for block in blocks for item in getattr(block, "items", ())}
        later = {
            page.name(*session.context(place).graph.entries(question.identifier)[0])
            for place, question in enumerate(session.questions)
            if place >= session.place and question.update == session.question.update
        }
        assert not listed & later
        seen |= listed
        session.skip()
        session.go_on()
    assert seen


def test_the_picture_shows_the_layer_with_what_is_known() -> None:
    session, _ = session_of(choice=Choice(ask=("Z", "dZ", "dW")))
    heard = talk(session, "1.4", "", "-0.9", "quit").text
    place = heard.index("Question 3 of")
    assert re.search(r"A₁₁ = 1 ─┐ +┌─▶ Z₂₁ = 1.4\n", heard[place:]), "the student's own value"
    assert re.search(r"A₁₂ = 0 ─┼─ W₁ ─┼─▶ Z₂₂ = −0.9\n", heard[place:])
    assert re.search(r"A₁₃ = 1 ─┘ +└─▶ Z₂₃ = \?\n", heard[place:])
    assert "B₂₁ = 0.2\nB₂₂ = −0.5\nB₂₃ = 0.4" in heard[place:]


def test_backward_the_deltas_behind_stand_in_the_picture() -> None:
    session, _ = session_of(choice=Choice(ask=("dZ",), layers=(3,)))
    heard = talk(session, "quit").text
    assert re.search(r"δZ₃₁ = \? ─┐", heard)
    assert re.search(r"─ W₃ ─┤\n.*└─▶ δZ₄₂ = 0.1235", heard)
    # ∂L/∂A would be half of the answer.
    assert "∂L/∂A" not in heard


@pytest.mark.parametrize(("given", "lines"), [("needed", 1), ("none", 0)])
def test_given_chooses_what_stands_with_a_question(given: str, lines: int) -> None:
    session, _ = session_of(given=given)
    heard = talk(session, "quit").heard
    before = heard[1 : next(i for i, text in enumerate(heard) if "takes" in text)]
    assert len(before) == lines
    assert all(text.startswith("Given: A₁₁ = 1, W₁₁₁ = 0.5") for text in before)


def test_given_lists_the_exercise_and_what_was_answered() -> None:
    session, _ = session_of("graph-chain-rule", choice=NUMBERS)
    heard = talk(session, "3", "given", "quit").text
    told = heard[heard.index("> given") :]
    for said in ("a = 2", "b = 1", "c = a + b", "Your answers: c = 3"):
        assert said in told


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


# Without its bias Z21 is 1·0.5 + 0·(−0.2) + 1·0.8 = 1.3 instead of 1.5.
OWN = sigmoid(1.3)
NEXT = OWN * 0.5 + sigmoid(-0.9) * -0.2 + sigmoid(0.3) * -0.5 + 0.6


@pytest.mark.parametrize(("language", "said"), [("en", "your own numbers, carried on from Z₂₁"),
                                                ("zh", "沿用你算出的 Z₂₁（有误）")])  # fmt: skip
@pytest.mark.parametrize("command", ["hint", "show"])
def test_after_a_wrong_value_help_goes_on_with_the_students_own(
    command: str, language: str, said: str
) -> None:
    session, _ = session_of("exercise", language, Choice(ask=("Z", "A"), layers=(2, 3)))
    while session.question.identifier != "Z[3,1]":
        one = session.question.identifier
        line = "1.3" if one == "Z[2,1]" else "0.7858" if one == "A[2,1]" else ""
        if line:
            session.answer(line)
        session.skip()
        session.go_on()
    heard = talk(session, *[command] * (5 if command == "hint" else 1), "quit").text
    assert said in heard
    assert "0.7858·0.5 + 0.2891·(−0.2) + 0.5744·(−0.5) + 0.6" in heard
    assert f"{NEXT:.4f}" in heard
    assert "0.6638" not in heard, "the true value is no longer on this way"
    place = next(i for i, q in enumerate(session.questions) if q.identifier == "Z[3,1]")
    assert session.attempts[place].state == "show"


def test_what_was_shown_on_the_own_way_is_gone_on_with() -> None:
    session, _ = session_of(choice=Choice(ask=("Z", "A"), layers=(2,)))
    talk(session, "1.3", "", "-0.9", "0.3", "show", "quit")
    student = session.student()
    address = student.graph.find("A[2,1]")
    assert address is not None
    assert student.value(address) == pytest.approx(OWN)
    assert student.judged(address).status == "carried"


def test_why_explains_with_the_own_numbers_after_a_wrong_one() -> None:
    session, _ = session_of(choice=Choice(ask=("Z", "A"), layers=(2,)))
    heard = talk(session, "1.3", "", "-0.9", "0.3", f"{OWN:.4f}", "why", "quit").text
    told = heard[heard.index("> why") :]
    assert "with your own numbers, carried on from Z₂₁" in told
    assert "1/(1 + e^−1.3)" in told
    assert f"{OWN:.4f}" in told


def test_while_all_is_right_the_lines_are_those_of_the_page() -> None:
    session, _ = session_of(choice=Choice(ask=("Z", "A"), layers=(2,)))
    heard = talk(session, "1.5", "-0.9", "0.3", "show", "quit").text
    assert "your own numbers" not in heard
    assert "0.8176" in heard


def test_digits_that_were_typed_stand_in_own_lines() -> None:
    session, _ = session_of(choice=Choice(ask=("dZ", "dW")))
    session.answer("-0.00327")
    session.skip()
    while session.question.identifier != "dW[3,1,1]":
        session.skip()
        session.go_on()
    heard = talk(session, "show", "quit").text
    assert "(−0.00327)" in heard
    assert "0.003270" not in heard
