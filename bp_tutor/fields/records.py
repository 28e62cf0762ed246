"""Lists and mappings of values, and the fields that a mapping is described by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD
from bp_tutor.fields.schema import DRAFT, any_of
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.fields.context import Context
    from bp_tutor.fields.forms import Form
    from bp_tutor.fields.schema import Fragment, SchemaWriter


IN_CHINESE = {
    "标题": "title", "题目": "title", "说明": "text", "来源": "source", "记号": "notation",
    "符号": "notation", "网络": "network", "计算图": "graph", "输入": "inputs", "目标": "targets",
    "目标值": "targets", "损失": "loss", "损失函数": "loss", "学习率": "learning_rate",
    "更新次数": "updates", "优化器": "optimiser", "层": "layers", "单元": "units",
    "神经元": "units", "激活": "activation", "激活函数": "activation", "权重": "weights",
    "权值": "weights", "偏置": "bias", "公式": "formulas", "数值": "values",
}  # fmt: skip
"""Keys as somebody may translate them; only for the hint in a message."""


class ListOf(Frozen):
    """A list of values of one kind, all of them read even where some are wrong."""

    item: Form
    expected: str = "expected.list"
    least: int = 1
    most: int = 250_000

    def read(self, node: Node, context: Context) -> Any:
        """The values as a tuple."""
        if not isinstance(node, Sequence):
            context.wrong(node, self.expected)
            return BAD
        if not self.least <= len(node.items) <= self.most:
            low, high, count = self.least, f"{self.most:,}", len(node.items)
            context.mistake(node, "problem.list_length", low=low, high=high, count=count)
            return BAD
        values = tuple([self.item.read(item, context) for item in node.items])
        return BAD if any(value is BAD for value in values) else values

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A list of so many values."""
        limits = {"minItems": self.least, "maxItems": self.most}
        return {"type": "array", "items": self.item.schema(writer), **limits}


class OneOf(Frozen):
    """A value that may be a word, a list or a mapping, each read in its own way."""

    expected: str
    word: Form | None = None
    items: Form | None = None
    mapping: Form | None = None

    def read(self, node: Node, context: Context) -> Any:
        """The value by the kind of thing that stands there."""
        if isinstance(node, Scalar):
            chosen = self.word
        else:
            chosen = self.mapping if isinstance(node, Mapping) else self.items
        if chosen is None:
            context.wrong(node, self.expected)
            return BAD
        return chosen.read(node, context)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """Any of the forms."""
        forms = (self.word, self.items, self.mapping)
        return any_of(*(form.schema(writer) for form in forms if form is not None))


class Raw(Frozen):
    """A mapping that is read later, when what surrounds it is known.

    `holds` are the kinds of values that it may have, as JSON Schema names them.
    """

    holds: tuple[str, ...]
    expected: str = "expected.mapping"

    def read(self, node: Node, context: Context) -> Any:
        """The mapping's node itself."""
        if isinstance(node, Mapping):
            return node
        context.wrong(node, self.expected)
        return BAD

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A mapping with any keys."""
        return {"type": "object", "additionalProperties": {"type": list(self.holds)}}


class Later(Frozen):
    """A kind of value that few files use; its table is loaded only where one does."""

    load: Callable[[], Form]
    expected: str

    def read(self, node: Node, context: Context) -> Any:
        """The value as that table has it."""
        return self.load().read(node, context)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """What that table draws."""
        return self.load().schema(writer)


class Field(Frozen):
    """One key of a mapping: its name, kind, and default; the words say what it is for."""

    name: str
    type: Form
    example: str
    """As it stands in a file."""
    default: object = None
    required: bool = False
    also: tuple[str, ...] = ()
    """What else people call it; only for the hint in a message."""

    def schema(self, writer: SchemaWriter, about: str) -> Fragment:
        """What may stand behind the key, with what it is for, an example, and its default."""
        written = self.type.schema(writer)
        if "$ref" in written:
            # Beside a reference nothing else counts in this draft.
            written = {"allOf": [written]}
        written = {"description": about, **written}
        if self.example:
            # No `examples`: editors offer those as values, and a mapping is none.
            written["markdownDescription"] = f"{about}\n\n`{self.name}: {self.example}`"
        if isinstance(self.default, int | float | str) and self.default != "default":
            written["default"] = self.default
        return written


class Section:
    """A mapping that was read: values by name, with the nodes they came from."""

    __slots__ = ("meant", "name", "node", "nodes", "values")

    def __init__(
        self, node: Node, values: dict[str, Any], nodes: dict[str, Node], name: str = ""
    ) -> None:
        self.node, self.values, self.nodes, self.name = node, values, nodes, name
        self.meant: set[str] = set()
        """Keys that are not there, and that a misspelt key probably meant."""

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def has(self, *names: str) -> bool:
        """Whether the file gives these keys."""
        return all(name in self.nodes for name in names)

    def lacks(self, name: str) -> bool:
        """Whether the file does not give this key, not even misspelt."""
        return name not in self.nodes and name not in self.meant

    def sound(self, *names: str) -> bool:
        """Whether nothing is wrong with these keys."""
        return not any(self.values[name] is BAD for name in names)

    def at(self, name: str) -> Node:
        """The node of a key, or of the whole mapping where the key is not given."""
        return self.nodes.get(name, self.node)


class Record(Frozen):
    """A mapping with known keys."""

    name: str
    """Its name in the reference, such as `loss`."""
    fields: tuple[Field, ...]
    expected: str = "expected.mapping"
    refuses: tuple[str, ...] = ()
    """Keys that belong to other mappings of this sort, told as such."""

    def read(self, node: Node, context: Context) -> Any:
        """A `Section` with every key of the table, given or default."""
        if not isinstance(node, Mapping):
            context.wrong(node, self.expected)
            return BAD
        table = {field.name: field for field in self.fields}
        section = Section(node, {}, {}, self.name)
        for key, value in node.items:
            field = table.get(key.text)
            if field is None and key.text in self.refuses:
                context.mistake(key, "problem.not_in_layer", name=key.text, kind=self.name)
                continue
            if field is None:
                also = {other: row.name for row in self.fields for other in row.also}
                also |= {other: name for other, name in IN_CHINESE.items() if name in table}
                section.meant.add(
                    context.unknown(key, "problem.unknown_key", key.text, table, also)
                )
                continue
            section.nodes[field.name] = value
            section.values[field.name] = field.type.read(value, context)
        for field in self.fields:
            if field.name not in section.values:
                section.values[field.name] = BAD if field.required else field.default
                if field.required and section.lacks(field.name):
                    context.missing(node, field.name, field.example)
        return section

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A mapping with these keys, each explained."""
        return writer.defined(self.name, lambda: self._written(writer))

    def _written(self, writer: SchemaWriter) -> Fragment:
        properties = {
            field.name: field.schema(writer, writer.about(self.name, field.name))
            for field in self.fields
        }
        written: Fragment = {"type": "object", "properties": properties}
        required = [field.name for field in self.fields if field.required]
        if required:
            written["required"] = required
        return {**written, "additionalProperties": False}

    def document(self, writer: SchemaWriter, **more: Any) -> Fragment:
        """This mapping as the root of a schema, with the definitions that it refers to."""
        self.schema(writer)
        written = writer.definitions.pop(self.name)
        return {"$schema": DRAFT, **written, **more, "definitions": writer.definitions}
