"""Clipping: gradients that are too large are cut before an optimiser sees them.

The formulas speak of `g`, a gradient, of `limit`, and of `norm`, the length of all gradients
together, which is 0 where all of them are: the larger of it and the limit divides, never 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.fields.described import table
from bp_tutor.fields.forms import Number
from bp_tutor.fields.records import Field
from bp_tutor.formula import Reduce, Ref, call
from bp_tutor.formula.algebra import add, power
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.formula import Formula, Quantity

CLIPPED = "g"
"""The kind of a quantity: its gradient, clipped."""
LIMIT, NORM = "limit", "norm"
_LIMIT = Number("expected.positive", above=0)


class ClippingKind(Frozen):
    """A way to clip: the key that sets its limit, the formula of one gradient, and its words."""

    field: Field
    formula: str
    rule: str

    @property
    def key(self) -> str:
        """The name in a file."""
        return self.field.name

    @property
    def by_norm(self) -> bool:
        """Whether it looks at all gradients together."""
        return NORM in self.formula


def norm_of(gradients: Iterable[Quantity]) -> Formula:
    """The length of all gradients together, as one vector."""
    squares = (
        Reduce("sum", power(Ref(each), 2), tuple(range(len(each.shape))), scalar=True)
        if each.shape
        else power(Ref(each), 2)
        for each in gradients
    )
    return call("sqrt", add(*squares))


CLIPPING = table(
    ClippingKind(Field("value", _LIMIT, "1"), "max(-limit, min(limit, g))", "clipped_value"),
    ClippingKind(Field("norm", _LIMIT, "5"), "g*limit/max(norm, limit)", "clipped_norm"),
)
