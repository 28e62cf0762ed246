"""The loss over the numbers that are trained, and outputs over the plane of two inputs."""

from __future__ import annotations

from itertools import product
from math import isfinite, nan
from typing import TYPE_CHECKING

from bp_tutor.catalogue.layer import layer_kind
from bp_tutor.formula import Address, Role
from bp_tutor.formula.compiling import compile_scalars
from bp_tutor.frozen import Frozen
from bp_tutor.solve.evaluate import NumberError
from bp_tutor.solve.program import program_of

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


def grid_of(numbers: Values, steps: int = STEPS) -> Values:
    """Evenly spaced places from below the smallest number to above the largest."""
    low, high = min(numbers), max(numbers)
    beyond = (high - low) * BEYOND or ALONE
    return evenly(low - beyond, high + beyond, steps)


def evenly(low: float, high: float, steps: int = STEPS) -> Values:
    """Places in even steps from one end to the other."""
    return tuple(low + (high - low) * step / steps for step in range(steps + 1))


class Plane:
    """The plane of two inputs around the samples, its outputs compiled once for many weights.

    Each place is a sample by itself; where a layer takes all samples of a batch together, it is
    one more beside those of the problem.
    """

    def __init__(self, problem: Problem, run: Run) -> None:
        network = problem.network
        assert network is not None
        inputs = next(each for each in run.program.model.given if each.role is Role.INPUT)
        numbers = run.values[inputs]
        self._along = numbers[0::2], numbers[1::2]
        pools = any(layer_kind(layer.kind).pools(layer) for layer in network.layers)
        samples = (*(zip(*self._along, strict=True) if pools else ()), (0.0, 0.0))
        rows = tuple(range(len(samples)))
        asked = problem._replace(
            network=network._replace(
                samples=samples, sample_count=len(rows), loss=None, measures=()
            )
        )
        program = program_of(asked, rows)
        (self._output,) = program.model.outputs
        given = program.model.given
        self._given = {each: known for each, known in given.items() if known is not None}
        pairs = [(line.quantity, line.formula) for line in program.lines if line.phase == "forward"]
        self._run = compile_scalars(list(self._given), pairs, [self._output])
        place = next(each for each in self._given if each.role is Role.INPUT)
        # The place is the last row of the samples, which are given before everything else.
        self._at = _place(self._given, Address(place, (len(rows) - 1, 0)))

    def surface(self, weights: dict[Quantity, Values], steps: int = STEPS) -> Surface:
        """Every output over a grid of so many steps along each side.

        Raises:
            NumberError: an output is not a number somewhere on the plane.
        """
        first, second = (grid_of(along, steps) for along in self._along)
        known = {each: weights.get(each, numbers) for each, numbers in self._given.items()}
        numbers = [number for values in known.values() for number in values]
        before, behind = numbers[: self._at], numbers[self._at + 2 :]
        units, run = self._output.shape[1], self._run
        try:
            found = [run(1, *before, x, y, *behind)[-units:] for y, x in product(second, first)]
        except (ValueError, ZeroDivisionError, OverflowError) as error:
            raise NumberError(self._output, None) from error
        heights = tuple(tuple(values) for values in zip(*found, strict=True))
        if not all(isfinite(height) for values in heights for height in values):
            raise NumberError(self._output, None)
        return Surface(first, second, heights)
