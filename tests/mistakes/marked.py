"""Where the bank of wrong answers touches the program: problems read, answers marked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from bp_tutor.explain import symbols_of
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import (
    Choice,
    Context,
    NotUnderstood,
    Question,
    StudentAnswers,
    contexts_of,
    make_questions,
    mark,
    understand,
)
from bp_tutor.quiz.batch import mark_all, question_of
from bp_tutor.solve import solve
from tests.mistakes.sheet import Exercise
from tests.presented import presentation_of


class Mark(NamedTuple):
    """What the program says to one answer."""

    verdict: str
    """Its last word, as in `bp-tutor mark`: `right`, `carried`, `wrong`, `digits` ..."""
    first_wrong: str
    named: tuple[frozenset[str], ...] = ()
    """The explanations, each by the keys of the mistakes in it."""

    @property
    def right(self) -> bool:
        return self.verdict in ("right", "carried")


class Opened:
    """An exercise as the program knows it."""

    def __init__(self, exercise: Exercise) -> None:
        problem = read_problem(exercise.problem)
        page = presentation_of(
            symbols_of(problem), "en", "unicode", problem.digits, problem.rounding
        )
        self.contexts: tuple[Context, ...] = contexts_of(solve(problem, exercise.updates), page)
        self._questions: dict[str, Question] = {}
        self._formulas: dict[str, Question] = {}

    def question(self, name: str) -> Question:
        if name not in self._questions:
            found = question_of(self.contexts, name)
            assert isinstance(found, Question), (name, found)
            self._questions[name] = found
        return self._questions[name]

    def asked_formulas(self) -> tuple[str, ...]:
        """The values of the first update whose formulas a quiz asks for."""
        made = make_questions(self.contexts[:1], Choice(level="formulas"))
        self._formulas = {one.identifier: one for one in made if one.kind == "formula"}
        return tuple(self._formulas)

    def formula(self, name: str, text: str) -> Mark:
        """What the program says to a formula; `refused` where it makes nothing of it."""
        context = self.contexts[0]
        question = self._formulas[name]
        try:
            understood = understand(question, text, context)
            verdict = mark(question, understood, StudentAnswers(context))
        except NotUnderstood as refused:
            return Mark("refused", refused.key)
        named = tuple(frozenset(one.misconception.split("+")) for one in verdict.diagnoses)
        return Mark(verdict.key.rpartition(".")[2], verdict.first_wrong or "", named)

    def values(self) -> dict[str, float]:
        """The program's own values by name."""
        found = {}
        for context in self.contexts:
            update = context.run.update
            for step in context.run.steps:
                if step.value is not None:
                    for address in step.quantity.addresses():
                        name = address.identifier + (f"#{update}" if update > 1 else "")
                        found[name] = context.graph.exact(address)
        return found

    def marks(self, answers: Mapping[str, str]) -> dict[str, Mark]:
        """One student's answers, each a name with what was typed, as the program marks them."""
        rows = [(self.question(name), text) for name, text in answers.items()]
        found = {}
        for name, marked in zip(answers, mark_all(self.contexts, rows), strict=True):
            verdict = marked.verdict
            assert verdict is not None, (name, answers[name], marked.refused)
            named = tuple(frozenset(one.misconception.split("+")) for one in verdict.diagnoses)
            word = verdict.key.rpartition(".")[2]
            found[name] = Mark(word, verdict.first_wrong or "", named)
        return found


def opened(exercise: Exercise) -> Opened:
    """An exercise opened; what it works out is kept for all its answers."""
    return Opened(exercise)
