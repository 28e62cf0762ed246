"""Activations of layers: what a file says of them, and their formula over what comes before.

The functions themselves, with slope and code, are rows of the language's own table, because
graphs use them as well. Softmax looks at all units at once and is an array primitive.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.fields.described import table
from bp_tutor.fields.forms import Number, Whole
from bp_tutor.fields.records import Field
from bp_tutor.formula import FUNCTIONS, Call, apply
from bp_tutor.formula.algebra import number
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer
    from bp_tutor.formula import Formula, Function


class ActivationKind(Frozen):
    """An activation as a layer may have it."""

    key: str
    also: tuple[str, ...] = ()
    """What else it is called; only for the hint in a message."""
    parameters: tuple[Field, ...] = ()
    has_slope: bool = True
    """False for steps: they are flat wherever they have a slope at all."""
    has_kink: bool = False
    """Whether the slope jumps at 0, so that `slope_at_zero` has a meaning."""
    probabilities: bool = False
    """Whether every value lies between 0 and 1."""
    primitive: str = ""
    """The array primitive that it is, where it looks at all units at once."""
    shares: bool = False
    """Whether the values of all units add up to 1."""
    logarithms: bool = False
    """Whether they are the logarithms of such values."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What can be set."""
        kink = (Field("slope_at_zero", Whole(0, 1), "1", 0),) if self.has_kink else ()
        return (*self.parameters, *kink)


_LIMITS = {"width": Number("expected.positive", above=0)}
"""Parameters that cannot be any number."""


def entrywise(row: Function) -> ActivationKind:
    """A row of the table of functions as an activation."""
    names = row.parameters[len(row.parameters) - len(row.defaults) :]
    return ActivationKind(
        row.name,
        row.also,
        tuple(
            Field(name, _LIMITS.get(name, Number()), f"{default:g}", default)
            for name, default in zip(names, row.defaults, strict=True)
        ),
        has_slope=row.slopes[0] is not None,
        has_kink=0.0 in row.kinks and row.slopes[0] is not None,
        probabilities=row.probabilities,
    )


SOFTMAX = ActivationKind("softmax", probabilities=True, primitive="softmax", shares=True)
LOG_SOFTMAX = ActivationKind(
    "log_softmax", ("logsoftmax",), primitive="log_softmax", logarithms=True
)
ACTIVATIONS = table(
    *(entrywise(each) for each in FUNCTIONS.values() if each.activation),
    SOFTMAX,
    LOG_SOFTMAX,
)


def activated(layer: Layer, before: Formula) -> Formula:
    """The layer's activation of `before`."""
    if layer.activation == "identity":
        return before
    kind = ACTIVATIONS[layer.activation]
    if kind.primitive:
        return apply(kind.primitive, before)
    function = FUNCTIONS[layer.activation]
    if layer.slope_at_zero and 0.0 in function.kinks:
        slope = function.slopes[0] or ""
        # The unit's side of the kink moves onto the kink itself.
        function = function.with_slope(slope.replace("z > 0", "z >= 0").replace("z <= 0", "z < 0"))
    given = dict(layer.parameters)
    names = function.parameters[len(function.parameters) - len(function.defaults) :]
    values = [given.get(name, value) for name, value in zip(names, function.defaults, strict=True)]
    return Call(function, (before, *map(number, values)))
