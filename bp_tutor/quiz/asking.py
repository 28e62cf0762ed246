"""Which questions are asked, and what becomes of an answer."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from bp_tutor.explain.view import layer_of
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.frozen import with_frozen
from bp_tutor.quiz.kinds import KINDS
from bp_tutor.quiz.mistakes.candidates import prepare as prepare_entry
from bp_tutor.quiz.model import Choice, Context
from bp_tutor.quiz.spelled import without_name

if TYPE_CHECKING:
    from bp_tutor.explain import Presentation
    from bp_tutor.notations import Symbols
    from bp_tutor.quiz.kinds.entries import Samples
    from bp_tutor.quiz.model import Question, Understood, Verdict
    from bp_tutor.quiz.sheet import Sheet
    from bp_tutor.solve import Trace

LONGEST = 10_000
"""Signs of an answer; what stands behind them is not looked at."""


NAMED = ("number", "update", "array", "formula", "matrix_formula")
"""The kinds whose answer may be typed behind the name that is asked for, `w = 0.5`."""


def context_of(trace: Trace, page: Presentation, update: int = 1) -> Context:
    """Everything around the questions about one update."""
    run = with_frozen(trace.runs[update - 1])
    return Context(trace.problem, trace, run, page.symbols, page, page.words)


def make_questions(
    trace: Trace, symbols: Symbols, choice: Choice, page: Presentation
) -> tuple[Question, ...]:
    """The questions that `choice` asks for, in the order of the calculation or shuffled."""
    found: list[tuple[tuple[int, int], Question]] = []
    for run in trace.runs:
        context = context_of(trace, page, run.update)._replace(symbols=symbols)
        for kind in KINDS.values():
            if not _wanted(kind.level, kind.form, choice):
                continue
            found += [
                ((run.update, _order(context, question)), question)
                for question in kind.make(context)
                if _chosen(context, question, choice)
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
    trace: Trace, page: Presentation, questions: tuple[Question, ...]
) -> tuple[Question, ...] | None:
    """The same questions as they are asked now; None where there is one that nobody can ask."""
    asked: dict[tuple[object, ...], Question] = {}
    for run in trace.runs:
        context = context_of(trace, page, run.update)
        for kind in KINDS.values():
            asked.update((question[:5], question) for question in kind.make(context))
    found = [asked.get(question[:5]) for question in questions]
    return None if None in found else tuple(question for question in found if question)


def _wanted(level: str, form: str, choice: Choice) -> bool:
    if choice.level == "mixed":
        return form == choice.form or level == "shapes"
    return level == choice.level and (form == choice.form or level == "shapes")


def _order(context: Context, question: Question) -> int:
    book = book_of(context)
    key = book.find(question.identifier)
    quantity = key[0] if key is not None else book.array(question.identifier)
    return book.order[quantity] if quantity is not None else len(book.order)


def _chosen(context: Context, question: Question, choice: Choice) -> bool:
    book = book_of(context)
    key = book.find(question.identifier)
    quantity = key[0] if key is not None else book.array(question.identifier)
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
    text = text[:LONGEST]
    if question.kind in NAMED:
        text = without_name(book_of(context), question.identifier, text)
    return KINDS[question.kind].understand(question, text, context)


def prepare(question: Question, context: Context) -> None:
    """Use the time in which somebody thinks to work out which mistakes an answer may show."""
    book = book_of(context)
    key = book.find(question.identifier)
    if key is not None and key[0] in book.steps:
        prepare_entry(context, book, key)


def mark(question: Question, understood: Understood, sheet: Sheet, context: Context) -> Verdict:
    """What an answer is worth; it is noted on the sheet.

    Raises:
        NotUnderstood: it has too few digits to tell.
    """
    return KINDS[question.kind].mark(question, understood, sheet, context)


def samples(question: Question, context: Context) -> Samples:
    """Right, wrong and malformed answers to a question."""
    return KINDS[question.kind].samples(question, context)
