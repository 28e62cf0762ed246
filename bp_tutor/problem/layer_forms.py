"""The few values of a layer that have a form of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.frozen import Frozen
from bp_tutor.problem.forms import Drawn, Numbers
from bp_tutor.problem.sketch import NUMBER, any_of, rows
from bp_tutor.problem.types import BAD, Whole
from bp_tutor.reader import Mapping, Node, Scalar, Sequence, scalar_value

if TYPE_CHECKING:
    from bp_tutor.problem.context import Context
    from bp_tutor.problem.shapes import Record
    from bp_tutor.problem.sketch import Fragment, Sketch

LARGEST_SIDE = 10_000


class Sides(Frozen):
    """One number for both directions, or two: down and across."""

    expected: str
    low: int = 1

    def read(self, node: Node, context: Context) -> Any:
        """The two numbers."""
        whole = Whole(self.low, LARGEST_SIDE, self.expected)
        if isinstance(node, Sequence) and len(node.items) == 2:
            both = tuple([whole.read(item, context) for item in node.items])
            return BAD if any(side is BAD for side in both) else both
        side = whole.read(node, context)
        return BAD if side is BAD else (side, side)

    def schema(self, sketch: Sketch) -> Fragment:
        """A whole number, or a list of two."""
        side = Whole(self.low, LARGEST_SIDE).schema(sketch)
        return any_of(side, {"type": "array", "items": side, "minItems": 2, "maxItems": 2})


class Same(Frozen):
    """One width of padding for all sides, or the word `same`."""

    expected: str = "expected.padding"

    def read(self, node: Node, context: Context) -> Any:
        """The width or the word."""
        if isinstance(node, Scalar) and node.text == "same":
            return node.text
        return Whole(0, LARGEST_SIDE, self.expected).read(node, context)

    def schema(self, sketch: Sketch) -> Fragment:
        """A whole number or the word."""
        return any_of(Whole(0, LARGEST_SIDE).schema(sketch), {"const": "same"})


class Global(Frozen):
    """The sides of a window, or the word `global`."""

    expected: str = "expected.window"

    def read(self, node: Node, context: Context) -> Any:
        """The two sides or the word."""
        if isinstance(node, Scalar) and node.text == "global":
            return node.text
        return Sides(self.expected).read(node, context)

    def schema(self, sketch: Sketch) -> Fragment:
        """The sides or the word."""
        return any_of(Sides(self.expected).schema(sketch), {"const": "global"})


class Nothing(Frozen):
    """Nothing at all: the key alone says everything."""

    expected: str = "expected.nothing"

    def read(self, node: Node, context: Context) -> Any:
        """Nothing, once it is seen that nothing stands there."""
        if isinstance(node, Scalar) and scalar_value(node) is None:
            return None
        if isinstance(node, Mapping) and not node.items:
            return None
        context.wrong(node, self.expected)
        return BAD

    def schema(self, sketch: Sketch) -> Fragment:
        """Nothing, or an empty mapping."""
        return {"type": ["null", "object"], "maxProperties": 0}


class DrawnOr(Frozen):
    """`{seed: 1, scale: 0.1}` for all parts, or a mapping with each part."""

    parts: Record
    expected: str

    def read(self, node: Node, context: Context) -> Any:
        """The generator or the section."""
        own = {field.name for field in self.parts.fields}
        drawn = isinstance(node, Mapping) and any(
            key.text in ("seed", "scale") and key.text not in own for key, _ in node.items
        )
        return (Drawn() if drawn else self.parts).read(node, context)

    def schema(self, sketch: Sketch) -> Fragment:
        """Either of the two."""
        return any_of(self.parts.schema(sketch), Drawn().schema(sketch))


class RowOnly(Frozen):
    """A plain list of numbers."""

    expected: str = "expected.row"

    def read(self, node: Node, context: Context) -> Any:
        """The numbers."""
        return Numbers(self.expected).row(node, context)

    def schema(self, sketch: Sketch) -> Fragment:
        """A list of numbers."""
        return rows(NUMBER)
