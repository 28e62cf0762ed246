"""Losses: what one output costs, a formula each over the output `a` and its target `y`.

Slope and code come from the formula. What stands beside it is the course's own form of the
slope, and what a loss makes together with one activation: a short delta, and a form that has a
value where floats round the output to 0 or 1.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from bp_tutor.fields.described import table
from bp_tutor.fields.forms import Number
from bp_tutor.fields.records import Field
from bp_tutor.formula import (
    CANONICAL,
    FUNCTIONS,
    Add,
    Call,
    Div,
    Function,
    Mul,
    Neg,
    Pow,
    Reduce,
    replace,
    spell,
)
from bp_tutor.formula.algebra import number, template
from bp_tutor.formula.atoms import Hole
from bp_tutor.formula.atoms import Number as Plain
from bp_tutor.formula.function_table import DERIVED
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.fields.forms import Setting
    from bp_tutor.formula import Formula

_A, _Y = Hole("a"), Hole("y")
OTHER_WAY_ROUND = "target-prediction"


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
    penalty: tuple[str, float] | None = None
    """The regulariser, and its factor lambda."""
    parameters: tuple[tuple[str, Setting], ...] = ()
    label_smoothing: float = 0.0
    """The share of each target that is spread evenly over all outputs."""
    l1_share: float = 0.5
    """The share of the absolute values where a regulariser mixes them with the squares."""
    penalised: str = "weights"
    """What a regulariser counts: `weights`, or `all`, the biases as well."""
    class_weights: tuple[float, ...] = ()
    """What each class or output counts."""
    sample_weights: tuple[float, ...] = ()
    """What each sample counts."""
    ignored: float | None = None
    """The number that stands for a target that is left out."""
    divide_by: str = "count"
    """Whether a mean divides by the `count` of what is left or by its `weights`."""

    @property
    def weighs(self) -> bool:
        """Whether its entries count differently, or some not at all."""
        return bool(self.class_weights or self.sample_weights) or self.ignored is not None


class Fused(Frozen):
    """What a loss makes together with the activation of the outputs."""

    activation: str
    delta: str
    """The derivative by what stands before the activation, over `a` and `y`."""
    computed: str
    """The loss over `z`, which stands before the activation, and `y`, without overflow."""
    pytorch: str = ""
    """The class in `torch.nn` that takes z, if there is one."""


class LossKind(Frozen):
    """A loss: its name in a file, its formula, and what has to be known of it."""

    key: str
    formula: str
    also: tuple[str, ...] = ()
    """What else it is called; only for the hint in a message."""
    fields: tuple[Field, ...] = ()
    """Its parameters; the formula speaks of them by their names."""
    slope: str = DERIVED
    """The derivative by `a`, where courses state it in a form of their own."""
    mean: bool = False
    """Whether its name says that the outputs are averaged."""
    doubled: bool = False
    """Whether its gradient carries the factor 2 that some courses drop."""
    probabilities: bool = False
    """Whether outputs and targets lie between 0 and 1."""
    shares: bool = False
    """Whether the outputs of a sample, and its targets, add up to 1."""
    logarithms: bool = False
    """Whether the outputs are the logarithms of numbers that do."""
    signs: bool = False
    """Whether every target is -1 or 1."""
    classes: bool = False
    """Whether the formula speaks of `c` as well, the output of the class that is right."""
    fused: Fused | None = None
    pytorch: str = ""
    """The class in `torch.nn` that is the same over the outputs, if there is one."""

    @property
    def whole_rows(self) -> bool:
        """Whether the outputs of a sample belong together, each one for a class."""
        return self.shares or self.logarithms or self.classes

    @property
    def targets(self) -> str:
        """What it takes for targets, as a model says it."""
        return "shares" if self.shares else "probabilities" if self.probabilities else ""

    @property
    def has_error(self) -> bool:
        """Whether it is made from an error, `a - y`, that can be written `y - a`."""
        body = template(self.formula)
        return replace(body, _other_way_round) != body

    def function(self, error: str = "") -> Function:
        """The loss as a function of the language, its error written in the given order."""
        return _function(self, other_way_round=error == OTHER_WAY_ROUND and self.has_error)


@cache
def _function(kind: LossKind, *, other_way_round: bool) -> Function:
    body, slope = kind.formula, kind.slope
    if other_way_round:
        body = spell(replace(template(body), _other_way_round), CANONICAL)
        slope = DERIVED
    names = tuple(field.name for field in kind.fields)
    right = ("c",) if kind.classes else ()
    slopes = (slope, None, *(DERIVED for _ in right), *(None for _ in names))
    return Function(kind.key, ("a", "y", *right, *names), body, slopes, result="e", as_body=True)


_ERROR, _REVERSED = (Add((one, Neg(other))) for one, other in ((_A, _Y), (_Y, _A)))


def _other_way_round(node: Formula) -> Formula | None:
    """The error as the negative of the other; even powers and distances lose the sign."""
    match node:
        case Pow(base, Plain(exponent)) if base == _ERROR and exponent % 2 == 0:
            return Pow(_REVERSED, node.exponent)
        case Call(function, (inside,)) if function == FUNCTIONS["abs"] and inside == _ERROR:
            return Call(function, (_REVERSED,))
    return Neg(_REVERSED) if node == _ERROR else None


def loss_of(loss: Loss, output: Formula, target: Formula) -> Formula:
    """What an output costs, with the loss's parameters as given or as is usual."""
    kind = LOSSES[loss.name]
    right = (_right(output, target),) if kind.classes else ()
    return Call(kind.function(loss.error), (output, target, *right, *parameters_of(loss).values()))


def parameters_of(loss: Loss) -> dict[str, Formula]:
    """The parameters of its formula by their names, as given or as is usual."""
    given = dict(loss.parameters)
    values: dict[str, Any] = {
        field.name: given.get(field.name, field.default) for field in LOSSES[loss.name].fields
    }
    return {name: number(float(value)) for name, value in values.items()}


def _right(output: Formula, target: Formula) -> Formula:
    """The output of the right class in each row, whose target alone is 1."""
    return Reduce("sum", Mul((target, output)), (len(output.shape) - 1,))


def smoothed(loss: Loss, target: Formula) -> Formula:
    """The target that the loss sees: with label smoothing, a share of 1 is spread over all."""
    if not loss.label_smoothing:
        return target
    share = number(loss.label_smoothing)
    kept = Mul((Add((number(1), Neg(share))), target))
    return Add((kept, Div(share, number(target.shape[-1]))))


def fused_of(loss: Loss, activation: str) -> Fused | None:
    """What the loss makes together with an activation; None where there is no such thing."""
    fused = LOSSES[loss.name].fused
    return fused if fused is not None and fused.activation == activation else None


_GAMMA = Field("gamma", Number("expected.not_negative", 0), "2", 2.0)

LOSSES = table(
    LossKind(
        "half_squared_error",
        "1/2*(a - y)**2",
        also=("half_mse", "hse", "平方误差的一半"),
    ),
    LossKind(
        "squared_error",
        "(a - y)**2",
        also=("sse", "se", "平方误差"),
        doubled=True,
    ),
    LossKind(
        "mean_squared_error",
        "(a - y)**2",
        also=("mse", "均方误差"),
        mean=True,
        doubled=True,
        pytorch="MSELoss",
    ),
    LossKind(
        "mean_absolute_error",
        "abs(a - y)",
        also=("mae", "l1", "平均绝对误差"),
        mean=True,
        pytorch="L1Loss",
    ),
    LossKind(
        "huber",
        # Half a square up to delta, then straight on, in one piece as by hand.
        "1/2*min(abs(a - y), delta)**2 + delta*(abs(a - y) - min(abs(a - y), delta))",
        also=("smooth_l1", "huber_loss"),
        fields=(Field("delta", Number("expected.positive", above=0), "1.5", 1.0),),
        slope="max(-delta, min(delta, a - y))",
        pytorch="HuberLoss",
    ),
    LossKind(
        "binary_cross_entropy",
        "-(y*log(a) + (1 - y)*log(1 - a))",
        also=("bce", "二分类交叉熵", "二元交叉熵"),
        slope="(a - y)/(a*(1 - a))",
        probabilities=True,
        fused=Fused(
            "sigmoid",
            "a - y",
            "y*softplus(-z) + (1 - y)*softplus(z)",
            pytorch="BCEWithLogitsLoss",
        ),
        pytorch="BCELoss",
    ),
    LossKind(
        "cross_entropy",
        "-y*log(a)",
        also=("ce", "categorical_cross_entropy", "交叉熵"),
        slope="-y/a",
        probabilities=True,
        shares=True,
        fused=Fused("softmax", "a - y", "y*(logsumexp(z) - z)", pytorch="CrossEntropyLoss"),
    ),
    LossKind("log_cosh", "log(cosh(a - y))", also=("logcosh",), slope="tanh(a - y)"),
    LossKind(
        "hinge",
        "max(0, 1 - y*a)",
        also=("hinge_loss", "svm"),
        slope="-y*I(1 - y*a > 0)",
        signs=True,
    ),
    LossKind(
        "squared_hinge",
        "max(0, 1 - y*a)**2",
        slope="-2*y*max(0, 1 - y*a)",
        signs=True,
    ),
    LossKind(
        # By Weston and Watkins; PyTorch has the mean over the outputs.
        "multi_class_margin",
        "(1 - y)*max(0, margin - c + a)",
        also=("multi_margin", "multiclass_hinge", "categorical_hinge"),
        fields=(Field("margin", Number("expected.positive", above=0), "1", 1.0),),
        classes=True,
        pytorch="MultiMarginLoss",
    ),
    LossKind(
        "kl_divergence",
        "y*log(y/a)",
        also=("kl", "kullback_leibler", "kldiv"),
        slope="-y/a",
        probabilities=True,
        shares=True,
        fused=Fused("softmax", "a - y", "y*log(y) + y*(logsumexp(z) - z)"),
    ),
    LossKind(
        "negative_log_likelihood",
        "-y*a",
        also=("nll", "nll_loss"),
        slope="-y",
        shares=True,
        logarithms=True,
        fused=Fused("log_softmax", "exp(a) - y", "-y*a"),
        pytorch="NLLLoss",
    ),
    LossKind(
        # By Lin et al. (2017); gamma 0 is cross-entropy.
        "focal",
        "-y*(1 - a)**gamma*log(a)",
        also=("focal_loss",),
        fields=(_GAMMA,),
        slope="y*(gamma*(1 - a)**(gamma - 1)*log(a) - (1 - a)**gamma/a)",
        probabilities=True,
        shares=True,
    ),
    LossKind(
        "binary_focal",
        "-(y*(1 - a)**gamma*log(a) + (1 - y)*a**gamma*log(1 - a))",
        also=("sigmoid_focal",),
        fields=(_GAMMA,),
        slope="y*(gamma*(1 - a)**(gamma - 1)*log(a) - (1 - a)**gamma/a)"
        " - (1 - y)*(gamma*a**(gamma - 1)*log(1 - a) - a**gamma/(1 - a))",
        probabilities=True,
        fused=Fused(
            "sigmoid",
            "y*(1 - a)**gamma*(gamma*a*log(a) - (1 - a))"
            " + (1 - y)*a**gamma*(a - gamma*(1 - a)*log(1 - a))",
            "y*sigmoid(-z)**gamma*softplus(-z) + (1 - y)*sigmoid(z)**gamma*softplus(z)",
        ),
    ),
)
