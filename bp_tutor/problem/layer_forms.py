"""The few values of a layer that have a form of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD, Whole
from bp_tutor.fields.schema import any_of
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Node, Scalar, Sequence

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.schema import Fragment, Sketch

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
