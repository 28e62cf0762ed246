"""Hints in steps, from the name of the rule to the whole line, each for a part of the mark."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.explain.lines import DETAILS, entry_line
from bp_tutor.quiz.sheet import book_of

if TYPE_CHECKING:
    from bp_tutor.explain import Line
    from bp_tutor.quiz.model import Context, Question


class Step(NamedTuple):
    """One hint: what it shows, and the part of the mark that it costs."""

    name: str
    cost: float


STEPS = (Step("rule", 0.1), Step("formula", 0.2), Step("numbers", 0.3), Step("result", 0.4))
"""Together they cost the whole mark."""
_SHOWN = {"formula": ("rule", "formula"), "numbers": ("numbers",), "result": ("result",)}


class Hint(NamedTuple):
    """What a hint says: a sentence, or lines of the derivation."""

    name: str
    text: str
    lines: tuple[Line, ...] = ()


def cost_of(hints: int) -> float:
    """The part of the mark that so many hints have cost."""
    return sum(step.cost for step in STEPS[:hints])


def next_step(hints: int) -> Step | None:
    """The next hint after so many, if there is one."""
    return STEPS[hints] if hints < len(STEPS) else None


def hint(context: Context, question: Question, name: str) -> Hint:
    """One step of help with a question."""
    words = context.words
    if name == "rule":
        rule = f"rule.{question.rule}"
        if f"{rule}.short" not in words:
            return Hint(name, words.text("session.hint.nothing"))
        said = {"rule": words.text(f"{rule}.short"), "why": words.text(f"{rule}.long")}
        return Hint(name, words.text("session.hint.rule", **said))
    lines = _lines(context, question, _SHOWN[name])
    if not any(line.parts for line in lines):
        return Hint(name, words.text("session.hint.nothing"))
    return Hint(name, words.text(f"session.hint.{name}"), lines)


def worked(context: Context, question: Question) -> tuple[Line, ...]:
    """The whole lines that answer a question."""
    return _lines(context, question, DETAILS["full"])


MOST_LINES = 12


def _lines(context: Context, question: Question, parts: tuple[str, ...]) -> tuple[Line, ...]:
    """The lines of the entry that is asked for, or of the entries of the array."""
    book = book_of(context)
    key = book.find(question.identifier)
    array = book.array(question.identifier)
    keys = [(array, index) for index in array.indices()] if array is not None else []
    found = []
    for quantity, index in [key] if key is not None else keys[:MOST_LINES]:
        step = book.steps.get(quantity)
        if step is not None:
            found.append(entry_line(context.page, context.run, step, index, parts))
    return tuple(found)
