"""Drawn values: the same numbers from the same seed, on every machine and in every version.

The standard library's Mersenne Twister gives uniform numbers that Python keeps fixed between
versions; normal numbers are made from them by Box and Muller's formula and rounded to nine
decimals, so that the last bits of a machine's logarithm do not show.
"""

from __future__ import annotations

from math import cos, log, pi, sqrt
from typing import TYPE_CHECKING

from bp_tutor.fields.numbers import Generated
from bp_tutor.formula import Role
from bp_tutor.formula.quantity import SAMPLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.catalogue.layer import Array, Layer
    from bp_tutor.fields.numbers import Matrix, Row
    from bp_tutor.formula import Quantity


class Drawn(tuple[float, ...]):
    """Drawn numbers that know how they were drawn: their seed, scale, and stream."""

    seed: int
    scale: float
    stream: str


def _stream(*parts: int | str) -> Callable[[], float]:
    """Numbers from 0 to 1, the same ones for the same parts in every run."""
    from random import Random

    return Random(":".join(map(str, parts))).random  # noqa: S311 - no secret


def normal(generated: Generated, quantity: Quantity) -> Drawn:
    """Numbers of mean 0 and standard deviation `scale`, in row-major order.

    Each quantity has a stream of its own, so a layer added in front changes no other.
    """
    draw = _stream(generated.seed, quantity.name)
    drawn = Drawn(
        round(generated.scale * sqrt(-2 * log(1 - draw())) * cos(2 * pi * draw()), 9)
        for _ in range(quantity.size)
    )
    drawn.seed, drawn.scale, drawn.stream = generated.seed, generated.scale, quantity.name
    return drawn


def kept(seed: int, share: float, quantity: Quantity, samples: tuple[int, ...]) -> Row:
    """Ones, and that share of zeros; of each sample always the same ones, in any batch."""
    rows = samples if SAMPLE in quantity.axes else (0,)
    found: list[float] = []
    for row in rows:
        draw = _stream(seed, quantity.name, row)
        found += [float(draw() >= share) for _ in range(quantity.size // len(rows))]
    return tuple(found)


def array_values(
    layer: Layer, array: Array, quantity: Quantity, samples: tuple[int, ...] = ()
) -> Row | None:
    """The numbers of one array of a layer; an initial state that is not given is zero.

    Of one that differs from sample to sample, those of `samples`, counted from 0.
    """
    values: Matrix | Row | Generated | None = dict(layer.arrays).get(array.key)
    if layer.wired and array.role is not Role.EDGE:
        values = layer.weights if array.role is Role.WEIGHT else layer.bias.values
    if isinstance(values, Generated):
        return normal(values, quantity)
    if not values:
        if array.dropped is not None:
            return kept(*array.dropped, quantity, samples)
        return None if array.trained else array.start or (0.0,) * quantity.size
    if isinstance(values[0], tuple):
        rows: Matrix = values
        if SAMPLE in array.axes:
            rows = tuple(rows[sample] for sample in samples)
        return tuple(number for row in rows for number in row)
    return tuple(values)
