"""How numbers stand on the page, and how they are rounded on paper.

A number that was given prints as it was typed (`1`, `0.5`). A result prints with fixed
decimals (`0.6803`), but a small one with figures that count (`2.763·10⁻⁵`): only an exact
zero ever shows as zero. What is shown knows which number it stands for, so that the arithmetic
on the page can be done again with exactly what the reader sees.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from math import isfinite, isnan

from bp_tutor.formula.shown import Shown
from bp_tutor.solve.rounding import PAPER_FIGURES, WIDE, round_where_clear

TYPED_FIGURES = 6
"""More figures, and decimals, than anybody types: the number was drawn or worked out."""
ZERO = 1e-12
"""Arithmetic that should give an exact 0 may be this far from it."""
SMALLEST_PLAIN = -4
"""Powers of ten from here ..."""
LARGEST_PLAIN = 6
"""... to here are written out, others as `2.763·10⁻⁵`."""
LEAST_QUICK, FIRST_SMALL, MOST_QUICK = 1e-9, 0.1, 1e6
"""Numbers from here on are rounded in floats: small ones to figures, and then to decimals."""


@lru_cache(maxsize=4096)
def format_number(value: float, digits: int = 4) -> Shown:
    """A result with `digits` decimals, or with `digits` figures where those would hide it."""
    if not isfinite(value) or value == 0:
        return _special(value)
    number = _decimal(value, digits)
    fixed = _to_power(number, -digits)
    if fixed == number and number.adjusted() <= LARGEST_PLAIN:
        # Nothing is rounded, so no zeros pretend to be figures: 1.5, not 1.5000.
        return _plain(number.normalize(WIDE))._replace(last=-digits)
    rounded = _to_figures(number, max(digits, 1))
    if rounded.adjusted() > LARGEST_PLAIN:
        return _scientific(rounded)
    # As many figures as decimals: a small number keeps what the next step needs.
    if rounded.adjusted() >= (-1 if digits else 0):
        return _plain(fixed)
    return _figures(rounded)


def value_of_number(value: float, digits: int = 4) -> float:
    """The number that `format_number` shows, sooner: without its digits where no tie is near."""
    found = None
    if digits and LEAST_QUICK <= abs(value) <= MOST_QUICK:
        small = abs(value) < FIRST_SMALL
        found = round_where_clear(value, digits, significant=small, truncate=False)
    return format_number(value, digits).value if found is None else found


def value_of_given(value: float, digits: int = 4) -> float:
    """The number that `format_given` shows: itself, where it has as few figures as are typed."""
    few = round(value, TYPED_FIGURES) == value if isfinite(value) else True
    typed = few or float(f"{value:.{TYPED_FIGURES}g}") == value
    return value or 0.0 if typed else value_of_number(value, digits)


def format_given(value: float, digits: int = 4) -> Shown:
    """A number as somebody would type it; one that was drawn at random, as a result."""
    typed = _as_typed(value)
    return format_number(value, digits) if typed is None else typed


@lru_cache(maxsize=4096)
def _as_typed(value: float) -> Shown | None:
    """A number as somebody would type it; None of one that nobody types."""
    if not isfinite(value) or value == 0:
        return _special(value)
    number = Decimal(repr(float(value))).normalize(WIDE)
    places = number.as_tuple()
    if len(places.digits) > TYPED_FIGURES and int(places.exponent) < -TYPED_FIGURES:
        return None
    if not SMALLEST_PLAIN - 1 <= number.adjusted() <= LARGEST_PLAIN:
        shown = _scientific(number)
    else:
        shown = _plain(number)
    return Shown(shown.digits, float(value), shown.power)


def format_by_hand(value: float, digits: int, *, significant: bool = False) -> Shown:
    """A number that was rounded by hand, with just the digits that it has on paper."""
    if not isfinite(value) or (value == 0 and significant):
        return _special(value)
    number = _decimal(value, digits)
    if significant:
        return _figures(_to_figures(number, digits))
    return _plain(_to_power(number, -digits))


def reproduces(arithmetic: float, result: Shown) -> bool:
    """Whether `arithmetic`, rounded to the result's last digit, is the result."""
    if not isfinite(arithmetic) or not isfinite(result.value):
        return arithmetic == result.value
    if result.last is None:
        return abs(arithmetic - result.value) <= ZERO * max(1.0, abs(result.value))
    decimals = -result.last
    return float(_to_power(_decimal(arithmetic, decimals), result.last)) == result.value


def _decimal(value: float, digits: int) -> Decimal:
    """The decimal number that a reader would take `value` for."""
    if digits > PAPER_FIGURES - 3:
        return Decimal(repr(float(value)))
    return Decimal(f"{value:.{PAPER_FIGURES}g}")


def _to_power(number: Decimal, power: int) -> Decimal:
    """Round `number` so that its last digit stands for ten to `power`."""
    return number.quantize(Decimal((0, (1,), power)), ROUND_HALF_UP, WIDE)


def _to_figures(number: Decimal, figures: int) -> Decimal:
    """Round `number` to so many figures (0.99996 to 1.000, not to 1.0000)."""
    rounded = _to_power(number, number.adjusted() - figures + 1)
    return _to_power(rounded, rounded.adjusted() - figures + 1)


def _figures(number: Decimal) -> Shown:
    """All figures of `number`, written out where it is of a size that people write out."""
    if SMALLEST_PLAIN <= number.adjusted() <= LARGEST_PLAIN:
        return _plain(number)
    return _scientific(number)


def _plain(number: Decimal) -> Shown:
    value = float(number) or 0.0
    digits = f"{number:f}" if value else f"{abs(number):f}"
    return Shown(digits, value, last=_last(number))


def _scientific(number: Decimal) -> Shown:
    power = number.adjusted()
    return Shown(f"{number.scaleb(-power, WIDE):f}", float(number), power, _last(number))


def _special(value: float) -> Shown:
    if isnan(value):
        return Shown("nan", value)
    return Shown("0", 0.0) if value == 0 else Shown("-inf" if value < 0 else "inf", value)


def _last(number: Decimal) -> int:
    return int(number.as_tuple().exponent)
