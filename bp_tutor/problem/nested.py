"""Numbers in lists inside lists: kernels, images, sequences."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.frozen import Frozen
from bp_tutor.problem.sketch import NUMBER, any_of, rows
from bp_tutor.problem.types import BAD, number_of
from bp_tutor.reader import Node, Sequence

if TYPE_CHECKING:
    from bp_tutor.problem.context import Context
    from bp_tutor.problem.model import Row
    from bp_tutor.problem.sketch import Fragment, Sketch

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

    def schema(self, sketch: Sketch) -> Fragment:
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
