"""The activation of a layer: a name, or a name with its parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD, Choice, Number, Whole
from bp_tutor.fields.records import Field, Record
from bp_tutor.fields.schema import any_of, one_key
from bp_tutor.frozen import Frozen
from bp_tutor.problem.names import ACTIVATIONS, also_called
from bp_tutor.reader import Mapping, Node, Scalar

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.schema import Fragment, Sketch
    from bp_tutor.problem.names import ActivationName

_ALSO = also_called(ACTIVATIONS)


class Activation(Frozen):
    """A name, or a name with parameters: `{leaky_relu: {alpha: 0.1}}`."""

    expected: str = "expected.activation"

    def records(self) -> tuple[Record, ...]:
        """The tables of all activations that have parameters."""
        drawn = ((row.name, _fields(row)) for row in ACTIVATIONS.values())
        return tuple(Record(name, fields) for name, fields in drawn if fields)

    def read(self, node: Node, context: Context) -> Any:
        """Name, parameters with their values, and the slope at a kink."""
        settings: Node | None = None
        word = node
        if isinstance(node, Mapping) and len(node.items) == 1:
            word, settings = node.items[0]
        if not isinstance(word, Scalar):
            context.wrong(node, self.expected)
            return BAD
        choice = Choice(tuple(ACTIVATIONS), "problem.unknown_activation", _ALSO)
        name = choice.read(word, context)
        if name is BAD:
            return BAD
        row = ACTIVATIONS[name]
        if settings is None:
            return name, row.parameters, 0
        fields = _fields(row)
        if not fields:
            context.mistake(settings, "problem.no_parameters", name=name)
            return BAD
        section = Record(name, fields).read(settings, context)
        if section is BAD or not section.sound(*(field.name for field in fields)):
            return BAD
        parameters = tuple((key, section[key]) for key, _ in row.parameters)
        return name, parameters, section["slope_at_zero"] if row.has_kink else 0

    def schema(self, sketch: Sketch) -> Fragment:
        """A name, or a name with its parameters."""
        known = {record.name: record.schema(sketch) for record in self.records()}
        return any_of({"enum": list(ACTIVATIONS)}, one_key(known))


def _fields(row: ActivationName) -> tuple[Field, ...]:
    """What can be said of an activation."""
    own = [Field(key, Number(), f"{default:g}", default) for key, default in row.parameters]
    kink = [Field("slope_at_zero", Whole(0, 1), "1", 0)] if row.has_kink else []
    return (*own, *kink)
