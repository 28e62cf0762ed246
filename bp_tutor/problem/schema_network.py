"""The fields of `network:` and `loss:`: one table for checking, hints and the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.layer import Bias
from bp_tutor.fields.forms import BAD, Choice, Flag, Name, Whole, number_of
from bp_tutor.fields.numbers import GENERATED, Drawn, Numbers
from bp_tutor.fields.records import Field, Later, ListOf, OneOf, Raw, Record
from bp_tutor.fields.schema import NUMBER, any_of, rows
from bp_tutor.frozen import Frozen
from bp_tutor.problem.any_layer import AnyLayer
from bp_tutor.problem.concepts import ACTIVATION as ACTIVATION_NAME
from bp_tutor.problem.names import BIAS_KINDS
from bp_tutor.reader import Node, Scalar

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.forms import Type
    from bp_tutor.fields.schema import Fragment, Sketch

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

    def schema(self, sketch: Sketch) -> Fragment:
        """A number or `true`."""
        return any_of(NUMBER, {"const": True})


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

    def schema(self, sketch: Sketch) -> Fragment:
        """The word."""
        return {"const": "none"}


class BiasRow(Frozen):
    """A plain list of numbers, one for each unit."""

    expected: str = "expected.bias"

    def read(self, node: Node, context: Context) -> Any:
        """The bias with these values."""
        row = Numbers("expected.row").row(node, context)
        return BAD if row is BAD else Bias(values=row)

    def schema(self, sketch: Sketch) -> Fragment:
        """A list of numbers."""
        return rows(NUMBER)


BIAS = Record(
    "bias",
    (
        Field("values", OneOf("expected.row", items=BiasRow()), "[0.2, 0.1]"),
        Field("shared", Shared(), "0.3"),
        Field(
            "kind",
            Choice(BIAS_KINDS),
            "threshold",
            "added",
            also=("type",),
        ),
        Field("frozen", Flag(), "true", default=False, also=("fixed",)),
        *GENERATED,
    ),
    "expected.bias",
)

ACTIVATION = Field(
    "activation",
    ACTIVATION_NAME,
    "{leaky_relu: {alpha: 0.01}}",
    ("identity", (), 0),
    also=("function",),
)
BIAS_FIELD = Field(
    "bias",
    OneOf(
        "expected.bias", word=OnlyNone(Bias("none"), "expected.bias"), items=BiasRow(), mapping=BIAS
    ),
    "[0.2, 0.1]",
    also=("b", "threshold"),
)
FROZEN = Field("frozen", Flag(), "true", default=False)

LAYER = Record(
    "layer",
    (
        Field(
            "units",
            _UNITS,
            "3",
            required=True,
            also=("size", "neurons", "nodes"),
        ),
        ACTIVATION,
        Field(
            "weights",
            OneOf("expected.weights", items=Numbers("expected.weights"), mapping=Drawn()),
            "[[0.1, 0.2], [0.3, 0.4]]",
            also=("w", "kernel"),
        ),
        BIAS_FIELD,
        FROZEN,
    ),
    "expected.layer",
)


def _form() -> Type:
    from bp_tutor.problem.schema_layers import FORM

    return FORM


NETWORK = Record(
    "network",
    (
        Field(
            "inputs",
            _UNITS._replace(expected="expected.inputs", mapping=Later(_form, "expected.inputs")),
            "3",
            required=True,
        ),
        Field(
            "weight_order",
            Choice(("from-to", "to-from")),
            "from-to",
            also=("order",),
        ),
        Field(
            "layers",
            ListOf(AnyLayer(LAYER), "expected.layers", most=MOST_LAYERS),
            "[{units: 2, activation: sigmoid}]",
            required=True,
        ),
        Field("values", Raw(("number", "null")), "{W_111: 0.5, b_21: 0.2}"),
        Field("edges", Raw(("string", "array")), "{w1: [i1, h1], b1: [h1, h2]}"),
    ),
)
