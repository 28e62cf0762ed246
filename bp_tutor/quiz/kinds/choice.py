"""One of several: the shape of an array, the rule of a value, the paths to the loss.

The paths are those that the chain rule adds up: over which values an entry reaches the loss.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

from bp_tutor.explain.chain import paths
from bp_tutor.explain.nodes import name_of
from bp_tutor.formula import Entry, Quantity, walk
from bp_tutor.formula.quantity import DERIVATIVE, VALUE, Address
from bp_tutor.quiz.kinds.array import shown_shape, times
from bp_tutor.quiz.kinds.kind import (
    HintStep,
    Kind,
    Samples,
    asked_entry,
    asked_steps,
    prompt_said,
    verdict_on,
)
from bp_tutor.quiz.mistakes.diagnosis import diagnosis_of
from bp_tutor.quiz.model import Diagnosis, NotUnderstood, Question, Understood, Verdict
from bp_tutor.quiz.record import ChoiceRecord, Option
from bp_tutor.quiz.student import StudentAnswers
from bp_tutor.quiz.typed import normalised

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.record import Record, Recorded

    Path = tuple[Address, ...]
    """The values that a path goes over, from the entry to where a delta is known."""

SHAPE, RULE, PATH = "quiz.prompt.shape", "quiz.prompt.rule", "quiz.prompt.path"
LETTERS = "abcdefgh"
MOST_OPTIONS = 4
MOST_PATHS = 4
LARGEST = 2_000
FORGOTTEN = "path_left_out"


def make(context: Context) -> Iterator[Question]:
    """The shape of each array, the rule of each step, the paths of some derivatives."""
    steps = asked_steps(context)
    rules = list(dict.fromkeys(_rule(context, step.line.rule) for step in steps))
    for step in steps:
        quantity = step.quantity
        if len(quantity.shape) == 2 and quantity.size > 1:
            shapes = _shapes(context, quantity)
            if len(shapes) > 1:
                yield _question(context, quantity, SHAPE, shapes)
        right = _rule(context, step.line.rule)
        others = [rule for rule in rules if rule != right]
        if others:
            yield _question(context, quantity, RULE, [right, *others])
    for step in steps:
        quantity = step.quantity
        if quantity.kind == DERIVATIVE and quantity.size <= LARGEST:
            # The last one of the first row: its indices are not all alike, if no mask takes it.
            wanted = (*(0 for _ in quantity.shape[:-1]), *(n - 1 for n in quantity.shape[-1:]))
            first = next(quantity.indices()) if wanted in quantity.removed else wanted
            options = path_options(context, Address(quantity, first))
            if options:
                yield _question(context, quantity, PATH, options, Address(quantity, first))


def _question(
    context: Context,
    quantity: Quantity,
    prompt: str,
    options: list[str],
    address: Address | None = None,
) -> Question:
    step = context.graph.steps[quantity]
    kept = options[:MOST_OPTIONS]
    identifier = quantity.name if address is None else address.identifier
    # Mixed the same way every time, so that an answer keeps its meaning.
    Random(f"{identifier}{prompt}").shuffle(kept)  # noqa: S311 - no secret
    # The paths of a derivative are those of the value that it is the derivative by.
    named = (quantity, None) if address is None else address.as_kind(VALUE)
    values = (("name", context.page.name(*named)),)
    return Question("choice", identifier, step.line.rule, step.update, prompt, values, tuple(kept))


def _rule(context: Context, rule: str) -> str:
    return context.words.rule(rule)


def _shapes(context: Context, quantity: Quantity) -> list[str]:
    """The right shape first, then those that mistakes make of it."""
    rows, columns = shown_shape(context, quantity)
    ancestors = context.graph.ancestors(quantity)
    inner = [one for q in ancestors for one in q.shape if len(q.shape) == 2]
    others = [(columns, rows), *((rows, one) for one in inner), *((one, columns) for one in inner)]
    return list(dict.fromkeys(map(times, [(rows, columns), *others])))


def understand(question: Question, text: str, _: Context) -> Understood:
    """The choice by its number, its letter or its words."""
    plain, *options = (_plain(each, question.prompt_key) for each in (text, *question.choices))
    place = -1
    if plain in options:
        place = options.index(plain)
    elif len(plain) == 1 and plain in LETTERS[: len(options)]:
        place = LETTERS.index(plain)
    elif plain.isascii() and plain.isdigit() and len(plain) < 3:
        place = int(plain) - 1
    if not 0 <= place < len(options):
        raise NotUnderstood("quiz.answer.unknown_choice", 0, max(len(text), 1), count=len(options))
    return Understood(question.choices[place], place)


def _plain(text: str, prompt: str) -> str:
    """A choice as it is compared, however it was typed."""
    plain = normalised(text).strip().strip(".()").casefold()
    return plain.replace("x", "×").replace("*", "×") if prompt == SHAPE else plain


def mark(question: Question, understood: Understood, student: StudentAnswers) -> Verdict:
    """Right where it is the shape, the rule or the paths of the trace."""
    right, chosen = _right(question, student.context), understood.text
    good = chosen == right
    diagnoses = () if good else _diagnoses(question, chosen, right, student)
    values = (("name", dict(question.values)["name"]), ("first", ""))
    found = verdict_on(question, understood, values, right=good, diagnoses=diagnoses)
    return found if good else found._replace(key="quiz.of_choice.wrong")


def _right(question: Question, context: Context) -> str:
    if question.prompt_key == RULE:
        return _rule(context, question.rule)
    if question.prompt_key == PATH:
        return _spelled(context, _paths(context, asked_entry(question, context)))
    quantity = context.graph.array(question.identifier)
    assert quantity is not None
    return times(shown_shape(context, quantity))


def _diagnoses(
    question: Question, chosen: str, right: str, student: StudentAnswers
) -> tuple[Diagnosis, ...]:
    if question.prompt_key == PATH:
        return _forgotten_path(student, asked_entry(question, student.context), chosen)
    if question.prompt_key == SHAPE and chosen == "×".join(reversed(right.split("×"))):
        name = dict(question.values)["name"]
        parts = (("part", name), ("numbers", right), ("name", name), ("decimals", ""))
        return (Diagnosis("rows_and_columns", "only", name, parts),)
    return ()


def _forgotten_path(
    student: StudentAnswers, address: Address, chosen: str
) -> tuple[Diagnosis, ...]:
    """A path that was forgotten, with the term that is lost with it."""
    context = student.context
    right = _paths(context, address)
    for lost in right if len(right) > 1 else ():
        if chosen != _spelled(context, [path for path in right if path != lost]):
            continue
        delta = Entry(*lost[-1].as_kind(DERIVATIVE))
        for one in context.candidates.singles(address).found:
            if one.name == FORGOTTEN and one.part is not None and delta in walk(one.part):
                return (diagnosis_of(student, address, one, alone=True),)
    return ()


def path_options(context: Context, address: Address) -> list[str]:
    """The right paths first, then what mistakes make of them; empty where nothing is to choose."""
    right = _paths(context, address)
    if not right:
        return []
    others: list[list[Path]] = []
    if len(right) > 1:
        others += [right[:-1], right[1:]]
    beside = [_over_neighbours(path) for path in right]
    others += [[*right, *(path for path in beside if path not in right)], beside]
    others.append([(_over_neighbours(path[:1])[0], *path[1:]) for path in right if len(path) > 1])
    found = dict.fromkeys(_spelled(context, some) for some in (right, *others) if some)
    return list(found) if len(found) > 1 else []


def _paths(context: Context, address: Address) -> list[Path]:
    """The paths from the value of a derivative to the loss, if they are a few."""
    loss = Address(context.run.program.model.loss or Quantity("L"))
    found = paths(context.run.program, *address.as_kind(VALUE), loss)
    if not 1 <= len(found) <= MOST_PATHS:
        return []
    over = [
        tuple(
            part[0] for part in reversed(path) if not isinstance(part, Address) and part[0] != loss
        )
        for path in found
    ]
    # A path that leads to the loss at once goes over nothing.
    return over if all(over) else []


def _over_neighbours(path: Path) -> Path:
    """The same path over the neighbours of its values."""
    return tuple(
        Address(quantity, (*index[:-1], (index[-1] + 1) % quantity.shape[-1]) if index else index)
        for quantity, index in path
    )


def _spelled(context: Context, found: list[Path]) -> str:
    page = context.page
    texts = sorted(page.style.arrow.join(page.name(*address) for address in path) for path in found)
    return ", ".join(dict.fromkeys(texts))


def record(question: Question, context: Context, recorded: Recorded) -> Record:
    """The choices, which of them is right, and what the others show."""
    right, student = _right(question, context), StudentAnswers(context)
    address = context.graph.find(question.identifier)
    if question.prompt_key == PATH and address is not None:
        name = name_of(*address.as_kind(VALUE))
    else:
        quantity = context.graph.array(question.identifier)
        assert quantity is not None
        name = name_of(quantity, None)
    return ChoiceRecord(
        question.full_name,
        question.update,
        question.rule,
        prompt_said(question, context, name),
        tuple(
            Option(text, right=True)
            if text == right
            else Option(text, right=False, diagnoses=_diagnoses(question, text, right, student))
            for text in question.choices
        ),
        recorded.points,
    )


def samples(question: Question, context: Context) -> Samples:
    """The right one by number, letter and words; the others; and what is none of them."""
    right = _right(question, context)
    place = question.choices.index(right)
    student = StudentAnswers(context)
    others = []
    for option in question.choices:
        if option != right:
            found = _diagnoses(question, option, right, student)
            others.append((option, found[0].misconception if found else ""))
    malformed = ("", "0", "9", "z", "1.5", "\x00", "🙂", "a" * 10_000, "9" * 10_000)
    return Samples(
        (str(place + 1), LETTERS[place], right, f" {place + 1}. "), tuple(others), malformed
    )


def _hints(question: Question) -> tuple[HintStep, ...]:
    if question.prompt_key == RULE:
        return (HintStep("choice", 1.0),)
    return HintStep("rule", 0.3), HintStep("choice", 0.7)


CHOICE = Kind(
    make, understand, mark, samples,
    level="shapes",
    numeric=False,
    named=False,
    shows_values=False,
    hints=_hints,
    record=record,
)  # fmt: skip
