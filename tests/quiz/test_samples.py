"""Every kind of question on every problem: its own samples are marked as they should be."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import pytest

from bp_tutor.problem import load_problem
from bp_tutor.quiz import (
    MISCONCEPTIONS,
    Choice,
    Context,
    NotUnderstood,
    Question,
    StudentAnswers,
    Verdict,
    contexts_of,
    make_questions,
    mark,
    samples,
    understand,
)
from bp_tutor.quiz.kinds import KINDS
from tests.quiz.networks import context_of_problem

MOST = 200
"""Of more questions about one problem, every second is tried."""
PROBLEMS = sorted(
    path
    for path in (Path(__file__).parents[2] / "problems").glob("*.yaml")
    if path.stem != "digits-784"  # its questions are those of other dense networks, only larger
)


FORMS = ("index", "matrix", "general")


def questions_of(contexts: Sequence[Context], forms: Sequence[str] = FORMS) -> list[Question]:
    """The first or the last one, in turn, of each kind about each rule in each update."""
    found: list[Question] = []
    for form in forms:
        choice = Choice(level="mixed", form=form)
        found += make_questions(contexts, choice)
    alike: dict[tuple[str, str, int], list[Question]] = defaultdict(list)
    for question in dict.fromkeys(found):
        alike[question.kind, question.rule, question.update].append(question)
    return [own[-(number % 2)] for number, own in enumerate(alike.values())]


def is_named(misconception: str, verdict: Verdict) -> bool:
    """Whether it is named, or what is made more often and comes to the same."""
    names = [diagnosis.misconception for diagnosis in verdict.diagnoses]
    often = [MISCONCEPTIONS[key].often for key in names]
    return misconception in names or (
        bool(often) and max(often) <= MISCONCEPTIONS[misconception].often
    )


@pytest.mark.parametrize("path", PROBLEMS, ids=lambda path: path.stem)
def test_samples_are_marked_as_they_should_be(path: Path) -> None:
    whole = context_of_problem(load_problem(path))
    contexts = contexts_of(whole.trace, whole.page)
    # Entries of one problem, whole arrays of the next; letters of every one.
    forms = (FORMS[PROBLEMS.index(path) % 2], "general")
    asked = questions_of(contexts, forms)
    for question in asked[:: 2 if len(asked) > MOST else 1]:
        context = contexts[question.update - 1]
        found = samples(question, context)
        assert found.right
        for text in found.right:
            verdict = mark(question, understand(question, text, context), StudentAnswers(context))
            assert verdict.right, (question, text, verdict)
            assert verdict.credit == 1
        for text, misconception in found.wrong:
            verdict = mark(question, understand(question, text, context), StudentAnswers(context))
            assert not verdict.right, (question, text)
            assert verdict.credit < 1
            if misconception:
                assert is_named(misconception, verdict), (question, text, verdict.diagnoses)
        for text in found.malformed:
            with pytest.raises(NotUnderstood):
                understand(question, text, context)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_asked_somewhere(kind: str) -> None:
    context = context_of_problem(load_problem(PROBLEMS[0].parent / "exercise.yaml"))
    assert any(question.kind == kind for question in questions_of([context]))
