"""Entries of array primitives with letters for their indices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.general.windows import (
    averaged,
    correlated,
    greatest,
    in_a_row,
    in_an_image,
    thinned,
    to_image,
    to_kernel,
)
from bp_tutor.explain.general.writer import NoGeneralFormError
from bp_tutor.formula import Add, Div, Neg, call
from bp_tutor.formula.indexed import Place
from bp_tutor.formula.kernels import THINNED
from bp_tutor.formula.masks import MASK
from bp_tutor.formula.shapes import FLATTEN, UNFLATTEN
from bp_tutor.formula.slices import ENTRY, SLICE
from bp_tutor.formula.softmax import LOG_SOFTMAX, SOFTMAX, SOFTMAX_BACK
from bp_tutor.formula.windows import AVERAGE_POOL, CORRELATE, MAX_POOL, TO_IMAGE, TO_KERNEL

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.explain.general.writer import Index, Writer
    from bp_tutor.formula import Apply, Formula


def _mask(writer: Writer, node: Apply, index: Index) -> Formula:
    """The score itself: what is removed is told by the bounds of the sums over it."""
    return writer.entry(node.args[0], index)


def _entry(writer: Writer, node: Apply, index: Index) -> Formula:
    """The number at a place: the weight of an edge has none of its own."""
    del index
    row, column = node.options
    return writer.entry(node.args[0], (Place("", row + 1), Place("", column + 1)))


def _slice(writer: Writer, node: Apply, index: Index) -> Formula:
    """What is taken of an array, at the place that it has there."""
    axis, first, _ = node.options
    place = index[axis]
    if writer.starts:
        # Units that are counted on from layer to layer have no place in their own.
        raise NoGeneralFormError(node.primitive.name)
    moved = Place("", first + 1) if place is None else place.plus(first)
    return writer.entry(node.args[0], (*index[:axis], moved, *index[axis + 1 :]))


def _softmax(writer: Writer, node: Apply, index: Index) -> Formula:
    """A power of e over the sum of those of the row."""
    (logits,) = node.args
    return Div(call("exp", writer.entry(logits, index)), _powers(writer, logits, index))


def _log_softmax(writer: Writer, node: Apply, index: Index) -> Formula:
    """A logit less the logarithm of the sum of the powers of its row."""
    (logits,) = node.args
    total = call("log", _powers(writer, logits, index))
    return Add((writer.entry(logits, index), Neg(total)))


def _powers(writer: Writer, logits: Formula, index: Index) -> Formula:
    """The sum of the powers of e of a row."""
    axis, quantity = writer.last_axis(logits)
    letter = writer.fresh(axis)
    powers = call("exp", writer.entry(logits, (*index[:-1], Place(letter))))
    return writer.total(letter, powers, writer.span(axis, quantity, logits.shape[-1]))


def _softmax_back(writer: Writer, node: Apply, index: Index) -> Formula:
    """`p·(u − Σ u·p)`: through the Jacobian, its terms collected."""
    upstream, output = node.args
    axis, quantity = writer.last_axis(output)
    letter = writer.fresh(axis)
    other = (*index[:-1], Place(letter))
    each = writer.product(writer.entry(upstream, other), writer.entry(output, other))
    total = writer.total(letter, each, writer.span(axis, quantity, output.shape[-1]))
    own = Add((writer.entry(upstream, index), Neg(total)))
    return writer.product(writer.entry(output, index), own)


RULES: dict[str, Callable[[Writer, Apply, Index], Formula]] = {
    MASK.name: _mask,
    ENTRY.name: _entry,
    SLICE.name: _slice,
    SOFTMAX.name: _softmax,
    LOG_SOFTMAX.name: _log_softmax,
    SOFTMAX_BACK.name: _softmax_back,
    CORRELATE.name: correlated,
    TO_KERNEL.name: to_kernel,
    TO_IMAGE.name: to_image,
    AVERAGE_POOL.name: averaged,
    MAX_POOL.name: greatest,
    THINNED.name: thinned,
    FLATTEN.name: in_a_row,
    UNFLATTEN.name: in_an_image,
}
"""By the name of the primitive; the others have no form with letters."""
