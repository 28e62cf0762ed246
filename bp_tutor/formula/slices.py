"""Primitives that take arrays apart and put them together: slices, single entries, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.atoms import Number
from bp_tutor.formula.primitive import Apply, Primitive, atom

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.formula.node import Formula, Index, Shape


def _at(index: Index, axis: int, place: int) -> Index:
    """The index with another place along one axis."""
    return (*index[:axis], place, *index[axis + 1 :])


def _sliced_shape(node: Apply) -> Shape:
    axis, first, end = node.options
    return _at(node.args[0].shape, axis, end - first)


def _sliced_entry(node: Apply, index: Index) -> Formula:
    axis, first, _ = node.options
    return node.args[0].entry(_at(index, axis, index[axis] + first))


def _sliced_pullback(node: Apply, upstream: Formula, __: Formula) -> tuple[Formula | None, ...]:
    axis, first, end = node.options
    behind = node.args[0].shape[axis] - end
    if not first and not behind:
        return (upstream,)
    return (Apply(PAD, (upstream,), (axis, first, behind)),)


def _padded_shape(node: Apply) -> Shape:
    axis, before, behind = node.options
    shape = node.args[0].shape
    return _at(shape, axis, before + shape[axis] + behind)


def _padded_entry(node: Apply, index: Index) -> Formula:
    axis, before, _ = node.options
    place = index[axis] - before
    inside = 0 <= place < node.args[0].shape[axis]
    return node.args[0].entry(_at(index, axis, place)) if inside else Number(0)


def _joined_shape(node: Apply) -> Shape:
    (axis,) = node.options
    first = node.args[0].shape
    return _at(first, axis, sum(arg.shape[axis] for arg in node.args))


def _joined_entry(node: Apply, index: Index) -> Formula:
    (axis,) = node.options
    place = index[axis]
    for arg in node.args:
        if place < arg.shape[axis]:
            return arg.entry(_at(index, axis, place))
        place -= arg.shape[axis]
    raise IndexError(index)


def _joined_pullback(node: Apply, upstream: Formula, __: Formula) -> tuple[Formula | None, ...]:
    (axis,) = node.options
    parts, first = [], 0
    for arg in node.args:
        end = first + arg.shape[axis]
        parts.append(Apply(SLICE, (upstream,), (axis, first, end)))
        first = end
    return tuple(parts)


def _placed_entry(node: Apply, index: Index) -> Formula:
    return node.args[0].entry(()) if index == node.options[2:] else Number(0)


def _placed_pullback(node: Apply, upstream: Formula, __: Formula) -> tuple[Formula | None, ...]:
    return (Apply(ENTRY, (upstream,), node.options[2:]),)


def _entry_pullback(node: Apply, upstream: Formula, __: Formula) -> tuple[Formula | None, ...]:
    return (Apply(PLACE, (upstream,), (*node.args[0].shape, *node.options)),)


def _placed_in_numpy(node: Apply, arrays: Sequence[str]) -> str:
    rows, columns, row, column = node.options
    sides = [(row, rows - row - 1), (column, columns - column - 1)]
    return f"np.pad([[{arrays[0]}]], {sides})"


def _placed_in_pytorch(node: Apply, arrays: Sequence[str]) -> str:
    rows, columns, row, column = node.options
    sides = (column, columns - column - 1, row, rows - row - 1)
    return f"F.pad({atom(arrays[0])}.reshape(1, 1), {sides})"


def _entry_written(node: Apply, arrays: Sequence[str]) -> str:
    row, column = node.options
    return f"{atom(arrays[0])}[{row}, {column}]"


def _slice_written(node: Apply, arrays: Sequence[str]) -> str:
    axis, first, end = node.options
    return f"{atom(arrays[0])}[{':, ' * axis}{first}:{end}]"


def _pads(node: Apply) -> list[tuple[int, int]]:
    axis, before, behind = node.options
    return [(before, behind) if place == axis else (0, 0) for place in range(len(node.shape))]


PAD = Primitive(
    "pad",
    _padded_shape,
    _padded_entry,
    options=3,
    numpy=lambda node, arrays: f"np.pad({arrays[0]}, {_pads(node)})",
)
SLICE = Primitive(
    "slice_of",
    _sliced_shape,
    _sliced_entry,
    _sliced_pullback,
    options=3,
    numpy=_slice_written,
    pytorch=_slice_written,
)
CONCATENATE = Primitive(
    "concatenate",
    _joined_shape,
    _joined_entry,
    _joined_pullback,
    options=1,
    numpy=lambda node, arrays: f"np.concatenate([{', '.join(arrays)}], axis={node.options[0]})",
    pytorch=lambda node, arrays: f"torch.cat([{', '.join(arrays)}], dim={node.options[0]})",
)
PLACE = Primitive(
    "at_place",
    lambda node: node.options[:2],
    _placed_entry,
    _placed_pullback,
    options=4,
    of_numbers=True,
    numpy=_placed_in_numpy,
    pytorch=_placed_in_pytorch,
)
ENTRY = Primitive(
    "entry_at",
    lambda _: (),
    lambda node, _: node.args[0].entry(node.options),
    _entry_pullback,
    options=2,
    numpy=_entry_written,
    pytorch=_entry_written,
)
SLICES = (PAD, SLICE, CONCATENATE, PLACE, ENTRY)
