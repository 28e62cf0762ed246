"""Rounding by hand: every number rounded as on paper before it is used again."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula import Quantity
    from bp_tutor.problem.model import Rounding


def round_by_hand(value: float, digits: int, significant: bool, truncate: bool) -> float:
    """`value` to so many decimals, or significant figures; halves away from zero, as on paper."""
    exact = Decimal(repr(value))
    if not exact:
        return 0.0
    place = digits - 1 - exact.adjusted() if significant else digits
    way = ROUND_DOWN if truncate else ROUND_HALF_UP
    return float(exact.quantize(Decimal(1).scaleb(-place), rounding=way))


def rounder(rounding: Rounding) -> Callable[[Quantity, float], float] | None:
    """How each number is rounded; None where nothing is."""
    if rounding.mode == "exact" and not rounding.by_quantity:
        return None
    special = dict(rounding.by_quantity)

    def rounded(quantity: Quantity, value: float) -> float:
        default = rounding.digits if rounding.mode == "hand" else None
        kind = quantity.name.partition("[")[0]
        digits = special.get(quantity.name, special.get(kind, default))
        if digits is None:
            return value
        return round_by_hand(value, digits, rounding.significant, rounding.truncate)

    return rounded
