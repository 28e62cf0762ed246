"""The gradient check that a student would do: central differences of the loss, each gradient.

The relative error is that of CS231n and of Ng's course, |own - numerical| / (|own| + |numerical|)
in Euclidean norms over the entries that were compared.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.debugging.slips import leaves
from bp_tutor.formula.compiling import compile_arrays
from bp_tutor.formula.quantity import DERIVATIVE
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.debugging.lines import Lines
    from bp_tutor.debugging.outcome import Judged, Outcome
    from bp_tutor.formula import Quantity

    Array = NDArray[np.float64]
    Loss = Callable[[Quantity, Array], float]

STEP = 1e-5
SMALL = 1e-5
"""A relative error up to which gradients of double precision pass."""
ROUGHER = 10.0
"""Of rougher ones, this many times what their precision leaves."""
MOST_COMPARED = 60
"""Entries of one array: each costs two forward passes."""
BENT, CURVED = 1e-3, 3e-5
"""How far the slopes to both sides may differ, relative to the larger and beside that: more is a
kink."""


class GradientCheck(Frozen):
    """What the gradient check says of one gradient."""

    name: str
    """As it was handed in."""
    error: float
    """The relative error."""
    passes: bool
    compared: int
    """So many of its entries were compared ..."""
    of: int
    """... of so many; those at a kink of an activation, where there is no slope, were not."""


def gradient_checks(outcome: Outcome) -> tuple[GradientCheck, ...]:
    """Each gradient that was handed in against differences of the loss at the own weights.

    Nothing where the loss cannot be worked out from what was handed in.
    """
    loss = _loss_of(outcome.lines, outcome.own)
    if loss is None:
        return ()
    found = []
    for one in outcome.judged:
        weights = one.quantity.as_kind("")
        trained = one.quantity.kind == DERIVATIVE and weights not in outcome.lines.defined
        if trained and one.shape is None and weights in outcome.own:
            checked = _checked(one, outcome.own[one.quantity], outcome.own[weights], loss)
            found += [] if checked is None else [checked]
    return tuple(found)


def _loss_of(lines: Lines, own: Mapping[Quantity, Array]) -> Loss | None:
    """The loss with another array for one of those that are given; None where some lack."""
    known: set[Quantity] = {one for one in own if one not in lines.defined}
    forward = [line for line in lines.defined.values() if line.phase in ("forward", "loss")]
    for line in forward:
        if all(each.quantity in known for each in leaves(line.formula)):
            known.add(line.quantity)
    if lines.loss not in known:
        return None
    given = [one for one in own if one not in lines.defined]
    pairs = [(line.quantity, line.formula) for line in forward if line.quantity in known]
    run = compile_arrays(given, pairs, [lines.loss])

    def loss(quantity: Quantity, value: Array) -> float:
        return float(run(1, *(value if one == quantity else own[one] for one in given))[0])

    return loss


def _checked(one: Judged, mine: Array, weights: Array, loss: Loss) -> GradientCheck | None:
    import numpy as np

    quantity = one.quantity.as_kind("")
    here = loss(quantity, weights)
    own, numerical = [], []
    for place in _places(one, weights.size):
        sides = []
        for sign in (1, -1):
            moved = weights.copy()
            moved.flat[place] += sign * STEP
            sides.append(sign * (loss(quantity, moved) - here) / STEP)
        right, left = sides
        if abs(right - left) <= BENT * max(abs(right), abs(left)) + CURVED:
            own.append(float(mine.flat[place]))
            numerical.append((right + left) / 2)
    if not own:
        return None
    norms = float(np.linalg.norm(own) + np.linalg.norm(numerical))
    apart = float(np.linalg.norm(np.subtract(own, numerical)))
    error = apart / norms if norms else 0.0
    limit = max(SMALL, ROUGHER * one.tolerance)
    return GradientCheck(one.name, error, error <= limit, len(own), weights.size)


def _places(one: Judged, size: int) -> list[int]:
    """Entries that are compared: those that are off first, the others all over the array."""
    off = [one.quantity.row_major(index) for index in one.off[: MOST_COMPARED // 2]]
    spread = range(0, size, max(1, -(-size // MOST_COMPARED)))
    return list(dict.fromkeys([*off, *spread]))[:MOST_COMPARED]
