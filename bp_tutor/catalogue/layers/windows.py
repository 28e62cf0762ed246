"""Windows that slide over images: their sides and strides in a file, and how often they fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.definition import Remark
from bp_tutor.fields.forms import BAD, Whole
from bp_tutor.fields.schema import any_of
from bp_tutor.formula.windows import size_after
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Node, Scalar, Sequence

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, Reached, Shape, Signal
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.forms import Setting
    from bp_tutor.fields.records import Section
    from bp_tutor.fields.schema import Fragment, SchemaWriter

LARGEST_SIDE = 10_000
_DIRECTIONS = (("rows", "down", "top", "bottom"), ("columns", "across", "left", "right"))
"""The settings of a window for each direction: length, stride, padding before and after."""


class Sides(Frozen):
    """One number for both directions, or two: down and across."""

    expected: str = "expected.window"
    low: int = 1

    def read(self, node: Node, context: Context) -> Any:
        """The two numbers."""
        whole = Whole(self.low, LARGEST_SIDE, self.expected)
        if isinstance(node, Sequence) and len(node.items) == 2:
            both = tuple([whole.read(item, context) for item in node.items])
            return BAD if any(side is BAD for side in both) else both
        side = whole.read(node, context)
        return BAD if side is BAD else (side, side)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """A whole number, or a list of two."""
        side = Whole(self.low, LARGEST_SIDE).schema(writer)
        return any_of(side, {"type": "array", "items": side, "minItems": 2, "maxItems": 2})


class OrWord(Frozen):
    """Another form, or one certain word."""

    word: str
    other: Sides | Whole
    expected: str

    def read(self, node: Node, context: Context) -> Any:
        """The word, or the value."""
        if isinstance(node, Scalar) and node.text == self.word:
            return node.text
        return self.other.read(node, context)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """Either of the two."""
        return any_of(self.other.schema(writer), {"const": self.word})


def _paddings(layer: Layer) -> list[tuple[int, int]]:
    """The padding before and after, by direction; pooling has none."""
    settings = dict(layer.settings)
    return [
        (int(settings.get(before, 0)), int(settings.get(after, 0)))
        for _, _, before, after in _DIRECTIONS
    ]


def sizes_after(layer: Layer, signal: Signal) -> Shape:
    """How often the window fits, down and across."""
    return tuple(
        size_after(length, layer.setting(window), layer.setting(stride), *padding)
        for length, padding, (window, stride, *_) in zip(
            signal.shape[1:], _paddings(layer), _DIRECTIONS, strict=True
        )
    )


def dropped(layer: Layer, signal: Signal) -> tuple[int, int]:
    """The rows and columns at the end of the padded image that no window reaches.

    Strides that leave a remainder drop them; (0, 0) where nothing is lost, and for layers
    without windows.
    """
    if "rows" not in dict(layer.settings):
        return 0, 0
    rows, columns = (
        (length + sum(padding) - layer.setting(window)) % layer.setting(stride)
        for length, padding, (window, stride, *_) in zip(
            signal.shape[1:], _paddings(layer), _DIRECTIONS, strict=True
        )
    )
    return rows, columns


def fitting(
    settings: dict[str, Setting], section: Section, reached: Reached
) -> dict[str, Setting] | None:
    """The settings, where the window is no larger than the image with its padding."""
    height, width = (
        length + sum(int(settings.get(side, 0)) for side in padding)
        for length, (_, _, *padding) in zip(reached.signal.shape[1:], _DIRECTIONS, strict=True)
    )
    if int(settings["rows"]) <= height and int(settings["columns"]) <= width:
        return settings
    reached.context.mistake(
        section.node, "problem.window_too_large", layer=reached.number,
        rows=settings["rows"], columns=settings["columns"], height=height, width=width,
    )  # fmt: skip
    return None


def size_remarks(layer: Layer, signal: Signal) -> tuple[Remark, ...]:
    """How often the window fits, with its numbers; and what it leaves over at the end."""
    found = []
    lost = dropped(layer, signal)
    for length, padding, (window, stride, *_), left in zip(
        signal.shape[1:], _paddings(layer), _DIRECTIONS, lost, strict=True
    ):
        kernel, step = layer.setting(window), layer.setting(stride)
        values: tuple[tuple[str, int | str], ...] = (
            ("length", length),
            ("padding", sum(padding)),
            ("window", kernel),
            ("stride", step),
            ("size", size_after(length, kernel, step, *padding)),
        )
        found.append(Remark(f"size_{window}", values))
        if left:
            found.append(Remark(f"dropped_{window}", (("count", left),)))
    return tuple(found)
