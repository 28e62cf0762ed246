"""Masks over scores: what is not to be seen is minus infinity, so that its share is 0.

A mask is two whole numbers: whether a position sees none after it, and the positions that are
padding, as a sum of powers of two (the first position counts 1, the second 2, the third 4).
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING

from bp_tutor.formula.atoms import Number
from bp_tutor.formula.primitive import Primitive

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.formula.node import Formula, Index
    from bp_tutor.formula.primitive import Apply


def hides(options: tuple[int, ...], row: int, column: int) -> bool:
    """Whether the mask hides the position `column` from the position `row`, counted from 0."""
    causal, padded = options
    return bool((causal and column > row) or padded >> column & 1)


def is_minus_infinity(formula: Formula) -> bool:
    """Whether it is what a mask puts in place of a score."""
    return isinstance(formula, Number) and formula.number == -inf


def _entry(node: Apply, index: Index) -> Formula:
    return Number(-inf) if hides(node.options, *index) else node.args[0].entry(index)


def _pullback(_: Apply, upstream: Formula, __: Formula) -> tuple[Formula | None, ...]:
    """What arrives: the derivative by a score that has no share is 0 already."""
    return (upstream,)


def _in_pytorch(node: Apply, arrays: Sequence[str]) -> str:
    rows, columns = node.shape
    hidden = [
        [hides(node.options, row, column) for column in range(columns)] for row in range(rows)
    ]
    said = f"torch.tensor({hidden})"
    if node.options == (1, 0):
        said = f"torch.ones({rows}, {columns}).triu(1) > 0"
    return f"({arrays[0]}).masked_fill({said}, -torch.inf)"


MASK = Primitive(
    "masked",
    lambda node: node.args[0].shape,
    _entry,
    _pullback,
    options=2,
    pytorch=_in_pytorch,
)
MASKS = (MASK,)
