"""The names that a problem file can choose from, with their parameters and defaults.

The formulas behind these names stand in the catalogue; here is only what reading a file needs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import FUNCTIONS
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.formula import Function


class ActivationName(Frozen):
    """An activation as a file names it."""

    name: str
    parameters: tuple[tuple[str, float], ...] = ()
    """Its parameters with their defaults."""
    has_slope: bool = True
    """False for steps: they are flat wherever they have a slope at all."""
    has_kink: bool = False
    """Whether the slope jumps somewhere, so that `slope_at_zero` has a meaning."""
    probabilities: bool = False
    """Whether every value lies between 0 and 1."""
    also: tuple[str, ...] = ()
    """What else it is called; only for the hint in a message."""


class LossName(Frozen):
    """A loss as a file names it."""

    name: str
    fused_with: str = ""
    """The activation with which its delta becomes `p - y`; empty where there is none."""
    has_factor: bool = False
    """Whether its gradient carries a factor 2 that some courses drop."""
    has_error: bool = False
    """Whether it is made from an error, `a - y` or `y - a`."""
    last: tuple[str, ...] = ()
    """The activations that the last layer may have; empty: any."""
    also: tuple[str, ...] = ()


def _activation(row: Function) -> ActivationName:
    """What reading a file needs of a row of the function table."""
    own = row.parameters[len(row.parameters) - len(row.defaults) :]
    return ActivationName(
        row.name,
        tuple(zip(own, row.defaults, strict=True)),
        row.slopes[0] is not None,
        bool(row.kinks) and row.slopes[0] is not None,
        row.probabilities,
        row.also,
    )


ACTIVATIONS: dict[str, ActivationName] = {
    row.name: _activation(row) for row in FUNCTIONS.values() if row.activation
} | {"softmax": ActivationName("softmax", probabilities=True)}
"""Softmax looks at all units at once, and so is no row of the function table."""

_L = LossName
_BINARY = ("bce", "二分类交叉熵", "二元交叉熵")
_MANY = ("ce", "categorical_cross_entropy", "交叉熵")

LOSSES: dict[str, LossName] = {
    row.name: row
    for row in (
        _L("half_squared_error", has_error=True, also=("half_mse", "hse", "平方误差的一半")),
        _L("squared_error", has_factor=True, has_error=True, also=("sse", "se", "平方误差")),
        _L("mean_squared_error", has_factor=True, has_error=True, also=("mse", "均方误差")),
        _L("mean_absolute_error", has_error=True, also=("mae", "l1", "平均绝对误差")),
        _L("binary_cross_entropy", "sigmoid", last=("sigmoid", "softmax"), also=_BINARY),
        _L("cross_entropy", "softmax", last=("softmax",), also=_MANY),
    )
}

MEASURES: dict[str, tuple[str, ...]] = {"rmse": (), "r_squared": ("r2", "r²")}
"""Measures reported beside the loss, and what else they are called."""

LAYERS: dict[str, tuple[str, ...]] = {
    "convolution": ("conv", "conv2d", "convolutional", "correlation"),
    "pooling": ("pool", "max_pool", "maxpool", "max_pooling", "average_pooling", "avg_pool"),
    "flatten": ("reshape",),
    "recurrent": ("rnn", "elman", "simple_rnn"),
    "lstm": (),
    "gru": (),
    "swiglu": ("gated", "glu"),
    "attention": ("self_attention",),
    "normalisation": ("normalization", "layer_norm", "layernorm", "norm"),
}
"""Kinds of layers beside dense ones, by the key that says them, and what else they are called."""

BIAS_KINDS = ("added", "threshold", "plus_input", "minus_input", "none")


def also_called(table: dict[str, ActivationName] | dict[str, LossName]) -> dict[str, str]:
    """Other names, each with the name that a file uses."""
    return {other: row.name for row in table.values() for other in row.also}
