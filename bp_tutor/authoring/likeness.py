"""Numbers of the same kind as those that are given: the choices of a variant by default."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

ZERO, HALF, ONE = Decimal(0), Decimal("0.5"), Decimal(1)
_STEPS = ((HALF, 3, 2), (ONE / 10, 1, ONE / 10), (ONE / 20, 2, HALF), (ONE / 100, 1, ONE / 100))
"""Steps of a grid; how many given numbers must lie on it, and how large one must be at least."""
LEAST_STEPS, LEAST_HALVES, LEAST_WHOLE = 8, 4, 5
"""A grid has at least so many values on a side; fewer are enough where it is coarse."""
MOST_WHOLE = 20
"""Larger whole numbers go in steps of ten, hundred, ..."""


def like(
    values: Iterable[Decimal], *, zero: bool = False, whole: int = LEAST_WHOLE
) -> list[Decimal]:
    """Values on the grid of the given ones and of about their size.

    Negative ones only where some are given, 0 only with `zero`. Whole numbers stay whole, and
    go at least up to `whole`.

    >>> [str(value) for value in like([Decimal("0.3"), Decimal("0.9")])]
    ['0.1', '0.2', '0.3', '0.4', '0.5', '0.6', '0.7', '0.8', '0.9']
    """
    given = list(values)
    step = step_of(given)
    least = whole if step >= ONE else LEAST_HALVES if step == HALF else LEAST_STEPS
    count = max(least, int((largest(given) / step).to_integral_value(ROUND_CEILING)))
    signs = (-ONE, ONE) if any(value < 0 for value in given) else (ONE,)
    found = {sign * step * place for sign in signs for place in range(1, count + 1)}
    return sorted(found | {ZERO} if zero else found)


def step_of(values: Sequence[Decimal]) -> Decimal:
    """The step of the grid on which the values lie; a coarse one where they lie on none."""
    most = largest(values)
    if all(value % 1 == 0 for value in values):
        return ONE if most <= MOST_WHOLE else ONE.scaleb(most.adjusted() - 1)
    for step, least, size in _STEPS:
        if len(values) >= least and most >= size and all(value % step == 0 for value in values):
            return step
    return ONE.scaleb(min(-1, most.adjusted() if most.scaleb(-most.adjusted()) >= 3
                          else most.adjusted() - 1))  # fmt: skip


def largest(values: Iterable[Decimal]) -> Decimal:
    """The size of the largest."""
    return max((abs(value) for value in values), default=ZERO)


def resized(value: Decimal) -> list[Decimal]:
    """Values of the same sign and about the same size, from half to one and a half of it."""
    step = ONE / 10 if abs(value) >= ONE / 4 else ONE.scaleb(value.adjusted() - 1)
    low, high = (int(abs(value) * factor / step) for factor in (HALF, ONE + HALF))
    return [(step * place).copy_sign(value) for place in range(max(low, 1), high + 1)]


def is_binary(values: Iterable[Decimal]) -> bool:
    """Whether all are 0 or 1, or all -1 or 1, and none is missing."""
    found = set(values)
    return bool(found) and (found <= {ZERO, ONE} or found <= {-ONE, ONE})
