"""Regularisers: what the weights themselves cost, added to the loss of the data.

Each is a sum `S` of the same term over every weight `w`; biases and initial states are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.fields.described import table
from bp_tutor.fields.forms import Number
from bp_tutor.fields.records import Field
from bp_tutor.formula import Reduce, Ref
from bp_tutor.formula.algebra import add, filled, template
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.formula import Formula, Quantity


class RegulariserKind(Frozen):
    """A regulariser: the key of the loss that sets its factor, and its formulas."""

    field: Field
    term: str
    """What one weight counts."""
    total: str
    """The whole, over the factor `lambda` and the sum `S` of all terms."""

    @property
    def key(self) -> str:
        """The name in a file."""
        return self.field.name

    def penalty(self, factor: Quantity, weights: Iterable[Quantity]) -> Formula:
        """The formula over all weights."""
        sums = (
            Reduce("sum", _term(self.term, weight), tuple(range(len(weight.shape))), scalar=True)
            for weight in weights
        )
        return filled(template(self.total), {"lambda": Ref(factor), "S": add(*sums)})


def _term(text: str, weight: Quantity) -> Formula:
    return filled(template(text), {"w": Ref(weight)})


REGULARISERS = table(
    RegulariserKind(
        Field(
            "weight_decay",
            Number("expected.not_negative", 0),
            "0.01",
            0.0,
            also=("lambda", "l2", "decay"),
        ),
        "w**2",
        "1/2*lambda*S",
    ),
)
