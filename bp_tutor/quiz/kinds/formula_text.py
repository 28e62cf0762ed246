"""A formula that was typed, read: over quantities that come before the one asked for."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bp_tutor.formula import (
    Call,
    Entry,
    Formula,
    FormulaError,
    Ref,
    Transpose,
    call,
    spell,
)
from bp_tutor.formula.algebra import neg
from bp_tutor.formula.quantity import VALUE, Address, PartialDerivative
from bp_tutor.formula.typed_text import parse_typed
from bp_tutor.quiz.kinds.formula_compared import only_numbers, same
from bp_tutor.quiz.model import NotUnderstood, Question, Understood
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
    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.context import Context
    from bp_tutor.quiz.entry_graph import EntryGraph

    Asked = tuple[Quantity, tuple[int, ...] | None]
    """The quantity that is asked for, and the index of an entry; None for the whole array."""

ENTRY = "formula"
"""The kind of question that asks for the formula of one entry."""
LONGEST = 2_000
LONGEST_NAME = 160


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
        if only_numbers(formula) and graph.leaves(address):
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
    alone = len(formulas) == 1 or formulas[0] == formulas[1]
    return next((one for one in formulas if not alone and same(graph, one, address)), formulas[0])


def _as_typed(found: Address | Quantity, context: Context, *, wanted: bool) -> Formula:
    """The formula of a name: one entry where one is `wanted`, else its array."""
    quantity = found.quantity if isinstance(found, Address) else found
    if isinstance(found, Address) and (wanted or not quantity.shape):
        return Entry(*found)
    transposed = context.page.settings.columns and len(quantity.shape) == 2
    return Transpose(Ref(quantity)) if transposed else Ref(quantity)
