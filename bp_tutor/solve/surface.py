"""What a network gives out over the plane of its two inputs: one forward pass over a grid."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from bp_tutor.formula import Role
from bp_tutor.frozen import Frozen
from bp_tutor.solve.program import program_of
from bp_tutor.solve.solver import run_of

if TYPE_CHECKING:
    from bp_tutor.formula import Quantity
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve.trace import Run, Values

STEPS = 48
"""Steps of the grid along each side."""
BEYOND = 0.3
"""How far the grid goes beyond the samples, in parts of their spread."""
ALONE = 1.0
"""How far it goes on either side where all samples have the same number."""


class Surface(Frozen):
    """Outputs over a grid: the places of both inputs, and every output at each pair of them."""

    first: Values
    second: Values
    outputs: tuple[Values, ...]
    """For each output unit its values, the second input's places as rows."""


def plane_inputs(problem: Problem) -> bool:
    """Whether one sample of the problem is two numbers, so that a plane shows all samples."""
    network = problem.network
    return network is not None and network.form == "vector" and network.inputs == 2


def grid_of(numbers: Values) -> Values:
    """Evenly spaced places from below the smallest number to above the largest."""
    low, high = min(numbers), max(numbers)
    beyond = (high - low) * BEYOND or ALONE
    return evenly(low - beyond, high + beyond)


def evenly(low: float, high: float, steps: int = STEPS) -> Values:
    """Places in even steps from one end to the other."""
    return tuple(low + (high - low) * step / steps for step in range(steps + 1))


def surface_of(problem: Problem, run: Run, weights: dict[Quantity, Values]) -> Surface:
    """The outputs over the plane around the samples of `run`, with `weights` for the given ones.

    Raises:
        NumberError: an output is not a number somewhere on the plane.
    """
    network = problem.network
    assert network is not None
    inputs = next(quantity for quantity in run.program.model.given if quantity.role is Role.INPUT)
    pairs = run.values[inputs]
    first, second = grid_of(pairs[0::2]), grid_of(pairs[1::2])
    places = tuple((x, y) for y, x in product(second, first))
    asked = problem._replace(
        network=network._replace(samples=places, sample_count=len(places), loss=None, measures=())
    )
    rows = tuple(range(len(places)))
    found = run_of(program_of(asked, rows), asked, 1, rows, weights, None, ("forward",))
    (output,) = found.program.model.outputs
    units, values = output.shape[1], found.values[output]
    return Surface(first, second, tuple(values[unit::units] for unit in range(units)))
