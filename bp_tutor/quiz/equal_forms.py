"""Another line for the same number: a derivative by the chain rule, with nothing leapt over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Ref
from bp_tutor.formula.algebra import add
from bp_tutor.formula.quantity import DERIVATIVE, VALUE
from bp_tutor.solve.backward import handed_on

if TYPE_CHECKING:
    from collections.abc import Container

    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.solve.program import Program


def by_chain_rule(
    program: Program, derivative: Quantity, have: Container[Quantity]
) -> Formula | None:
    """A derivative from the derivatives by whatever is calculated from the same quantity.

    Its own line may write these out, as lectures do with the derivative by an activation, or
    state it at once, as where a loss is fused with its softmax. None where one of them is no
    quantity of its own (not in `have`).
    """
    if derivative.kind != DERIVATIVE:
        return None
    quantity = derivative.as_kind(VALUE)
    total: list[Formula] = []
    for line in program.users.get(quantity, ()):
        upstream = line.quantity.as_kind(DERIVATIVE)
        handed = handed_on(line.formula, Ref(upstream), Ref(line.quantity), {quantity})
        # A loss names the sums before its outputs too, to be calculated from them where it must.
        if handed and upstream not in have:
            return None
        total += [part for _, part in handed]
    return add(*total) if total else None
