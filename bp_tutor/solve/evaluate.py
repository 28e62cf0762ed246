"""Numbers for lines: entry by entry for small problems, on arrays for large ones."""

from __future__ import annotations

from math import isfinite, nan
from typing import TYPE_CHECKING

from bp_tutor.formula import Apply, MatMul, walk
from bp_tutor.formula.compiling import compile_arrays
from bp_tutor.solve.program import used

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bp_tutor.catalogue import Definition
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.solve.trace import Values

SMALL = 5_000
"""Multiplications up to which plain Python is faster than loading and calling NumPy."""


class NumberError(ValueError):
    """A value that no number stands for, such as the logarithm of 0."""

    def __init__(self, quantity: Quantity, index: tuple[int, ...] | None) -> None:
        self.quantity, self.index = quantity, index
        super().__init__(quantity.name if index is None else quantity.identifier(index))


def evaluate(
    lines: Iterable[Definition],
    known: dict[Quantity, Values],
    rounded: Callable[[Quantity, float], float] | None = None,
) -> dict[Quantity, Values]:
    """The values of `lines` in row-major order; lines with unknown numbers are left out.

    `rounded` rounds every number by hand before it is used again.

    Raises:
        NumberError: a value is not a number (the logarithm of 0, a division by 0).
    """
    values = dict(known)
    possible = []
    for line in lines:
        if all(quantity in values for quantity in used(line.formula)):
            possible.append(line)
            values[line.quantity] = ()
    values = dict(known)
    if rounded is None and sum(work(line.formula) for line in possible) > SMALL:
        return values | _by_arrays(possible, values)
    for line in possible:
        try:
            values[line.quantity] = tuple(_by_entries(line, values, rounded))
        except NumberError:
            if not line.may_fail:
                raise
    return values


def _by_entries(
    line: Definition,
    values: dict[Quantity, Values],
    rounded: Callable[[Quantity, float], float] | None,
) -> Iterable[float]:
    def lookup(quantity: Quantity, index: tuple[int, ...]) -> float:
        # What may fail, and did, is not a number for those who can do without it.
        return values[quantity][quantity.row_major(index)] if quantity in values else nan

    for index in line.quantity.places():
        if index in line.quantity.removed:
            yield line.quantity.instead
            continue
        try:
            number = line.entry(index).value(lookup)
        except (ValueError, ZeroDivisionError, OverflowError) as error:
            raise NumberError(line.quantity, index) from error
        if not isfinite(number):
            raise NumberError(line.quantity, index)
        yield number if rounded is None else rounded(line.quantity, number)


def _by_arrays(lines: list[Definition], values: dict[Quantity, Values]) -> dict[Quantity, Values]:
    import numpy as np

    needed = {quantity for line in lines for quantity in used(line.formula)}
    inputs = [quantity for quantity in values if quantity in needed]
    outputs = [line.quantity for line in lines]
    may_fail = {line.quantity: line.may_fail for line in lines}
    run = compile_arrays(inputs, [(line.quantity, line.formula) for line in lines], outputs)
    arrays = [np.array(values[quantity]).reshape(quantity.shape) for quantity in inputs]
    results = run(1, *arrays)
    found = {}
    for quantity, result in zip(outputs, results, strict=True):
        array = np.asarray(result, dtype=float).reshape(quantity.shape)
        if quantity.removed:
            array = array.copy()
        for index in quantity.removed:
            array[index] = 0.0
        if np.isfinite(array).all():
            for index in quantity.removed:
                array[index] = quantity.instead
            found[quantity] = tuple(array.reshape(-1).tolist())
        elif not may_fail[quantity]:
            raise NumberError(quantity, None)
    return found


def work(formula: Formula) -> int:
    """About how many multiplications a formula takes on its arrays."""
    total = 0
    for node in walk(formula):
        size = 1
        for length in node.shape:
            size *= length
        if isinstance(node, MatMul):
            size *= node.left.shape[1]
        elif isinstance(node, Apply):
            # One entry says how much goes into each.
            size *= len(walk(node.entry((0,) * len(node.shape))))
        total += size
    return total
