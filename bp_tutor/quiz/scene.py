"""What stands with a question: its layer as a picture, and all that is known there.

Which of it a formula needs is left to the student; a hint tells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.explain.blocks import MOST_SORTED, in_order
from bp_tutor.explain.document import Joined, Listing, Named, Note, sentence
from bp_tutor.explain.given import MOST_LISTED, definitions_of
from bp_tutor.explain.nodes import Size
from bp_tutor.explain.picture import layer_picture, picture_of
from bp_tutor.explain.structure import is_plain
from bp_tutor.formula import Entry, Number, Ref, Role, Shown
from bp_tutor.formula.quantity import (
    DERIVATIVE,
    FIRST_STATES,
    SIGNALS,
    UPDATED,
    VALUE,
    WEIGHTS,
    Address,
)
from bp_tutor.quiz.entry_graph import KEPT_BIAS
from bp_tutor.quiz.kinds.choice import PATH, RULE, SHAPE
from bp_tutor.quiz.kinds.table import KINDS
from bp_tutor.quiz.needed import figure_of, inputs_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from bp_tutor.explain.document import Block, Picture
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.quiz.model import Question
    from bp_tutor.quiz.student import StudentAnswers

MOST_UNITS = 5
"""Larger layers are listed and not drawn."""
MOST_BESIDE = 24
"""So many numbers of a layer stand there that the formula does not need."""
MOST_TOLD = 400
"""Numbers of a larger array stand in no picture one by one."""
PARAMETERS = (*WEIGHTS, Role.BIAS, Role.SCALE, *FIRST_STATES)
Sort = tuple[str, tuple[Role, ...]]
"""The kind of a quantity, and the roles that it may have."""
OUTPUTS: Sort = (VALUE, SIGNALS)
SUMS: Sort = (VALUE, (Role.WEIGHTED_SUM,))
DELTAS: Sort = (DERIVATIVE, (Role.WEIGHTED_SUM,))
WIRES: Sort = (VALUE, (Role.WEIGHT,))
OWN: Sort = ("", ())
"""What is asked for."""
UNDRAWN = (SHAPE, RULE)
"""Questions to which a picture is no help."""
ASKED = Number(float("nan"), Shown("?", float("nan")))
"""Stands where the number is asked for."""


class Scene(NamedTuple):
    """A picture, and what is known: in the picture, and beside it."""

    picture: Picture | None = None
    drawn: tuple[Listing, ...] = ()
    """What the picture tells; listed where it cannot be drawn."""
    beside: tuple[Block, ...] = ()


class _Drawn(NamedTuple):
    """Two layers with the weights between them."""

    lower: tuple[Address, ...]
    upper: tuple[Address, ...]
    weight: Quantity


def scene_of(
    question: Question,
    student: StudentAnswers,
    pending: Collection[Address] = (),
    shown: Collection[str] = (),
) -> Scene:
    """What is known where a question stands.

    `pending` are entries that are still asked for, so that their values stay unknown; `shown` are
    the full names of those whose values were shown instead of answered.
    """
    if not student.graph.entries(question.identifier) or question.prompt_key in UNDRAWN:
        return Scene()
    numbers = KINDS[question.kind].shows_values
    known = _Known(student, question, pending, shown)
    if student.context.problem.graph is not None:
        return _of_graph(known, numbers=numbers)
    drawn = _drawn(known)
    picture: Picture | None = None
    listed: tuple[Listing, ...] = ()
    if drawn is not None:
        layers = [
            tuple(Named(Entry(*each), known.number(each) if numbers else None) for each in layer)
            for layer in drawn[:2]
        ]
        picture = layer_picture(layers[0], layers[1], drawn.weight)
        listed = tuple(known.listing(layer) for layer in drawn[:2])
    if not numbers:
        return Scene(picture)
    inside = {each for layer in drawn[:2] for each in layer} if drawn is not None else set()
    return Scene(picture, listed, tuple(_together(_beside(known, inside))))


def known_values(
    question: Question,
    student: StudentAnswers,
    pending: Collection[Address] = (),
    shown: Collection[str] = (),
) -> Iterator[tuple[Address, Shown]]:
    """Every value that is known where a question stands, with its number as this student has it.

    Of a question that numbers would answer, only what is given. Larger arrays are left out.
    """
    graph = student.graph
    entries = graph.entries(question.identifier)
    known = _Known(student, question, pending, shown) if entries else None
    numbers = known is not None and KINDS[question.kind].shows_values
    for quantity in student.context.run.quantities():
        for address in quantity.addresses() if quantity.size <= MOST_TOLD else ():
            if known is not None and address in known.asked:
                continue
            given = graph.known(address) and not graph.is_calculated(address)
            number = known.number(address) if known is not None and numbers else None
            if given or number is not None:
                yield address, figure_of(student, address, shown)


class _Known:
    """Which values a student knows at a question, and how they stand there."""

    def __init__(
        self,
        student: StudentAnswers,
        question: Question,
        pending: Collection[Address],
        shown: Collection[str],
    ) -> None:
        self.student, self.graph = student, student.graph
        self.asked = self.graph.entries(question.identifier)
        self.quantity = self.asked[0].quantity
        self.run, self.settings = student.context.run, student.context.page.settings
        self._pending, self._shown = pending, shown
        self.paths = question.prompt_key == PATH
        self.needed = dict.fromkeys(inputs_of(student.context, question))
        if question.rule != KEPT_BIAS:
            leaves = (leaf for one in self.asked for leaf in self.graph.leaves(one))
            self.needed |= dict.fromkeys(leaves)

    def number(self, address: Address) -> Formula | None:
        """The number of an entry as this student knows it; None where nobody knows it yet."""
        if address in self.asked:
            return ASKED
        if not self._holds(address):
            return None
        figure = figure_of(self.student, address, self._shown)
        return Number(figure.value, figure)

    def _holds(self, address: Address) -> bool:
        graph = self.graph
        if not graph.known(address):
            return False
        if address in self.needed or address in self.student.answers:
            return True
        order = graph.order
        earlier = order[address.quantity] < order[self.quantity]
        return earlier and address not in self._pending

    def listing(self, addresses: Iterable[Address]) -> Listing:
        """Names with their numbers; without those that are asked for or not known."""
        pairs = ((each, self.number(each)) for each in addresses if each not in self.asked)
        return Listing(
            tuple((Entry(*each), number) for each, number in pairs if number is not None)
        )

    def entries(self, quantity: Quantity) -> Iterator[Address]:
        """The entries of an array that belong to the samples that are asked about."""
        rows = {_row(each) for each in self.asked}
        for index in in_order(self.settings, quantity):
            address = Address(quantity, index)
            if None in rows or _row(address) is None or _row(address) in rows:
                yield address


def _row(address: Address) -> int | None:
    """The sample of an entry, where there are several."""
    quantity, index = address
    if "sample" not in quantity.axes:
        return None
    axis = quantity.axes.index("sample")
    return index[axis] if quantity.shape[axis] > 1 else None


def _of_graph(known: _Known, *, numbers: bool) -> Scene:
    """The graph with its formulas, and the values that are known by now."""
    settings, run = known.settings, known.run
    picture = picture_of(settings, known.student.context.problem, run)
    formulas = definitions_of(settings, run)
    quantities = [one for one in run.quantities() if one.role is not Role.HELPER and one.size == 1]
    leaves = [one for one in quantities if one.role is Role.LEAF and one.kind == VALUE]
    others = (Address(one) for one in quantities if one not in leaves)
    found = [known.listing(others)] if numbers else []
    # Of arrays what leads to the value that is asked for.
    arrays = dict.fromkeys(each.quantity for each in known.needed if each.quantity.size > 1)
    for array in arrays if numbers else ():
        needed = (each for each in known.needed if each.quantity == array)
        found.append(known.listing(sorted(needed, key=lambda each: each.index)))
    drawn = (known.listing(map(Address, leaves)), *((formulas,) if formulas is not None else ()))
    return Scene(picture, drawn, tuple(each for each in found if each.items))


def _drawn(known: _Known) -> _Drawn | None:
    """The two layers that a value is found between; None where that is no picture."""
    network, quantity = known.student.context.problem.network, known.quantity
    if network is None or network.alone or not is_plain(network) or quantity.layer is None:
        return None
    found = _ends(known, quantity, quantity.layer)
    if found is None:
        return None
    upper, kinds = found
    if not 2 <= upper <= len(known.settings.structure.units):
        return None
    weight = _array(known, upper, WIRES)
    layers = []
    for layer, sort in zip((upper - 1, upper), kinds, strict=True):
        array = quantity if sort is OWN else _array(known, layer, sort)
        layers.append(tuple(known.entries(array)) if array is not None else ())
    if weight is None or max(weight.shape) > MOST_UNITS:
        return None
    lower, top = layers
    return _Drawn(lower, top, weight) if (len(lower), len(top)) == weight.shape else None


def _ends(known: _Known, quantity: Quantity, layer: int) -> tuple[int, tuple[Sort, Sort]] | None:
    """The upper one of the two layers, and what stands at the units of each."""
    parameter = quantity.role in PARAMETERS
    if known.paths:
        # They go over values, though what is asked for is a derivative.
        return layer + (not parameter), (OUTPUTS, SUMS)
    if parameter:
        return (layer, (OUTPUTS, DELTAS)) if quantity.kind == DERIVATIVE else None
    return (layer + 1, (OWN, DELTAS)) if quantity.kind == DERIVATIVE else (layer, (OUTPUTS, OWN))


def _array(known: _Known, layer: int, sort: Sort) -> Quantity | None:
    """The array of a sort at a layer."""
    kind, roles = sort
    return next(
        (
            one
            for one in known.run.quantities()
            if one.layer == layer and one.kind == kind and one.role in roles
        ),
        None,
    )


def _beside(known: _Known, inside: set[Address]) -> Iterator[Block]:
    """What the formula is made of, array by array, and what else is known at the layer."""
    needed = {leaf.quantity for leaf in known.needed}
    beside = [one for one in known.run.quantities() if one not in needed and _beside_it(known, one)]
    left = MOST_BESIDE
    for quantity in (one for one in known.run.quantities() if one in needed or one in beside):
        if quantity.role is Role.HELPER:
            continue
        entries = list(known.entries(quantity)) if quantity.size <= MOST_SORTED else []
        if not 0 < len(entries) <= MOST_LISTED:
            # Of a large array only what is needed, if that can be listed at all.
            entries = [leaf for leaf in known.needed if leaf.quantity == quantity]
        if len(entries) > MOST_LISTED:
            count = sentence("given.numbers", shape=Size(quantity.shape))
            yield Note(Joined((Ref(quantity), count), ": "))
            continue
        found = known.listing(each for each in entries if each not in inside)
        left -= 0 if quantity in needed else len(found.items)
        if found.items and (quantity in needed or left >= 0):
            yield found


def _together(blocks: Iterable[Block]) -> Iterator[Block]:
    """Single numbers in one row."""
    row: tuple[tuple[Formula, Formula], ...] = ()
    for block in blocks:
        if isinstance(block, Listing) and len(block.items) == 1:
            row += block.items
            continue
        if row:
            yield Listing(row)
        row = ()
        yield block
    if row:
        yield Listing(row)


def _beside_it(known: _Known, other: Quantity) -> bool:
    """Whether an array belongs to the same layer and step, and is no parameter of it."""
    asked, step = known.quantity, known.graph.steps.get(other)
    if other == asked:
        return True
    if asked.kind == UPDATED or other.role in PARAMETERS:
        return False
    if step is not None and step.line.inlined and other.kind:
        # It is a part of the answer.
        return False
    there = asked.layer is not None and other.layer == asked.layer and other.step == asked.step
    return there and other.kind in (VALUE, asked.kind)
