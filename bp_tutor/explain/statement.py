"""What an exercise says, before anything of it is worked out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import Document, Section, Sentence
from bp_tutor.explain.facts import activations_of, facts_of
from bp_tutor.explain.given import definitions_of
from bp_tutor.explain.nodes import Equation, Partial
from bp_tutor.explain.picture import picture_of
from bp_tutor.formula import Address, Entry, Neg, Role
from bp_tutor.formula.quantity import DERIVATIVE, VALUE

MOST_DRAWN = 5
"""Formulas that surely have room in the picture of a graph."""

if TYPE_CHECKING:
    from bp_tutor.explain.document import Said
    from bp_tutor.explain.settings import Settings
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve import Run


def statement(settings: Settings, problem: Problem, run: Run) -> Document:
    """Title, text, conventions, activations, the picture; no given numbers but those in it."""
    return Document(
        title=problem.title,
        facts=(
            *facts_of(settings, problem),
            *activations_of(settings, problem),
            *_delta(settings, run),
        ),
        picture=picture_of(settings, problem, run),
        sections=_formulas(settings, run),
    )


def _formulas(settings: Settings, run: Run) -> tuple[Section, ...]:
    """The formulas of a graph that may be too wide for a picture to hold them."""
    formulas = definitions_of(settings, run)
    if formulas is None or len(formulas.items) <= MOST_DRAWN:
        return ()
    return (Section(Sentence("section.given"), "given", (formulas,)),)


def _delta(settings: Settings, run: Run) -> tuple[Said, ...]:
    """What a delta is the derivative of, on one of them; nothing where its name says so."""
    model = run.program.model
    loss = model.loss
    deltas = (
        step.quantity
        for step in run.steps
        if step.quantity.kind == DERIVATIVE and step.quantity.role is Role.WEIGHTED_SUM
    )
    first = next(deltas, None)
    if loss is None or first is None:
        return ()
    address = next(first.addresses())
    value, symbols = address.as_kind(VALUE), settings.symbols
    if symbols.name(*address, "ascii") == symbols.partial(Address(loss), value, "ascii"):
        return ()
    slope = Partial(Address(loss), value)
    return (Equation(Entry(*address), slope if model.factor > 0 else Neg(slope)),)
