"""A formula that was typed: read, and held against the right one at random points."""

from __future__ import annotations

from functools import partial
from itertools import product
from math import e, floor, log10
from typing import TYPE_CHECKING

from bp_tutor.formula import (
    Call,
    Entry,
    Formula,
    FormulaError,
    Neg,
    Number,
    Ref,
    Transpose,
    call,
    replace,
    spell,
    walk,
)
from bp_tutor.formula.algebra import neg
from bp_tutor.formula.parse import EULER
from bp_tutor.formula.quantity import VALUE, Address, PartialDerivative
from bp_tutor.formula.typed_text import parse_typed
from bp_tutor.quiz.model import NotUnderstood, Question, Understood
from bp_tutor.quiz.points import are_close, number_at, number_of
from bp_tutor.quiz.tolerance import entries_of
from bp_tutor.quiz.typed import normalised, shown
from bp_tutor.quiz.typed_names import (
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

    Asked = tuple[Quantity, tuple[int, ...] | None]
    """The quantity that is asked for, and the index of an entry; None for the whole array."""

ENTRY = "formula"
"""The kind of question that asks for the formula of one entry."""
LONGEST = 2_000
LONGEST_NAME = 160
CLOSE = 1e-7
MOST_LITERALS, MOST_TRIES, MOST_PLACES = 8, 200, 400
"""So many numbers put in for names are looked at, in so many ways, in arrays of that size."""
STRUCTURAL = (1.0, 2.0)
"""Numbers that stand in formulas of their own accord: nobody can tell what they were meant for."""
LEAST_PUT_IN = 3
"""A calculated value may be put in with so many figures at least."""


def asked_of(question: Question, graph: EntryGraph) -> Asked:
    """What a question asks for."""
    address = graph.find(question.identifier) if question.kind == ENTRY else None
    if address is not None:
        return address
    quantity = graph.array(question.identifier)
    if quantity is None:
        raise KeyError(question.identifier)
    return quantity, None


def understand(question: Question, text: str, context: Context) -> Understood:
    """The formula that was typed, over quantities that come before the one asked for."""
    if not text.strip():
        raise NotUnderstood("quiz.answer.empty", 0, 1)
    if len(text) > LONGEST:
        raise NotUnderstood("quiz.answer.too_long", LONGEST, 1, limit=LONGEST)
    graph = context.graph
    plain, stand_ins = with_stand_ins(graph, normalised(text))
    reading = _Reading(question, text, context, stand_ins)
    asked, index = reading.asked
    try:
        # In `∂Z⟨2⟩/∂R` may be meant what goes through the step before as well.
        resolvers = (partial(reading.resolve, reading=which) for which in (0, -1))
        formulas = [parse_typed(plain, resolve, reading.activation) for resolve in resolvers]
    except FormulaError as error:
        usable = {q for q in graph.order if not _circular(graph, Ref(q), reading.asked)}
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


class _Reading:
    """What the names in one answer mean."""

    def __init__(
        self, question: Question, text: str, context: Context, stand_ins: dict[str, str]
    ) -> None:
        self.question, self.text, self.context, self.stand_ins = question, text, context, stand_ins
        self.graph = context.graph
        self.asked = asked_of(question, self.graph)
        self.sample = question.identifier.partition("@")[2]

    def resolve(self, typed: str, reading: int = 0) -> Formula | None:
        """The formula of a name; of two that it can mean, the first or the last one."""
        name = without_stand_ins(typed, self.stand_ins)
        if len(name) > LONGEST_NAME:
            return None
        one = self.asked[1] is not None
        found = self.graph.read(name, self.sample, arrays=not one)
        if found is None:
            formula = self.derivative(name, reading)
        else:
            formula = _as_typed(found, self.context, wanted=one)
            formula = neg(formula) if self.graph.is_negated(name) else formula
        if key := _circular(self.graph, formula, self.asked):
            raise self.refused(key, name)
        return formula

    def derivative(self, name: str, reading: int) -> Formula | None:
        """One value's derivative by another, `∂A/∂Z`."""
        pairs = self.graph.names.quotient(normalised(name.strip()))
        if len(pairs) == 1 and self.asked[0] == PartialDerivative(*pairs[0]):
            raise self.refused("quiz.answer.circular", name)
        try:
            found = self.graph.derivative(name, self.sample)
        except PartialError as error:
            raise self.refused(f"quiz.answer.partial.{error}", name) from None
        return None if found is None else found.readings[reading]

    def activation(self, arg: Formula) -> Call | None:
        """What the course may just call f: the activation of the value that it is applied to.

        Of a sum it is that of the asked layer, or the one that all layers have.
        """
        asked, _ = self.asked
        own = self.graph.before_activation(asked) or asked.as_kind(VALUE)
        before = arg.quantity if isinstance(arg, Entry | Ref) else own
        found = self.graph.activated(before)
        if found is None:
            name = self.context.own_function
            return call(name, arg) if name else None
        formula = found[1]
        return (
            Call(formula.function, (arg, *formula.args[1:])) if isinstance(formula, Call) else None
        )

    def refused(self, key: str, name: str) -> NotUnderstood:
        at, asked = max(self.text.find(name), 0), dict(self.question.values)["name"]
        return NotUnderstood(key, at, len(name), name=asked, found=shown(name))


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


def same(graph: EntryGraph, formula: Formula, address: Address) -> bool:
    """Whether a formula gives the entry's number at every point, on every side of its kinks."""
    own = graph.formula(address) if address.quantity.name in graph.ratios else None

    def right(point: Point) -> float | None:
        # What was asked for by name stands beside the calculation.
        return number_at(point, address) if own is None else number_of(own, point)

    def are_same(points: Iterable[Point]) -> bool:
        return all(are_close(number_of(formula, point), right(point), CLOSE) for point in points)

    return are_same(graph.points) and are_same(graph.points_for(address, formula))
