"""Tied weights: a layer works with the array of an earlier layer, as it is or transposed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeGuard

from bp_tutor.catalogue.layer import LAYER_NUMBER, Tie
from bp_tutor.fields.forms import Flag
from bp_tutor.fields.numbers import Numbers, Seeded
from bp_tutor.fields.records import Field, OneOf, Record, Section
from bp_tutor.fields.schema import any_of
from bp_tutor.formula import Role
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Mapping, Node

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array, Reached
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.schema import Fragment, SchemaWriter

TIED = "tied"
RECORD = Record(
    TIED,
    (
        Field(TIED, LAYER_NUMBER, "2", required=True),
        Field("transposed", Flag(), "true", default=False, also=("transpose",)),
    ),
)


class SeededOrTied(Frozen):
    """`{seed: 1, scale: 0.1}`, or `{tied: 2}` for the weights of layer 2."""

    expected: str = "expected.weights_or_tied"

    def read(self, node: Node, context: Context) -> Any:
        """The generator, or a `Section` of the layer and whether its weights are transposed."""
        tied = isinstance(node, Mapping) and any(
            node.get(field.name) is not None for field in RECORD.fields
        )
        return (RECORD if tied else Seeded(self.expected)).read(node, context)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """Either of the two."""
        return any_of(RECORD.schema(writer), Seeded().schema(writer))


MATRIX_OR_TIED = OneOf(
    "expected.weights_or_tied", items=Numbers("expected.weights"), mapping=SeededOrTied()
)


def is_tied(given: object) -> TypeGuard[Section]:
    """Whether a file gives another layer's array for one."""
    return isinstance(given, Section) and given.name == RECORD.name


def tie_of(
    given: Any, own: Array, others: tuple[Array, ...] | None, reached: Reached, node: Node
) -> Tie | None:
    """Which array stands for `own`; None where it cannot, which the context is told.

    `others` are the arrays of the layer that the file names; None where it names none before.
    """
    number, source, context = reached.number, given[TIED], reached.context
    matrices = [
        array for array in others or () if array.role is Role.WEIGHT and len(array.shape) == 2
    ]
    if len(matrices) != 1:
        context.mistake(node, "problem.tied_layer", layer=number, source=source)
        return None
    (found,) = matrices
    transposed = bool(given["transposed"])
    shape = found.shape[::-1] if transposed else found.shape
    if shape == own.shape:
        return Tie(own.key, source, found.key, transposed)
    key = "problem.tied_turned" if shape[::-1] == own.shape else "problem.tied_shape"
    context.mistake(
        node, key, layer=number, source=source, wanted=" x ".join(map(str, own.shape)),
        found=" x ".join(map(str, shape)), transposed="false" if transposed else "true",
    )  # fmt: skip
    return None
