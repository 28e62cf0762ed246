"""One of a table of descriptions, as a file names it: the name alone, or with its settings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD, Choice
from bp_tutor.fields.records import Record
from bp_tutor.fields.schema import any_of, one_key
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Mapping, Node, Scalar

if TYPE_CHECKING:
    from collections.abc import Callable
    from collections.abc import Mapping as Table
    from typing import Protocol, TypeVar

    from bp_tutor.fields.context import Context
    from bp_tutor.fields.records import Field
    from bp_tutor.fields.schema import Fragment, SchemaWriter

    class Named(Protocol):
        """Whatever a file speaks of by a name."""

        @property
        def key(self) -> str:
            """The name in a file."""

    _Row = TypeVar("_Row", bound=Named)

    class Description(Named, Protocol):
        """What is said once of an activation, a loss, an optimiser, ..."""

        @property
        def also(self) -> tuple[str, ...]:
            """What else it is called; only for the hint in a message."""

        @property
        def fields(self) -> tuple[Field, ...]:
            """What can be set."""


class Described(Frozen):
    """`momentum`, or `{momentum: {mu: 0.8}}`."""

    table: Table[str, Description]
    unknown: str
    """The key of the message about a name that is none of them."""
    expected: str
    make: Callable[[str, dict[str, Any]], Any]
    """The value, from the name and every setting, given or as is usual."""
    nothing: str = ""
    """A word for none of them."""

    def records(self) -> tuple[Record, ...]:
        """The tables of all those that have settings."""
        return tuple(Record(row.key, row.fields) for row in self.table.values() if row.fields)

    def choice(self) -> Choice:
        """The names alone."""
        names = (*self.table, self.nothing) if self.nothing else tuple(self.table)
        return Choice(names, self.unknown, also_called(self.table))

    def read(self, node: Node, context: Context) -> Any:
        """The value; None for the word that means none."""
        word, settings = node, None
        if isinstance(node, Mapping) and len(node.items) == 1:
            word, settings = node.items[0]
        if not isinstance(word, Scalar):
            context.wrong(node, self.expected)
            return BAD
        name = self.choice().read(word, context)
        if name is BAD or (name == self.nothing and settings is None):
            return BAD if name is BAD else None
        if name not in self.table:
            context.wrong(node, self.expected)
            return BAD
        fields = self.table[name].fields
        if settings is None:
            return self.make(name, {field.name: field.default for field in fields})
        if not fields:
            context.mistake(settings, "problem.no_parameters", name=name)
            return BAD
        section = Record(name, fields).read(settings, context)
        if section is BAD or not section.sound(*section.values):
            return BAD
        return self.make(name, dict(section.values))

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A name, or a name with its settings."""
        known = {record.name: record.schema(writer) for record in self.records()}
        names = {"enum": list(self.choice().names)}
        return any_of(names, one_key(known)) if known else names


def table(*rows: _Row) -> dict[str, _Row]:
    """Descriptions by the names that a file uses."""
    return {row.key: row for row in rows}


def also_called(table: Table[str, Description]) -> dict[str, str]:
    """Other names, each with the name that a file uses."""
    return {other: row.key for row in table.values() for other in row.also}
