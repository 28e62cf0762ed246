"""The step before: what a program had in it, as far as the arrays of this step tell.

Plain gradient descent on the same batch leads to the weights that were handed in from weights
that can be found again, `before - rate * gradient(before) = now`, by putting in what comes out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.debugging.slips import leaves
from bp_tutor.formula.compiling import compile_arrays
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, Role

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.debugging.case import Case
    from bp_tutor.formula import Quantity

    Array = NDArray[np.float64]
    Values = Mapping[Quantity, Array]

MOST_TRIES = 200
SETTLED = 1e-13
MOST_STEPS = 20
"""Steps over which gradients may have been added up."""


class StepBefore:
    """The weights and everything else of the step before, for one case."""

    def __init__(self, case: Case) -> None:
        self._case = case
        lines = case.lines
        trained = [one.as_kind("") for one in lines.defined if one.kind == UPDATED]
        self._trained = [one for one in trained if one.as_kind(DERIVATIVE) in lines.defined]
        self._given = [one for one in case.true if one not in lines.defined]
        # Anything that an optimiser keeps would be another one there.
        plain = all(
            leaf.quantity == lines.rate or leaf.quantity.role in (Role.WEIGHT, Role.BIAS)
            for one in trained
            for leaf in leaves(lines.defined[one.as_kind(UPDATED)].formula)
        )
        known = all(one.as_kind(DERIVATIVE) in case.true for one in trained)
        self._possible = plain and known and case.rate is not None and not case.convention.decay
        order = [line for line in lines.defined.values() if line.quantity.kind != UPDATED]
        self._found = [line.quantity for line in order if line.quantity in case.true]
        pairs = [(line.quantity, line.formula) for line in order if line.quantity in case.true]
        if self._possible:
            self._run = compile_arrays(self._given, pairs, self._found)

    def values(self) -> Values | None:
        """Every array of the step before, if that was right; None where it cannot be found."""
        import numpy as np

        if not self._possible:
            return None
        now = {one: self._case.true[one] for one in self._trained}
        here, moved = dict(now), np.inf
        for _ in range(MOST_TRIES):
            found = self._at(here)
            there = {one: now[one] + self._step * found[one.as_kind(DERIVATIVE)] for one in now}
            last, moved = moved, max(float(np.abs(there[one] - here[one]).max()) for one in now)
            here = there
            if moved <= SETTLED:
                return {**self._at(here), **here}
            if not moved < 2 * last:
                break
        return None

    def added_up(self) -> bool:
        """Whether all gradients are off by those of steps before, which led to these weights."""
        import numpy as np

        case = self._case
        gradients = [one.as_kind(DERIVATIVE) for one in self._trained]
        if not self._possible or not all(one in case.given for one in gradients):
            return False
        left = {one: case.given[one] - case.true[one] for one in gradients}
        here = {one: case.true[one] for one in self._trained}
        for _ in range(MOST_STEPS):
            here = {one: here[one] + self._step * left[one.as_kind(DERIVATIVE)] for one in here}
            found = self._at(here)
            rest = {one: left[one] - found[one] for one in gradients}
            if not all(np.isfinite(one).all() for one in rest.values()):
                return False
            if all(
                np.abs(rest[one]).max() <= 10 * case.tolerance(one) * np.abs(case.given[one]).max()
                for one in gradients
            ):
                return True
            left = rest
        return False

    @property
    def _step(self) -> float:
        """By how much of a gradient of the lines a weight moves."""
        case = self._case
        assert case.rate is not None
        return float(case.rate) * (case.lines.whole if case.convention.steps else 1.0)

    def _at(self, weights: Values) -> dict[Quantity, Array]:
        import numpy as np

        given = (weights.get(one, self._case.true[one]) for one in self._given)
        arrays = self._run(1, *given)
        return {
            one: np.asarray(array, dtype=float).reshape(one.shape)
            for one, array in zip(self._found, arrays, strict=True)
        }
