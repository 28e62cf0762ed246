"""Many answers without a person: each student's are marked in the order of the calculation."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula.quantity import Address, PartialDerivative
from bp_tutor.notations.suggest import MOST_LISTED, hint
from bp_tutor.quiz.kinds.kind import prompt_values
from bp_tutor.quiz.model import NotUnderstood, Question, Verdict
from bp_tutor.quiz.questions import LONGEST, mark, order_of, understand
from bp_tutor.quiz.student import StudentAnswers
from bp_tutor.quiz.typed import normalised, shown
from bp_tutor.solve.partial import PartialError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.entry_graph import EntryGraph

MORE_DIGITS = "quiz.answer.more_digits"


class Marked(NamedTuple):
    """One answer with its verdict, or with what keeps it from being one."""

    verdict: Verdict | None
    refused: NotUnderstood | None = None


class Unclear(str):
    """What is the matter with the name of an answer: a key of the words, and its values."""

    values: tuple[tuple[str, str], ...]
    near: str

    def __new__(cls, key: str, values: tuple[tuple[str, str], ...] = (), near: str = "") -> Unclear:
        """`near` is the name that was probably meant."""
        made = super().__new__(cls, key)
        made.values, made.near = values, near
        return made


def question_of(contexts: Sequence[Context], text: str) -> Question | Unclear:
    """The question behind a name, whichever way it is spelled: one number, or a whole array.

    `Z[2,1]#2` is of the second update. Else what is the matter with the name.
    """
    name, sign, number = text.rpartition("#")
    if not sign:
        name, number = text, "1"
    known = number.isascii() and number.isdigit() and len(number) < 4
    if not known or not 1 <= int(number) <= len(contexts):
        return Unclear("marking.unknown_update" if known else "marking.unknown_id")
    context = contexts[int(number) - 1]
    graph = context.graph
    try:
        found = graph.read(name) or graph.ratio(name)
    except PartialError as error:
        return Unclear(f"error.partial.{error}", (("name", shown(name.strip())),))
    if found is None:
        return _unclear(graph, normalised(name.strip()))
    if graph.is_negated(name.strip()):
        return Unclear("marking.downhill_id")
    quantity, address = (found.quantity, found) if isinstance(found, Address) else (found, None)
    step = graph.steps.get(quantity)
    if step is None or step.value is None:
        return Unclear("marking.given_id")
    kind = "array" if address is None else "update" if step.line.phase == "update" else "number"
    identifier = quantity.name if address is None else address.identifier
    called = (("name", context.page.name(quantity, None)),)
    values = called if address is None else prompt_values(context, address)
    return Question(kind, identifier, step.line.rule, step.update, f"quiz.prompt.{kind}", values)


def _unclear(graph: EntryGraph, name: str) -> Unclear:
    """A name of nothing, or of several numbers: what it may have meant."""
    ratios = [PartialDerivative(*pair).name for pair in graph.names.quotient(name)]
    if len(ratios) > 1:
        names = ", ".join(ratios[:MOST_LISTED])
        return Unclear("naming.which_sample", (("name", shown(name)), ("names", names)))
    asked = {step.quantity for step in graph.run.steps if step.value is not None}
    found = hint(graph.names, name, asked)
    if found.key == "unknown":
        return Unclear("marking.unknown_id", (), found.near)
    return Unclear(
        f"naming.{found.key}", (("name", shown(name)), ("names", found.listed)), found.near
    )


def mark_all(contexts: Sequence[Context], answers: Sequence[tuple[Question, str]]) -> list[Marked]:
    """One student's answers, marked in the order of the calculation, given back as they stood."""
    students: list[StudentAnswers] = []
    for context in contexts:
        students.append(StudentAnswers(context, students[-1] if students else None))
    found: list[Marked] = [Marked(None)] * len(answers)

    def order(place: int) -> tuple[int, int]:
        question = answers[place][0]
        return order_of(contexts[question.update - 1], question)

    for place in sorted(range(len(answers)), key=order):
        question, text = answers[place]
        context, student = contexts[question.update - 1], students[question.update - 1]
        try:
            if len(text) > LONGEST:
                raise NotUnderstood("quiz.answer.too_long", LONGEST, 1, limit=LONGEST)
            understood = understand(question, text, context)
            found[place] = Marked(mark(question, understood, student))
        except NotUnderstood as refused:
            if refused.key == MORE_DIGITS:
                verdict = Verdict(
                    right=False, credit=0.0, key="quiz.verdict.digits", values=refused.values
                )
                found[place] = Marked(verdict)
            else:
                found[place] = Marked(None, refused)
    return found
