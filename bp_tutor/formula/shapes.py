"""Primitives that move entries without changing them: flatten and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.primitive import Apply, Primitive, atom

if TYPE_CHECKING:
    from bp_tutor.formula.node import Formula, Index, Shape


def _flat_shape(node: Apply) -> Shape:
    samples, *rest = node.args[0].shape
    size = 1
    for length in rest:
        size *= length
    return samples, size


def _flat_entry(node: Apply, index: Index) -> Formula:
    image = node.args[0]
    place = index[1]
    places: list[int] = []
    for length in reversed(image.shape[1:]):
        places.append(place % length)
        place //= length
    return image.entry((index[0], *reversed(places)))


def _flat_pullback(node: Apply, upstream: Formula, __: Formula) -> tuple[Formula | None, ...]:
    _, channels, height, width = node.args[0].shape
    return (Apply(UNFLATTEN, (upstream,), (channels, height, width)),)


def _unflat_entry(node: Apply, index: Index) -> Formula:
    _, height, width = node.options
    sample, channel, row, column = index
    return node.args[0].entry((sample, (channel * height + row) * width + column))


UNFLATTEN = Primitive(
    "unflatten",
    lambda node: (node.args[0].shape[0], *node.options),
    _unflat_entry,
    options=3,
    numpy=lambda node, arrays: f"{atom(arrays[0])}.reshape({', '.join(map(str, node.shape))})",
)
FLATTEN = Primitive(
    "flatten",
    _flat_shape,
    _flat_entry,
    _flat_pullback,
    numpy=lambda _, arrays: f"{atom(arrays[0])}.reshape(len({arrays[0]}), -1)",
    pytorch=lambda _, arrays: f"torch.flatten({arrays[0]}, 1)",
)
SHAPES = (FLATTEN, UNFLATTEN)
