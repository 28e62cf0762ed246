"""A figure as it is printed: its value, its last digit, and which numbers it may stand for."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from math import isfinite, log10

from bp_tutor.frozen import Frozen
from bp_tutor.problem.printed import decimal_of
from bp_tutor.solve.rounding import PAPER_FIGURES, WIDE

NOISE = Decimal("1e-12")
"""What arithmetic may be off by, relatively."""
NOTHING = Decimal("1e-15")
FAR_OFF = 1e-11
"""Numbers that differ by more of themselves are told apart by floats already."""

ROUNDED, CUT = "rounded", "cut"
CUT_OR_ROUNDED = 1.5
"""By how much the numbers that are rounded or cut off to a figure outnumber the rounded ones."""


class Printed(Frozen):
    """A printed number; `unit` is what one more in its last digit counts."""

    text: str
    number: Decimal
    unit: Decimal

    @property
    def decimals(self) -> int:
        """How many decimals it has; 3 in `0.608`."""
        return -int(self.unit.adjusted())

    @property
    def figures(self) -> int:
        """How many figures count: 3 in `0.0608`, at least 1."""
        return max(1, self.number.adjusted() - self.unit.adjusted() + 1) if self.number else 1

    @property
    def room(self) -> float:
        """The share of all numbers of this size that are printed alike."""
        return float(self.unit / abs(2 * self.number)) if self.number else 1.0

    def moved(self, places: int) -> Printed:
        """The same figures with the point so many places further to the right."""
        return Printed(self.text, self.number.scaleb(places), self.unit.scaleb(places))

    def stands_for(self, value: float | None) -> str:
        """`rounded` or `cut` where `value` is printed like this; else empty."""
        if value is None or not isfinite(value):
            return ""
        if abs(value - float(self.number)) > 2 * float(self.unit) + FAR_OFF * abs(value):
            return ""
        exact = Decimal(f"{value:.{PAPER_FIGURES}g}")
        slack = max(NOISE * abs(exact), min(NOTHING, self.unit / 1000))
        if abs(exact - self.number) <= self.unit / 2 + slack:
            return ROUNDED
        outward = exact + slack.copy_sign(exact)
        cut = outward.quantize(self.unit, ROUND_DOWN, WIDE)
        return CUT if cut == self.number else ""

    def cell(self, value: float) -> int:
        """The same number for all values that are printed alike with so many decimals."""
        return int((Decimal(value) / self.unit).to_integral_value(context=WIDE))


class Budget:
    """The chance that may be spent on a figure.

    Every different number that is tried costs as much as there are numbers printed alike;
    `cut` counts those as well that are cut off to the figure.
    """

    def __init__(self, printed: Printed, left: float, *, cut: bool) -> None:
        self.printed, self.left, self.cut = printed, left, cut
        self._tried: set[int] = set()

    @property
    def cost(self) -> float:
        """What one more number costs."""
        return self.printed.room * (CUT_OR_ROUNDED if self.cut else 1.0)

    def know(self, value: float) -> None:
        """Count a number as tried that costs nothing."""
        self._tried.add(self.printed.cell(value))

    def allows(self, value: float) -> bool:
        """Whether one more number may be tried."""
        cell = self.printed.cell(value)
        if cell not in self._tried:
            self.left -= self.cost
            if self.left < 0:
                return False
            self._tried.add(cell)
        return True

    def met(self, value: float) -> bool:
        """Whether the figure is this number as it is printed."""
        how = self.printed.stands_for(value)
        return bool(how) and (self.cut or how != CUT)

    def around(self, right: float) -> float:
        """Which part of the numbers about as far from the right one as the figure was tried.

        Near the right number there are few others, and many slips that change but little.
        """
        middle = self.printed.cell(right)
        reach = 2 * max(1, abs(self.printed.cell(float(self.printed.number)) - middle))
        near = sum(abs(cell - middle) <= reach for cell in self._tried)
        return near / (2 * reach + 1)


def printed(text: str) -> Printed:
    """The printed number that `text` writes down."""
    return Printed(text, *decimal_of(text))


def as_written(value: float, unit: float) -> Printed:
    """A number that was typed, with as many digits as its last one says, which counts `unit`."""
    last = Decimal(1).scaleb(round(log10(unit)))
    number = Decimal(repr(value)).quantize(last, ROUND_HALF_UP, WIDE)
    return Printed("", number, last)
