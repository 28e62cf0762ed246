"""The keys of layers: a record for each kind, made from its description in the catalogue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.layer import LAYER_NUMBER, LAYERS, USUAL, layer_kind
from bp_tutor.fields.forms import BAD, Flag
from bp_tutor.fields.records import Field, Record, Section
from bp_tutor.fields.schema import any_of
from bp_tutor.frozen import Frozen
from bp_tutor.problem.concepts import ACTIVATION as ACTIVATION_NAME
from bp_tutor.reader import Mapping, Node, Scalar, nearest

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import LayerKind
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.schema import Fragment, SchemaWriter

ACTIVATION = Field("activation", ACTIVATION_NAME, "{leaky_relu: {alpha: 0.01}}", also=("function",))
_ALONE = Field("activate", ACTIVATION_NAME, "relu", required=True)
FROZEN = Field("frozen", Flag(), "true", default=False)
FROM = Field("from", LAYER_NUMBER, "1")
_OFTEN = ("units", "activation", "weights", "recurrent_weights", "bias")
"""Keys that somebody may give to a layer that has none such."""


def record_of(kind: LayerKind) -> Record:
    """The keys of a layer of that kind."""
    alone = kind.activation_key == kind.field.name
    fields = [_ALONE._replace(name=kind.field.name) if alone else kind.field]
    if kind.activation and not alone:
        fields.append(ACTIVATION._replace(default=(kind.activation, (), 0)))
    fields += kind.numbers
    if kind.numbers:
        fields.append(FROZEN)
    if not kind.joins:
        fields.append(FROM)
    known = {field.name for field in fields}
    refuses = () if kind.record_name else tuple(name for name in _OFTEN if name not in known)
    return Record(kind.record_name or kind.field.name, tuple(fields), "expected.layer", refuses)


def kind_of(section: Section) -> LayerKind:
    """The kind of a layer that was read."""
    return layer_kind(section.name if section.name in LAYERS else USUAL)


class AnyLayer(Frozen):
    """A layer of any kind: the key that it has says which record it is read by."""

    expected: str = "expected.layer"

    def records(self) -> tuple[Record, ...]:
        """The records of all kinds."""
        return tuple(record_of(layer_kind(name)) for name in LAYERS)

    def read(self, node: Node, context: Context) -> Any:
        """A `Section` that bears the name of its record."""
        if isinstance(node, Scalar) and node.text:
            return self._word(node, context)
        name = _named(node, context) if isinstance(node, Mapping) else USUAL
        return BAD if name is None else record_of(layer_kind(name)).read(node, context)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A layer of any kind."""
        records = (record.schema(writer) for record in self.records())
        return any_of(*records, {"enum": list(_words())})

    def _word(self, node: Scalar, context: Context) -> Any:
        if node.text in LAYERS and layer_kind(node.text).is_word:
            record = record_of(layer_kind(node.text))
            return Section(
                node, {field.name: field.default for field in record.fields}, {}, record.name
            )
        if nearest(node.text, _words()):
            context.unknown(node, "problem.unknown_layer", node.text, _words())
        else:
            context.wrong(node, self.expected)
        return BAD


def _words() -> tuple[str, ...]:
    """The kinds that a bare word says: nothing else has to be known of them."""
    return tuple(name for name in LAYERS if layer_kind(name).is_word)


def _named(node: Mapping, context: Context) -> str | None:
    """The kind of layer that the keys say; None where they say two, or nearly one."""
    others = [name for name in LAYERS if name != USUAL]
    keys = [key for key, _ in node.items if key.text in others]
    if len(keys) > 1:
        kinds = ", ".join(key.text for key in keys)
        context.mistake(keys[1], "problem.two_layer_kinds", kinds=kinds)
        return None
    if keys:
        return keys[0].text
    if node.get(layer_kind(USUAL).field.name) is None:
        fields = record_of(layer_kind(USUAL)).fields
        known = {name for field in fields for name in (field.name, *field.also)}
        also = {other: name for name in others for other in layer_kind(name).also}
        for key, _ in node.items:
            if key.text not in known and nearest(key.text, others, also):
                context.unknown(key, "problem.unknown_key", key.text, others, also)
                return None
    return USUAL
