"""Regularisers: what the weights themselves cost, added to the loss of the data.

Each is a formula over `lambda`, its factor, and sums over every weight: `S1` of the absolute
values, `S2` of the squares. Biases are counted where the file says so; initial states never.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.fields.described import table
from bp_tutor.fields.forms import Number
from bp_tutor.fields.records import Field
from bp_tutor.formula import Reduce, Ref
from bp_tutor.formula.algebra import add, filled, number, template
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.formula import Formula, Quantity

SUMS = {"S1": "abs(w)", "S2": "w**2"}
"""What each weight `w` counts in a sum."""
FACTOR = Number("expected.not_negative", 0)


class RegulariserKind(Frozen):
    """A regulariser: the key of the loss that sets its factor, and its formula."""

    field: Field
    total: str
    """The whole, over the factor `lambda`, the sums, and `share`, that of the absolute values."""
    rule: str = "penalty"
    """The words of its line."""

    @property
    def key(self) -> str:
        """The name in a file."""
        return self.field.name

    @property
    def mixes(self) -> bool:
        """Whether it takes a share of the one sum and a share of the other."""
        return "share" in self.total

    def penalty(self, factor: Quantity, weights: Iterable[Quantity], share: float) -> Formula:
        """The formula over all weights."""
        counted = list(weights)
        holes = {"lambda": Ref(factor), "share": number(share)}
        sums = {name: add(*(_sum(term, each) for each in counted)) for name, term in SUMS.items()}
        return filled(template(self.total), holes | sums)


def _sum(term: str, weight: Quantity) -> Formula:
    each = filled(template(term), {"w": Ref(weight)})
    return Reduce("sum", each, tuple(range(len(weight.shape))), scalar=True)


REGULARISERS = table(
    RegulariserKind(
        Field("weight_decay", FACTOR, "0.01", 0.0, also=("lambda", "decay")),
        "1/2*lambda*S2",
    ),
    RegulariserKind(
        Field("l1", FACTOR, "0.01", 0.0, also=("lasso",)), "lambda*S1", "penalty_absolute"
    ),
    RegulariserKind(
        Field("l2", FACTOR, "0.01", 0.0, also=("ridge",)), "lambda*S2", "penalty_squares"
    ),
    RegulariserKind(
        Field("elastic_net", FACTOR, "0.01", 0.0, also=("elastic",)),
        "lambda*(share*S1 + (1 - share)/2*S2)",
        "penalty_mixed",
    ),
)
