"""A formula, for one entry or in matrix form: compared at random points, never by its looks."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bp_tutor.formula import (
    Entry,
    Formula,
    FormulaError,
    Reduce,
    Ref,
    Transpose,
    parse,
    replace,
    spell,
    walk,
)
from bp_tutor.formula.algebra import neg
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, VALUE
from bp_tutor.quiz.books import book_of
from bp_tutor.quiz.frozen import RULE as KEPT
from bp_tutor.quiz.kinds.entries import asked_steps, circle, numbers_of
from bp_tutor.quiz.kinds.literals import only_numbers, with_names
from bp_tutor.quiz.mistakes.diagnose import diagnose_values
from bp_tutor.quiz.model import NotUnderstood, Question, Understood, Verdict
from bp_tutor.quiz.points import number_at, number_of, points_of
from bp_tutor.quiz.reading import normalised, shown
from bp_tutor.quiz.spelled import in_one_piece, replaced, unreadable
from bp_tutor.solve.partial import PartialError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.book import Book, Key
    from bp_tutor.quiz.model import Context
    from bp_tutor.quiz.sheet import Sheet
    from bp_tutor.solve import Step

KIND, MATRIX = "formula", "matrix_formula"
LONGEST = 2_000
LONGEST_NAME = 160
MOST_NODES = 120
"""Nobody types a longer formula."""
MOST_ENTRIES = 2
CLOSE = 1e-7
PLAIN = (VALUE, DERIVATIVE, UPDATED)


def make(context: Context) -> Iterator[Question]:
    """A question for the first entries of each step."""
    for step in _steps(context):
        for place, index in enumerate(step.quantity.indices()):
            formula = book_of(context).formula((step.quantity, index))
            if place >= MOST_ENTRIES or len(walk(formula)) > MOST_NODES:
                break
            yield _question(context, KIND, step.quantity.identifier(index), (step.quantity, index))


def make_matrices(context: Context) -> Iterator[Question]:
    """A question for the matrix form of each step that has one."""
    for step in _steps(context):
        if len(step.quantity.shape) == 2 and step.quantity.size > 1:
            first = (step.quantity, (0, 0))
            question = _question(context, MATRIX, step.quantity.name, first)
            name = context.page.name(step.quantity, None)
            yield question._replace(values=(("name", name), *question.values[1:]))


def _steps(context: Context) -> list[Step]:
    if not points_of(book_of(context)):
        return []
    numbered = [step for step in asked_steps(context) if step.line.rule != KEPT]
    return numbered or [
        step for step in context.run.steps if not (step.line.inlined and step.quantity.kind)
    ]


def _question(context: Context, kind: str, identifier: str, key: Key) -> Question:
    step = book_of(context).steps[key[0]]
    prompt = f"quiz.prompt.{kind}"
    return Question(kind, identifier, step.line.rule, step.update, prompt, numbers_of(context, key))


def understand(question: Question, text: str, context: Context) -> Understood:
    """The formula that was typed, over quantities that come before the one asked for."""
    if not text.strip():
        raise NotUnderstood("quiz.answer.empty", 0, 1)
    if len(text) > LONGEST:
        raise NotUnderstood("quiz.answer.too_long", LONGEST, 1, limit=LONGEST)
    book = book_of(context)
    asked, index = asked_of(question, book)
    sample = question.identifier.partition("@")[2]

    plain, stand_ins = in_one_piece(book, normalised(text))

    def refuse(key: str, name: str) -> NotUnderstood:
        at, asked_name = max(text.find(name), 0), dict(question.values)["name"]
        return NotUnderstood(key, at, len(name), name=asked_name, found=shown(name))

    def resolve(typed: str, reading: int = 0) -> Formula | None:
        name = replaced(typed, stand_ins)
        if len(name) > LONGEST_NAME:
            return None
        found = book.read(name, sample, arrays=index is None)
        if found is None:
            formula = _derivative(book, name, sample, reading, refuse)
        else:
            formula = _as_typed(found, context, wanted=index is not None)
            formula = neg(formula) if book.turned(name) else formula
        if key := circle(book, formula, asked, index):
            raise refuse(key, name)
        return formula

    try:
        # In `∂Z⟨2⟩/∂R` may be meant what goes through the step before as well.
        readings = (partial(resolve, reading=reading) for reading in (0, -1))
        own = context.own_function
        formulas = [parse(plain, read, implicit=True, own_function=own) for read in readings]
    except FormulaError as error:
        usable = {q for q in book.order if not circle(book, Ref(q), asked, index)}
        raise unreadable(book, error, usable) from None
    formula = formulas[0]
    if index is not None:
        if formula.shape:
            raise NotUnderstood("quiz.answer.no_number", 0, len(text))
        formula = _as_meant(book, (asked, index), formulas)
        # Where the right one is a number itself, another number is just wrong.
        if only_numbers(formula) and book.leaves((asked, index)):
            raise NotUnderstood("quiz.answer.formula_wanted", 0, len(text))
    return Understood(spell(formula, context.page), formula)


def _as_meant(book: Book, key: Key, formulas: list[Formula]) -> Formula:
    """Of several things that can be meant, the one that is right; the first if none is."""

    def right(one: Formula) -> bool:
        return same(book, one, key)

    found = next((one for one in formulas if right(one)), None)
    return found or with_names(book, formulas[0], key, right) or formulas[0]


def _as_typed(found: Key | Quantity, context: Context, *, wanted: bool) -> Formula:
    """The formula of a name: one entry where one is `wanted`, else its array."""
    quantity = found[0] if isinstance(found, tuple) else found
    if isinstance(found, tuple) and (wanted or not quantity.shape):
        return Entry(*found)
    turned = context.page.settings.columns and len(quantity.shape) == 2
    return Transpose(Ref(quantity)) if turned else Ref(quantity)


def _derivative(
    book: Book, name: str, sample: str, reading: int, refuse: Callable[[str, str], NotUnderstood]
) -> Formula | None:
    """One value's derivative by another, `∂A/∂Z`."""
    try:
        found = book.derivative(name, sample)
    except PartialError as error:
        raise refuse(f"quiz.answer.partial.{error}", name) from None
    return None if found is None else found.readings[reading]


def asked_of(question: Question, book: Book) -> tuple[Quantity, tuple[int, ...] | None]:
    """The quantity that is asked for, and the index of an entry."""
    key = book.find(question.identifier) if question.kind == KIND else None
    if key is not None:
        return key
    quantity = book.array(question.identifier)
    if quantity is None:
        raise KeyError(question.identifier)
    return quantity, None


def mark(question: Question, understood: Understood, sheet: Sheet, context: Context) -> Verdict:
    """Right where it gives the same numbers at every point."""
    book = sheet.book
    formula = understood.value
    assert isinstance(formula, Formula)
    quantity, index = asked_of(question, book)
    name = dict(question.values)["name"]
    turned = index is None and context.page.settings.columns
    shape = quantity.shape[::-1] if turned else quantity.shape
    if index is None and formula.shape != shape:
        formula = replace(formula, lambda node: _summed(node, 1 if turned else 0))
    if index is None and formula.shape != shape and (formula.shape or quantity.size > 1):
        given = "×".join(map(str, formula.shape)) or "1"
        values = (("name", name), ("right", "×".join(map(str, shape))), ("given", given))
        return _wrong(question, understood, "shape", values)
    off: list[tuple[int, ...]] = []
    for place in (index,) if index is not None else quantity.indices():
        own = formula if index is not None else _entry(formula, place, turned=turned)
        if not same(book, own, (quantity, place)):
            off.append(place)
            break
    if not off:
        return Verdict(
            right=True,
            credit=1.0,
            understood=understood.text,
            key="quiz.verdict.right",
            values=(("name", name),),
        )
    key = (quantity, off[0])
    entry = formula if index is not None else _entry(formula, off[0], turned=turned)
    values_there = [number_of(entry, point) for point in points_of(book)]
    found = _wrong(question, understood, "wrong", (("name", name), ("first", "")))
    return found._replace(diagnoses=diagnose_values(context, sheet, key, values_there))


def _entry(formula: Formula, place: tuple[int, ...], *, turned: bool) -> Formula:
    return entry_of(formula, place[::-1] if turned else place)


def _summed(node: Formula, axis: int) -> Formula | None:
    """A sum over everything read as the sum over the samples, as the page writes it."""
    if isinstance(node, Reduce) and node.scalar:
        return Reduce(node.kind, node.arg, (axis,))
    return None


def _wrong(
    question: Question, understood: Understood, why: str, values: tuple[tuple[str, str], ...]
) -> Verdict:
    return Verdict(
        right=False,
        credit=0.0,
        first_wrong=question.full_name,
        understood=understood.text,
        key=f"quiz.verdict.{why}",
        values=values,
    )


def same(book: Book, formula: Formula, key: Key) -> bool:
    """Whether a formula gives the entry's number at every point."""
    for point in points_of(book):
        found, right = number_of(formula, point), number_at(point, key)
        if found is None or abs(found - right) > CLOSE * max(abs(right), CLOSE):
            return False
    return True
