"""How a program that is right may differ from the lines here, and its arrays in both scales."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, Role
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.formula import Quantity

    Array = NDArray[np.float64]


TRAINED = (Role.WEIGHT, Role.RECURRENT_WEIGHT, Role.BIAS)


class Convention(Frozen):
    """How a program that is right may differ from the lines here."""

    columns: bool = False
    """Samples stand in columns."""
    to_from: bool = False
    """Weights stand as (to unit, from unit)."""
    deltas: bool = False
    """Deltas are those of the sum over the samples, not of the mean ..."""
    gradients: bool = False
    """... gradients as well ..."""
    steps: bool = False
    """... and so are the steps: the loss is a sum."""
    downhill: bool = False
    """Derivatives have their sign turned round: target minus output, and steps are added."""
    slope_at_zero: int = 0
    decay: float = 0.0
    """Gradients of weights hold this share of the weights as well ..."""
    decay_in_step: bool = False
    """... or only the steps do."""

    def turns(self, quantity: Quantity) -> bool:
        """Whether an array stands the other way round than in the lines."""
        if len(quantity.shape) != 2:
            return False
        if quantity.role in (Role.WEIGHT, Role.RECURRENT_WEIGHT):
            return self.to_from
        return self.columns and quantity.role is not Role.BIAS

    def factor(self, quantity: Quantity, whole: float) -> float:
        """By what a derivative is larger than that of the lines; 1 of anything else.

        `whole` is what a derivative of the sum over the samples is, by that of the loss.
        """
        if quantity.kind != DERIVATIVE:
            return 1.0
        summed = self.gradients if quantity.role in TRAINED else self.deltas
        return (whole if summed else 1.0) * (-1.0 if self.downhill else 1.0)

    def to_lines(
        self, quantity: Quantity, value: Array, old: Array | None, rate: Array | None, whole: float
    ) -> Array:
        """An array in the scale of the lines; `old` are the weights of a gradient or new value."""
        bare = value - self._decayed(quantity, old, rate)
        found = bare / self.factor(quantity, whole)
        if old is not None and quantity.kind == UPDATED and self.steps:
            found = old + (found - old) / whole
        return found

    def from_lines(
        self, quantity: Quantity, value: Array, old: Array | None, rate: Array | None, whole: float
    ) -> Array:
        """An array of the lines in the program's own scale: what undoes `to_lines`."""
        if old is not None and quantity.kind == UPDATED and self.steps:
            value = old + (value - old) * whole
        return value * self.factor(quantity, whole) + self._decayed(quantity, old, rate)

    def _decayed(self, quantity: Quantity, old: Array | None, rate: Array | None) -> Array | float:
        """What weight decay has added to an array."""
        if not self.decay or old is None or quantity.role is not Role.WEIGHT:
            return 0.0
        if quantity.kind == DERIVATIVE:
            return 0.0 if self.decay_in_step else self.decay * old
        if quantity.kind != UPDATED or rate is None:
            return 0.0
        return -rate * self.decay * old


SCALES = ((False, False, False), (True, False, False), (True, True, False), (True, True, True))


def conventions(*, kinks: bool, decays: tuple[float, ...]) -> Iterator[Convention]:
    """Every way in which a right program may be written, the usual ones first."""
    slopes = (0, 1) if kinks else (0,)
    ways = [(share, late) for share in decays for late in ((False, True) if share else (False,))]
    for downhill, scale, decay in product((False, True), SCALES, ways):
        for slope, to_from, columns in product(slopes, (False, True), (False, True)):
            yield Convention(columns, to_from, *scale, downhill, slope, *decay)
