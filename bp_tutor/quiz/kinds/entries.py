"""Marking one number: what all kinds that ask for numbers share."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import Entry, walk
from bp_tutor.quiz.book import NEARLY
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.mistakes import diagnose
from bp_tutor.quiz.mistakes.candidates import singles
from bp_tutor.quiz.model import NotUnderstood, Question, Verdict, full_name
from bp_tutor.quiz.moving import value_of
from bp_tutor.quiz.reading import LEAST_FIGURES
from bp_tutor.quiz.sheet import CARRIED, RIGHT, TRIVIAL, WRONG, Judged
from bp_tutor.quiz.tolerance import Answer, cut_off
from bp_tutor.solve import used

if TYPE_CHECKING:
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.quiz.book import Book, Key
    from bp_tutor.quiz.model import Context
    from bp_tutor.quiz.reading import Typed
    from bp_tutor.quiz.sheet import Place, Sheet
    from bp_tutor.solve import Step


NUMBERS = ("number", "update", "array", "table")
"""The kinds of question that ask for numbers."""


class Samples(NamedTuple):
    """Answers to one question, and how each is to be marked."""

    right: tuple[str, ...]
    wrong: tuple[tuple[str, str], ...]
    """Texts with the misconception that they are made with; empty where there is none."""
    malformed: tuple[str, ...]


MALFORMED = ("", "   ", "?", "a number", "1..2", "((1", "1,234", "9**9**9**9", "__import__('os')",
             "\x00", "[b]1[/b]", "1e999", "1/0", "🙂", "\u202e1", "(" * 10_000)  # fmt: skip
"""What no question that asks for a number takes for an answer."""


def asked_steps(context: Context) -> list[Step]:
    """The steps that have numbers and a line of their own."""
    return [
        step
        for step in context.run.steps
        if step.value is not None and not (step.line.inlined and step.quantity.kind)
    ]


def numbers_of(context: Context, key: Key) -> tuple[tuple[str, str], ...]:
    """What a prompt about one entry shows: its name and the name of its rule."""
    book = book_of(context)
    step = book.step(key)
    rule = context.words.rule(step.line.rule) if step is not None else ""
    return (("name", context.page.name(*key)), ("rule", rule))


def key_of(question: Question, context: Context) -> Key:
    """The entry that a question asks for."""
    key = book_of(context).find(question.identifier)
    if key is None:
        raise KeyError(question.identifier)
    return key


def mark_entry(context: Context, sheet: Sheet, key: Key, typed: Typed) -> Verdict:
    """One number marked, and noted on the student's sheet.

    Raises:
        NotUnderstood: it may be right, and has too few digits to tell; more are asked for.
    """
    answer = Answer(typed.value, typed.radius, typed.figures)
    if typed.figures < LEAST_FIGURES and not _exactly(sheet, key, typed.value):
        if _exactly_wrong(context, sheet, key, answer):
            # More digits of what somebody worked out would be zeros.
            answer = Answer(typed.value)
        elif _undecided(sheet, key, typed):
            raise NotUnderstood(
                "quiz.answer.more_digits", 0, len(typed.text) or 1, digits=LEAST_FIGURES,
                name=context.page.name(*key),
            )  # fmt: skip
    # What came of an earlier answer to the same question has no say in this one.
    sheet.forget(key)
    judged = sheet.judge(key, answer)
    found = _verdict(context, sheet, key, typed, answer, judged)
    sheet.answer(key[0].identifier(key[1]), *answer)
    return found


def _verdict(
    context: Context, sheet: Sheet, key: Key, typed: Typed, answer: Answer, judged: Judged
) -> Verdict:
    name = context.page.name(*key)
    first = judged.first_wrong
    update = context.run.update
    values = (("name", name), ("first", _told(context, first)))
    identifier = None
    if first is not None:
        identifier = full_name(first.key[0].identifier(first.key[1]), first.update)
    right = judged.status in (RIGHT, CARRIED)
    if right:
        return Verdict(
            right=True,
            credit=1.0,
            carried=judged.status == CARRIED,
            first_wrong=identifier,
            understood=typed.text,
            key=f"quiz.verdict.{judged.status}",
            values=values,
            cut=(name,) if _cut_off(sheet, key, answer) else (),
        )
    kind = "trivial" if judged.status == TRIVIAL else "zero" if answer.value == 0 else "wrong"
    return Verdict(
        right=False,
        credit=0.0,
        first_wrong=identifier or full_name(key[0].identifier(key[1]), update),
        understood=typed.text,
        diagnoses=() if kind == "trivial" else diagnose(context, sheet, key, answer),
        key=f"quiz.verdict.{kind}",
        values=values,
    )


def _told(context: Context, first: Place | None) -> str:
    """The first wrong answer by its name, with its update where that is another one."""
    if first is None:
        return ""
    name = context.page.name(*first.key)
    if first.update == context.run.update:
        return name
    return context.words.text("quiz.of_update", name=name, number=first.update)


def _cut_off(sheet: Sheet, key: Key, answer: Answer) -> bool:
    """Whether a right answer has its digits cut off, and is no rounding of what it may be."""
    own = [sheet.book.exact(key), *([sheet.follows(key)] if sheet.answers else [])]
    may_be = [each for each in own if each is not None]
    rounded = any(abs(each - answer.value) <= answer.radius * (1 + NEARLY) for each in may_be)
    return not rounded and any(cut_off(answer, each) for each in may_be)


def _exactly(sheet: Sheet, key: Key, value: float) -> bool:
    """Whether a short number is the value itself, so that it needs no more digits."""
    book = sheet.book

    def shown(entry: Key) -> float:
        if entry in sheet.answers:
            return sheet.answers[entry].value
        return book.page.settings.result(book.run, *entry).value

    own = [book.exact(key), *([sheet.follows(key)] if sheet.answers else [])]
    # A number with more digits than stand on the page may be exact by those.
    own.append(value_of(book.formula(key), shown))
    return any(other is not None and _same(value, other) for other in own)


def _undecided(sheet: Sheet, key: Key, typed: Typed) -> bool:
    """Whether the right value may begin like this short number; else more digits are no help."""
    if typed.value == 0:
        # A small value rounded or cut off to nothing; a whole 0 is meant as one.
        own = [sheet.book.exact(key), *([sheet.follows(key)] if sheet.answers else [])]
        return typed.decimals and any(each is not None and abs(each) < typed.unit for each in own)
    return sheet.judge(key, Answer(typed.value, typed.unit / 2, typed.figures)).status != WRONG


def _exactly_wrong(context: Context, sheet: Sheet, key: Key, answer: Answer) -> bool:
    """Whether a short number is just what a mistake gives, and no rounding of the right value."""
    if answer.value == 0 or key[0] not in sheet.book.steps:
        return False
    if sheet.judge(key, answer).status != WRONG:
        return False
    candidates = singles(context, sheet.book, key)
    return any(
        value is not None and candidate.decimals is None and _same(answer.value, value)
        for candidate, value in zip(candidates.found, candidates.values(sheet.lookup), strict=True)
    )


def _same(value: float, other: float) -> bool:
    return abs(value - other) <= NEARLY * max(abs(other), NEARLY)


def circle(
    book: Book, formula: Formula | None, asked: Quantity, index: tuple[int, ...] | None
) -> str:
    """What is said of a formula that uses what is asked for, or what comes with it or later."""
    found = set() if formula is None else set(used(formula))
    if asked in found:
        entries = [node for node in walk(formula) if isinstance(node, Entry)] if formula else []
        itself = any((node.quantity, node.index) == (asked, index) for node in entries)
        return "quiz.answer.circular" if index is None or itself else "quiz.answer.circular_later"
    later = any(asked in book.above(quantity) for quantity in found)
    return "quiz.answer.circular_later" if later else ""
