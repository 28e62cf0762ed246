"""Windows that slide over images: their sides and strides in a file, and how often they fit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.definition import Remark
from bp_tutor.fields.forms import BAD, Whole
from bp_tutor.fields.schema import any_of
from bp_tutor.formula.kernels import spread_side
from bp_tutor.formula.windows import size_after
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Node, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bp_tutor.catalogue.layer import Layer, Reached, Shape, Signal
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.forms import Form, Setting
    from bp_tutor.fields.records import Section
    from bp_tutor.fields.schema import Fragment, SchemaWriter

LARGEST_SIDE = 10_000
_DIRECTIONS = (("rows", "down", "top", "bottom"), ("columns", "across", "left", "right"))
"""The settings of a window for each direction: length, stride, padding before and after."""
APART = {"rows": "rows_apart", "columns": "columns_apart"}
"""How far apart the places of a window lie, which is 1 where the layer does not say it."""
BEYOND = {"rows": "rows_beyond", "columns": "columns_beyond"}
"""What a transposed convolution has beyond its last window."""


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
    other: Form
    expected: str

    def read(self, node: Node, context: Context) -> Any:
        """The word, or the value."""
        if isinstance(node, Scalar) and node.text == self.word:
            return node.text
        return self.other.read(node, context)

    def schema(self, writer: SchemaWriter) -> Fragment:
        """Either of the two."""
        return any_of(self.other.schema(writer), {"const": self.word})


class Slide(Frozen):
    """How a window goes along one direction of an image."""

    side: str
    """`rows` or `columns`."""
    length: int
    """Of the image without its padding."""
    window: int
    """From the first to the last place of the window, with those between that it passes over."""
    apart: int
    stride: int
    padding: tuple[int, int]
    """Before and after."""
    transposed: bool = False
    beyond: int = 0

    @property
    def count(self) -> int:
        """How often the window fits; how long the image becomes on which windows are laid."""
        if self.transposed:
            whole = (self.length - 1) * self.stride + self.window + self.beyond
            return whole - sum(self.padding)
        return size_after(self.length, self.window, self.stride, *self.padding)

    @property
    def left(self) -> int:
        """What the stride leaves over at the end, which no window covers."""
        if self.transposed:
            return 0
        return (self.length + sum(self.padding) - self.window) % self.stride


def slides(settings: Mapping[str, Setting], signal: Signal) -> tuple[Slide, ...]:
    """How the window of a layer goes down and across; none where it has no window."""
    if "rows" not in settings:
        return ()

    def number(name: str, usual: int = 0) -> int:
        return int(settings.get(name, usual))

    return tuple(
        Slide(
            side,
            length,
            spread_side(number(side), number(APART[side], 1)),
            number(APART[side], 1),
            number(stride),
            (number(before), number(after)),
            bool(number("transposed")),
            number(BEYOND[side]),
        )
        for length, (side, stride, before, after) in zip(signal.shape[1:], _DIRECTIONS, strict=True)
    )


def moving_window(layer: Layer) -> Shape:
    """The height and width of the window that moves over the layer's input; () if there is none."""
    settings = dict(layer.settings)
    if "rows" not in settings or settings.get("transposed"):
        return ()
    return tuple(
        spread_side(layer.setting(side), int(settings.get(apart, 1)))
        for side, apart in APART.items()
    )


def sizes_after(layer: Layer, signal: Signal) -> Shape:
    """How often the window fits, down and across."""
    return tuple(slide.count for slide in slides(dict(layer.settings), signal))


def dropped(layer: Layer, signal: Signal) -> tuple[int, int]:
    """The rows and columns at the end of the padded image that no window reaches.

    Strides that leave a remainder drop them; (0, 0) where nothing is lost, and for layers
    without windows.
    """
    rows, columns = [slide.left for slide in slides(dict(layer.settings), signal)] or (0, 0)
    return rows, columns


def fitting(
    settings: dict[str, Setting], section: Section, reached: Reached
) -> dict[str, Setting] | None:
    """The settings, where the window is no larger than the image with its padding."""
    found = slides(settings, reached.signal)
    if all(slide.count > 0 for slide in found):
        return settings
    rows, columns = found
    height, width = (slide.length + sum(slide.padding) for slide in found)
    if rows.transposed:
        key, (height, width) = "problem.nothing_left", (sum(slide.padding) for slide in found)
    else:
        key = "problem.window_too_large"
    reached.context.mistake(
        section.node, key, layer=reached.number,
        rows=rows.window, columns=columns.window, height=height, width=width,
    )  # fmt: skip
    return None


def size_remarks(layer: Layer, signal: Signal) -> tuple[Remark, ...]:
    """How often the window fits, with its numbers; and what it leaves over at the end."""
    found = []
    for slide in slides(dict(layer.settings), signal):
        if slide.apart > 1:
            sizes = ("kernel", layer.setting(slide.side)), ("apart", slide.apart)
            found.append(Remark(f"dilated_{slide.side}", (*sizes, ("window", slide.window))))
        values: tuple[tuple[str, int | str], ...] = (
            ("length", slide.length),
            ("padding", sum(slide.padding)),
            ("window", slide.window),
            ("stride", slide.stride),
            ("size", slide.count),
        )
        if slide.transposed:
            values = (*values, ("beyond", slide.beyond))
            found.append(Remark(f"transposed_{slide.side}", values))
        else:
            found.append(Remark(f"size_{slide.side}", values))
        if slide.left:
            found.append(Remark(f"dropped_{slide.side}", (("count", slide.left),)))
    return tuple(found)
