"""The numbers of a problem file as the values of quantities, in row-major order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.generate import normal
from bp_tutor.formula import Quantity
from bp_tutor.problem.model import Generated

if TYPE_CHECKING:
    from bp_tutor.catalogue.layers import Flow
    from bp_tutor.problem.kinds import Array
    from bp_tutor.problem.model import Layer, Matrix, Network, Row


def array_values(layer: Layer, array: Array, quantity: Quantity) -> Row | None:
    """The numbers of one array of a layer; an initial state that is not given is zero."""
    values: Matrix | Row | Generated | None = dict(layer.arrays).get(array.letter)
    if layer.kind == "dense":
        values = layer.weights if array.letter == "W" else layer.bias.values
    if isinstance(values, Generated):
        return normal(values, quantity)
    if not values:
        return None if array.trained else (0.0,) * quantity.size
    if isinstance(values[0], tuple):
        return tuple(number for row in values for number in row)
    return tuple(values)


def sample_values(
    matrix: Matrix | Generated | None, rows: tuple[int, ...], network: Network, flow: Flow
) -> list[Row | None]:
    """The numbers of some samples, for each quantity in which they arrive.

    A sample's numbers stand in one row: step after step, channel after channel.
    """
    if matrix is None:
        return [None] * len(flow)
    width = sum(quantity.size for quantity in flow)
    width = width if flow[0].axes[0] != "sample" else width // flow[0].shape[0]
    if isinstance(matrix, Generated):
        first = flow[0]
        whole = Quantity(first.symbol, first.place[:1], (network.sample_count, width))
        drawn = normal(matrix, whole)
        if len(flow) == 1 and rows == tuple(range(network.sample_count)):
            return [drawn]
        matrix = tuple(drawn[start : start + width] for start in range(0, len(drawn), width))
    part = width // len(flow)
    return [
        tuple(number for row in rows for number in matrix[row][step * part : (step + 1) * part])
        for step in range(len(flow))
    ]
