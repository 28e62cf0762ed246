"""What somebody adds to the quiz: a kind of mistake, and a kind of question, each one row.

Both are registered by the tests alone; nothing else in the program knows of them. Whoever
forgets their words meets the assertion of `test_every_row_has_its_words`, which says what to do.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Iterator
from typing import TYPE_CHECKING, cast

import pytest

from bp_tutor.formula import Div, Number, Role
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.quiz import (
    MISCONCEPTIONS,
    Choice,
    Context,
    NotUnderstood,
    Question,
    StudentAnswers,
    Understood,
    Verdict,
    mark,
    samples,
    understand,
)
from bp_tutor.quiz.followups import remedy_of
from bp_tutor.quiz.kinds import KINDS, Kind
from bp_tutor.quiz.kinds.kind import HintStep, Samples, asked_entry, asked_steps, prompt_values
from bp_tutor.quiz.mistakes import Misconception
from bp_tutor.quiz.mistakes.rewrites.table import FACTORS, OFTEN
from bp_tutor.words import languages, load_words
from tests.quiz.networks import context_of_problem
from tests.quiz.talking import session_of, talk

if TYPE_CHECKING:
    from bp_tutor.quiz.mistakes.case import Case, Rewritten

PARTS = {
    "name": "what the mistake is called",
    "why": "why it is one, with {part}, {numbers}, {formula} and {name} put in",
    "remedy": "the question about it at another place",
}
TEXTS = {
    "misconception.divided_by_three.name": "divided by three",
    "misconception.divided_by_three.why": "nothing is divided by 3 in {name}",
    "misconception.divided_by_three.remedy": "By what is a weighted sum divided?",
    "quiz.prompt.sign": "Does {name} count upwards or downwards?",
}


def divided_by_three(case: Case) -> Iterator[Rewritten]:
    if case.quantity.role is Role.WEIGHTED_SUM and not case.quantity.kind:
        yield case.as_a_whole(Div(case.written, Number(3)))


def signs(context: Context) -> Iterator[Question]:
    for step in asked_steps(context):
        if step.line.phase == "backward":
            for address in step.quantity.addresses():
                yield Question(
                    "sign", address.identifier, step.line.rule, step.update, "quiz.prompt.sign",
                    prompt_values(context, address), ("upwards", "downwards"),
                )  # fmt: skip


def read_sign(question: Question, text: str, _: Context) -> Understood:
    options = dict(zip("12", question.choices, strict=True))
    chosen = options.get(text.strip(), text.strip())
    if chosen not in question.choices:
        raise NotUnderstood("quiz.answer.unknown_choice", 0, len(text) or 1, count=2)
    return Understood(chosen, chosen)


def mark_sign(question: Question, understood: Understood, student: StudentAnswers) -> Verdict:
    exact = student.graph.exact(asked_entry(question, student.context))
    good = understood.value == question.choices[exact < 0]
    key = f"quiz.verdict.{'right' if good else 'wrong'}"
    return Verdict(good, float(good), key=key, values=(("name", ""), ("first", "")))


def sign_samples(question: Question, context: Context) -> Samples:
    exact = context.graph.exact(asked_entry(question, context))
    right, wrong = question.choices[exact < 0], question.choices[exact >= 0]
    return Samples((right,), ((wrong, ""),), ("", "sideways"))


SIGN = Kind(
    signs, read_sign, mark_sign, sign_samples,
    numeric=False, named=False, shows_values=False,
    hints=lambda _: (HintStep("rule", 0.4), HintStep("choice", 0.6)),
)  # fmt: skip


def missing_words() -> list[str]:
    """What the word files lack for the rows of both tables."""
    context = context_of_problem(load_problem(find_problem("exercise")))
    prompts = {
        question.prompt_key: key for key, kind in KINDS.items() for question in kind.make(context)
    }
    found = []
    for language in languages():
        words, file = load_words(language), f"bp_tutor/words/{language}.yaml"
        found += [
            f"{file}: add misconception.{key}.{part}: {what}"
            for key in MISCONCEPTIONS
            for part, what in PARTS.items()
            if f"misconception.{key}.{part}" not in words
        ]
        found += [
            f"{file}: add {prompt}: what a question of the kind {kind} asks"
            for prompt, kind in prompts.items()
            if prompt not in words
        ]
    return found


def test_every_row_has_its_words() -> None:
    missing = missing_words()
    assert not missing, "\n".join(missing)


@pytest.fixture
def added(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(
        MISCONCEPTIONS, "divided_by_three", Misconception(divided_by_three, FACTORS, OFTEN)
    )
    monkeypatch.setitem(KINDS, "sign", SIGN)


@pytest.fixture
def spoken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    request.getfixturevalue("added")
    for language in languages():
        words = load_words(language)
        texts = ChainMap(TEXTS, cast("dict[str, str]", words._texts))
        monkeypatch.setattr(words, "_texts", texts)


@pytest.mark.usefixtures("added")
def test_forgotten_words_are_told_by_file_and_key() -> None:
    missing = [told for told in missing_words() if "divided_by_three" in told or "sign" in told]
    assert len(missing) == 4 * len(languages())
    assert missing[0].endswith(
        ".yaml: add misconception.divided_by_three.name: what the mistake is called"
    )
    assert (
        "bp_tutor/words/en.yaml: add quiz.prompt.sign: what a question of the kind sign asks"
        in (missing)
    )


@pytest.mark.usefixtures("spoken")
def test_an_added_mistake_is_found_named_and_practised() -> None:
    context = context_of_problem(load_problem(find_problem("exercise")))
    student = StudentAnswers(context)
    question = next(q for q in KINDS["number"].make(context) if q.identifier == "Z[2,1]")
    exact = context.graph.exact(asked_entry(question, context))
    verdict = mark(question, understand(question, f"{exact / 3:.7f}", context), student)
    assert [one.misconception for one in verdict.diagnoses] == ["divided_by_three"]
    remedy = remedy_of(student, question, verdict.diagnoses[0])
    assert remedy is not None
    assert "By what is a weighted sum divided?" in remedy.lead
    session, _ = session_of(choice=Choice(ask=("Z",), count=1))
    heard = talk(session, f"{exact / 3:.7f}", "why", "quit").text
    assert "divided by three" in heard
    assert "nothing is divided by 3 in Z₂₁" in heard


@pytest.mark.usefixtures("spoken")
def test_an_added_kind_of_question_is_asked_marked_and_helped_with() -> None:
    context = context_of_problem(load_problem(find_problem("exercise")))
    questions = list(signs(context))
    assert questions
    for question in questions:
        found = samples(question, context)
        for text in found.right:
            assert mark(
                question, understand(question, text, context), StudentAnswers(context)
            ).right
        for text, _ in found.wrong:
            wrong = understand(question, text, context)
            assert not mark(question, wrong, StudentAnswers(context)).right
        for text in found.malformed:
            with pytest.raises(NotUnderstood):
                understand(question, text, context)
    session, events = session_of(choice=Choice(ask=("dZ",)))
    asked = [place for place, one in enumerate(session.questions) if one.kind == "sign"]
    assert len(asked) == len(questions)
    session.place = asked[0]
    heard = talk(session, "sideways", "hint", "hint", "quit").text
    assert "Does δZ" in heard or "Does dZ" in heard
    assert "1  upwards" in heard
    assert events[-1].name == "show"
    assert any(line in heard for line in ("1 (upwards)", "2 (downwards)"))
