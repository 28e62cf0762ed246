"""A layer of any kind: the key that it has says which table it is read by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD
from bp_tutor.fields.records import Record, Section
from bp_tutor.fields.schema import any_of
from bp_tutor.frozen import Frozen
from bp_tutor.problem.names import LAYERS
from bp_tutor.reader import Mapping, Node, Scalar, nearest

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.schema import Fragment, Sketch

WORDS = ("flatten", "normalisation")
"""Kinds that a bare word says: nothing else has to be known of them."""
_ALSO = {other: name for name, others in LAYERS.items() for other in others}


class AnyLayer(Frozen):
    """A dense layer, or one of the kinds whose tables are loaded only where one stands."""

    dense: Record
    expected: str = "expected.layer"

    def records(self) -> tuple[Record, ...]:
        """The tables of all kinds, the dense one first."""
        from bp_tutor.problem.schema_layers import KIND_RECORDS

        return self.dense, *KIND_RECORDS.values()

    def read(self, node: Node, context: Context) -> Any:
        """A `Section` that bears the name of its table."""
        if isinstance(node, Scalar) and node.text:
            return self._word(node, context)
        kind = self._kind(node, context) if isinstance(node, Mapping) else ""
        if kind is None:
            return BAD
        if kind:
            from bp_tutor.problem.schema_layers import KIND_RECORDS

            return KIND_RECORDS[kind].read(node, context)
        return self.dense.read(node, context)

    def schema(self, sketch: Sketch) -> Fragment:
        """A layer of any kind."""
        kinds = (record.schema(sketch) for record in self.records())
        return any_of(*kinds, {"enum": list(WORDS)})

    def _word(self, node: Scalar, context: Context) -> Any:
        from bp_tutor.problem.schema_layers import KIND_RECORDS

        if node.text not in WORDS:
            if nearest(node.text, WORDS):
                context.unknown(node, "problem.unknown_layer", node.text, WORDS)
            else:
                context.wrong(node, self.expected)
            return BAD
        record = KIND_RECORDS[node.text]
        values = {field.name: field.default for field in record.fields}
        return Section(node, values, {}, record.name)

    def _kind(self, node: Mapping, context: Context) -> str | None:
        """The kind beside dense that the keys say; None where they say none or two."""
        keys = [key for key, _ in node.items if key.text in LAYERS]
        if len(keys) > 1:
            kinds = ", ".join(key.text for key in keys)
            context.mistake(keys[1], "problem.two_layer_kinds", kinds=kinds)
            return None
        if keys:
            return keys[0].text
        known = {name for field in self.dense.fields for name in (field.name, *field.also)}
        for key, _ in node.items if node.get("units") is None else ():
            if key.text not in known and nearest(key.text, LAYERS, _ALSO):
                context.unknown(key, "problem.unknown_key", key.text, LAYERS, _ALSO)
                return None
        return ""
