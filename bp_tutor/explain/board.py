"""Array primitives in matrix form as a board has them: a mask added, blocks side by side, a part.

What has no sign of its own keeps its name, and is explained below its first line.
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Final

from bp_tutor.explain.document import Sentence
from bp_tutor.explain.nodes import Matrix, Written
from bp_tutor.formula import (
    Add,
    Apply,
    Formula,
    MatMul,
    Mul,
    Neg,
    Number,
    Reduce,
    Transpose,
    replace,
    walk,
)
from bp_tutor.formula.algebra import ZERO
from bp_tutor.formula.linear import matmul, transpose
from bp_tutor.formula.masks import MASK, hides
from bp_tutor.formula.shown import Shown
from bp_tutor.formula.slices import CONCATENATE, ENTRY, PAD, PLACE, SLICE
from bp_tutor.formula.softmax import SOFTMAX, SOFTMAX_BACK
from bp_tutor.formula.style import Binding

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula import Speller
    from bp_tutor.formula.node import Shape

    Grid = tuple[tuple[Formula, ...], ...]

MOST = 6
"""Rows and columns of a matrix of edges that is written out."""


class Laid(Written):
    """What is laid out in rows and columns, and turns with them where vectors are columns."""

    __slots__ = ()

    def turned(self, children: tuple[Formula, ...]) -> Formula:
        """The transposed array, of children that are transposed already."""
        raise NotImplementedError


class Zeros(Laid):
    """An array of zeros, written as one."""

    __slots__ = __match_args__ = ("size",)

    def __init__(self, size: Shape) -> None:
        self.size: Final = size

    @property
    def shape(self) -> Shape:
        return self.size

    def turned(self, children: tuple[Formula, ...]) -> Formula:
        return Zeros(self.size[::-1])

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return speller.style.number("0"), Binding.ATOM


class Mask(Laid):
    """What is added to scores: 0, and minus infinity where the mask hides a key from a query."""

    __slots__ = __match_args__ = ("rows",)

    def __init__(self, rows: tuple[tuple[float, ...], ...]) -> None:
        self.rows: Final = rows

    @property
    def shape(self) -> Shape:
        return len(self.rows), len(self.rows[0])

    def turned(self, children: tuple[Formula, ...]) -> Formula:
        return Mask(tuple(zip(*self.rows, strict=True)))

    def spelled(self, speller: Speller) -> tuple[str, int]:
        return speller.style.letter("M"), Binding.ATOM


class Blocks(Laid):
    """Arrays, or single numbers, beside and below each other: `[A₂, A₃]`."""

    __slots__ = __match_args__ = ("grid",)

    def __init__(self, grid: Grid) -> None:
        self.grid: Final = grid

    @property
    def children(self) -> tuple[Formula, ...]:
        return tuple(cell for row in self.grid for cell in row)

    def rebuild(self, children: tuple[Formula, ...]) -> Blocks:
        width = len(self.grid[0])
        return Blocks(tuple(
            children[first : first + width] for first in range(0, len(children), width)
        ))  # fmt: skip

    @property
    def shape(self) -> Shape:
        high = sum((row[0].shape or (1, 1))[0] for row in self.grid)
        return high, sum((cell.shape or (1, 1))[1] for cell in self.grid[0])

    def turned(self, children: tuple[Formula, ...]) -> Formula:
        return Blocks(tuple(zip(*self.rebuild(children).grid, strict=True)))

    def spelled(self, speller: Speller) -> tuple[str, int]:
        rows = [[cell.spelled(speller)[0] for cell in row] for row in self.grid]
        return speller.style.matrix(rows), Binding.ATOM


class Taken(Laid):
    """Some places of an array along each axis, counted from 1: `A₁[:, 2..3]`."""

    __slots__ = __match_args__ = ("arg", "spans", "size")

    def __init__(
        self, arg: Formula, spans: tuple[tuple[int, int] | None, ...], size: Shape
    ) -> None:
        self.arg: Final = arg
        self.spans: Final = spans
        self.size: Final = size

    @property
    def children(self) -> tuple[Formula, ...]:
        return (self.arg,)

    def rebuild(self, children: tuple[Formula, ...]) -> Formula:
        return Taken(children[0], self.spans, self.size)

    @property
    def shape(self) -> Shape:
        return self.size

    def turned(self, children: tuple[Formula, ...]) -> Formula:
        if len(self.spans) != len(("rows", "columns")):
            return self.rebuild(children)
        return Taken(children[0], self.spans[::-1], self.size[::-1])

    def spelled(self, speller: Speller) -> tuple[str, int]:
        style = speller.style
        text, binding = self.arg.spelled(speller)
        if binding < Binding.ATOM:
            text = style.bracketed(text)
        return text + style.part(self.spans), Binding.ATOM


def on_the_board(formula: Formula) -> Formula:
    """The formula with its primitives written in rows, columns and signs, where those say it."""
    children = tuple(map(on_the_board, formula.children))
    if isinstance(formula, Apply):
        written = _written(formula, children)
    else:
        written = formula.rebuild(children) if children else formula
    return _together(written) if isinstance(written, Add) else written


def _written(node: Apply, children: tuple[Formula, ...]) -> Formula:
    return _WRITTEN.get(node.primitive.name, Apply.rebuild)(node, children)


def _masked(node: Apply, children: tuple[Formula, ...]) -> Formula:
    rows, columns = node.shape
    hidden = tuple(
        tuple(-inf if hides(node.options, row, column) else 0.0 for column in range(columns))
        for row in range(rows)
    )
    return Add((*children, Mask(hidden)))


def _softmax_back(_: Apply, children: tuple[Formula, ...]) -> Formula:
    """`P ⊙ (U − Σ(U ⊙ P))`, the sum along each row."""
    upstream, output = children
    total = Reduce("sum", Mul((upstream, output)), (len(output.shape) - 1,))
    return Mul((output, Add((upstream, Neg(total)))))


def _slice(node: Apply, children: tuple[Formula, ...]) -> Formula:
    axis, first, end = node.options
    spans = ((first + 1, end) if place == axis else None for place in range(len(node.shape)))
    return Taken(children[0], tuple(spans), node.shape)


def _entry(node: Apply, children: tuple[Formula, ...]) -> Formula:
    return Taken(children[0], tuple((place + 1, place + 1) for place in node.options), ())


def _concatenate(node: Apply, children: tuple[Formula, ...]) -> Formula:
    if len(node.shape) != len(("rows", "columns")):
        return node.rebuild(children)
    return _in_a_row(node.options[0], children)


def _pad(node: Apply, children: tuple[Formula, ...]) -> Formula:
    axis, *around = node.options
    if len(node.shape) != len(("rows", "columns")):
        return node.rebuild(children)
    sizes = [
        tuple(length if place == axis else whole for place, whole in enumerate(node.shape))
        for length in around
    ]
    before, behind = ([Zeros(size)] if size[axis] else [] for size in sizes)
    return _in_a_row(axis, (*before, *children, *behind))


def _in_a_row(axis: int, cells: tuple[Formula, ...]) -> Formula:
    return Blocks((cells,) if axis else tuple((cell,) for cell in cells))


def _at_place(node: Apply, children: tuple[Formula, ...]) -> Formula:
    """A matrix that has the weights of edges where they lead, and else zeros."""
    rows, columns, row, column = node.options
    if max(rows, columns) > MOST:
        return node.rebuild(children)
    (weight,) = children
    return Blocks(tuple(
        tuple(weight if (row, column) == (r, c) else Number(0) for c in range(columns))
        for r in range(rows)
    ))  # fmt: skip


_SAID = {MASK.name: "mask", SOFTMAX_BACK.name: SOFTMAX.name, PAD.name: "zeros"}
"""What is said of a primitive that has signs of its own; the others' need no word."""
_WRITTEN: dict[str, Callable[[Apply, tuple[Formula, ...]], Formula]] = {
    MASK.name: _masked,
    SOFTMAX_BACK.name: _softmax_back,
    SLICE.name: _slice,
    ENTRY.name: _entry,
    CONCATENATE.name: _concatenate,
    PAD.name: _pad,
    PLACE.name: _at_place,
}


def _together(formula: Add) -> Formula:
    """The sum with one matrix for all edges that start at the same layer."""
    terms: list[Formula] = []
    for term in formula.terms:
        for place, before in enumerate(terms):
            both = _both(before, term)
            if both is not None:
                terms[place] = both
                break
        else:
            terms.append(term)
    return Add(tuple(terms)) if len(terms) > 1 else terms[0]


def _both(one: Formula, other: Formula) -> Formula | None:
    """Two terms as one; None where they have nothing in common."""
    match one, other:
        case MatMul(left, right), MatMul(same, more) if left == same:
            inside = _both(right, more)
            return inside and matmul(left, inside)
        case Transpose(arg), Transpose(more):
            inside = _both(arg, more)
            return inside and transpose(inside)
        case Blocks(), Blocks() if _of_edges(one) and _of_edges(other):
            cells = zip(one.children, other.children, strict=True)
            if all(ZERO in pair for pair in cells):
                cells = zip(one.children, other.children, strict=True)
                return one.rebuild(tuple(b if a == ZERO else a for a, b in cells))
    return None


def _of_edges(blocks: Blocks) -> bool:
    return not any(cell.shape for cell in blocks.children)


def in_figures(node: Formula, put_in: Callable[[Formula], Formula | None]) -> Formula | None:
    """What is laid out as one matrix, where all that stands in it is known."""
    match node:
        case Mask(rows):
            return Matrix(tuple(tuple(map(_figure, row)) for row in rows), node.shape)
        case Zeros(size):
            return Matrix(((Number(0),) * size[1],) * size[0], size)
        case Blocks(grid):
            found = [[_rows(replace(cell, put_in)) for cell in row] for row in grid]
            if all(map(all, found)):
                return Matrix(tuple(row for cells in found for row in _beside(cells)), node.shape)
    return None


def _rows(cell: Formula) -> Grid:
    """The rows of a cell; none where it is not known in figures."""
    if isinstance(cell, Matrix):
        return cell.rows
    return ((cell,),) if isinstance(cell, Number) else ()


def _beside(cells: list[Grid]) -> Grid:
    return tuple(
        tuple(number for row in rows for number in row) for rows in zip(*cells, strict=True)
    )


def _figure(value: float) -> Formula:
    return Number(value, Shown("-inf", value) if value else None)


def explained(formula: Formula, *, columns: bool) -> list[Sentence]:
    """What is said once of the signs and names that a formula has on the board."""
    found: dict[Sentence, None] = {}
    for node in walk(formula):
        if not isinstance(node, Apply):
            continue
        name = node.primitive.name
        named = name != SOFTMAX.name and isinstance(_written(node, node.args), Apply)
        key = name if named else _SAID.get(name, "")
        if name == SOFTMAX_BACK.name:
            key += "_columns" if columns else "_rows"
        if key:
            found.setdefault(Sentence(f"board.{key}"))
    return list(found)
