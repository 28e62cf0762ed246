"""The fields of `network:` and `loss:`: one table for checking, hints and the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.frozen import Frozen
from bp_tutor.problem.any_layer import AnyLayer
from bp_tutor.problem.forms import GENERATED, Activation, Drawn, Numbers
from bp_tutor.problem.model import Bias, Loss
from bp_tutor.problem.names import BIAS_KINDS, LOSSES, also_called
from bp_tutor.problem.shapes import Field, Later, ListOf, OneOf, Raw, Record
from bp_tutor.problem.types import BAD, Choice, Flag, Name, Number, Whole, number_of
from bp_tutor.reader import Node, Scalar

if TYPE_CHECKING:
    from bp_tutor.problem.context import Context
    from bp_tutor.problem.types import Type

MOST_UNITS = 10_000
MOST_LAYERS = 64
_UNITS = OneOf(
    "expected.units",
    word=Whole(1, MOST_UNITS, "expected.units"),
    items=ListOf(Name(), "expected.units", most=MOST_UNITS),
)


class Shared(Frozen):
    """The one bias of a layer: a number, or `true` where only its symbol is known."""

    expected: str = "expected.shared"

    def read(self, node: Node, context: Context) -> Any:
        """The number, or True."""
        if isinstance(node, Scalar) and not node.quoted and node.text == "true":
            return True
        return number_of(node, context, self.expected)


class OnlyNone(Frozen):
    """The word `none`."""

    value: Any
    expected: str

    def read(self, node: Node, context: Context) -> Any:
        """What `none` stands for."""
        if isinstance(node, Scalar) and node.text == "none":
            return self.value
        context.wrong(node, self.expected)
        return BAD


class BiasRow(Frozen):
    """A plain list of numbers, one for each unit."""

    expected: str = "expected.bias"

    def read(self, node: Node, context: Context) -> Any:
        """The bias with these values."""
        row = Numbers("expected.row").row(node, context)
        return BAD if row is BAD else Bias(values=row)


BIAS = Record(
    "bias",
    (
        Field("values", OneOf("expected.row", items=BiasRow()), "One number per unit.",
              "[0.2, 0.1]"),
        Field("shared", Shared(), "One number for the whole layer.", "0.3"),
        Field(
            "kind", Choice(BIAS_KINDS), "Added, subtracted as a threshold, or a weight on a "
            "constant input of +1 or -1.", "threshold", "added", also=("type",),
        ),
        Field("frozen", Flag(), "Never updated.", "true", default=False, also=("fixed",)),
        *GENERATED,
    ),
    "expected.bias",
)  # fmt: skip

ACTIVATION = Field(
    "activation", Activation(), "The activation, perhaps with parameters.",
    "{leaky_relu: {alpha: 0.01}}", ("identity", (), 0), also=("function",),
)  # fmt: skip
BIAS_FIELD = Field(
    "bias",
    OneOf("expected.bias", word=OnlyNone(Bias("none"), "expected.bias"), items=BiasRow(),
          mapping=BIAS),
    "Biases of the layer, or none.", "[0.2, 0.1]", also=("b", "threshold"),
)  # fmt: skip
FROZEN = Field("frozen", Flag(), "Its weights are never updated.", "true", default=False)

LAYER = Record(
    "layer",
    (
        Field(
            "units", _UNITS, "How many units, or their names.", "3", required=True,
            also=("size", "neurons", "nodes"),
        ),
        ACTIVATION,
        Field(
            "weights",
            OneOf("expected.weights", items=Numbers("expected.weights"), mapping=Drawn()),
            "Weights into the layer, a matrix in the file's weight_order or a generator; left "
            "out: symbols.", "[[0.1, 0.2], [0.3, 0.4]]", also=("w", "kernel"),
        ),
        BIAS_FIELD,
        FROZEN,
    ),
    "expected.layer",
)  # fmt: skip


def _form() -> Type:
    from bp_tutor.problem.schema_layers import FORM

    return FORM


NETWORK = Record(
    "network",
    (
        Field(
            "inputs", _UNITS._replace(expected="expected.inputs",
                                      mapping=Later(_form, "expected.inputs")),
            "How many inputs, or their names; or what an image or a sequence is like.", "3",
            required=True,
        ),
        Field(
            "weight_order", Choice(("from-to", "to-from")),
            "How every weight matrix of the file is written.", "from-to", also=("order",),
        ),
        Field(
            "layers", ListOf(AnyLayer(LAYER), "expected.layers", most=MOST_LAYERS),
            "The layers after the inputs.", "[{units: 2, activation: sigmoid}]", required=True,
        ),
        Field("values", Raw(), "Weights and biases by their symbols.", "{W_111: 0.5, b_21: 0.2}"),
        Field("edges", Raw(), "Names of weights and biases, and where they sit.",
              "{w1: [i1, h1], b1: [h1, h2]}"),
    ),
)  # fmt: skip

_SUM_MEAN = Choice(("sum", "mean"))
_LOSS_NAMES = Choice((*LOSSES, "none"), "problem.unknown_loss", also_called(LOSSES))


class LossWord(Frozen):
    """The name of a loss, or `none`."""

    expected: str = "expected.loss"

    def read(self, node: Node, context: Context) -> Any:
        """The loss; None for `none`."""
        name = _LOSS_NAMES.read(node, context)
        return BAD if name is BAD else None if name == "none" else Loss(name)


LOSS = OneOf(
    "expected.loss",
    word=LossWord(),
    mapping=Record(
        "loss",
        (
            Field("name", LossWord(), "The loss.", "cross_entropy", required=True),
            Field("outputs", _SUM_MEAN, "Sum or mean over the outputs.", "sum", "default"),
            Field("samples", _SUM_MEAN, "Sum or mean over the samples of a batch.", "mean", "mean"),
            Field("fused", Flag(), "The delta comes from loss and activation together.", "true"),
            Field(
                "error", Choice(("prediction-target", "target-prediction")),
                "Which way round the error is written.", "target-prediction", "prediction-target",
            ),
            Field("drop_factor", Flag(), "The factor 2 of the gradient is left out.", "true",
                  default=False),
            Field("weight_decay", Number("expected.not_negative", 0),
                  "Lambda of (lambda/2) times the sum of squared weights.", "0.01", 0.0,
                  also=("lambda", "l2", "decay")),
        ),
    ),
)  # fmt: skip
