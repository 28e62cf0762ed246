"""Losses and measures, a row each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula import Add, Formula, Function, Neg, Number, Ref, Stable, apply, call
from bp_tutor.formula.algebra import Mul, sub
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.catalogue.definition import Definition


class Loss(Frozen):
    """The loss and how the course states it."""

    name: str = "half_squared_error"
    outputs: str = "default"
    """`sum` or `mean` over the outputs; `default` is what the loss's own name says."""
    samples: str = "mean"
    """`sum` or `mean` over the samples of a batch."""
    fused: bool | None = None
    """Delta straight from loss and activation together (`p - y`); None: where it is usual."""
    error: str = "prediction-target"
    """`prediction-target` writes a - y inside the loss, `target-prediction` y - a."""
    drop_factor: bool = False
    """The course states the gradient of a squared error without its factor 2."""
    weight_decay: float = 0.0
    """Lambda of (lambda/2) * sum of squared weights; biases are left out."""


class LossRow(NamedTuple):
    """A loss of one output over prediction `a` and target `y`.

    `mean` tells whether its name says that the outputs are averaged. `fused` maps an
    activation to the delta that loss and activation make together, over `a` and `y`.
    """

    function: Function
    turned: Function
    """The same with the error written target - prediction."""
    mean: bool = False
    fused: tuple[tuple[str, str], ...] = ()
    usually_fused: bool = False
    doubled: bool = False
    """Whether its gradient carries the factor 2 that some courses drop."""


def _row(name: str, body: str, slope: str, scalar: str, array: str) -> Function:
    return Function(name, ("a", "y"), body, (slope, None), scalar, array, result="e", as_body=True)


_SQUARE = "(({a}-{y})*({a}-{y}))"
_ARRAY_SQUARE = "({a} - {y}) ** 2"
_HALF = (f"0.5*{_SQUARE}", f"0.5 * {_ARRAY_SQUARE}")
_DISTANCE = ("abs({a}-{y})", "np.abs({a} - {y})")
_BINARY = (
    "-(({y}*log({a}) if {y} else 0.0)+((1.0-{y})*log(1.0-{a}) if {y} != 1.0 else 0.0))",
    (
        "-(np.where({y} == 0, 0.0, {y} * np.log(np.where({y} == 0, 1.0, {a})))"
        " + np.where({y} == 1, 0.0, (1 - {y}) * np.log(np.where({y} == 1, 1.0, 1 - {a}))))"
    ),
)
_SQUARED = _row("squared_error", "(a - y)**2", "2*(a - y)", _SQUARE, _ARRAY_SQUARE)
_SQUARED_TURNED = _row("squared_error", "(y - a)**2", "-2*(y - a)", _SQUARE, _ARRAY_SQUARE)
_CROSS = _row(
    "cross_entropy",
    "-y*log(a)",
    "-y/a",
    "(-{y}*log({a}) if {y} else 0.0)",
    "np.where({y} == 0, 0.0, -{y} * np.log(np.where({y} == 0, 1.0, {a})))",
)
_LOGISTIC = _row(
    "binary_cross_entropy", "-(y*log(a) + (1 - y)*log(1 - a))", "(a - y)/(a*(1 - a))", *_BINARY
)

LOSSES: dict[str, LossRow] = {
    "half_squared_error": LossRow(
        _row("half_squared_error", "1/2*(a - y)**2", "a - y", *_HALF),
        _row("half_squared_error", "1/2*(y - a)**2", "-(y - a)", *_HALF),
    ),
    "squared_error": LossRow(_SQUARED, _SQUARED_TURNED, doubled=True),
    "mean_squared_error": LossRow(_SQUARED, _SQUARED_TURNED, mean=True, doubled=True),
    "mean_absolute_error": LossRow(
        _row("mean_absolute_error", "abs(a - y)", "sign(a - y)", *_DISTANCE),
        _row("mean_absolute_error", "abs(y - a)", "-sign(y - a)", *_DISTANCE),
        mean=True,
    ),
    "binary_cross_entropy": LossRow(
        _LOGISTIC, _LOGISTIC, fused=(("sigmoid", "a - y"),), usually_fused=True
    ),
    "cross_entropy": LossRow(_CROSS, _CROSS, fused=(("softmax", "a - y"),), usually_fused=True),
}  # fmt: skip


def stable_loss(
    name: str, activation: str, shown: Formula, output: Definition, logits: Ref, targets: Ref
) -> Formula:
    """The loss of each output, with a form from the logits where logarithms have no value."""
    if (name, activation) == ("cross_entropy", "softmax"):
        computed: Formula = Mul((targets, sub(apply("logsumexp", logits), logits)))
    elif (name, activation) == ("binary_cross_entropy", "sigmoid"):
        negative = Mul((targets, call("softplus", Neg(logits))))
        positive = Mul((Add((Number(1), Neg(targets))), call("softplus", logits)))
        computed = Add((negative, positive))
    else:
        return shown
    return Stable(shown, computed, Ref(output.quantity), output.formula)
