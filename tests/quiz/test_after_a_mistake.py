"""What a quiz says after a wrong answer: never the answer itself, and no offer that is empty."""

from __future__ import annotations

import re

import pytest

from bp_tutor.quiz import Choice
from tests.quiz.talking import session_of, talk

Z3 = Choice(ask=("Z",), layers=(3,))
# Z31 of the exercise is 0.66380 (the lecture), of which these are slips of the pen.
SLIPS = [
    ("0.6368", "two digits exchanged", "两位数字写反"),
    ("6.638", "decimal point moved", "小数点点错位置"),
    ("-0.6638", "minus lost or put in", "正负号写错"),
]


@pytest.mark.parametrize(("typed", "name", "named"), SLIPS)
def test_a_slip_of_the_pen_is_named_without_the_answer(typed: str, name: str, named: str) -> None:
    for language, expected in (("en", name), ("zh", named)):
        session, _ = session_of(language=language, choice=Z3)
        heard = talk(session, typed, "why", "quit").heard
        after = heard[heard.index(f"> {typed}") + 1 :]
        said = "\n".join(after).replace(typed, "")
        assert expected in said
        assert not re.search(r"0?\.?66\d", said), said
        because = after[after.index("> why") + 1]
        assert because.count("：") + because.count(": ") == 1, because


@pytest.mark.parametrize("typed", [typed for typed, _, _ in SLIPS])
def test_no_small_question_is_offered_where_there_is_none(typed: str) -> None:
    session, _ = session_of(choice=Z3)
    heard = talk(session, typed, "remedy", "quit").text
    assert "why explains it." in heard
    assert "remedy asks" not in heard
    assert "There is no small question here." in heard


def test_what_is_offered_is_there() -> None:
    offered = 0
    # net_h1 is 0.4420: without its bias of 0.3, with two digits exchanged, and in no known way.
    for typed in ("0.1420", "0.4240", "0.7777"):
        session, _ = session_of("sigmoid-2-2-2", choice=Choice(ask=("Z",)))
        heard = talk(session, typed, "remedy", "quit").text
        offer = "remedy asks a small question" in heard
        assert offer != ("There is no small question here." in heard)
        offered += offer
    assert offered == 1


@pytest.mark.parametrize(
    ("level", "typed", "reason"),
    [
        ("numbers", "77.7", "gives this number"),
        ("formulas", "A11*A11*A11+W111", "gives this formula"),
    ],
)
def test_no_known_mistake_is_said_of_what_was_typed(level: str, typed: str, reason: str) -> None:
    session, _ = session_of(choice=Choice(level=level))
    heard = talk(session, typed, "why", "quit").text
    assert reason in heard, heard


def test_of_a_wrong_choice_nothing_is_said_of_numbers() -> None:
    for place in ("1", "2", "3"):
        session, _ = session_of(choice=Choice(level="shapes"))
        heard = talk(session, place, "why", "quit").text
        assert "this number" not in heard
        assert "numbers put in" not in heard


# No number, an unknown name, a bracket too many, too few digits: one phrase for all.
REFUSED = ["nonsense", "((1", "1,234", "0.66"]


@pytest.mark.parametrize("typed", REFUSED)
def test_what_is_not_counted_is_said_to_cost_nothing(typed: str) -> None:
    for language, phrase in (
        ("en", "Not counted (this costs nothing): "),
        ("zh", "不计入（不扣分）："),
    ):
        session, _ = session_of(language=language, choice=Z3)
        heard = talk(session, typed, "quit").text
        assert phrase in heard
        assert session.attempts[0].tries == 0


@pytest.mark.parametrize(("language", "letter"), [("en", "[abc]: "), ("zh", "[abc]：")])
def test_the_right_one_of_a_small_question_is_named(language: str, letter: str) -> None:
    said = []
    for option in "abc":
        session, _ = session_of("sigmoid-2-2-2", language=language)
        said += talk(session, "0.1420", "remedy", option, "quit").heard
    lead = "The right one is " if language == "en" else "正确的是 "
    wrong = [text for text in said if lead in text]
    assert len(wrong) == 2
    assert all(re.search(lead + letter, text) for text in wrong)
