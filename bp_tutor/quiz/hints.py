"""Hints in steps, from the name of the rule to the whole line, each for a part of the mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.explain.lines import DETAILS, entry_line
from bp_tutor.formula import Ref, walk
from bp_tutor.quiz.asking import mark, understand
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.kinds.entries import asked_steps
from bp_tutor.quiz.sheet import Sheet

if TYPE_CHECKING:
    from bp_tutor.explain import Line
    from bp_tutor.quiz.book import Key
    from bp_tutor.quiz.model import Context, Question


MOST_LINES = 24


class Step(NamedTuple):
    """One hint: what it shows, and the part of the mark that it costs."""

    name: str
    cost: float


_IN_NUMBERS = (Step("rule", 0.1), Step("formula", 0.2), Step("numbers", 0.3), Step("result", 0.4))
_STEPS = {
    "formula": (Step("rule", 0.3), Step("formula", 0.7)),
    "choice": (Step("rule", 0.3), Step("choice", 0.7)),
    "table": (Step("formula", 0.3), Step("result", 0.7)),
}
"""For each kind of question the hints until the answer; together they cost the whole mark."""
_RULE_ASKED = (Step("choice", 1.0),)
_SHOWN = {"formula": ("rule", "formula"), "numbers": ("numbers",), "result": ("result",)}


class Hint(NamedTuple):
    """What a hint says: a sentence, or lines of the derivation."""

    name: str
    text: str
    lines: tuple[Line, ...] = ()


def steps_of(question: Question) -> tuple[Step, ...]:
    """The hints that there are for a question."""
    if question.prompt_key == "quiz.prompt.rule":
        return _RULE_ASKED
    return _STEPS.get(question.kind, _IN_NUMBERS)


def cost_of(question: Question, hints: int) -> float:
    """The part of the mark that so many hints have cost."""
    return sum(step.cost for step in steps_of(question)[:hints])


def next_step(question: Question, hints: int) -> Step | None:
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
        return Hint(
            name, words.text("session.hint.choice", answer=_right_choice(context, question))
        )
    lines = _lines(context, question, _SHOWN[name])
    if name == "numbers" and not any(line.parts for line in lines):
        # One value handed on: there is nothing else to put in.
        lines = _lines(context, question, _SHOWN["result"])
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
    steps = [book_of(context).steps.get(quantity) for quantity, _ in _keys(context, question)[:1]]
    nodes = [node for step in steps if step is not None for node in walk(step.formula)]
    return any(isinstance(node, Ref) and node.quantity.symbol.startswith("B") for node in nodes)


def _right_choice(context: Context, question: Question) -> str:
    """The choice that is marked right."""
    for place, choice in enumerate(question.choices, 1):
        understood = understand(question, str(place), context)
        if mark(question, understood, Sheet(context), context).right:
            return f"{place} {choice}"
    return ""


def worked(context: Context, question: Question) -> tuple[Line, ...]:
    """The whole lines that answer a question."""
    return _lines(context, question, DETAILS["full"])


def _lines(context: Context, question: Question, parts: tuple[str, ...]) -> tuple[Line, ...]:
    """The lines of the entry that is asked for, or of the entries of the array."""
    book = book_of(context)
    found = []
    for quantity, index in _keys(context, question)[:MOST_LINES]:
        step = book.steps.get(quantity)
        if step is not None:
            found.append(entry_line(context.page.settings, context.run, step, index, parts))
    return tuple(found)


def _keys(context: Context, question: Question) -> list[Key]:
    """The entries that a question asks for."""
    book = book_of(context)
    key = book.find(question.identifier)
    if key is not None:
        return [key]
    array = book.array(question.identifier)
    if array is not None:
        return [(array, index) for index in array.indices()]
    steps = [step for step in asked_steps(context) if step.line.phase == question.identifier]
    return [(step.quantity, index) for step in steps for index in step.quantity.indices()]
