"""Which questions are asked, and what becomes of an answer."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING

from bp_tutor.explain.sections import ReadingOrder
from bp_tutor.explain.view import layer_of
from bp_tutor.formula import Entry
from bp_tutor.quiz.kinds.table import KINDS
from bp_tutor.quiz.model import NotUnderstood
from bp_tutor.quiz.typed_names import is_formula, without_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.kinds.kind import Kind, Samples
    from bp_tutor.quiz.model import Choice, Question, Understood, Verdict
    from bp_tutor.quiz.record import Record, Recorded
    from bp_tutor.quiz.student import StudentAnswers

WORKED_OUT = ("number", "formula", "array")
"""Kinds of questions about what a line comes to."""
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[ T][0-9]{2}:[0-9]{2}(?::[0-9]{2})?)?")
LONGEST = 10_000
"""Signs of an answer; what stands behind them is not looked at."""


def make_questions(contexts: Sequence[Context], choice: Choice) -> tuple[Question, ...]:
    """The questions that `choice` asks for, in the order of the page or shuffled."""
    found: list[tuple[tuple[int, ...], Question]] = []
    for context in contexts:
        order = ReadingOrder(context.page.settings, context.run)
        for kind in KINDS.values():
            if _is_wanted(kind, choice):
                found += [
                    (_place(context, order, question), question)
                    for question in kind.make(context)
                    if _is_chosen(context, question, choice) and _asks(context, question)
                ]
    found.sort(key=lambda pair: pair[0])
    questions = [question for _, question in found]
    draw = Random(choice.seed)  # noqa: S311 - the order of questions is no secret
    if choice.count is not None and choice.count < len(questions):
        questions = draw.sample(questions, choice.count) if choice.shuffle else questions
        questions = questions[: choice.count]
    elif choice.shuffle:
        draw.shuffle(questions)
    return tuple(questions)


def asked_before(
    contexts: Sequence[Context], questions: tuple[Question, ...]
) -> tuple[Question, ...] | None:
    """The same questions as they are asked now; None where there is one that nobody can ask."""
    asked: dict[tuple[object, ...], Question] = {}
    for context in contexts:
        for kind in KINDS.values():
            asked.update((question[:5], question) for question in kind.make(context))
    found = [asked.get(question[:5]) for question in questions]
    return None if None in found else tuple(question for question in found if question)


def _asks(context: Context, question: Question) -> bool:
    """Whether there is anything to work out: what the identity hands on stands there already."""
    graph = context.graph
    quantity = graph.quantity(question.identifier)
    step = graph.steps.get(quantity) if quantity is not None else None
    if step is None or question.kind not in WORKED_OUT or step.line.activates is None:
        return True
    return not isinstance(step.entry(next(step.quantity.indices())), Entry)


def _is_wanted(kind: Kind, choice: Choice) -> bool:
    if "general" in (kind.form, choice.form):
        return kind.form == choice.form
    in_form = kind.form == choice.form or kind.level == "shapes"
    return in_form and choice.level in ("mixed", kind.level)


def _place(context: Context, order: ReadingOrder, question: Question) -> tuple[int, ...]:
    """The update of a question, and the place on its page; last what is about no one quantity."""
    address = context.graph.find(question.identifier)
    if address is not None:
        return question.update, *order.place(*address)
    quantity = context.graph.array(question.identifier)
    last = (len(context.graph.order),)
    return question.update, *(order.place(quantity) if quantity is not None else last)


def order_of(context: Context, question: Question) -> tuple[int, int]:
    """The update of a question, and the place in it; last what is about no one quantity."""
    quantity, order = context.graph.quantity(question.identifier), context.graph.order
    return question.update, order[quantity] if quantity is not None else len(order)


def _is_chosen(context: Context, question: Question, choice: Choice) -> bool:
    quantity = context.graph.quantity(question.identifier)
    if quantity is None:
        return not (choice.ask or choice.layers)
    if choice.ask and quantity.head not in choice.ask:
        return False
    return not choice.layers or layer_of(quantity) in choice.layers


def understand(question: Question, text: str, context: Context) -> Understood:
    """What an answer says.

    Raises:
        NotUnderstood: it makes no sense; says from where on.
    """
    kind, text = KINDS[question.kind], text[:LONGEST]
    if _DATE.fullmatch(text.strip()):
        raise NotUnderstood("quiz.answer.date")
    if kind.named:
        text = without_name(context.graph, question.identifier, text)
    try:
        return kind.understand(question, text, context)
    except NotUnderstood as refused:
        if kind.numeric and refused.key == "formula.unknown_name":
            name = dict(refused.values)["name"]
            if is_formula(context.graph, name) or is_formula(context.graph, text):
                key = "quiz.answer.number_wanted"
                raise NotUnderstood(key, refused.position, refused.length) from None
        raise


def prepare(question: Question, context: Context) -> None:
    """Use the time in which somebody thinks to work out which mistakes an answer may show."""
    address = context.graph.find(question.identifier)
    if address is not None and context.graph.step(address) is not None:
        context.candidates.prepare(address)


def mark(question: Question, understood: Understood, student: StudentAnswers) -> Verdict:
    """What an answer is worth; it is noted among the student's answers.

    Raises:
        NotUnderstood: it has too few digits to tell.
    """
    return KINDS[question.kind].mark(question, understood, student)


def is_recorded(question: Question) -> bool:
    """Whether a question can be asked elsewhere; some only a quiz can ask."""
    return KINDS[question.kind].record is not None


def record(question: Question, context: Context, recorded: Recorded) -> Record | None:
    """The question as data, for whoever asks it elsewhere; None where only a quiz can ask it."""
    make = KINDS[question.kind].record
    return make(question, context, recorded) if make is not None else None


def samples(question: Question, context: Context) -> Samples:
    """Right, wrong and malformed answers to a question."""
    return KINDS[question.kind].samples(question, context)
