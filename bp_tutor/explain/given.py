"""What the exercise gives: inputs, targets, weights, biases, derivatives with their symbols."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bp_tutor.explain.blocks import in_order
from bp_tutor.explain.document import (
    Joined,
    Line,
    Listing,
    Note,
    Part,
    Relation,
    Section,
    Sentence,
    sentence,
)
from bp_tutor.explain.nodes import Partial, Size
from bp_tutor.formula import Address, Entry, Quantity, Ref, Role
from bp_tutor.formula.atoms import whole
from bp_tutor.formula.quantity import FIRST_STATES, STARTS, VALUE

if TYPE_CHECKING:
    from bp_tutor.explain.document import Block
    from bp_tutor.explain.settings import Settings
    from bp_tutor.formula import Formula
    from bp_tutor.solve import Run

MOST_LISTED = 24
"""Numbers of one quantity that are listed; of a larger one only the size is told."""
OF_SAMPLES = (Role.INPUT, *FIRST_STATES, Role.TARGET, Role.LOSS_WEIGHT)
TOLD = (Role.RATE, Role.DECAY)
"""What stands among the facts."""


def given_section(settings: Settings, run: Run, form: str = "index") -> Section | None:
    """Every number that is given, quantity by quantity; None where there is none.

    Of derivatives also those that the file gives by a symbol alone, `∂L/∂z = δ`.
    """
    given = [
        quantity
        for quantity, numbers in run.program.model.given.items()
        if (quantity.kind == VALUE and numbers is not None and quantity.role not in TOLD)
        or quantity.kind in STARTS
        # What an optimiser keeps is 0 at first, if nothing else is said.
        or (quantity.kind != VALUE and any(numbers or ()))
    ]
    if not given:
        return None
    blocks: list[Block] = []
    for _, group in groupby(given, key=_sort):
        alike = list(group)
        if alike[0].size == 1:
            blocks.append(
                Listing(tuple(item for q in alike for item in _numbers(settings, run, q)))
            )
        else:
            blocks += [_array(settings, run, quantity, form) for quantity in alike]
    blocks += _from_zero(run)
    return Section(Sentence("section.given"), "given", tuple(blocks))


def _from_zero(run: Run) -> list[Block]:
    """What an optimiser keeps that is 0 before the first update: one letter, or each array."""
    model = run.program.model
    kept = [each for each, _ in run.program.next_values if each.kind != VALUE]
    zero = [each for each in kept if not any(model.given.get(each) or (1,))]
    if not zero:
        return []
    kinds = dict.fromkeys(each.kind for each in kept)
    whole = [kind for kind in kinds if all(each in zero for each in kept if each.kind == kind)]
    single = [Ref(each) for each in zero if each.kind not in whole]
    return [Note(sentence("given.from_zero", names=Joined((*whole, *single))))]


def definitions_of(settings: Settings, run: Run) -> Listing | None:
    """The formulas of a computation graph, which are a part of the exercise."""
    if not settings.structure.names:
        return None
    return Listing(
        tuple(
            (whole(line.quantity), settings.shortened(line.formula))
            for line in run.program.model.definitions
        )
    )


def _sort(quantity: Quantity) -> tuple[str, str, bool]:
    """What may stand together: states and targets apart from parameters, single numbers."""
    letter = quantity.symbol if quantity.role in OF_SAMPLES else ""
    return quantity.kind, letter, quantity.size == 1


def _array(settings: Settings, run: Run, quantity: Quantity, form: str) -> Block:
    is_image = "column" in quantity.axes
    if quantity.size > MOST_LISTED and not (is_image or settings.whole):
        count = sentence("given.numbers", shape=Size(quantity.shape))
        return Note(Joined((Ref(quantity), count), ": "))
    if is_image or form == "matrix":
        from bp_tutor.explain.matrices import matrices_of

        part = Part("result", Relation.EQUAL, matrices_of(settings, run, quantity))
        return Line(quantity, None, (part,))
    return Listing(_numbers(settings, run, quantity))


def _numbers(
    settings: Settings, run: Run, quantity: Quantity
) -> tuple[tuple[Formula, Formula], ...]:
    if quantity not in run.values:
        of = Partial(Address(Quantity("L")), Address(quantity.as_kind(VALUE)))
        return ((of, whole(quantity)),)
    return tuple(
        (Entry(quantity, index), settings.number(run, quantity, index))
        for index in in_order(settings, quantity)
    )
