"""The bias of a layer: how a file says it, and how it comes into a weighted sum."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD, Choice, Flag, number_of
from bp_tutor.fields.numbers import GENERATED, NumberRow
from bp_tutor.fields.records import Field, OneOf, Record
from bp_tutor.fields.schema import NUMBER, any_of, rows
from bp_tutor.formula import Formula, Mul, Number
from bp_tutor.formula.algebra import add, neg
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Node, Scalar

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Generated, Row
    from bp_tutor.fields.schema import Fragment, SchemaWriter

CONSTANT_INPUTS = {"plus_input": 1, "minus_input": -1}
KINDS = ("added", "threshold", *CONSTANT_INPUTS, "none")


class Bias(Frozen):
    """The bias of a layer.

    `kind` is `added`, `threshold` (subtracted), `plus_input` or `minus_input` (a weight on a
    constant input of +1 or -1), or `none`. `shared`: one number for the whole layer.
    `frozen`: never updated. `values` holds one number per unit (one in all where shared).
    """

    kind: str = "added"
    shared: bool = False
    frozen: bool = False
    values: Row | Generated | None = None

    def brought_into(self, weighted: Formula, shift: Formula) -> Formula:
        """A weighted sum with the bias, in the way in which the course brings it in."""
        if self.kind in CONSTANT_INPUTS:
            shift = Mul((Number(CONSTANT_INPUTS[self.kind]), shift))
        return add(weighted, neg(shift) if self.kind == "threshold" else shift)


class SharedBias(Frozen):
    """The one bias of a layer: a number, or `true` where only its symbol is known."""

    expected: str = "expected.shared"

    def read(self, node: Node, context: Context) -> Any:
        """The number, or True."""
        if isinstance(node, Scalar) and not node.quoted and node.text == "true":
            return True
        return number_of(node, context, self.expected)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A number or `true`."""
        return any_of(NUMBER, {"const": True})


class NoBias(Frozen):
    """The word `none`."""

    expected: str

    def read(self, node: Node, context: Context) -> Any:
        """A layer's bias that is none."""
        if isinstance(node, Scalar) and node.text == "none":
            return Bias("none")
        context.wrong(node, self.expected)
        return BAD

    def schema(self, writer: SchemaWriter) -> Fragment:
        """The word."""
        return {"const": "none"}


class BiasRow(Frozen):
    """A plain list of numbers, one for each unit."""

    expected: str = "expected.bias"

    def read(self, node: Node, context: Context) -> Any:
        """The bias with these values."""
        row = NumberRow("expected.row").read(node, context)
        return BAD if row is BAD else Bias(values=row)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A list of numbers."""
        return rows(NUMBER)


RECORD = Record(
    "bias",
    (
        Field("values", OneOf("expected.row", items=BiasRow()), "[0.2, 0.1]"),
        Field("shared", SharedBias(), "0.3"),
        Field("kind", Choice(KINDS), "threshold", "added", also=("type",)),
        Field("frozen", Flag(), "true", default=False, also=("fixed",)),
        *GENERATED,
    ),
    "expected.bias",
)
BIAS = Field(
    "bias",
    OneOf("expected.bias", word=NoBias("expected.bias"), items=BiasRow(), mapping=RECORD),
    "[0.2, 0.1]",
    also=("b", "threshold"),
)
"""The bias of a layer that has one row of them."""
