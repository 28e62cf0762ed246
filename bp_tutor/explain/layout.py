"""Matrix form for courses that write vectors as columns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Apply, Formula, MatMul, Reduce, Ref, Transpose
from bp_tutor.formula.build import matmul, transpose

if TYPE_CHECKING:
    from bp_tutor.explain.page import Page


def in_columns(formula: Formula) -> Formula:
    """The same formula over the transposed arrays that such a course calls by these names.

    `A @ W + B` becomes `W @ A + B`: each name stands for the transpose of our own array, so
    products turn round and sums run along the other axis.
    """
    match formula:
        case Ref():
            return formula
        case MatMul(left, right):
            return matmul(in_columns(right), in_columns(left))
        case Transpose(arg):
            return transpose(in_columns(arg))
        case Reduce(kind, arg, axes, scalar):
            turned = axes if scalar else tuple(len(arg.shape) - 1 - axis for axis in axes)
            return Reduce(kind, in_columns(arg), turned, scalar=scalar)
        case Apply():
            return formula
    children = formula.children
    return formula.rebuild(tuple(in_columns(child) for child in children)) if children else formula


def shape_text(shape: tuple[int, ...], columns: bool, page: Page) -> str:
    """`2×3`, turned where vectors are columns."""
    sign = "x" if page.style.name == "ascii" else "×"
    return sign.join(str(length) for length in (shape[::-1] if columns else shape))
