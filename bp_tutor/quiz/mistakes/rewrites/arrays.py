"""Arrays: transposed, rows and columns, a kernel turned round, the cells of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Add, Call, Div, Entry, Formula, IsLargest, Largest, Number, call
from bp_tutor.formula.quantity import UPDATED, VALUE, Address
from bp_tutor.quiz.mistakes.case import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.quiz.mistakes.case import Case, Rewritten

ROW, COLUMN = "row", "column"


def weights_transposed(case: Case) -> Iterator[Rewritten]:
    """The weight matrix transposed where it is not, or not where it is."""
    outside = False

    def turned(address: Address) -> Formula | None:
        nonlocal outside
        if not (address.quantity.is_weight and address.quantity.kind in (VALUE, UPDATED)):
            return None
        places = _pair(address, ("from", "to")) or _pair(address, (ROW, COLUMN))
        if case.is_update or places is None:
            return None
        one, other = places
        index = list(address.index)
        index[one], index[other] = index[other], index[one]
        found = Address(address.quantity, tuple(index))
        outside = outside or not inside(*found)
        return Entry(*found) if found != address else None

    made = list(case.in_each(turned))
    if not outside:
        yield from made


def _pair(address: Address, axes: tuple[str, str]) -> tuple[int, int] | None:
    """Where two axes stand, in either order, if both are there and no kernel's are beside them."""
    own = address.quantity.axes
    if not set(axes) <= set(own) or (axes[0] != ROW and ROW in own):
        return None
    return own.index(axes[0]), own.index(axes[1])


def rows_and_columns(case: Case) -> Iterator[Rewritten]:
    """The entry in the other corner of the matrix."""
    turned = Address(case.quantity, case.index[::-1])
    # Of attention's scores and shares, both count positions.
    square = "position" in case.quantity.axes and len(set(case.quantity.shape)) == 1
    is_matrix = len(case.index) == 2 and (case.quantity.is_weight or square)
    known = turned.index != case.index and inside(*turned) and case.graph.known(turned)
    if is_matrix and known:
        yield case.as_a_whole(Entry(*turned))


def kernel_turned(case: Case) -> Iterator[Rewritten]:
    """A kernel turned round by 180° where it is not, or not where it is."""

    def turned(address: Address) -> Formula | None:
        other = _turned(address)
        plain = address.quantity.is_weight and address.quantity.kind in (VALUE, UPDATED)
        return Entry(*other) if plain and other is not None and other != address else None

    if not case.is_update:
        yield from case.with_entries(turned)
    own = _turned(case.address) if case.quantity.is_weight and not case.is_update else None
    if own is not None and own != case.address and case.graph.known(own):
        yield case.as_a_whole(Entry(*own))


def _turned(address: Address) -> Address | None:
    """The same place in a kernel that is turned round."""
    quantity, index = address
    if ROW not in quantity.axes or COLUMN not in quantity.axes:
        return None
    return Address(
        quantity,
        tuple(
            length - 1 - place if axis in (ROW, COLUMN) else place
            for axis, length, place in zip(quantity.axes, quantity.shape, index, strict=True)
        ),
    )


def gradient_to_every_cell(case: Case) -> Iterator[Rewritten]:
    """The derivative through a maximum given to every cell of the window, whole or shared out."""
    masks = [node for node in case.nodes if isinstance(node, IsLargest)]
    for every in (lambda _: Number(1), lambda mask: Div(Number(1), Number(len(mask.candidates)))):
        yield from case.at_each([(mask, every(mask)) for mask in masks])


def other_pooling(case: Case) -> Iterator[Rewritten]:
    """The mean or the sum of a window where its largest belongs, or the largest for the mean."""
    for node in case.nodes:
        cells = _window(node)
        if cells:
            sum_of = Add(cells)
            yield case.exchanged(node, Div(sum_of, Number(len(cells))))
            yield case.exchanged(node, sum_of)
    match case.written:
        case Div(Add(terms), Number()) if all(isinstance(term, Entry) for term in terms):
            if ROW in case.quantity.axes:
                largest = Largest(terms) if len(terms) > 2 else call("max", *terms)
                yield case.as_a_whole(largest)


def _window(node: Formula) -> tuple[Formula, ...]:
    """The cells of which the largest is taken."""
    if isinstance(node, Largest):
        return node.candidates
    if isinstance(node, Call) and node.function.name == "max":
        return node.args if all(isinstance(arg, Entry) for arg in node.args) else ()
    return ()
