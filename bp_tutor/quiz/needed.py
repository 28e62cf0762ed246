"""The values that an answer rests on: those that stand in the formula of what is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.explain.numbers import format_given
from bp_tutor.formula.quantity import Address
from bp_tutor.quiz.entry_graph import KEPT_BIAS
from bp_tutor.quiz.kinds.table import KINDS
from bp_tutor.quiz.model import full_name
from bp_tutor.quiz.tolerance import entries_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from bp_tutor.formula import Shown
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.model import Question
    from bp_tutor.quiz.student import StudentAnswers

MOST_SHOWN = 12
"""So many values of one sort stand with the question; the others are shown when asked for."""
MOST_ENTRIES = 4 * MOST_SHOWN


class ShownValues(NamedTuple):
    """Values with their numbers, `Z₂₁ = 1.5`, by where they come from."""

    given: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    """Calculated values that were not asked for or not answered."""


def shown_values(
    question: Question, student: StudentAnswers, shown: Collection[str] = ()
) -> ShownValues:
    """The values that stand in the formula of what is asked for.

    `shown` are the identifiers whose values were shown instead of answered.
    """
    if not KINDS[question.kind].shows_values:
        return ShownValues()
    context, page = student.context, student.context.page
    given: list[str] = []
    own: list[str] = []
    known: list[str] = []
    for address in inputs_of(context, question):
        if not context.graph.known(address):
            continue
        listed = known if context.graph.is_calculated(address) else given
        listed = own if _was_answered(student, address, shown) else listed
        figure = page.figure(figure_of(student, address, shown))
        listed.append(f"{page.name(*address)} = {figure}")
    return ShownValues(tuple(given), tuple(own), tuple(known))


def own_answers(student: StudentAnswers, shown: Collection[str] = ()) -> tuple[str, ...]:
    """What was answered so far in this update, in the order of the calculation."""
    page, order = student.context.page, student.graph.order
    answered = (each for each in student.answers if _was_answered(student, each, shown))
    return tuple(
        f"{page.name(*each)} = {page.figure(figure_of(student, each, shown))}"
        for each in sorted(answered, key=lambda each: (order[each.quantity], each.index))
    )


def figure_of(student: StudentAnswers, address: Address, shown: Collection[str] = ()) -> Shown:
    """The number of an entry as this student has it: with no digits that were not typed."""
    value, settings = student.value(address), student.context.page.settings
    if _was_answered(student, address, shown):
        return format_given(value, settings.digits)
    return settings.shown(student.context.run, address.quantity, value)


def _was_answered(student: StudentAnswers, address: Address, shown: Collection[str]) -> bool:
    """Whether it was answered: here, or as a new weight of the update before."""
    graph = student.graph
    if address in student.answers:
        return full_name(address.identifier, graph.run.update) not in shown
    new = graph.inherited.get(address.quantity)
    if new is None or student.before is None:
        return False
    return _was_answered(student.before, Address(new, address.index), shown)


def figures_of(question: Question, student: StudentAnswers) -> tuple[tuple[str, float], ...]:
    """The numbers that an answer rests on, and at last the expected one, by identifier."""
    context, graph = student.context, student.context.graph
    found = [
        (address.identifier, student.value(address))
        for address in inputs_of(context, question)[:MOST_ENTRIES]
        if graph.known(address)
    ]
    expected = graph.find(question.identifier)
    if expected is not None and graph.known(expected):
        found.append((question.identifier, graph.exact(expected)))
    return tuple(found)


def inputs_of(context: Context, question: Question) -> list[Address]:
    """The entries in the formula of an entry, or of all entries of an array, each once."""
    address = context.graph.find(question.identifier)
    if address is not None and question.rule == KEPT_BIAS:
        # Without what an update would need, the values would give the answer away.
        updated = (one.formula for one in context.candidates.singles(address).found)
        return list(dict.fromkeys(leaf for formula in updated for leaf in entries_of(formula)))
    if address is not None:
        return list(context.graph.leaves(address))
    array = context.graph.array(question.identifier)
    found: dict[Address, None] = {}
    for entry in array.addresses() if array is not None else ():
        found |= dict.fromkeys(context.graph.leaves(entry))
        if len(found) > MOST_ENTRIES:
            break
    return list(found)
