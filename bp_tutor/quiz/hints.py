"""Help with a question: hints from the rule to the whole line.

Each hint takes a part of the mark.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.explain.given import definitions_of, given_section
from bp_tutor.explain.lines import DETAILS
from bp_tutor.explain.settings import put_in
from bp_tutor.formula import Call, Ref, Role, walk
from bp_tutor.quiz.feedback import name_of_position
from bp_tutor.quiz.kinds.kind import HintStep, asked_steps
from bp_tutor.quiz.kinds.table import KINDS
from bp_tutor.quiz.own_lines import carried_from, line_of
from bp_tutor.quiz.questions import mark, understand
from bp_tutor.quiz.student import StudentAnswers

if TYPE_CHECKING:
    from bp_tutor.explain import Block, Line
    from bp_tutor.formula import Address
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.model import Question

ALL, NEEDED, NONE = GIVEN = "all", "needed", "none"
"""Which values stand with a question: all of its layer, those of its formula, none."""
MOST_LINES = 24
VALUES = HintStep(NEEDED, 0.1)
"""Which values the formula needs; told where they do not stand with the question."""
_PARTS = {"formula": ("rule", "formula"), "numbers": ("numbers",), "result": ("result",)}


def all_given(context: Context) -> tuple[Block, ...]:
    """Everything that the exercise gives: which of it a formula needs is left to the student."""
    settings, run = context.page.settings, context.run
    section, formulas = given_section(settings, run), definitions_of(settings, run)
    blocks = section.blocks if section is not None else ()
    return blocks if formulas is None else (*blocks, formulas)


class Hint(NamedTuple):
    """What a hint says: a sentence, or lines of the derivation."""

    name: str
    text: str
    lines: tuple[Line, ...] = ()


def steps_of(question: Question, given: str = ALL) -> tuple[HintStep, ...]:
    """The hints that there are for a question, where these values stand with it."""
    kind = KINDS[question.kind]
    steps = kind.hints(question)
    if given == NEEDED or not kind.shows_values:
        return steps
    # Who knows which values are put in has less of the numbers left to be told.
    rule, *others = (
        step._replace(cost=step.cost - VALUES.cost) if step.name == "numbers" else step
        for step in steps
    )
    return (rule, VALUES, *others)


def hint(student: StudentAnswers, question: Question, name: str) -> Hint:
    """One step of help with a question; of the values that are needed, that they are."""
    context, words = student.context, student.context.words
    if name == NEEDED:
        return Hint(name, words.text("session.hint.needed"))
    if name == "rule":
        rule = f"rule.{question.rule}"
        if f"{rule}.short" not in words:
            return Hint(name, words.text("session.hint.nothing"))
        short, why = words.text(f"{rule}.short"), why_of_rule(context, question)
        return Hint(
            name,
            words.text(
                "session.hint.rule", name=dict(question.values)["name"], rule=short, why=why
            ),
        )
    if name == "choice":
        right = right_choice(context, question)
        return Hint(name, words.text("session.hint.choice", answer=right))
    lines = _lines(student, question, _PARTS[name])
    if name == "formula":
        lines = tuple(map(_with_definition, lines))
    if name == "numbers" and not any(line.parts for line in lines):
        # One value handed on: there is nothing else to put in.
        lines = _lines(student, question, _PARTS["result"])
    if not any(line.parts for line in lines):
        return Hint(name, words.text("session.hint.nothing"))
    text = words.text(f"session.hint.{name}")
    own = whose(student, question) if name != "formula" else ""
    if own:
        text = words.text("session.whose_hint", whose=own, hint=text)
    return Hint(name, text, lines)


def _with_definition(line: Line) -> Line:
    """A line that only names a function, with that function's definition as well."""
    last = line.parts[-1] if line.parts else None
    if last is None or not isinstance(last.formula, Call):
        return line
    written = put_in(last.formula, lambda entry: entry)
    return (
        line
        if written == last.formula
        else line._replace(parts=(*line.parts, last._replace(formula=written)))
    )


def whose(student: StudentAnswers, question: Question) -> str:
    """That the numbers of a question's lines are the student's own; nothing where they are not."""
    context = student.context
    if not KINDS[question.kind].numeric:
        return ""
    for address in _entries(context, question)[:MOST_LINES]:
        first = carried_from(student, address)
        if first is not None:
            return context.words.text("session.own_numbers", first=name_of_position(context, first))
    return ""


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


def right_choice(context: Context, question: Question) -> str:
    """The choice that is marked right."""
    for place, choice in enumerate(question.choices, 1):
        understood = understand(question, str(place), context)
        if mark(question, understood, StudentAnswers(context)).right:
            return context.words.text("session.hint.right_choice", number=place, choice=choice)
    return ""


def whole(student: StudentAnswers, question: Question) -> Hint:
    """The whole lines that answer a question, and whose numbers stand in them."""
    own = whose(student, question)
    said = student.context.words.text("session.whose", whose=own) if own else ""
    return Hint("whole", said, _lines(student, question, DETAILS["full"]))


def _lines(student: StudentAnswers, question: Question, parts: tuple[str, ...]) -> tuple[Line, ...]:
    """The lines of the entry that is asked for, or of the entries of the array."""
    if not KINDS[question.kind].numeric:
        # The trace's own: what hangs on earlier answers is not asked for.
        student = StudentAnswers(student.context)
    asked = _entries(student.context, question)[:MOST_LINES]
    lines = (line_of(student, address, parts) for address in asked)
    return tuple(line for line in lines if line is not None)


def _entries(context: Context, question: Question) -> list[Address]:
    """The entries that a question asks for; of a phase, all that it calculates."""
    if found := context.graph.entries(question.identifier):
        return found
    steps = (step for step in asked_steps(context) if step.line.phase == question.identifier)
    return [address for step in steps for address in step.quantity.addresses()]
