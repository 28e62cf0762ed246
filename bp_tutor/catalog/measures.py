"""Measures that are reported beside the loss and never trained on: RMSE and R².

Formulas over all outputs of all samples, `A` against `Y`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import Add, Div, Formula, Neg, Number, Pow, Quantity, Reduce, Ref, call

if TYPE_CHECKING:
    from collections.abc import Callable


def _squares(left: Formula, right: Formula) -> Formula:
    return Pow(Add((left, Neg(right))), Number(2))


def _rmse(output: Ref, target: Ref) -> Formula:
    return call("sqrt", Reduce("mean", _squares(output, target), (0, 1), scalar=True))


def _r_squared(output: Ref, target: Ref) -> Formula:
    mean = Reduce("mean", target, (0, 1), scalar=True)
    missed = Reduce("sum", _squares(target, output), (0, 1), scalar=True)
    spread = Reduce("sum", _squares(target, mean), (0, 1), scalar=True)
    return Add((Number(1), Neg(Div(missed, spread))))


class Measure(NamedTuple):
    """A measure's symbol and its formula over outputs and targets."""

    quantity: Quantity
    formula: Callable[[Ref, Ref], Formula]


MEASURES: dict[str, Measure] = {
    "rmse": Measure(Quantity("RMSE"), _rmse),
    "r_squared": Measure(Quantity("R2"), _r_squared),
}
