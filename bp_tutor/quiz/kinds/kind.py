"""What a kind of question is, and what the kinds share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.explain.document import rule_name, sentence
from bp_tutor.quiz.model import Verdict

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.explain.document import Said
    from bp_tutor.formula import Address, Formula
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.model import Diagnosis, Question, Understood, Values
    from bp_tutor.quiz.record import Record, Recorded
    from bp_tutor.quiz.student import StudentAnswers
    from bp_tutor.solve import Step


class HintStep(NamedTuple):
    """One hint: what it shows, and the part of the mark that it costs."""

    name: str
    """`rule`, `formula`, `numbers`, `result` or `choice`."""
    cost: float


IN_NUMBERS = (
    HintStep("rule", 0.1), HintStep("formula", 0.2), HintStep("numbers", 0.3),
    HintStep("result", 0.4),
)  # fmt: skip


class Samples(NamedTuple):
    """Answers to one question, and how each is to be marked."""

    right: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...]
    """Texts with the misconception that they are made with; empty where there is none."""
    malformed: tuple[str, ...]


MALFORMED = ("", "   ", "?", "a number", "1..2", "((1", "1,234", "9**9**9**9", "__import__('os')",
             "\x00", "[b]1[/b]", "1e999", "1/0", "🙂", "\u202e1", "(" * 10_000)  # fmt: skip
"""What no question that asks for a number takes for an answer."""


class Kind(NamedTuple):
    """What a kind of question can do."""

    make: Callable[[Context], Iterator[Question]]
    """All its questions, in the order of the calculation."""
    understand: Callable[[Question, str, Context], Understood]
    """What was typed. It raises `NotUnderstood` where that makes no sense."""
    mark: Callable[[Question, Understood, StudentAnswers], Verdict]
    samples: Callable[[Question, Context], Samples]
    level: str = "numbers"
    """`numbers`, `formulas` or `shapes`."""
    form: str = "index"
    """`index` for entries, `matrix` for whole arrays, `general` for letters as indices."""
    numeric: bool = True
    """Whether it asks for numbers, so that its mark may hang on earlier answers."""
    named: bool = True
    """Whether an answer may be typed behind the name that is asked for, `w = 0.5`."""
    shows_values: bool = True
    """Whether the values in the formula stand with the question: where one is asked for, they
    would give it away."""
    note: str = ""
    """The key of what is said below the question."""
    same: Callable[[Understood, Understood, Context], bool] = lambda one, other, _: (
        one.text == other.text
    )
    """Whether two answers say the same, however they were typed."""
    hints: Callable[[Question], tuple[HintStep, ...]] = lambda _: IN_NUMBERS
    """The hints until the answer; together they cost the whole mark."""
    record: Callable[[Question, Context, Recorded], Record] | None = None
    """The question as data, for whoever asks it elsewhere; None where it cannot be asked there."""


def asked_steps(context: Context) -> list[Step]:
    """The steps that have numbers and a line of their own."""
    return [
        step
        for step in context.run.steps
        if step.value is not None and not (step.line.inlined and step.quantity.kind)
    ]


def prompt_values(context: Context, address: Address) -> tuple[tuple[str, str], ...]:
    """What a prompt about one entry shows: its name and the name of its rule."""
    step = context.graph.step(address)
    rule = context.words.rule(step.line.rule) if step is not None else ""
    return (("name", context.page.name(*address)), ("rule", rule))


def prompt_said(question: Question, context: Context, name: Formula) -> Said:
    """The question with formulas that any style can spell; with its update where it needs one."""
    asked = sentence(question.prompt_key, name=name, rule=rule_name(question.rule))
    if len(context.trace.runs) == 1:
        return asked
    return sentence("session.in_update", number=question.update, question=asked)


def verdict_on(
    question: Question,
    understood: Understood,
    values: Values,
    *,
    right: bool,
    key: str = "",
    diagnoses: tuple[Diagnosis, ...] = (),
) -> Verdict:
    """What is said of an answer that is right or wrong as a whole."""
    return Verdict(
        right=right,
        credit=float(right),
        first_wrong=None if right else question.full_name,
        understood=understood.text,
        diagnoses=diagnoses,
        key=f"quiz.verdict.{key or ('right' if right else 'wrong')}",
        values=values,
    )


def asked_entry(question: Question, context: Context) -> Address:
    """The entry that a question asks for."""
    address = context.graph.find(question.identifier)
    if address is None:
        raise KeyError(question.identifier)
    return address
