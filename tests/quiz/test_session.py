"""Sessions within this process: answers, hints, going back, marks."""

from __future__ import annotations

import pytest

from bp_tutor.quiz import Choice, NotUnderstood
from bp_tutor.quiz.commands import WORDS, command_in
from bp_tutor.quiz.hints import steps_of
from bp_tutor.quiz.needed import shown_values
from bp_tutor.quiz.result import as_data, kinds_of, result_of, sentences, table_of
from bp_tutor.quiz.store.history import Noted
from bp_tutor.words import load_words
from tests.quiz.talking import right_answers, session_of, talk

EN = load_words("en")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", ["exercise", "sigmoid-2-2-1", "softmax-cross-entropy"])
def test_right_answers_earn_every_mark(name: str, language: str) -> None:
    session, events = session_of(name, language)
    answers = right_answers(session)
    heard = talk(session, *answers)
    assert session.over
    result = result_of(session)
    assert result.score == result.asked == len(answers)
    assert (result.left, result.mistakes, result.practise) == (0, (), ())
    assert [event.name for event in events] == ["answer"] * len(answers)
    assert all(event.verdict and event.verdict.right for event in events)
    word = {"en": "right", "zh": "正确"}[language]
    assert heard.text.count(word) >= len(answers)


def test_a_question_shows_what_it_needs() -> None:
    session, _ = session_of(given="needed")
    heard = talk(session, "1.5", "-0.9", "0.3", "quit").text
    assert "Question 1 of 16: Z₂₁ = ?" in heard
    assert "Given: A₁₁ = 1, W₁₁₁ = 0.5" in heard
    assert "Your answers: Z₂₁ = 1.5" in heard


def test_values_that_were_not_asked_for_are_shown_as_known() -> None:
    session, _ = session_of(choice=Choice(ask=("dZ",)), given="needed")
    heard = talk(session, "quit").text
    assert "Known:" in heard
    assert "Your answers" not in heard


def test_malformed_answers_cost_nothing_and_show_where_they_stop() -> None:
    session, events = session_of()
    heard = talk(session, "1..2", "__import__('os')", "9**9**9**9", "1.5", "quit").text
    assert "1..2\n    ^^" in heard
    assert session.attempts[0].credit == 1.0
    assert [event.name for event in events] == ["answer"]


COSTS = {"needed": (10, 20, 30, 40), "all": (10, 10, 20, 20, 40), "none": (10, 10, 20, 20, 40)}


@pytest.mark.parametrize("given", COSTS)
def test_each_hint_says_its_cost_before_it_is_taken(given: str) -> None:
    session, events = session_of(given=given)
    hints = ["hint"] * (len(COSTS[given]) - 1)
    heard = talk(session, *hints, "1.5", "quit").heard
    told = [text for text in heard if text.startswith("hint gives ") and "takes" in text]
    costs = [int(text.partition("takes ")[2].partition(" %")[0]) for text in told]
    assert costs == [*COSTS[given], 10]
    assert session.attempts[0].credit == pytest.approx(0.4)
    assert [event.name for event in events] == [*hints, "answer"]


def test_hints_go_from_the_rule_to_the_result() -> None:
    session, _ = session_of()
    heard = talk(session, "hint", "hint", "hint", "hint", "hint", "quit").text
    assert "Z₂₁ (weighted sum): Multiply each output" in heard
    assert "Given: A₁₁ = 1, W₁₁₁ = 0.5, A₁₂ = 0, W₁₂₁ = −0.2" in heard
    assert "Z₂₁ = A₁₁·W₁₁₁ + A₁₂·W₁₂₁ + A₁₃·W₁₃₁ + B₂₁" in heard
    assert "Z₂₁ = 1·0.5 + 0·(−0.2) + 1·0.8 + 0.2" in heard
    assert "Z₂₁ = 1.5" in heard
    assert session.attempts[0].state == "show"
    assert session.attempts[0].credit == 0


KINDS = [
    ("numbers", "index"), ("numbers", "matrix"), ("formulas", "index"), ("formulas", "matrix"),
    ("shapes", "index"), ("mixed", "index"), ("mixed", "matrix"), ("numbers", "general"),
]  # fmt: skip


@pytest.mark.parametrize(("level", "form"), KINDS)
@pytest.mark.parametrize("name", ["exercise", "softmax-cross-entropy", "rnn-bptt", "cnn-2x2"])
def test_every_kind_of_question_can_be_asked_hinted_and_shown(
    name: str, level: str, form: str
) -> None:
    session, events = session_of(name, "zh", Choice(level=level, form=form))
    for question in session.questions:
        assert sum(step.cost for step in steps_of(question)) == pytest.approx(1.0)
    most = 5 * len(session.questions)
    heard = talk(session, *["hint", "show", "why", "given"] * most).text
    assert session.place == len(session.questions)
    assert "没有提示" not in heard
    assert {event.name for event in events} <= {"hint", "show"}
    assert result_of(session).score == 0


def test_what_answers_a_question_costs_all_of_it() -> None:
    session, _ = session_of(choice=Choice(level="formulas"))
    heard = talk(session, "hint", "hint", "quit").text
    assert "Z₂₁ = A₁₁·W₁₁₁" in heard
    assert session.attempts[0].state == "show"
    session, _ = session_of(choice=Choice(level="shapes"))
    session.attempt.hints = len(steps_of(session.question))
    assert session.attempt.next_hint is None
    session.attempt.hints = 0
    heard = talk(session, "hint", "hint", "quit").text
    assert "The answer: " in heard
    right = heard.partition("The answer: ")[2][0]
    session, _ = session_of(choice=Choice(level="shapes"))
    assert ": right." in talk(session, right, "quit").text


def test_without_hints_nothing_is_shown() -> None:
    session, _ = session_of()
    heard = talk(session, "hint", "show", "quit", hints=False).text
    assert heard.count("without hints") == 2
    assert session.place == 0


def test_what_was_shown_is_worth_nothing_even_by_going_back() -> None:
    session, _ = session_of()
    talk(session, "show", "back", "1.5", "quit")
    assert session.attempts[0].credit == 0


def test_a_second_try_counts_half() -> None:
    session, _ = session_of()
    heard = talk(session, "1.30", "1.5", "quit").text
    assert "Try again for 50 %" in heard
    assert session.attempts[0].credit == 0.5


def test_after_a_few_wrong_tries_it_is_said_what_helps() -> None:
    for wrong, told in ((2, 0), (3, 1), (5, 1), (6, 2)):
        session, _ = session_of()
        heard = talk(session, *[f"{77 + each}.7" for each in range(wrong)], "quit").text
        assert heard.count("Stuck?") == told


def test_enter_keeps_a_wrong_value_and_it_is_carried_on() -> None:
    session, events = session_of("sigmoid-2-2-1")
    names = [question.identifier for question in session.questions]
    first, second = names.index("Z[2,1]"), names.index("A[2,1]")
    lines = ["0.800", "", *["skip"] * (second - first - 1), "0.690", "quit"]
    heard = talk(session, *lines).text
    assert "carried on from z₃" in heard
    assert [event.name for event in events][:2] == ["answer", "keep"]
    standing = session.attempts[second]
    assert standing.verdict is not None
    assert standing.verdict.carried
    assert standing.credit == 1.0


def test_changing_an_earlier_answer_marks_again_what_hangs_on_it() -> None:
    session, events = session_of("sigmoid-2-2-1")
    names = [question.identifier for question in session.questions]
    between = names.index("A[2,1]") - names.index("Z[2,1]")
    lines = ["0.800", "", *["skip"] * (between - 1), "0.690", *["back"] * (between + 1), "0.755"]
    heard = talk(session, *lines, "quit").text
    assert "Marked again: y₃ = ? is wrong now." in heard
    assert session.attempts[names.index("A[2,1]")].credit == 0
    assert [event.name for event in events][-2:] == ["answer", "marked_again"]


def test_why_explains_the_last_answer() -> None:
    session, _ = session_of()
    heard = talk(session, "why", "1.5", "why", "quit").text
    assert "There is no answer yet." in heard
    assert "Why: Z₂₁ = ?" in heard
    assert "= 1·0.5 + 0·(−0.2) + 1·0.8 + 0.2" in heard


def test_why_names_the_mistake_with_the_students_numbers() -> None:
    session, _ = session_of("sigmoid-2-2-2")
    heard = talk(session, "0.1420", "why", "quit").text
    assert "bias left out" in heard
    assert "the bias b₁ = 0.3 belongs to the weighted sum" in heard
    assert session.mistakes[0].misconception == "bias_left_out"
    result, kinds = result_of(session), kinds_of(session)
    said = "\n".join(text for text, _ in sentences(result, EN, kinds, "sigmoid-2-2-2"))
    assert "Mistakes recognised: bias left out (1)." in said
    # The course writes net_h1.
    assert "bp-tutor quiz sigmoid-2-2-2 --ask net" in said
    assert table_of(result, EN, kinds, "unicode").rows[0][0] == "net"


def test_back_stops_at_the_first_question_and_skip_goes_on() -> None:
    session, events = session_of()
    heard = talk(session, "back", "skip", "back", "", "quit").text
    assert "This is the first question." in heard
    assert session.place == 1
    assert [event.name for event in events] == ["skip"]
    assert result_of(session).asked == 1


def test_an_empty_line_says_what_can_be_done() -> None:
    session, _ = session_of()
    assert "Type an answer, or help." in talk(session, "", "help", "quit").text


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("typed", [*WORDS, " HINT ", "Ｈｉｎｔ", ":quit"])
def test_commands_of_both_languages_work_in_both(typed: str, language: str) -> None:
    session, _ = session_of("exercise", language)
    assert command_in(typed)
    talk(session, typed, "quit")


@pytest.mark.parametrize("typed", ["0.5", "hints", "x" * 10_000, "提示符", "\x00"])
def test_other_lines_are_answers(typed: str) -> None:
    assert command_in(typed) == ""


HOSTILE = ["\x00", "[b]1[/b]", "\u202e1", "🙂", "(" * 10_000, "9" * 10_000, "{0}", "%s", "\ud800"]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_answers_never_break_the_talk(text: str) -> None:
    session, _ = session_of()
    talk(session, text, "hint", text, "quit")
    assert not session.over


def test_a_session_is_restored_from_what_was_written() -> None:
    lines = ("0.800", "", "hint", "0.5", "show", "0.690", "skip", "quit")
    session, events = session_of("sigmoid-2-2-1")
    talk(session, *lines)
    again, _ = session_of("sigmoid-2-2-1")
    again.restore(
        Noted(one.place, one.name, one.text, one.tries, one.hints, one.credit) for one in events
    )
    assert again.place == session.place
    assert [one.credit for one in again.attempts] == [one.credit for one in session.attempts]
    assert [one.state for one in again.attempts] == [one.state for one in session.attempts]
    assert again.mistakes == session.mistakes


def test_the_result_as_data_says_everything() -> None:
    session, _ = session_of("sigmoid-2-2-2")
    talk(session, "0.1420", "", "quit")
    data = as_data(session, result_of(session), problem="sigmoid-2-2-2")
    first = data["questions"][0]
    assert (first["id"], first["answer"], first["verdict"]) == ("Z[2,1]", "0.1420", "wrong")
    assert first["misconceptions"][0]["key"] == "bias_left_out"
    assert data["misconceptions"] == [{"key": "bias_left_out", "count": 1}]
    assert (data["asked"], data["left"], data["score"]) == (1, 7, 0)


def test_an_answer_rests_on_figures_that_are_written_down() -> None:
    session, events = session_of()
    talk(session, "1.3000", "quit")
    figures = dict(events[0].figures)
    assert figures["A[1,1]"] == 1
    assert figures["Z[2,1]"] == 1.5


def test_what_makes_no_sense_is_no_answer() -> None:
    session, events = session_of()
    with pytest.raises(NotUnderstood):
        session.answer("nonsense")
    assert events == []


def test_a_right_answer_given_once_more_is_no_further_try() -> None:
    session, events = session_of()
    session.answer("1.5")
    session.go_on()
    assert session.back()
    session.answer("1.50")
    assert (session.attempt.tries, session.attempt.credit) == (1, 1.0)
    assert session.back() is False
    session.answer("1.70")
    session.answer("1.5")
    assert session.attempt.credit == 1.0
    assert [event.tries for event in events] == [1, 1, 2, 3]


@pytest.mark.parametrize(
    "after", [["1.3"], ["1.3", "1.5"], ["hint", "1.5"], ["hint", "hint"], ["show"], ["skip"]]
)
@pytest.mark.parametrize(("before", "earned"), [([], 1.0), (["1.3"], 0.5), (["hint"], 0.9)])
def test_a_right_answer_keeps_its_mark(before: list[str], earned: float, after: list[str]) -> None:
    session, events = session_of(choice=Choice(ask=("Z",), layers=(2,)))
    heard = talk(session, *before, "1.5", "back", *after, "quit").text
    assert session.attempts[0].credit == earned
    assert ("keeps its mark" in heard) == ("1.3" in after)
    row = result_of(session).rows[0]
    assert (row.right, row.credit) == (1, earned)
    again, _ = session_of(choice=Choice(ask=("Z",), layers=(2,)))
    again.restore(
        Noted(one.place, one.name, one.text, one.tries, one.hints, one.credit) for one in events
    )
    assert again.attempts[0].credit == earned, "also where it is gone on with"


def test_a_mark_that_an_earlier_answer_took_back_can_be_earned_again() -> None:
    session, _ = session_of(choice=Choice(ask=("Z", "A"), layers=(2,)))
    # 1/(1 + e^-1.3) = 0.78583 is carried from the wrong Z21; by the right one it is wrong.
    talk(session, "1.3", "", "0.78583", "back", "back", "1.5", "quit")
    assert [one.credit for one in session.attempts[:2]] == [0.5, 0]
    session.place = 2
    talk(session, "back", "0.81757", "quit")
    assert session.attempts[1].credit == 0.5


@pytest.mark.parametrize("typed", ["0.0123", "-0.00327", "0.000113", "1.25", "-0.0819"])
def test_own_answers_stand_with_the_digits_that_were_typed(typed: str) -> None:
    session, _ = session_of(choice=Choice(ask=("dZ", "dW")))
    session.answer(typed)
    session.skip()
    while session.question.identifier != "dW[3,1,1]":
        session.skip()
        session.go_on()
    found = shown_values(session.question, session.student())
    assert found.own == (f"δZ₄₁ = {typed.replace('-', '−')}",)


def test_a_command_to_practise_is_told_once_for_all_its_rules() -> None:
    session, _ = session_of(choice=Choice(ask=("dZ",)))
    while not session.over:
        session.show()
        session.go_on()
    result = result_of(session)
    assert len(result.practise) == 2
    said = [text for text, _ in sentences(result, EN, kinds_of(session), "exercise")]
    assert sum("--ask" in text for text in said) == 1
    assert said[-1].startswith("  bp-tutor quiz exercise --ask ")
    assert all(EN.text(f"rule.{rule}.short") in said[-2] for rule, _ in result.practise)


@pytest.mark.parametrize("weak", ["dR", "dW"])
def test_what_earned_least_is_what_to_practise(weak: str) -> None:
    choice = Choice(ask=("dW", "dR"), layers=(2,))
    session, _ = session_of("rnn-bptt", choice=choice)
    (rule,) = {question.rule for question in session.questions}
    run = session.context(0).run
    while not session.over:
        identifier = session.question.identifier
        if identifier.startswith(weak):
            session.show()
        else:
            found = run.find(identifier)
            assert found is not None
            assert session.answer(f"{run.value(*found):.7f}").verdict.right
        session.go_on()
    assert result_of(session).practise == ((rule, weak),)


def test_all_that_earned_little_is_what_to_practise() -> None:
    session, _ = session_of("graph-chain-rule", choice=Choice(level="formulas"))
    while not session.over:
        session.show()
        session.go_on()
    result = result_of(session)
    said = [text for text, _ in sentences(result, EN, kinds_of(session), "graph-chain-rule")]
    (command,) = [text for text in said if "--ask" in text]
    asked = command.partition("--ask ")[2].split(",")
    assert asked == list(dict.fromkeys(one.identifier for one in session.questions))
    again, _ = session_of("graph-chain-rule", choice=Choice(level="formulas", ask=tuple(asked)))
    assert len(again.questions) == len(session.questions)


@pytest.mark.parametrize(
    ("name", "identifier", "share"),
    [("activations", "lr", "0.01"), ("exercise", "A[2,1]", "1/(1 + e^(−Z₂₁))")],
)
def test_the_formula_hint_tells_what_a_function_is(name: str, identifier: str, share: str) -> None:
    session, _ = session_of(name, choice=Choice())
    session.place = [one.identifier for one in session.questions].index(identifier)
    heard = talk(session, "hint", "hint", "hint", "q").text
    before, _, told = heard.partition("The formula:")
    assert share not in before
    assert share in told
