"""The numbers of a problem file as the values of quantities, in row-major order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.generate import normal
from bp_tutor.fields.numbers import Generated
from bp_tutor.formula import Quantity

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Outputs
    from bp_tutor.fields.numbers import Matrix, Row
    from bp_tutor.problem.model import Network


def sample_values(
    matrix: Matrix | Generated | None, rows: tuple[int, ...], network: Network, outputs: Outputs
) -> list[Row | None]:
    """The numbers of some samples, for each quantity in which they arrive.

    A sample's numbers stand in one row: step after step, channel after channel.
    """
    if matrix is None:
        return [None] * len(outputs)
    width = sum(quantity.size for quantity in outputs)
    width = width if outputs[0].axes[0] != "sample" else width // outputs[0].shape[0]
    if isinstance(matrix, Generated):
        first = outputs[0]
        whole = Quantity(first.symbol, first.place[:1], (network.sample_count, width))
        drawn = normal(matrix, whole)
        if len(outputs) == 1 and rows == tuple(range(network.sample_count)):
            return [drawn]
        matrix = tuple(drawn[start : start + width] for start in range(0, len(drawn), width))
    part = width // len(outputs)
    return [
        tuple(number for row in rows for number in matrix[row][step * part : (step + 1) * part])
        for step in range(len(outputs))
    ]
