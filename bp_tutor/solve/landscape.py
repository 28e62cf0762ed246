"""The loss as a function of the one or two numbers that are trained."""

from __future__ import annotations

from itertools import product
from math import isfinite, nan
from typing import TYPE_CHECKING

from bp_tutor.formula import Address
from bp_tutor.formula.compiling import compile_scalars

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from bp_tutor.formula import Quantity
    from bp_tutor.solve.trace import Run, Values


def trained_entries(run: Run) -> tuple[Address, ...]:
    """Every weight, bias or leaf that an update changes, entry by entry."""
    trained = set(run.program.model.trained)
    return tuple(
        Address(quantity, index)
        for quantity, _ in run.program.carried_on
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
