"""Rounding by hand: every number rounded as on paper before it is used again."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal
from math import floor, isfinite, log10
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula import Quantity
    from bp_tutor.problem.model import Rounding

PAPER_FIGURES = 15
"""Figures of a float that are more than noise: 0.1·0.35 is 0.035 on paper."""
NOISE = Decimal("1e-14")
"""What a sum of numbers around 1 may be off by."""

NEARLY = 1e-9
"""Two ways to the same number differ by less, relatively."""
NOTHING = 1e-12
"""What floats leave of a 0."""
LEAST_FIGURES = 3
"""Significant digits that an answer needs, unless it is exact."""
ROUNDED_TWICE = 1.1
"""0.15535 was 0.155346, and becomes 0.1554: who keeps one more digit rounds twice."""

WIDE = Context(prec=400)
"""Wide enough to write out the largest float with a page of decimals."""


def round_by_hand(
    value: float, digits: int, *, significant: bool = False, truncate: bool = False
) -> float:
    """Round as on paper: in decimals, a 5 away from zero; or cut off what is too long.

    >>> round_by_hand(0.285, 2), round_by_hand(-0.285, 2), round_by_hand(0.289, 2, truncate=True)
    (0.29, -0.29, 0.28)
    """
    if not isfinite(value) or value == 0:
        return value
    number = Decimal(f"{value:.{PAPER_FIGURES}g}")
    place = digits - 1 - number.adjusted() if significant else digits
    unit = Decimal((0, (1,), -place))
    # 0.9801 - 0.98 is 0.0001 on paper: what lies that near to a figure or its half is on it.
    nudge = min(NOISE, unit / 1000)
    number += nudge.copy_sign(number)
    way = ROUND_DOWN if truncate else ROUND_HALF_UP
    return float(number.quantize(unit, way, WIDE)) or 0.0


_CLEAR = 2e-3
"""So far from a tie, in units of the last digit, no noise and no nudge decides anything."""
_LARGEST = 1e9
"""Below so many units, that is far more than the noise of a float."""


def round_where_clear(
    value: float, digits: int, *, significant: bool, truncate: bool
) -> float | None:
    """The same in floats, where no tie is near; None where one is."""
    if not isfinite(value) or value == 0:
        return value
    size = abs(value)
    if significant:
        power = log10(size)
        if abs(power - round(power)) < _CLEAR:
            return None
        digits -= 1 + floor(power)
    if not 0 <= digits <= PAPER_FIGURES:
        return None
    scale = 10.0**digits
    units = size * scale
    if units > _LARGEST:
        return None
    whole = floor(units)
    over = units - whole
    if truncate:
        near = min(over, 1 - over)
    else:
        near, whole = abs(over - 0.5), whole + (over > 0.5)
    if near < _CLEAR:
        return None
    # Both are whole numbers that floats hold exactly, so this is the float nearest to it.
    found = whole / scale
    return found if value > 0 or not found else -found


def round_quickly(
    value: float, digits: int, *, significant: bool = False, truncate: bool = False
) -> float:
    """The same as `round_by_hand`, in a fraction of the time wherever no tie is near."""
    found = round_where_clear(value, digits, significant=significant, truncate=truncate)
    if found is not None:
        return found
    return round_by_hand(value, digits, significant=significant, truncate=truncate)


def rounder(rounding: Rounding) -> Callable[[Quantity, float], float] | None:
    """How each number is rounded; None where nothing is."""
    if not rounding.by_hand:
        return None

    known: dict[Quantity, int | None] = {}
    significant, truncate = rounding.significant, rounding.truncate

    def rounded(quantity: Quantity, value: float) -> float:
        if quantity not in known:
            known[quantity] = rounding.digits_of(quantity.name)
        digits = known[quantity]
        if digits is None:
            return value
        return round_quickly(value, digits, significant=significant, truncate=truncate)

    return rounded
