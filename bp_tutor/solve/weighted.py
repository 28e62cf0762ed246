"""A loss whose entries count differently: the weights as an array, and by what is divided."""

from __future__ import annotations

from fractions import Fraction
from itertools import chain
from typing import TYPE_CHECKING

from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.formula import Formula, Quantity, Ref
from bp_tutor.formula.algebra import mul
from bp_tutor.formula.quantity import ONE, Role
from bp_tutor.frozen import Frozen
from bp_tutor.solve.given import sample_values

if TYPE_CHECKING:
    from bp_tutor.catalogue.losses import Loss
    from bp_tutor.fields.numbers import Row
    from bp_tutor.problem.model import Network

LETTER = "omega"


class Weighted(Frozen):
    """What each entry of the loss counts, for the targets of one batch."""

    share: Fraction
    """By how much the sum of all entries is multiplied: 1/samples and 1/outputs where averaged."""
    of_sample: Fraction
    """The same for the loss of one sample."""
    arrays: tuple[tuple[Quantity, tuple[float, ...]], ...] = ()
    """What the entries of each target count, a number a sample where its outputs count alike; none
    where all count alike."""

    @property
    def of_rows(self) -> bool:
        """Whether all outputs of a row count alike."""
        return all(set(array.shape[1:]) <= {1} for array, _ in self.arrays)

    def times(self, place: int, formula: Formula) -> Formula:
        """A formula over the entries of a target, each times what it counts."""
        return mul(Ref(self.arrays[place][0]), formula) if self.arrays else formula


def weighted(
    network: Network, loss: Loss, targets: tuple[Quantity, ...], rows: tuple[int, ...]
) -> Weighted:
    """What the entries of a batch count, and by what their sum is divided."""
    samples, outputs = targets[0].samples, targets[0].size // targets[0].shape[0]
    is_mean = LOSSES[loss.name].mean if loss.outputs == "default" else loss.outputs == "mean"
    units = outputs if is_mean else 1
    of_sample = Fraction(1, units)
    if not network.loss_weights:
        share = Fraction(1, units * (samples if loss.samples == "mean" else 1))
        return Weighted(share, of_sample)
    counts, left = (
        [each or () for each in sample_values(matrix, rows, network, targets)]
        for matrix in (network.loss_weights, network.left)
    )
    share = of_sample / _number(loss, targets, counts, left, is_mean=is_mean)
    return Weighted(share, of_sample, tuple(map(_array, targets, counts)))


def _array(target: Quantity, numbers: Row) -> tuple[Quantity, Row]:
    rows = target.shape[0]
    width = target.size // rows
    by_row = [numbers[start : start + width] for start in range(0, len(numbers), width)]
    if all(len(set(each)) == 1 for each in by_row):
        ones = len(target.shape) - 1
        shape, axes = (rows, *(1,) * ones), (target.axes[0], *(ONE,) * ones)
        numbers = tuple(each[0] for each in by_row)
    else:
        shape, axes = target.shape, target.axes
    return Quantity(LETTER, target.place, shape, axes, role=Role.LOSS_WEIGHT), numbers


def _number(
    loss: Loss,
    targets: tuple[Quantity, ...],
    counts: list[Row],
    left: list[Row],
    *,
    is_mean: bool,
) -> Fraction:
    """How many samples there are to divide by, where some count more, or only in part.

    Steps and positions are added up, as they are where all count alike.
    """
    if loss.samples == "sum":
        return Fraction(1)
    samples, size = targets[0].samples, targets[0].size // targets[0].samples
    of_sample = size * len(targets)
    if loss.divide_by == "weights":
        return sum((Fraction(str(each)) for each in chain(*counts)), Fraction(0)) / of_sample
    if is_mean:
        return Fraction(int(sum(chain(*left))), of_sample)
    parts = [
        [one for each in left for one in each[sample * size : (sample + 1) * size]]
        for sample in range(samples)
    ]
    return Fraction(sum(map(any, parts)))
