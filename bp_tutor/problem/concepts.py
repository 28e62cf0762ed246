"""Activation, loss and optimiser as a file names them: one of the catalogue's, with settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.clipping import CLIPPING
from bp_tutor.catalogue.learning_rules import LEARNING_RULES
from bp_tutor.catalogue.losses import LOSSES, OTHER_WAY_ROUND, Loss
from bp_tutor.catalogue.optimisers import OPTIMISERS, Optimiser
from bp_tutor.catalogue.regularisers import REGULARISERS
from bp_tutor.catalogue.schedules import SCHEDULES, Schedule
from bp_tutor.fields.described import Described
from bp_tutor.fields.forms import BAD, Choice, Flag, Number
from bp_tutor.fields.records import Field, ListOf, Record
from bp_tutor.fields.schema import any_of
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Mapping, Scalar

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.records import Section
    from bp_tutor.fields.schema import Fragment, SchemaWriter
    from bp_tutor.reader import Node


def _activation(name: str, settings: dict[str, Any]) -> tuple[str, tuple[Any, ...], int]:
    """Name, parameters with their values, and the slope at a kink."""
    parameters = tuple((each.name, settings[each.name]) for each in ACTIVATIONS[name].parameters)
    return name, parameters, settings.get("slope_at_zero", 0)


ACTIVATION = Described(
    ACTIVATIONS, "problem.unknown_activation", "expected.activation", _activation
)
SCHEDULE = Described(
    SCHEDULES,
    "problem.unknown_schedule",
    "expected.schedule",
    lambda name, settings: Schedule(
        name, tuple((key, value) for key, value in settings.items() if value is not None)
    ),
)
LEARNING_RULE = Described(
    LEARNING_RULES,
    "problem.unknown_rule",
    "expected.learning_rule",
    lambda name, _: name,
)
OPTIMISER = Described(
    OPTIMISERS,
    "problem.unknown_optimiser",
    "expected.optimiser",
    lambda name, settings: Optimiser(name, tuple(settings.items())),
)
LOSS_NAME = Described(
    LOSSES,
    "problem.unknown_loss",
    "expected.loss",
    lambda name, settings: Loss(name, parameters=tuple(settings.items())),
    nothing="none",
)

_WEIGHTS = ListOf(Number("expected.not_negative", 0), "expected.row")
_SUM_MEAN = Choice(("sum", "mean"))
_STATED = (
    Field("outputs", _SUM_MEAN, "sum", "default"),
    Field("samples", _SUM_MEAN, "mean", "mean"),
    Field("fused", Flag(), "true"),
    Field(
        "error",
        Choice(("prediction-target", OTHER_WAY_ROUND)),
        OTHER_WAY_ROUND,
        "prediction-target",
    ),
    Field("drop_factor", Flag(), "true", default=False),
    Field("label_smoothing", Number("expected.share", 0, 0.999999999999), "0.1", 0.0),
    Field("l1_share", Number("expected.share", 0, 1), "0.5", 0.5, also=("l1_ratio",)),
    Field("class_weights", _WEIGHTS, "[1, 2]", ()),
    Field("sample_weights", _WEIGHTS, "[1, 0.5]", ()),
    Field("ignored", Number("expected.number"), "-1", also=("ignore", "ignore_index")),
    Field("divide_by", Choice(("count", "weights")), "weights", "count"),
    Field("penalised", Choice(("weights", "all")), "all", "weights", also=("regularised",)),
)
"""How a course states a loss, whichever it is."""


class LossForm(Frozen):
    """A name, a name with its parameters, or a mapping that says how the course states it."""

    record: Record
    expected: str = "expected.loss"

    def records(self) -> tuple[Record, ...]:
        """The mapping, and the tables of losses with parameters."""
        return (self.record, *LOSS_NAME.records())

    def read(self, node: Node, context: Context) -> Any:
        """The `Loss`; None for `none`."""
        if isinstance(node, Scalar) or _is_name_with_parameters(node):
            return LOSS_NAME.read(node, context)
        if not isinstance(node, Mapping):
            context.wrong(node, self.expected)
            return BAD
        section = self.record.read(node, context)
        if section is BAD or not section.sound(*section.values):
            return BAD
        if section["name"] is None:
            return None
        stated = {field.name: section[field.name] for field in _STATED}
        return section["name"]._replace(**stated, penalty=_penalty(section, context))

    def schema(self, writer: SchemaWriter) -> Fragment:
        """Any of the forms."""
        return any_of(LOSS_NAME.schema(writer), self.record.schema(writer))


def _is_name_with_parameters(node: Node) -> bool:
    """`{huber: {delta: 1.5}}`: the one key is no setting, and there is a mapping behind it."""
    if not isinstance(node, Mapping) or len(node.items) != 1:
        return False
    key, value = node.items[0]
    return key.text != "name" and isinstance(value, Mapping)


def _penalty(section: Section, context: Context) -> tuple[str, float] | None:
    """What the weights cost, by one regulariser at most."""
    given = [(key, section[key]) for key in REGULARISERS if section[key]]
    if len(given) > 1:
        (one, _), (other, _) = given[:2]
        numbers = dict(given)
        squares = 2 * numbers.get("l2", 0.0) + numbers.get("weight_decay", 0.0)
        if {one, other} in ({"l1", "l2"}, {"l1", "weight_decay"}) and len(given) == 2:
            factor = numbers["l1"] + squares
            context.mistake(
                section.at(other), "problem.l1_and_l2", one=one, other=other,
                factor=f"{factor:.12g}", share=f"{numbers['l1'] / factor:.12g}",
            )  # fmt: skip
        else:
            context.mistake(section.at(other), "problem.two_regularisers", one=one, other=other)
    return given[0] if given else None


class ClippingForm(Frozen):
    """`{norm: 5}`: one way to clip, with its limit."""

    record: Record
    expected: str = "expected.clipping"

    def records(self) -> tuple[Record, ...]:
        """The mapping."""
        return (self.record,)

    def read(self, node: Node, context: Context) -> Any:
        """The way and its limit."""
        if not isinstance(node, Mapping):
            context.wrong(node, self.expected)
            return BAD
        section = self.record.read(node, context)
        if section is BAD or not section.sound(*section.values):
            return BAD
        given = [(key, section[key]) for key in CLIPPING if section[key] is not None]
        if len(given) == 1:
            return given[0]
        if given:
            (one, _), (other, _) = given
            context.mistake(section.at(other), "problem.two_regularisers", one=one, other=other)
        elif not node.items:
            context.wrong(node, self.expected)
        return BAD

    def schema(self, writer: SchemaWriter) -> Fragment:
        """The mapping, with one key."""
        return {**self.record.schema(writer), "minProperties": 1, "maxProperties": 1}


CLIPPED = ClippingForm(Record("clipping", tuple(row.field for row in CLIPPING.values())))


def learnt_by(section: Section) -> Optimiser:
    """The optimiser of a network or graph, with the clipping in front of it."""
    optimiser: Optimiser = section["optimiser"] or Optimiser()
    return optimiser._replace(
        clipping=section["clipping"] or None, schedule=section["schedule"] or None
    )


LOSS = LossForm(
    Record(
        "loss",
        (
            Field("name", LOSS_NAME, "cross_entropy", required=True),
            *_STATED,
            *(row.field for row in REGULARISERS.values()),
        ),
    )
)
