"""Numbers in lists, in lists inside lists, and from a seeded generator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD, Number, Whole, number_of
from bp_tutor.fields.records import Field, Record, Section
from bp_tutor.fields.regular import REGULAR, regular
from bp_tutor.fields.schema import NUMBER, any_of, rows
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Mapping, Node, Scalar, Sequence

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.schema import Fragment, SchemaWriter

Row = tuple[float, ...]
Matrix = tuple[Row, ...]


class Generated:
    """Values drawn from a seeded generator, `{seed: 1, scale: 0.1}`: normal(0, scale).

    No tuple, because it stands where a tuple of numbers can stand too.
    """

    __slots__ = ("scale", "seed")

    def __init__(self, seed: int, scale: float) -> None:
        self.seed = seed
        self.scale = scale

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Generated):
            return NotImplemented
        return (self.seed, self.scale) == (other.seed, other.scale)

    def __hash__(self) -> int:
        return hash((self.seed, self.scale))

    def __repr__(self) -> str:
        return f"Generated(seed={self.seed!r}, scale={self.scale!r})"


class Numbers(Frozen):
    """A matrix of numbers, or one row of them."""

    expected: str = "expected.matrix"
    one_row: bool = False
    """Whether a plain list is read as one row."""

    def read(self, node: Node, context: Context) -> Any:
        """The rows, all of the same length."""
        if not isinstance(node, Sequence) or not node.items:
            context.wrong(node, self.expected)
            return BAD
        if self.one_row and all(isinstance(item, Scalar) for item in node.items):
            row = self.row(node, context)
            return BAD if row is BAD else (row,)
        rows = tuple([self.row(item, context) for item in node.items])
        if any(row is BAD for row in rows):
            return BAD
        for place, row in enumerate(rows):
            if len(row) != len(rows[0]):
                context.mistake(
                    node.items[place],
                    "problem.ragged",
                    row=place + 1,
                    count=len(row),
                    first=len(rows[0]),
                )
                return BAD
        return rows

    def schema(self, writer: SchemaWriter) -> Fragment:
        """Rows of numbers, or one row."""
        return any_of(rows(NUMBER, 2), rows(NUMBER)) if self.one_row else rows(NUMBER, 2)

    def row(self, node: Node, context: Context) -> Any:
        """One row of numbers."""
        if not isinstance(node, Sequence) or not node.items:
            context.wrong(node, "expected.row")
            return BAD
        values = tuple([number_of(item, context) for item in node.items])
        return BAD if any(value is BAD for value in values) else values


SEED_AND_SCALE = (
    Field("seed", Whole(0, 2**32 - 1), "1"),
    Field("scale", Number("expected.positive", above=0), "0.1"),
)
GENERATED = (*SEED_AND_SCALE, *REGULAR)
"""The keys of a mapping that says an array without listing its numbers."""
DRAWN = tuple(field.name for field in GENERATED)


def generated(section: Section, context: Context) -> Any:
    """The generator that `seed` and `scale` describe, or an array by a formula.

    None where nothing of that is given, or `BAD`.
    """
    if not section.sound("seed", "scale"):
        return BAD
    by_formula = regular(section, context)
    if by_formula is not None:
        return by_formula
    if section.has("seed", "scale"):
        return Generated(section["seed"], section["scale"])
    if section.has("seed") or section.has("scale"):
        missing = "scale" if section.has("seed") else "seed"
        context.missing(section.node, missing, "1")
        return BAD
    return None


class Seeded(Frozen):
    """`{seed: 1, scale: 0.1}`: values from a generator; `{constant: 0.5}`: by a formula."""

    expected: str = "expected.generated"

    def read(self, node: Node, context: Context) -> Any:
        """The generator."""
        section = Record("generated", GENERATED, self.expected).read(node, context)
        if section is BAD:
            return BAD
        if isinstance(section.node, Mapping) and not section.node.items:
            context.wrong(node, self.expected)
            return BAD
        value = generated(section, context)
        return BAD if value is None else value

    def schema(self, writer: SchemaWriter) -> Fragment:
        """Seed and scale, both of them, or a formula."""
        both = tuple(field._replace(required=True) for field in SEED_AND_SCALE)
        drawn = Record("generated", both, self.expected).schema(writer)
        return any_of(drawn, Record("regular", REGULAR, self.expected).schema(writer))


class SeededOr(Frozen):
    """`{seed: 1, scale: 0.1}` for all parts, or a mapping with each part."""

    parts: Record
    expected: str

    def read(self, node: Node, context: Context) -> Any:
        """The generator or the section."""
        own = {field.name for field in self.parts.fields}
        drawn = isinstance(node, Mapping) and any(
            key.text in DRAWN and key.text not in own for key, _ in node.items
        )
        return (Seeded() if drawn else self.parts).read(node, context)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """Either of the two."""
        return any_of(self.parts.schema(writer), Seeded().schema(writer))


class NumberRow(Frozen):
    """A plain list of numbers."""

    expected: str = "expected.row"

    def read(self, node: Node, context: Context) -> Any:
        """The numbers."""
        return Numbers(self.expected).row(node, context)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A list of numbers."""
        return rows(NUMBER)


DEEPEST = 4


class Nested(Frozen):
    """Numbers with the lengths of their lists, from the outside to the inside."""

    shape: tuple[int, ...]
    numbers: Row
    """In row-major order."""


class NestedNumbers(Frozen):
    """Lists of numbers, at least `least` deep, all lists of one depth equally long."""

    expected: str
    least: int = 1

    def read(self, node: Node, context: Context) -> Any:
        """The numbers and their shape, as a `Nested`."""
        lengths = _lengths(node)
        if not self.least <= len(lengths) <= DEEPEST:
            context.wrong(node, self.expected)
            return BAD
        numbers: list[float] = []
        if not self._collect(node, lengths, numbers, context):
            return BAD
        return Nested(lengths, tuple(numbers))

    def schema(self, writer: SchemaWriter) -> Fragment:
        """Lists in lists, from the least depth to the deepest."""
        return any_of(*(rows(NUMBER, depth) for depth in range(self.least, DEEPEST + 1)))

    def _collect(
        self, node: Node, lengths: tuple[int, ...], numbers: list[float], context: Context
    ) -> bool:
        if not lengths:
            value = number_of(node, context)
            numbers.append(0.0 if value is BAD else value)
            return value is not BAD
        if not isinstance(node, Sequence) or not node.items:
            context.wrong(node, "expected.row" if len(lengths) == 1 else self.expected)
            return False
        if len(node.items) != lengths[0]:
            context.mistake(node, "problem.uneven_lists", count=len(node.items), first=lengths[0])
            return False
        sound = True
        for item in node.items:
            sound = self._collect(item, lengths[1:], numbers, context) and sound
        return sound


def _lengths(node: Node) -> tuple[int, ...]:
    """The lengths of the first list, of the first list in it, and so on."""
    lengths: list[int] = []
    while isinstance(node, Sequence) and len(lengths) <= DEEPEST:
        lengths.append(len(node.items))
        if not node.items:
            break
        node = node.items[0]
    return tuple(lengths)
