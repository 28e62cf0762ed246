"""The whole backward pass at once: a line for each delta."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.kinds.kind import HintStep, Kind, Samples, asked_steps
from bp_tutor.quiz.kinds.number import mark_entry
from bp_tutor.quiz.model import NotUnderstood, Question, Understood, Verdict, full_name
from bp_tutor.quiz.typed import Typed, normalised, read_number, shown
from bp_tutor.quiz.typed_names import undefined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Address
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.student import StudentAnswers

IDENTIFIER = "backward"
MOST_ENTRIES = 24
LONGEST = 10_000
_LINE = re.compile(r"\s*(.{1,60}?)\s*(?:=|:|：|\s)\s*([^=:]+?)\s*")


class Line(NamedTuple):
    """One line of the table: an entry and its number."""

    address: Address
    typed: Typed


def make(context: Context) -> Iterator[Question]:
    """One question, where the deltas are few enough to be typed."""
    deltas = _deltas(context)
    if 1 < len(deltas) <= MOST_ENTRIES:
        names = ", ".join(context.page.name(*delta) for delta in deltas)
        step = context.graph.steps[deltas[0].quantity]
        values = (("name", names), ("names", names))
        yield Question(
            "table", IDENTIFIER, step.line.rule, step.update, "quiz.prompt.table", values
        )


def _deltas(context: Context) -> list[Address]:
    """Every delta, in the order of the calculation."""
    steps = (step for step in asked_steps(context) if step.line.phase == IDENTIFIER)
    return [address for step in steps for address in step.quantity.addresses()]


def understand(_: Question, text: str, context: Context) -> Understood:
    """Lines such as `dZ[3,1] = 0.0123`, parted by line breaks or semicolons."""
    if not text.strip():
        raise NotUnderstood("quiz.answer.empty", 0, 1)
    if len(text) > LONGEST:
        raise NotUnderstood("quiz.answer.too_long", LONGEST, 1, limit=LONGEST)
    wanted = dict.fromkeys(_deltas(context))
    found: dict[Address, Typed] = {}
    start = 0
    for raw in re.split(r"[\n;；]", text):
        if raw.strip():
            line = _LINE.fullmatch(normalised(raw))
            example = context.page.name(*next(iter(wanted)))
            if line is None:
                raise NotUnderstood("quiz.answer.table_line", start, len(raw), name=example)
            address = context.graph.read(line[1])
            if not isinstance(address, tuple):
                asked = {delta.quantity for delta in wanted}
                raise undefined(context.graph, line[1], start, len(raw), asked)
            if address not in wanted:
                name = shown(line[1])
                raise NotUnderstood("quiz.answer.unknown_name", start, len(raw), found=name)
            if address in found:
                raise NotUnderstood("quiz.answer.twice", start, len(raw), name=line[1])
            found[address] = read_number(line[2], start + line.start(2))
        start += len(raw) + 1
    lines = tuple(Line(delta, found[delta]) for delta in wanted if delta in found)
    echo = "; ".join(f"{context.page.name(*line.address)} = {line.typed.text}" for line in lines)
    return Understood(echo, lines)


def mark(question: Question, understood: Understood, student: StudentAnswers) -> Verdict:
    """Each line as a number of its own; what is missing earns nothing."""
    context = student.context
    assert isinstance(understood.value, tuple)
    deltas = _deltas(context)
    verdicts: dict[Address, Verdict] = {
        line.address: mark_entry(student, line.address, line.typed) for line in understood.value
    }
    wrong = [delta for delta in deltas if delta not in verdicts or not verdicts[delta].right]
    first = next((verdicts[delta] for delta in wrong if delta in verdicts), None)
    names = ", ".join(context.page.name(*delta) for delta in wrong)
    name = context.words.text("phase.backward") if context.words.has("phase.backward") else ""
    return Verdict(
        right=not wrong,
        credit=1 - len(wrong) / len(deltas),
        carried=any(one.carried for one in verdicts.values()),
        first_wrong=full_name(wrong[0].identifier, question.update) if wrong else None,
        understood=understood.text,
        diagnoses=first.diagnoses if first is not None else (),
        wrong_entries=tuple(delta.identifier for delta in wrong),
        key=f"quiz.verdict.{'entries' if wrong else 'right'}",
        values=(("name", name), ("entries", names), ("first", "")),
        cut=tuple(each for verdict in verdicts.values() for each in verdict.cut),
    )


def samples(_: Question, context: Context) -> Samples:
    """All lines in canonical names and in the course's symbols; one wrong, one missing."""
    deltas = _deltas(context)
    numbers = [f"{context.graph.exact(delta):#.8g}" for delta in deltas]
    names = [delta.identifier for delta in deltas]
    symbols = [context.page.name(*delta) for delta in deltas]

    def lines(left: list[str], parted: str = "\n", sign: str = " = ") -> str:
        return parted.join(f"{a}{sign}{b}" for a, b in zip(left, numbers, strict=True))

    wrong = lines(names).rpartition(" = ")[0] + " = 7.77"
    missing = lines(names).rpartition("\n")[0]
    malformed = ("", "dZ", "nonsense = 1", f"{names[0]} = abc", f"{names[0]} = 1\n{names[0]} = 2",
                 "=" * 10_000, "\x00", "🙂", "a" * 10_000)  # fmt: skip
    return Samples(
        (lines(names), lines(symbols, "；"), lines(names, "\n", "：")),
        ((wrong, ""), (missing, "")),
        malformed,
    )


BACKWARD = Kind(
    make, understand, mark, samples,
    form="matrix",
    named=False,
    shows_values=False,
    note="session.table",
    hints=lambda _: (HintStep("formula", 0.3), HintStep("result", 0.7)),
)  # fmt: skip
