"""The loss over the numbers that are trained, and outputs over the plane of two inputs."""

from __future__ import annotations

from itertools import product
from math import isfinite, nan
from typing import TYPE_CHECKING

from bp_tutor.formula import Address, Role
from bp_tutor.formula.compiling import compile_scalars
from bp_tutor.frozen import Frozen
from bp_tutor.solve.program import program_of
from bp_tutor.solve.solver import run_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bp_tutor.formula import Quantity
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve.trace import Run, Values

STEPS = 48
"""Steps of the grid along each side."""
BEYOND = 0.3
"""How far the grid goes beyond the samples, in parts of their spread."""
ALONE = 1.0
"""How far it goes on either side where all samples have the same number."""


def trained_entries(run: Run) -> tuple[Address, ...]:
    """Every weight, bias or leaf that an update changes, entry by entry."""
    trained = set(run.program.model.trained)
    return tuple(
        Address(quantity, index)
        for quantity, _ in run.program.next_values
        if quantity in trained
        for index in quantity.indices()
    )


def span_around(numbers: Sequence[float], now: float) -> tuple[float, float]:
    """From where to where the loss is worth a look, when a number has been at `numbers`."""
    low, high = min(numbers), max(numbers)
    beyond = max((high - low) * 0.5, abs(now) * 0.25, 0.5)
    return low - beyond, high + beyond


def losses_at(run: Run, axes: tuple[tuple[Address, Values], ...]) -> Values:
    """The loss at every combination of numbers for some entries, those of the last the quickest.

    Where there is no number, such as beside a logarithm's range, there is a NaN.
    """
    loss = run.program.model.loss
    assert loss is not None
    lines = [line for line in run.program.lines if line.phase in ("forward", "loss")]
    inputs = [quantity for quantity in run.program.model.given if quantity in run.values]
    pairs = [(line.quantity, line.formula) for line in lines]
    calculate = compile_scalars(inputs, pairs, [loss])
    numbers = tuple(number for quantity in inputs for number in run.values[quantity])
    places = [_place(inputs, watched) for watched, _ in axes]
    return tuple(
        _loss(calculate, numbers, zip(places, values, strict=True))
        for values in product(*(along for _, along in axes))
    )


def _place(inputs: Iterable[Quantity], watched: Address) -> int:
    """Where the number of an entry stands among those of all inputs."""
    start = 0
    for quantity in inputs:
        if quantity == watched[0]:
            return start + watched.offset
        start += quantity.size
    raise KeyError(watched[0].name)


def _loss(
    calculate: Callable[..., Values], numbers: Values, changed: Iterable[tuple[int, float]]
) -> float:
    """The loss with some numbers in place of the given ones."""
    changes = dict(changed)
    filled = (changes.get(place, number) for place, number in enumerate(numbers))
    try:
        (found,) = calculate(1, *filled)
    except (ValueError, ZeroDivisionError, OverflowError):
        return nan
    return found if isfinite(found) else nan


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
