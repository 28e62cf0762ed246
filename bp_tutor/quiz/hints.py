"""Help with a question: the values that it rests on, and hints from the rule to the whole line.

Each hint takes a part of the mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.explain.given import definitions_of, given_section
from bp_tutor.explain.lines import DETAILS, entry_line
from bp_tutor.explain.numbers import format_given
from bp_tutor.formula import Ref, Role, walk
from bp_tutor.formula.quantity import Address
from bp_tutor.quiz.entry_graph import KEPT_BIAS
from bp_tutor.quiz.kinds.kind import asked_steps
from bp_tutor.quiz.kinds.table import KINDS
from bp_tutor.quiz.model import full_name
from bp_tutor.quiz.questions import mark, understand
from bp_tutor.quiz.student import StudentAnswers
from bp_tutor.quiz.tolerance import entries_of

if TYPE_CHECKING:
    from bp_tutor.explain import Block, Line
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.kinds.kind import HintStep
    from bp_tutor.quiz.model import Question

MOST_LINES = 24
MOST_SHOWN = 12
"""So many values of one sort stand with the question; the others are shown when asked for."""
MOST_ENTRIES = 4 * MOST_SHOWN
_PARTS = {"formula": ("rule", "formula"), "numbers": ("numbers",), "result": ("result",)}


class ShownValues(NamedTuple):
    """Values with their numbers, `Z₂₁ = 1.5`, by where they come from."""

    given: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    """Calculated values that were not asked for or not answered."""


def shown_values(
    question: Question,
    student: StudentAnswers,
    shown: frozenset[str] = frozenset(),
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
    for address in _inputs(context, question):
        if not context.graph.known(address):
            continue
        value = student.value(address)
        number = page.settings.shown(context.run, address.quantity, value)
        listed = known if context.graph.is_calculated(address) else given
        if _was_answered(student, address, shown):
            # With no digits that were not typed.
            number = format_given(value, page.settings.digits)
            listed = own
        listed.append(f"{page.name(*address)} = {page.figure(number)}")
    return ShownValues(tuple(given), tuple(own), tuple(known))


def _was_answered(student: StudentAnswers, address: Address, shown: frozenset[str]) -> bool:
    """Whether it was answered: here, or as a new weight of the update before."""
    graph = student.graph
    if address in student.answers:
        return full_name(address.identifier, graph.run.update) not in shown
    new = graph.inherited.get(address.quantity)
    if new is None or student.before is None:
        return False
    return _was_answered(student.before, Address(new, address.index), shown)


def all_given(context: Context) -> tuple[Block, ...]:
    """Everything that the exercise gives: which of it a formula needs is left to the student."""
    settings, run = context.page.settings, context.run
    section, formulas = given_section(settings, run), definitions_of(settings, run)
    blocks = section.blocks if section is not None else ()
    return blocks if formulas is None else (*blocks, formulas)


def figures_of(question: Question, student: StudentAnswers) -> tuple[tuple[str, float], ...]:
    """The numbers that an answer rests on, and at last the expected one, by identifier."""
    context, graph = student.context, student.context.graph
    found = [
        (address.identifier, student.value(address))
        for address in _inputs(context, question)[:MOST_ENTRIES]
        if graph.known(address)
    ]
    expected = graph.find(question.identifier)
    if expected is not None and graph.known(expected):
        found.append((question.identifier, graph.exact(expected)))
    return tuple(found)


def _inputs(context: Context, question: Question) -> list[Address]:
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


class Hint(NamedTuple):
    """What a hint says: a sentence, or lines of the derivation."""

    name: str
    text: str
    lines: tuple[Line, ...] = ()


def steps_of(question: Question) -> tuple[HintStep, ...]:
    """The hints that there are for a question."""
    return KINDS[question.kind].hints(question)


def cost_of(question: Question, hints: int) -> float:
    """The part of the mark that so many hints have cost."""
    return sum(step.cost for step in steps_of(question)[:hints])


def next_step(question: Question, hints: int) -> HintStep | None:
    """The next hint after so many, if there is one."""
    steps = steps_of(question)
    return steps[hints] if hints < len(steps) else None


def hint(context: Context, question: Question, name: str) -> Hint:
    """One step of help with a question."""
    words = context.words
    if name == "rule":
        rule = f"rule.{question.rule}"
        if f"{rule}.short" not in words:
            return Hint(name, words.text("session.hint.nothing"))
        short, why = words.text(f"{rule}.short"), why_of_rule(context, question)
        return Hint(name, words.text("session.hint.rule", rule=short, why=why))
    if name == "choice":
        right = _right_choice(context, question)
        return Hint(name, words.text("session.hint.choice", answer=right))
    lines = _lines(context, question, _PARTS[name])
    if name == "numbers" and not any(line.parts for line in lines):
        # One value handed on: there is nothing else to put in.
        lines = _lines(context, question, _PARTS["result"])
    if not any(line.parts for line in lines):
        return Hint(name, words.text("session.hint.nothing"))
    return Hint(name, words.text(f"session.hint.{name}"), lines)


def why_of_rule(context: Context, question: Question) -> str:
    """What a rule does, in a sentence; nothing of a bias where there is none."""
    words = context.words
    rule = f"rule.{question.rule}"
    if f"{rule}.without_bias" in words and not _has_bias(context, question):
        return words.text(f"{rule}.without_bias")
    return words.text(f"{rule}.long") if f"{rule}.long" in words else ""


def _has_bias(context: Context, question: Question) -> bool:
    steps = [context.graph.step(address) for address in _entries(context, question)[:1]]
    nodes = [node for step in steps if step is not None for node in walk(step.formula)]
    return any(isinstance(node, Ref) and node.quantity.role is Role.BIAS for node in nodes)


def _right_choice(context: Context, question: Question) -> str:
    """The choice that is marked right."""
    for place, choice in enumerate(question.choices, 1):
        understood = understand(question, str(place), context)
        if mark(question, understood, StudentAnswers(context)).right:
            return f"{place} {choice}"
    return ""


def worked(context: Context, question: Question) -> tuple[Line, ...]:
    """The whole lines that answer a question."""
    return _lines(context, question, DETAILS["full"])


def _lines(context: Context, question: Question, parts: tuple[str, ...]) -> tuple[Line, ...]:
    """The lines of the entry that is asked for, or of the entries of the array."""
    found = []
    for address in _entries(context, question)[:MOST_LINES]:
        step = context.graph.step(address)
        if step is not None:
            found.append(entry_line(context.page.settings, context.run, step, address.index, parts))
    return tuple(found)


def _entries(context: Context, question: Question) -> list[Address]:
    """The entries that a question asks for; of a phase, all that it calculates."""
    if found := context.graph.entries(question.identifier):
        return found
    steps = (step for step in asked_steps(context) if step.line.phase == question.identifier)
    return [address for step in steps for address in step.quantity.addresses()]
