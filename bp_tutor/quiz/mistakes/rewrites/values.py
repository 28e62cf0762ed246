"""Other values that are known: the answer to another question."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Call, Entry, Ref, replace
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import DERIVATIVE, ONE, SAMPLE, VALUE, Address, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Formula
    from bp_tutor.quiz.mistakes.case import Case, Rewritten

MOST = 6
"""So many neighbours of an entry are taken for it."""


def activated_already(case: Case) -> Iterator[Rewritten]:
    """What an activation makes of the value that is asked for."""
    if case.quantity.kind != VALUE:
        return
    for line in case.graph.run.program.users.get(case.quantity, ()):
        match line.formula:
            case Call(function, (Ref(inner), *_)) if function.activation and inner == case.quantity:
                made = entry_of(line.formula, case.index)
                yield case.as_a_whole(_put_in(case, made))


def _put_in(case: Case, formula: Formula) -> Formula:
    def own(node: Formula) -> Formula | None:
        same = isinstance(node, Entry) and node.address == case.address
        return case.written if same else None

    return replace(formula, own)


def other_value(case: Case) -> Iterator[Rewritten]:
    """The value of a neighbour, or another value of the same place."""
    for other in (*_beside(case), *_same_place(case)):
        if case.is_known(other) and Entry(*other) != case.written:
            yield case.as_a_whole(Entry(*other))


def _beside(case: Case) -> list[Address]:
    """The entries of the same array and sample, the nearest first."""
    quantity, index = case.address
    found = []
    for other in quantity.addresses() if quantity.size <= MOST**2 else ():
        places = [
            abs(one - own)
            for axis, one, own in zip(quantity.axes, other.index, index, strict=True)
            if axis != ONE
        ]
        same = all(
            one == own or axis != SAMPLE
            for axis, one, own in zip(quantity.axes, other.index, index, strict=True)
        )
        if same and any(places):
            found.append((sum(places), other))
    return [other for _, other in sorted(found, key=lambda one: one[0])[:MOST]]


def _same_place(case: Case) -> Iterator[Address]:
    """What has the same place in the same layer and step: the value for its derivative."""
    if case.quantity.kind == DERIVATIVE:
        yield case.address.as_kind(VALUE)
    for quantity in case.values:
        layer = quantity.layer is not None and quantity.layer == case.quantity.layer
        alike = quantity.shape == case.quantity.shape and quantity.step == case.quantity.step
        weights = quantity.is_weight or quantity.role is Role.BIAS
        if layer and alike and not weights and quantity.kind in (VALUE, DERIVATIVE):
            yield Address(quantity, case.index)
