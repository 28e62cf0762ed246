"""Arrays: transposed, rows and columns, a kernel turned round, the cells of a window."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import (
    Add,
    Apply,
    Call,
    Div,
    Entry,
    Formula,
    IsLargest,
    Largest,
    Neg,
    Number,
    SoftmaxEntry,
    call,
)
from bp_tutor.formula.algebra import neg
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, VALUE, Address
from bp_tutor.formula.softmax import SOFTMAX
from bp_tutor.quiz.mistakes.case import inside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.mistakes.case import Case, Rewritten

ROW, COLUMN = "row", "column"


def weights_transposed(case: Case) -> Iterator[Rewritten]:
    """A matrix transposed where it is not, or not where it is: of weights, of attention."""
    if case.is_update:
        return
    square = {
        quantity
        for quantity in case.quantities
        if all(
            inside(*turned)
            for one in case.addresses
            if one.quantity == quantity and (turned := _transposed(case, one)) is not None
        )
    }

    def other(address: Address) -> Formula | None:
        turned = _transposed(case, address) if address.quantity in square else None
        return Entry(*turned) if turned not in (None, address) and case.is_known(turned) else None

    yield from case.in_each(other)


def _transposed(case: Case, address: Address) -> Address | None:
    """The same place in the transpose of a matrix of weights, or of attention's scores."""
    quantity, index = address
    if quantity.is_weight and quantity.kind in (VALUE, UPDATED):
        places = _pair(address, ("from", "to")) or _pair(address, (ROW, COLUMN))
    else:
        # To take a softmax of the transpose is to take it over the other axis.
        shared_out = isinstance(case.written, SoftmaxEntry)
        places = (0, 1) if is_of_attention(case, quantity) and not shared_out else None
    if places is None:
        return None
    one, other = places
    turned = list(index)
    turned[one], turned[other] = turned[other], turned[one]
    return Address(quantity, tuple(turned))


def is_of_attention(case: Case, quantity: Quantity) -> bool:
    """Whether it is a square matrix of attention: its scores or its shares, or what derives."""
    if "position" not in quantity.axes or len(quantity.shape) != 2 or len(set(quantity.shape)) > 1:
        return False
    value, program = quantity.as_kind(VALUE), case.graph.run.program
    lines = (program.line(value), *program.users.get(value, ()))
    return any(line is not None and _is_softmax(line.formula) for line in lines)


def _is_softmax(formula: Formula) -> bool:
    return isinstance(formula, Apply) and formula.primitive == SOFTMAX


def _pair(address: Address, axes: tuple[str, str]) -> tuple[int, int] | None:
    """Where two axes stand, in either order, if both are there and no kernel's are beside them."""
    own = address.quantity.axes
    if not set(axes) <= set(own) or (axes[0] != ROW and ROW in own):
        return None
    return own.index(axes[0]), own.index(axes[1])


def rows_and_columns(case: Case) -> Iterator[Rewritten]:
    """The entry in the other corner of the matrix, or of the kernel."""
    axes = case.quantity.axes
    if case.quantity.is_weight and ROW in axes:
        places = (axes.index(ROW), axes.index(COLUMN))
    elif len(case.index) == 2 and (case.quantity.is_weight or is_of_attention(case, case.quantity)):
        places = (0, 1)
    else:
        return
    one, other = places
    index = list(case.index)
    index[one], index[other] = index[other], index[one]
    turned = Address(case.quantity, tuple(index))
    if turned.index != case.index and inside(*turned) and case.graph.known(turned):
        yield case.as_a_whole(Entry(*turned))


def kernel_turned(case: Case) -> Iterator[Rewritten]:
    """A kernel turned round by 180° where it is not, or not where it is."""

    def turned(address: Address) -> Formula | None:
        other = _turned(address)
        plain = address.quantity.is_weight and address.quantity.kind in (VALUE, UPDATED)
        return Entry(*other) if plain and other is not None and other != address else None

    def derivative_turned(address: Address) -> Formula | None:
        other = _turned(address) if address.quantity.kind == DERIVATIVE else None
        return Entry(*other) if other not in (None, address) else None

    if not case.is_update:
        yield from case.with_entries(turned)
    if case.quantity.is_weight and case.quantity.kind == DERIVATIVE and ROW in case.quantity.axes:
        yield from case.with_entries(derivative_turned)
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
    """The mean, sum or least of a window where its largest belongs, or the largest for the mean."""
    for node in case.nodes:
        cells = _window(node)
        if cells:
            sum_of = Add(cells)
            yield case.exchanged(node, Div(sum_of, Number(len(cells))))
            yield case.exchanged(node, sum_of)
            yield case.exchanged(node, Neg(_largest(tuple(map(neg, cells)))))
    match case.written:
        case Div(Add(terms), Number()) if all(isinstance(term, Entry) for term in terms):
            if ROW in case.quantity.axes:
                yield case.as_a_whole(_largest(terms))


def _largest(cells: tuple[Formula, ...]) -> Formula:
    return Largest(cells) if len(cells) > 2 else call("max", *cells)


def _window(node: Formula) -> tuple[Formula, ...]:
    """The cells of which the largest is taken."""
    if isinstance(node, Largest):
        return node.candidates
    if isinstance(node, Call) and node.function.name == "max":
        cells = [arg for arg in node.args if isinstance(arg, Entry)]
        of_one_array = len({cell.quantity for cell in cells}) == 1
        return node.args if of_one_array and len(cells) == len(node.args) else ()
    return ()
