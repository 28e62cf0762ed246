"""Matrix form for courses that write vectors as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.board import Laid, on_the_board
from bp_tutor.formula import MatMul, Reduce, Ref, Transpose, replace
from bp_tutor.formula.linear import matmul, transpose

if TYPE_CHECKING:
    from bp_tutor.explain.settings import Settings
    from bp_tutor.formula import Formula, Quantity


def spelled(settings: Settings, quantity: Quantity) -> Quantity:
    """The array as the reader's formulas spell it, in lines of matrices and in pictures.

    Where vectors are columns, that is its transpose.
    """
    return transposed(quantity) if settings.columns else quantity


def transposed(quantity: Quantity) -> Quantity:
    """The array that such a course calls by the same name: rows and columns exchanged."""
    return quantity.transposed if len(quantity.shape) == 2 else quantity


def in_columns(formula: Formula) -> Formula:
    """The same formula over the transposed arrays that such a course calls by these names.

    `A @ W + B` becomes `W @ A + B`: each name stands for the transpose of our own array, so
    products turn round and sums run along the other axis.
    """
    match formula:
        case Ref(quantity):
            return Ref(transposed(quantity))
        case MatMul(left, right):
            return matmul(in_columns(right), in_columns(left))
        case Transpose(arg):
            return transpose(in_columns(arg))
        case Reduce(kind, arg, axes) if not formula.scalar:
            other = tuple(len(arg.shape) - 1 - axis for axis in axes)
            return Reduce(kind, in_columns(arg), other)
    children = tuple(map(in_columns, formula.children))
    if isinstance(formula, Laid):
        return formula.turned(children)
    return formula.rebuild(children) if children else formula


def plain_sums(formula: Formula) -> Formula:
    """The formula with `Σ(δ)` for a sum along one axis: the shapes beside it say which."""

    def plain(node: Formula) -> Formula | None:
        if isinstance(node, Reduce) and not node.scalar:
            return Reduce(node.kind, replace(node.arg, plain), node.axes, scalar=True)
        return None

    return replace(formula, plain)


def as_written(settings: Settings, formula: Formula) -> Formula:
    """A formula over whole arrays as the course writes it."""
    written = on_the_board(formula)
    return plain_sums(in_columns(written) if settings.columns else written)
