"""Kernels that are spread before they slide: turned round, dilated, of a group of channels each.

Kernels have the shape (to, from, height, width). Where a spread kernel has no weight stands 0.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.atoms import Number
from bp_tutor.formula.primitive import Apply, Primitive, atom

if TYPE_CHECKING:
    from bp_tutor.formula.node import Formula, Index, Shape
    from bp_tutor.formula.primitive import Pulled


def spread_side(length: int, apart: int) -> int:
    """How long a side is whose places are so far apart."""
    return (length - 1) * apart + 1


def _dilated_shape(node: Apply) -> Shape:
    *before, rows, columns = node.args[0].shape
    down, across = node.options
    return *before, spread_side(rows, down), spread_side(columns, across)


def _dilated_entry(node: Apply, index: Index) -> Formula:
    *before, row, column = index
    down, across = node.options
    if row % down or column % across:
        return Number(0)
    return node.args[0].entry((*before, row // down, column // across))


def _thinned_shape(node: Apply) -> Shape:
    *before, rows, columns = node.args[0].shape
    down, across = node.options
    return *before, -(-rows // down), -(-columns // across)


def _thinned_entry(node: Apply, index: Index) -> Formula:
    *before, row, column = index
    down, across = node.options
    return node.args[0].entry((*before, row * down, column * across))


def _grouped_shape(node: Apply) -> Shape:
    to, sources, *sides = node.args[0].shape
    return to, sources * node.options[0], *sides


def _first_of_group(to: int, sources: int, count: int, groups: int) -> int:
    """The first channel of those that the group of output channel `to` looks at."""
    return to * groups // count * sources


def _grouped_entry(node: Apply, index: Index) -> Formula:
    to, channel, *place = index
    count, sources, *_ = node.args[0].shape
    inside = channel - _first_of_group(to, sources, count, node.options[0])
    if not 0 <= inside < sources:
        return Number(0)
    return node.args[0].entry((to, inside, *place))


def _ungrouped_shape(node: Apply) -> Shape:
    to, sources, *sides = node.args[0].shape
    return to, sources // node.options[0], *sides


def _ungrouped_entry(node: Apply, index: Index) -> Formula:
    to, inside, *place = index
    count, sources, *_ = node.args[0].shape
    (groups,) = node.options
    first = _first_of_group(to, sources // groups, count, groups)
    return node.args[0].entry((to, first + inside, *place))


def _flip_entry(node: Apply, index: Index) -> Formula:
    *before, row, column = index
    *_, height, width = node.args[0].shape
    return node.args[0].entry((*before, height - 1 - row, width - 1 - column))


def _flip_pullback(node: Apply, upstream: Formula, _: Formula) -> Pulled:
    return _back_by(_FLIP, node, upstream)


def _back_by(primitive: Primitive, node: Apply, upstream: Formula) -> Pulled:
    return (Apply(primitive, (upstream,), node.options),)


def spreading(kernel: Formula) -> str:
    """What PyTorch is told of a kernel that is spread: it takes the kernel as it is given."""
    told = ""
    while isinstance(kernel, Apply) and kernel.primitive.name in _TOLD:
        told += _TOLD[kernel.primitive.name].format(*kernel.options)
        (kernel,) = kernel.args
    return told


_TOLD = {"dilate": ", dilation=({}, {})", "grouped": ", groups={}"}
_FLIP = Primitive(
    "flip",
    lambda node: node.args[0].shape,
    _flip_entry,
    _flip_pullback,
    numpy=lambda _, arrays: f"{atom(arrays[0])}[:, :, ::-1, ::-1]",
    pytorch=lambda _, arrays: f"torch.flip({arrays[0]}, (2, 3))",
)
THINNED = Primitive(
    "thinned",
    _thinned_shape,
    _thinned_entry,
    options=2,
    numpy=lambda node, arrays: f"{atom(arrays[0])}[:, :, ::{node.options[0]}, ::{node.options[1]}]",
)
_UNGROUPED = Primitive("ungrouped", _ungrouped_shape, _ungrouped_entry, options=1)
DILATE = Primitive(
    "dilate",
    _dilated_shape,
    _dilated_entry,
    lambda node, upstream, _: _back_by(THINNED, node, upstream),
    options=2,
    pytorch=lambda _, arrays: arrays[0],
)
KERNELS = (
    _FLIP,
    DILATE,
    THINNED,
    Primitive(
        "grouped",
        _grouped_shape,
        _grouped_entry,
        lambda node, upstream, _: _back_by(_UNGROUPED, node, upstream),
        options=1,
        pytorch=lambda _, arrays: arrays[0],
    ),
    _UNGROUPED,
)
