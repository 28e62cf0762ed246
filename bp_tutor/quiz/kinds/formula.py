"""A formula, for one entry or in matrix form: compared at random points, never by its looks."""

from __future__ import annotations

from functools import partial
from itertools import product
from math import e, floor, log10
from typing import TYPE_CHECKING

from bp_tutor.explain import style_named
from bp_tutor.explain.columns import in_columns, plain_sums
from bp_tutor.formula import (
    CANONICAL,
    Add,
    Call,
    Entry,
    Formula,
    FormulaError,
    Mul,
    Neg,
    Number,
    Reduce,
    Ref,
    Transpose,
    call,
    replace,
    spell,
    walk,
)
from bp_tutor.formula.algebra import neg
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.parse import EULER
from bp_tutor.formula.quantity import VALUE, Address
from bp_tutor.formula.typed_text import parse_typed
from bp_tutor.quiz.entry_graph import KEPT_BIAS
from bp_tutor.quiz.kinds.array import times
from bp_tutor.quiz.kinds.kind import (
    IN_NUMBERS,
    HintStep,
    Kind,
    Samples,
    asked_steps,
    prompt_values,
    verdict_on,
)
from bp_tutor.quiz.mistakes.diagnosis import diagnose_values
from bp_tutor.quiz.model import NotUnderstood, Question, Understood, Verdict
from bp_tutor.quiz.points import are_close, number_at, number_of
from bp_tutor.quiz.tolerance import entries_of
from bp_tutor.quiz.typed import normalised, shown
from bp_tutor.quiz.typed_names import (
    can_be_typed,
    unreadable,
    with_stand_ins,
    without_stand_ins,
)
from bp_tutor.solve import used
from bp_tutor.solve.partial import PartialError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.entry_graph import EntryGraph
    from bp_tutor.quiz.points import Point
    from bp_tutor.quiz.student import StudentAnswers
    from bp_tutor.solve import Step

    Asked = tuple[Quantity, tuple[int, ...] | None]
    """The quantity that is asked for, and the index of an entry; None for the whole array."""

ENTRY, MATRIX = "formula", "matrix_formula"
LONGEST = 2_000
LONGEST_NAME = 160
MOST_NODES = 120
"""Nobody types a longer formula."""
MOST_ENTRIES = 2
CLOSE = 1e-7
MOST_LITERALS, MOST_TRIES, MOST_PLACES = 8, 200, 400
"""So many numbers put in for names are looked at, in so many ways, in arrays of that size."""
STRUCTURAL = (1.0, 2.0)
"""Numbers that stand in formulas of their own accord: nobody can tell what they were meant for."""
LEAST_PUT_IN = 3
"""A calculated value may be put in with so many figures at least."""
MALFORMED = ("", "  ", "((1", "1 +", "nonsense_99", "Z[99,99]", "__import__('os')", "9**9**9**9",
             "\x00", "🙂", "(" * 1_000, "a" * 10_000, "1 2")  # fmt: skip


def make(context: Context) -> Iterator[Question]:
    """A question for the first entries of each step."""
    for step in _steps(context):
        for place, address in enumerate(step.quantity.addresses()):
            formula = context.graph.formula(address)
            if place >= MOST_ENTRIES or len(walk(formula)) > MOST_NODES:
                break
            yield _question(context, ENTRY, address.identifier, address)


def make_matrices(context: Context) -> Iterator[Question]:
    """A question for the matrix form of each step that has one."""
    for step in _steps(context):
        if len(step.quantity.shape) == 2 and step.quantity.size > 1:
            first = Address(step.quantity, (0, 0))
            question = _question(context, MATRIX, step.quantity.name, first)
            name = context.page.name(step.quantity, None)
            yield question._replace(values=(("name", name), *question.values[1:]))


def _steps(context: Context) -> list[Step]:
    if not context.graph.points:
        return []
    numbered = [step for step in asked_steps(context) if step.line.rule != KEPT_BIAS]
    found = numbered or [
        step for step in context.run.steps if not (step.line.inlined and step.quantity.kind)
    ]
    # What the formulas of a graph are only its file can say.
    return [step for step in found if step.quantity.kind or context.problem.graph is None]


def _question(context: Context, kind: str, identifier: str, address: Address) -> Question:
    step = context.graph.steps[address.quantity]
    values = prompt_values(context, address)
    return Question(kind, identifier, step.line.rule, step.update, f"quiz.prompt.{kind}", values)


def asked_of(question: Question, graph: EntryGraph) -> Asked:
    """What a question asks for."""
    address = graph.find(question.identifier) if question.kind == ENTRY else None
    if address is not None:
        return address
    quantity = graph.array(question.identifier)
    if quantity is None:
        raise KeyError(question.identifier)
    return quantity, None


# Reading


def understand(question: Question, text: str, context: Context) -> Understood:
    """The formula that was typed, over quantities that come before the one asked for."""
    if not text.strip():
        raise NotUnderstood("quiz.answer.empty", 0, 1)
    if len(text) > LONGEST:
        raise NotUnderstood("quiz.answer.too_long", LONGEST, 1, limit=LONGEST)
    graph = context.graph
    asked, index = asked_of(question, graph)
    sample = question.identifier.partition("@")[2]
    plain, stand_ins = with_stand_ins(graph, normalised(text))

    def refuse(key: str, name: str) -> NotUnderstood:
        at, asked_name = max(text.find(name), 0), dict(question.values)["name"]
        return NotUnderstood(key, at, len(name), name=asked_name, found=shown(name))

    def resolve(typed: str, reading: int = 0) -> Formula | None:
        name = without_stand_ins(typed, stand_ins)
        if len(name) > LONGEST_NAME:
            return None
        found = graph.read(name, sample, arrays=index is None)
        if found is None:
            formula = _derivative(graph, name, sample, reading, refuse)
        else:
            formula = _as_typed(found, context, wanted=index is not None)
            formula = neg(formula) if graph.is_negated(name) else formula
        if key := _circular(graph, formula, (asked, index)):
            raise refuse(key, name)
        return formula

    try:
        # In `∂Z⟨2⟩/∂R` may be meant what goes through the step before as well.
        readings = (partial(resolve, reading=reading) for reading in (0, -1))
        activation = partial(_activation, context, asked)
        formulas = [parse_typed(plain, read, activation) for read in readings]
    except FormulaError as error:
        usable = {q for q in graph.order if not _circular(graph, Ref(q), (asked, index))}
        raise unreadable(graph, error, usable) from None
    formula = formulas[0]
    if index is not None:
        if formula.shape:
            raise NotUnderstood("quiz.answer.no_number", 0, len(text))
        address = Address(asked, index)
        formula = _as_meant(graph, address, formulas)
        # Where the right one is a number itself, another number is just wrong.
        if _only_numbers(formula) and graph.leaves(address):
            raise NotUnderstood("quiz.answer.formula_wanted", 0, len(text))
    return Understood(spell(formula, context.page), formula)


def _circular(graph: EntryGraph, formula: Formula | None, asked: Asked) -> str:
    """What is said of a formula that uses what is asked for, or what comes with it or later."""
    quantity, index = asked
    found = set() if formula is None else set(used(formula))
    if formula is not None and quantity in found:
        itself = index is None or Address(quantity, index) in entries_of(formula)
        return "quiz.answer.circular" if itself else "quiz.answer.circular_later"
    later = any(quantity in graph.ancestors(one) for one in found)
    return "quiz.answer.circular_later" if later else ""


def _as_meant(graph: EntryGraph, address: Address, formulas: list[Formula]) -> Formula:
    """Of several things that can be meant, the one that is right; the first if none is."""

    def right(one: Formula) -> bool:
        return same(graph, one, address)

    found = next((one for one in formulas if right(one)), None)
    return found or _with_names(graph, formulas[0], address, right) or formulas[0]


def _as_typed(found: Address | Quantity, context: Context, *, wanted: bool) -> Formula:
    """The formula of a name: one entry where one is `wanted`, else its array."""
    quantity = found.quantity if isinstance(found, Address) else found
    if isinstance(found, Address) and (wanted or not quantity.shape):
        return Entry(*found)
    transposed = context.page.settings.columns and len(quantity.shape) == 2
    return Transpose(Ref(quantity)) if transposed else Ref(quantity)


def _activation(context: Context, asked: Quantity, arg: Formula) -> Call | None:
    """What the course may just call f: the activation of the value that it is applied to.

    Of a sum it is that of the asked layer, or the one that all layers have.
    """
    graph = context.graph
    own = graph.before_activation(asked) or asked.as_kind(VALUE)
    before = arg.quantity if isinstance(arg, Entry | Ref) else own
    if (found := graph.activated(before)) is not None:
        formula = found[1]
        return (
            Call(formula.function, (arg, *formula.args[1:])) if isinstance(formula, Call) else None
        )
    return call(context.own_function, arg) if context.own_function else None


def _derivative(
    graph: EntryGraph,
    name: str,
    sample: str,
    reading: int,
    refuse: Callable[[str, str], NotUnderstood],
) -> Formula | None:
    """One value's derivative by another, `∂A/∂Z`."""
    try:
        found = graph.derivative(name, sample)
    except PartialError as error:
        raise refuse(f"quiz.answer.partial.{error}", name) from None
    return None if found is None else found.readings[reading]


# Numbers that somebody put in for names: right where the names would be right


def _with_names(
    graph: EntryGraph, formula: Formula, address: Address, right: Callable[[Formula], bool]
) -> Formula | None:
    """The formula with names for some of its numbers with which it is right, if there is one.

    What is nothing but numbers stays so: asked for was a formula.
    """
    literals = [node for node in walk(formula) if isinstance(node, Number)]
    if _only_numbers(formula) or not (0 < len(literals) <= MOST_LITERALS):
        return None
    ancestors = graph.ancestors(address.quantity)
    places = [
        place
        for quantity in graph.order
        if quantity in ancestors and quantity in graph.run.values and quantity.size <= MOST_PLACES
        for place in quantity.addresses()
    ]
    choices = [[None, *_meant(graph, literal, places)] for literal in literals]
    for tried, chosen in enumerate(product(*choices)):
        if tried > MOST_TRIES:
            break
        if any(chosen):
            found = _put(formula, iter(chosen))
            if right(found):
                return found
    return None


def _meant(graph: EntryGraph, literal: Number, places: list[Address]) -> list[Formula]:
    """The entries whose value a number may be: given ones exactly, others as rounded.

    A minus sign before it stays.
    """
    number = float(literal.number)
    found: list[Formula] = []
    if abs(number) in STRUCTURAL:
        return found
    if _is_rounded(number, e):
        found.append(EULER)
    for place in places:
        value, calculated = graph.exact(place), place.quantity in graph.steps
        if _stands_for(number, value, calculated=calculated):
            found.append(Entry(*place))
        if _stands_for(-number, value, calculated=calculated):
            found.append(Neg(Entry(*place)))
    return found


def _stands_for(number: float, value: float, *, calculated: bool) -> bool:
    if calculated and not number:
        # What came to nothing in this exercise is no 0 in the formula.
        return False
    exact = abs(value - number) <= 1e-12 * max(1.0, abs(value))
    return exact or (calculated and _is_rounded(number, value))


def _is_rounded(number: float, value: float) -> bool:
    """Whether the value, rounded to as many figures as the number has, is the number."""
    if not number or not value:
        return False
    digits = len(f"{abs(number):.12g}".replace(".", "").lstrip("0").partition("e")[0])
    if digits < LEAST_PUT_IN:
        return False
    unit = 10.0 ** (floor(log10(abs(number))) + 1 - digits)
    return abs(value - number) <= unit / 2 * (1 + 1e-9)


def _put(formula: Formula, chosen: Iterator[Formula | None]) -> Formula:
    """The formula with an entry for each number, in the order in which they stand there."""

    def named(node: Formula) -> Formula | None:
        if not isinstance(node, Number):
            return None
        return next(chosen, None) or node

    return replace(formula, named)


def _only_numbers(formula: Formula) -> bool:
    """Whether no name stands in a formula."""
    return not any(isinstance(node, Entry | Ref) for node in walk(formula))


# Marking


def mark(question: Question, understood: Understood, student: StudentAnswers) -> Verdict:
    """Right where it gives the same numbers at every point."""
    context, graph, formula = student.context, student.graph, understood.value
    assert isinstance(formula, Formula)
    quantity, index = asked_of(question, graph)
    name = dict(question.values)["name"]
    if index is None:
        transposed = context.page.settings.columns
        shape = quantity.shape[::-1] if transposed else quantity.shape
        if formula.shape != shape:
            axis = 1 if transposed else 0
            formula = replace(formula, lambda node: _over_samples(node, axis))
        if formula.shape != shape and (formula.shape or quantity.size > 1):
            given = times(formula.shape) or "1"
            values = (("name", name), ("right", times(shape)), ("given", given))
            return verdict_on(question, understood, values, right=False, key="shape")
        typed: Iterator[tuple[Formula, Address]] = (
            (entry_of(formula, address.index[::-1] if transposed else address.index), address)
            for address in quantity.addresses()
        )
    else:
        typed = iter(((formula, Address(quantity, index)),))
    wrong = next((pair for pair in typed if not same(graph, *pair)), None)
    if wrong is None:
        return verdict_on(question, understood, (("name", name),), right=True)
    entry, address = wrong
    numbers = [number_of(entry, point) for point in graph.points]
    diagnoses = diagnose_values(student, address, numbers)
    named = (("name", name), ("first", ""))
    return verdict_on(question, understood, named, right=False, diagnoses=diagnoses)


def _over_samples(node: Formula, axis: int) -> Formula | None:
    """A sum over everything read as the sum over the samples, as the page writes it."""
    if isinstance(node, Reduce) and node.scalar:
        return Reduce(node.kind, node.arg, (axis,))
    return None


def same(graph: EntryGraph, formula: Formula, address: Address) -> bool:
    """Whether a formula gives the entry's number at every point, on every side of its kinks."""

    def are_same(points: Iterable[Point]) -> bool:
        return all(
            are_close(number_of(formula, point), number_at(point, address), CLOSE)
            for point in points
        )

    return are_same(graph.points) and are_same(graph.points_for(address, formula))


def samples(question: Question, context: Context) -> Samples:
    """The formula in canonical names, in the course's symbols, turned round; and with mistakes."""
    graph, page = context.graph, context.page
    quantity, index = asked_of(question, graph)
    if index is None:
        formula = graph.steps[quantity].formula
        matrix = spell(
            plain_sums(in_columns(formula) if page.settings.columns else formula), CANONICAL
        )
        return Samples((matrix,), ((f"2*({matrix})", ""),), MALFORMED)
    address = Address(quantity, index)
    formula = graph.formula(address)
    texts = [spell(formula, CANONICAL), spell(_turned_round(formula), CANONICAL)]
    if all(can_be_typed(graph, page.name(*leaf)) for leaf in entries_of(formula)):
        texts.append(spell(formula, page))
    if graph.spelled:
        texts.append(spell(formula, page._replace(style=style_named("ascii"))))
    wrong = []
    for candidate in context.candidates.singles(address).found:
        alike = same(graph, candidate.formula, address)
        entries = entries_of(candidate.formula)
        later = any(
            one.quantity == quantity or quantity in graph.ancestors(one.quantity) for one in entries
        )
        if not alike and not later:
            wrong.append((spell(candidate.formula, CANONICAL), candidate.name))
    return Samples(tuple(texts), tuple(wrong), MALFORMED)


def _turned_round(formula: Formula) -> Formula:
    """The same with its terms and factors in another order."""

    def turn(node: Formula) -> Formula | None:
        match node:
            case Add(terms):
                return Add(tuple(replace(term, turn) for term in reversed(terms)))
            case Mul(factors):
                return Mul(tuple(replace(factor, turn) for factor in reversed(factors)))
        return None

    return replace(formula, turn)


def _hints(_: Question) -> tuple[HintStep, ...]:
    return HintStep("rule", 0.3), HintStep("formula", 0.7)


FORMULA = Kind(
    make, understand, mark, samples,
    level="formulas", numeric=False, shows_values=False, hints=_hints,
)  # fmt: skip
MATRIX_FORMULA = FORMULA._replace(make=make_matrices, form="matrix", hints=lambda _: IN_NUMBERS)
