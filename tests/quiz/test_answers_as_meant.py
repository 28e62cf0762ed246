"""What is typed is taken as it is meant: rows, the same answer again, another name in front."""

from __future__ import annotations

import pytest

from bp_tutor.quiz import Choice
from bp_tutor.quiz.typed import read_matrix
from tests.quiz.talking import session_of, talk


@pytest.mark.parametrize(
    "typed",
    [
        "[1, 2], [3, 4], [5, 6]",
        "[1, 2] [3, 4] [5, 6]",
        "[1, 2]\n[3, 4]\n[5, 6]",
        "[1,2];[3,4];[5,6]",
    ],
)
def test_lists_one_after_the_other_are_rows(typed: str) -> None:
    matrix = read_matrix(typed, "W")
    assert [[number.value for number in row] for row in matrix.rows] == [[1, 2], [3, 4], [5, 6]]
    assert not matrix.flat


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("A31*dZ42", "dZ42*A31"),
        ("A31*dZ42", "dZ42 · A31"),
        ("A31*(dZ42 + dZ41)", "dZ41*A31 + A31*dZ42"),
    ],
)
def test_the_same_wrong_formula_in_another_order_costs_once(first: str, second: str) -> None:
    session, _ = session_of(choice=Choice(ask=("dW",), layers=(4,), level="formulas"))
    heard = talk(session, first, second, "A31*A31", "quit").text
    assert heard.count("The same answer as before") == 1
    assert session.attempts[0].tries == 2


def test_the_same_wrong_matrix_in_other_signs_costs_once() -> None:
    choice = Choice(ask=("dW",), layers=(4,), form="matrix")
    session, _ = session_of(choice=choice)
    rows, columns = 3, 2
    typed = "; ".join(", ".join(["0.250"] * columns) for _ in range(rows))
    again = ", ".join(f"[{', '.join(['0.2500'] * columns)}]" for _ in range(rows))
    talk(session, f"[{typed}]", f"[{again}]", "quit")
    assert session.attempts[0].tries == 1


@pytest.mark.parametrize("typed", ["Z31 = 0.6638", "Z_{31} = 0.6638", "  Z[3,1]=0.6638"])
def test_another_name_in_front_is_told(typed: str) -> None:
    session, _ = session_of(choice=Choice(ask=("Z",), layers=(3,)))
    heard = talk(session, "skip", typed, "quit").heard
    assert "Not counted (this costs nothing): Z₃₂ is asked for, not Z₃₁." in heard
    pointed = heard[heard.index(f"> {typed}") + 3]
    assert pointed.index("^") == 2 + len(typed) - len(typed.lstrip())
    assert session.attempt.tries == 0


def caret_under(typed: str, choice: Choice) -> tuple[str, str]:
    """What is said of an answer, and the part of it that is marked."""
    session, _ = session_of(choice=choice)
    heard = talk(session, typed, "quit").heard
    said, shown, marks = heard[heard.index(f"> {typed}") + 1 :][:3]
    start = marks.index("^")
    return said, shown[start : start + marks.count("^")]


@pytest.mark.parametrize("place", range(3))
def test_the_entry_with_too_few_digits_is_marked(place: int) -> None:
    choice = Choice(ask=("Z",), layers=(3,))
    session, _ = session_of(choice=choice)
    run = session.context(0).run
    exact = []
    for question in session.questions:
        found = run.find(question.identifier)
        assert found is not None
        exact.append(run.value(*found))
    numbers = [f"{value:.5f}" for value in exact]
    numbers[place] = f"{exact[place]:.2g}"
    whole = Choice(ask=("Z",), layers=(3,), form="matrix")
    for parted in (", ", " "):
        said, marked = caret_under(f"[{parted.join(numbers)}]", whole)
        assert f"Z₃{'₁₂₃'[place]}" in said, said
        assert marked == numbers[place]


def test_the_number_behind_its_name_is_marked() -> None:
    _, marked = caret_under("Z31 = 0.66", Choice(ask=("Z",), layers=(3,)))
    assert marked == "0.66"


@pytest.mark.parametrize(
    ("language", "said"), [("en", "that of its transpose"), ("zh", "转置的形状")]
)
def test_the_shape_of_the_transpose_is_named(language: str, said: str) -> None:
    # W4 leads from three units to two, so its gradient is 3×2 here.
    for level, typed in (("numbers", "[1, 2, 3; 4, 5, 6]"), ("formulas", "dZ4.T @ A3")):
        choice = Choice(ask=("dW",), layers=(4,), form="matrix", level=level)
        session, _ = session_of(language=language, choice=choice)
        heard = talk(session, typed, "quit").text
        assert said in heard, heard
        assert "3×2" in heard
        assert "2×3" in heard


def test_another_shape_is_no_transpose() -> None:
    session, _ = session_of(choice=Choice(ask=("dW",), layers=(4,), form="matrix"))
    heard = talk(session, "[1, 2]; [3, 4]", "why", "quit").text
    assert "transpose" not in heard
    assert "2×2" in heard
    assert "this number" not in heard


def test_choices_are_introduced_and_judged_as_choices() -> None:
    from bp_tutor.quiz.dialogue import Dialogue
    from bp_tutor.quiz.voice import talked
    from tests.quiz.talking import Typed

    for language, header, wrong in (
        ("en", "Type the number of a choice", "this choice is not right"),
        ("zh", "请输入选项的编号", "这个选项不对"),
    ):
        said = ""
        for place in ("1", "2"):
            session, _ = session_of(language=language, choice=Choice(level="shapes"))
            typed = Typed([place, "quit"])
            dialogue = Dialogue(session, typed, session.context().words)
            dialogue.introduce()
            talked(dialogue.talking(), typed.ask)
            said += typed.text
        assert said.count(header) == 2
        assert "1/3" not in said
        assert wrong in said
