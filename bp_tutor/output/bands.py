"""Matrices side by side with the signs between them, over as many bands as they need."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.breaking import rows_of
from bp_tutor.formula.parted import Parted
from bp_tutor.frozen import Frozen
from bp_tutor.output.boxes import box, matrix_rows
from bp_tutor.words import cells

if TYPE_CHECKING:
    from bp_tutor.output.spelled import MatrixRows

_RAISED = "ᵀ"
_MATRIX = "\ufffc"
"""What Unicode has for an object in a text."""
_FILLED = 4
"""Beside matrices, a shorter row counts as filled."""
Row = list[str | list[str]]
"""Texts, and matrices by their lines, from left to right."""


class Band(Frozen):
    """Lines of one height; the signs of the formula stand in line `middle`."""

    lines: list[str]
    middle: int


def bands(pieces: tuple[str | MatrixRows, ...], room: int) -> list[Band] | None:
    """The formula in bands of at most `room` columns; None where one matrix is too wide."""
    if len(pieces) == 1 and not isinstance(pieces[0], str):
        lines = matrix_rows(pieces[0], room)
        return [Band(lines, (len(lines) - 1) // 2)]
    boxes = [box(piece, room) for piece in pieces if not isinstance(piece, str)]
    fitting = [lines for lines in boxes if lines is not None]
    if len(fitting) < len(boxes):
        return None
    found = [_items(row, fitting) for row in _parted(pieces, fitting, room)]
    return None if any(_width(row) > room for row in found) else list(map(_side_by_side, found))


def _parted(pieces: tuple[str | MatrixRows, ...], boxes: list[list[str]], room: int) -> list[str]:
    """The text around the matrices in rows, measured with the matrices as wide as they are."""
    text, ruler = Parted(""), Parted("")
    widths = iter([cells(lines[0]) for lines in boxes])
    for piece in pieces:
        text += piece if isinstance(piece, str) else _MATRIX
        ruler += piece if isinstance(piece, str) else "m" * next(widths)
    return rows_of(text, room, cells, ruler=ruler, filled=_FILLED)


def _items(row: str, boxes: list[list[str]]) -> Row:
    """A row with the next matrices in their places."""
    first, *others = row.split(_MATRIX)
    items: Row = [first]
    for text in others:
        items += [boxes.pop(0), text]
    return [item for item in items if item]


def _width(row: Row) -> int:
    return sum(cells(item if isinstance(item, str) else item[0]) for item in row)


def _side_by_side(row: Row) -> Band:
    height = max([len(item) for item in row if not isinstance(item, str)], default=1)
    middle = (height - 1) // 2
    lines = [""] * height
    top = middle
    for position, item in enumerate(row):
        if isinstance(item, str):
            block = _text_block(item.lstrip() if position == 0 else item, height, middle, top)
        else:
            top = middle - (len(item) - 1) // 2
            blank = " " * cells(item[0])
            below = height - top - len(item)
            block = [blank] * top + item + [blank] * below
        lines = [line + part for line, part in zip(lines, block, strict=True)]
    return Band([line.rstrip() for line in lines], middle)


def _text_block(text: str, height: int, middle: int, top: int) -> list[str]:
    """A text in the middle line; a raised sign at the top of the matrix before it."""
    block = [" " * cells(text)] * height
    if text.startswith(_RAISED):
        rest = text[1:]
        block[middle] = " " + rest
        block[top] = _RAISED + (rest if top == middle else " " * cells(rest))
    else:
        block[middle] = text
    return block
