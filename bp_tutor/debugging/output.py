"""What is done wrong at the output: the loss, its slope, softmax, and what is written over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.formula.quantity import DERIVATIVE, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.debugging.lines import Lines
    from bp_tutor.formula import Quantity

    Array = NDArray[np.float64]


SUM_OFF = 1e-3
"""How far targets of one sample may be from adding up to 1."""


def of_delta(
    quantity: Quantity, right: Array, lines: Lines, own: Mapping[Quantity, Array]
) -> Iterator[tuple[str, Array]]:
    """At a delta: the error without the slope, or a slope where it is in the delta already."""
    import numpy as np

    from bp_tutor.formula import arrays

    error = next(
        (
            one
            for one in lines.defined
            if one.kind == DERIVATIVE
            and one.layer == quantity.layer
            and one.role is not Role.WEIGHTED_SUM
            and one.shape == quantity.shape
        ),
        None,
    )
    after = own.get(error.as_kind("")) if error is not None else None
    if error is None or after is None:
        return
    if error in own:
        yield "slope_left_out", own[error]
        if error.as_kind("") == lines.output:
            yield "softmax_diagonal", own[error] * after * (1 - after)
            yield "softmax_diagonal", own[error] * after
            back = own[error] * after
            yield "softmax_over_samples", back - after * back.sum(axis=0, keepdims=True)
    yield "slope_twice", right * after * (1 - after)
    yield "slope_twice", right * (1 - after**2)
    yield "slope_twice", right * (after > 0)
    yield "slope_twice", arrays.softmax_back(right, after)
    weighted = own.get(quantity.as_kind(""))
    if weighted is not None:
        yield "slope_twice", right * (weighted > 0)
    if error.as_kind("") == lines.output and lines.target in own:
        target = own[lines.target]
        again = (arrays.softmax(after) - target) / len(after)
        yield "softmax_in_loss_too", arrays.softmax_back(again, after)
        again = (1 / (1 + np.exp(-after)) - target) / len(after)
        yield "sigmoid_in_loss_too", again * after * (1 - after)
        if weighted is not None and target.shape[-1] > 1:
            across = arrays.softmax(weighted.T).T
            yield "softmax_over_samples", (across - target) / len(after)
        taken = (after - target) / len(after)
        yield "cross_entropy_delta", taken
        yield "squared_error_delta", taken * after * (1 - after)
        if target.shape[-1] > 1:
            for way in (1, -1):
                yield "labels_shifted", (after - np.roll(target, way, axis=-1)) / len(after)
            labels = target.argmax(axis=-1)[:, None]
            yield "labels_not_one_hot", (after - labels) / len(after)
        yield "target_multiplied", (after - after * target) / len(after)


def of_error(lines: Lines, own: Mapping[Quantity, Array]) -> Iterator[tuple[str, Array]]:
    """At the derivative by the output: a term left out, a sign, the slope of another loss."""
    import numpy as np

    output, target = own.get(lines.output), own.get(lines.target)
    if output is None or target is None:
        return
    with np.errstate(all="ignore"):
        ones, zeros = -target / output, (1 - target) / (1 - output)
        wrapped = (-target % 256) / output
        share = len(output)
        yield "term_left_out", ones / share
        yield "term_left_out", zeros / share
        yield "sign_of_term", (ones - zeros) / share
        yield "unsigned", (wrapped + zeros) / share
        yield "other_loss", (ones + zeros) / share
        yield "other_loss", (output - target) / share
        yield "other_loss", ones / share
        loss = (output - target) ** 2 / 2
        for factor in (1, 2):
            yield "loss_for_slope", factor * loss / share
            yield "loss_for_slope", factor * loss


def odd_targets(lines: Lines, own: Mapping[Quantity, Array]) -> str:
    """What is odd about the targets of a cross-entropy; empty where they are as they should be.

    `outside`: they are not all from 0 to 1; `sum`: those of a sample do not add up to 1.
    """
    import numpy as np

    network, target = lines.problem.network, own.get(lines.target)
    loss = None if network is None else network.loss
    if loss is None or target is None or not target.size:
        return ""
    kind = LOSSES[loss.name]
    if not (kind.probabilities or kind.shares):
        return ""
    shares = kind.shares and target.shape == lines.output.shape
    if shares and np.abs(target.sum(axis=-1) - 1).max() > SUM_OFF:
        return "sum"
    return "outside" if target.min() < 0 or target.max() > 1 else ""


def of_target(right: Array) -> Iterator[tuple[str, Array]]:
    """For targets: those from 0 to 1 that belong to labels -1 and 1, or shares of their sum."""
    import numpy as np

    if np.array_equal(np.abs(right), np.ones_like(right)):
        yield "other_targets", np.clip(right, 0, 1)
    total = right.sum(axis=-1, keepdims=True)
    if right.shape[-1] > 1 and (total != 0).all():
        yield "other_targets", right / total


def of_value(quantity: Quantity, right: Array) -> Iterator[tuple[str, Array]]:
    """Of a value: what was written over it, or done to it once more."""
    import numpy as np

    from bp_tutor.formula import arrays

    if quantity.role is Role.WEIGHTED_SUM:
        yield "written_over", np.where(right > 0, 1.0, 0.0)
        yield "written_over", np.where(right > 0, right, 0.0)
    else:
        yield "other_activation:tanh", np.asarray(np.tanh(right))
        yield "other_activation:sigmoid", np.asarray(1 / (1 + np.exp(-right)))
        yield "other_activation:relu", np.where(right > 0, right, 0.0)
        yield "other_activation:softmax", np.asarray(arrays.softmax(right))
