"""The whole backward pass at once: a line for each delta."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.kinds.entries import Samples, asked_steps, mark_entry
from bp_tutor.quiz.model import NotUnderstood, Question, Understood, Verdict, full_name
from bp_tutor.quiz.reading import Typed, normalised, read_number, shown
from bp_tutor.quiz.spelled import undefined

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.quiz.book import Key
    from bp_tutor.quiz.model import Context
    from bp_tutor.quiz.sheet import Sheet

IDENTIFIER = "backward"
MOST_ENTRIES = 24
LONGEST = 10_000
_LINE = re.compile(r"\s*(.{1,60}?)\s*(?:=|:|：|\s)\s*([^=:]+?)\s*")


class Line(NamedTuple):
    """One line of the table: an entry and its number."""

    key: Key
    typed: Typed


def make(context: Context) -> Iterator[Question]:
    """One question, where the deltas are few enough to be typed."""
    keys = _keys(context)
    if 1 < len(keys) <= MOST_ENTRIES:
        names = ", ".join(context.page.name(*key) for key in keys)
        step = book_of(context).steps[keys[0][0]]
        values = (("name", names), ("names", names))
        yield Question(
            "table", IDENTIFIER, step.line.rule, step.update, "quiz.prompt.table", values
        )


def _keys(context: Context) -> list[Key]:
    """Every delta, in the order of the calculation."""
    return [
        (step.quantity, index)
        for step in asked_steps(context)
        if step.line.phase == "backward"
        for index in step.quantity.indices()
    ]


def understand(_: Question, text: str, context: Context) -> Understood:
    """Lines such as `dZ[3,1] = 0.0123`, parted by line breaks or semicolons."""
    if not text.strip():
        raise NotUnderstood("quiz.answer.empty", 0, 1)
    if len(text) > LONGEST:
        raise NotUnderstood("quiz.answer.too_long", LONGEST, 1, limit=LONGEST)
    book = book_of(context)
    wanted = dict.fromkeys(_keys(context))
    found: dict[Key, Typed] = {}
    start = 0
    for raw in re.split(r"[\n;；]", text):
        if raw.strip():
            plain = normalised(raw)
            line = _LINE.fullmatch(plain)
            example = context.page.name(*next(iter(wanted)))
            if line is None:
                raise NotUnderstood("quiz.answer.table_line", start, len(raw), name=example)
            key = book.read(line[1])
            if isinstance(key, tuple) and key not in wanted:
                raise NotUnderstood(
                    "quiz.answer.unknown_name", start, len(raw), found=shown(line[1])
                )
            if not isinstance(key, tuple):
                asked = {quantity for quantity, _ in wanted}
                raise undefined(book, line[1], start, len(raw), asked)
            if key in found:
                raise NotUnderstood("quiz.answer.twice", start, len(raw), name=line[1])
            found[key] = read_number(line[2], start + line.start(2))
        start += len(raw) + 1
    lines = tuple(Line(key, found[key]) for key in wanted if key in found)
    echo = "; ".join(f"{context.page.name(*line.key)} = {line.typed.text}" for line in lines)
    return Understood(echo, lines)


def mark(question: Question, understood: Understood, sheet: Sheet, context: Context) -> Verdict:
    """Each line as a number of its own; what is missing earns nothing."""
    lines = understood.value
    assert isinstance(lines, tuple)
    keys = _keys(context)
    verdicts = {line.key: mark_entry(context, sheet, line.key, line.typed) for line in lines}
    wrong = [key for key in keys if key not in verdicts or not verdicts[key].right]
    carried = next((one for one in verdicts.values() if one.carried), None)
    first = next((verdicts[key] for key in wrong if key in verdicts), None)
    names = ", ".join(context.page.name(*key) for key in wrong)
    name = context.words.text("phase.backward") if context.words.has("phase.backward") else ""
    return Verdict(
        right=not wrong,
        credit=1 - len(wrong) / len(keys),
        carried=carried is not None,
        first_wrong=full_name(wrong[0][0].identifier(wrong[0][1]), question.update)
        if wrong
        else None,
        understood=understood.text,
        diagnoses=first.diagnoses if first is not None else (),
        wrong_entries=tuple(quantity.identifier(index) for quantity, index in wrong),
        key=f"quiz.verdict.{'entries' if wrong else 'right'}",
        values=(("name", name), ("entries", names), ("first", "")),
        cut=tuple(each for verdict in verdicts.values() for each in verdict.cut),
    )


def samples(_: Question, context: Context) -> Samples:
    """All lines in canonical names and in the course's symbols; one wrong, one missing."""
    book = book_of(context)
    keys = _keys(context)
    numbers = [f"{book.exact(key):#.8g}" for key in keys]
    names = [key[0].identifier(key[1]) for key in keys]
    symbols = [context.page.name(*key) for key in keys]

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
