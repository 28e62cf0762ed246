"""Optimisers as a file names them; their formulas stand in the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.optimisers import Optimiser
from bp_tutor.fields.forms import BAD, Choice, Flag, Number
from bp_tutor.fields.records import Field, Record, Section
from bp_tutor.fields.schema import any_of, one_key
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Mapping, Node, Scalar

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.schema import Fragment, Sketch

_SHARE = Number("expected.share", 0, 0.999999999999)
_MU = Field("mu", _SHARE, "0.9", 0.9, also=("momentum", "beta"))
_EPSILON = (
    Field("epsilon", Number("expected.not_negative", 0), "1e-8", 1e-8, also=("eps",)),
    Field("epsilon_inside", Flag(), "true", default=False),
)

OPTIMISERS: dict[str, Record] = {
    row.name: row
    for row in (
        Record("gradient_descent", ()),
        Record(
            "momentum",
            (
                _MU,
                Field("form", Choice(("step", "gradient")), "gradient", "step"),
            ),
        ),
        Record("nesterov", (_MU,)),
        Record(
            "rmsprop",
            (
                Field("rho", _SHARE, "0.9", 0.9, also=("alpha", "beta", "decay")),
                *_EPSILON,
            ),
        ),
        Record(
            "adam",
            (
                Field("beta1", _SHARE, "0.9", 0.9),
                Field("beta2", _SHARE, "0.999", 0.999),
                *_EPSILON,
            ),
        ),
    )
}
ALSO = {
    "sgd": "gradient_descent",
    "gd": "gradient_descent",
    "heavy_ball": "momentum",
    "nag": "nesterov",
    "nesterov_momentum": "nesterov",
    "rms_prop": "rmsprop",
}
_COUNT = "t"


class OptimiserName(Frozen):
    """The name alone, or a name with its parameters."""

    expected: str = "expected.optimiser"

    def records(self) -> tuple[Record, ...]:
        """The tables of all optimisers that have parameters."""
        return tuple(row for row in OPTIMISERS.values() if row.fields)

    def read(self, node: Node, context: Context) -> Any:
        """The `Optimiser`, each parameter given or as is usual."""
        word, settings = node, None
        if isinstance(node, Mapping) and len(node.items) == 1:
            word, settings = node.items[0]
        if not isinstance(word, Scalar):
            context.wrong(node, self.expected)
            return BAD
        name = Choice(tuple(OPTIMISERS), "problem.unknown_optimiser", ALSO).read(word, context)
        if name is BAD:
            return BAD
        record = OPTIMISERS[name]
        section = Section(node, {field.name: field.default for field in record.fields}, {})
        if settings is not None:
            if not record.fields:
                context.mistake(settings, "problem.no_parameters", name=name)
                return BAD
            section = record.read(settings, context)
        if section is BAD or not section.sound(*section.values):
            return BAD
        return Optimiser(name, tuple(section.values.items()))

    def schema(self, sketch: Sketch) -> Fragment:
        """The name, or the name with its parameters."""
        known = {record.name: record.schema(sketch) for record in self.records()}
        return any_of({"enum": list(OPTIMISERS)}, one_key(known))


OPTIMISER = OptimiserName()


STATES: dict[str, tuple[str, ...]] = {
    "momentum": ("v",),
    "nesterov": ("v",),
    "rmsprop": ("s",),
    "adam": ("m", "s", "mhat", "shat"),
}
"""What an optimiser keeps or works out beside each weight, by the letters before its name."""


def parameter_names(optimiser: Optimiser) -> frozenset[str]:
    """The symbols that its formulas use beside weight, gradient and learning rate."""
    names = {field.name for field in OPTIMISERS[optimiser.name].fields}
    return frozenset(names | {_COUNT}) if optimiser.name == "adam" else frozenset(names)


def named_in(optimiser: Optimiser) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What it works out for each weight, as kinds of a quantity, and its single numbers."""
    states = STATES.get(optimiser.name, ())
    kept = tuple(f"{state}'" for state in states if not state.endswith("hat"))
    names = sorted(parameter_names(optimiser))
    counted = [f"{_COUNT}'"] if _COUNT in names else []
    return (*states, *kept), (*names, *counted)
