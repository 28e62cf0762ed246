"""Measures that are reported beside the loss and never trained on: RMSE and R².

Formulas over all outputs of all samples, `A` against `Y`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from bp_tutor.fields.described import table
from bp_tutor.formula import Add, Div, Formula, Neg, Number, Pow, Reduce, Ref, call
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bp_tutor.fields.records import Field

    Refs = Sequence[Ref]


def _squares(left: Formula, right: Formula) -> Formula:
    return Pow(Add((left, Neg(right))), Number(2))


def _over_steps(kind: Literal["sum", "mean"], arrays: list[Formula]) -> Formula:
    """The sum or mean of all numbers at all time steps."""
    if len(arrays) == 1:
        return Reduce(kind, arrays[0], (0, 1), scalar=True)
    sums = Add(tuple(Reduce("sum", array, (0, 1), scalar=True) for array in arrays))
    rows, columns = arrays[0].shape
    return sums if kind == "sum" else Div(sums, Number(rows * columns * len(arrays)))


def _rmse(outputs: Refs, targets: Refs) -> Formula:
    missed = [_squares(a, y) for a, y in zip(outputs, targets, strict=True)]
    return call("sqrt", _over_steps("mean", missed))


def _r_squared(outputs: Refs, targets: Refs) -> Formula:
    mean = _over_steps("mean", list(targets))
    missed = [_squares(y, a) for a, y in zip(outputs, targets, strict=True)]
    spread = [_squares(y, mean) for y in targets]
    quotient = Div(_over_steps("sum", missed), _over_steps("sum", spread))
    return Add((Number(1), Neg(quotient)))


class MeasureKind(Frozen):
    """A measure: its name in a file, its symbol, and its formula."""

    key: str
    symbol: str
    formula: Callable[[Refs, Refs], Formula]
    """Over outputs and targets, at each time step."""
    also: tuple[str, ...] = ()
    """What else it is called; only for the hint in a message."""
    fields: tuple[Field, ...] = ()


MEASURES = table(
    MeasureKind("rmse", "RMSE", _rmse),
    MeasureKind("r_squared", "R2", _r_squared, also=("r2", "r²")),
)
