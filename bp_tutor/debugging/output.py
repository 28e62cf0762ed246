"""What is done wrong at the output: the loss, its slope, softmax, and what is written over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import DERIVATIVE, Role

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from bp_tutor.debugging.lines import Lines
    from bp_tutor.formula import Quantity

    Array = NDArray[np.float64]


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


def of_value(quantity: Quantity, right: Array) -> Iterator[tuple[str, Array]]:
    """Of a value: what was written over it, or done to it once more."""
    import numpy as np

    from bp_tutor.formula import arrays

    if quantity.role is Role.WEIGHTED_SUM:
        yield "written_over", np.where(right > 0, 1.0, 0.0)
        yield "written_over", np.where(right > 0, right, 0.0)
    else:
        yield "other_activation", np.asarray(np.tanh(right))
        yield "other_activation", np.asarray(1 / (1 + np.exp(-right)))
        yield "other_activation", np.where(right > 0, right, 0.0)
        yield "other_activation", np.asarray(arrays.softmax(right))
