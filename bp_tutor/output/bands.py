"""Matrices side by side with the signs between them, over as many bands as they need."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen
from bp_tutor.output.boxes import box, matrix_rows
from bp_tutor.words import cells

if TYPE_CHECKING:
    from bp_tutor.output.spelled import MatrixRows

_OPERATOR = re.compile(r"(?= (?:[⊙+−*@-]) )|(?=·)")
_RAISED = "ᵀ"
DEEPEST = 99
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
    # Inside brackets only what fits nowhere else is parted.
    for deepest in (0, DEEPEST):
        found: list[Row] = [[]]
        for chunk in _chunks(pieces, room, deepest):
            if found[-1] and _width([*found[-1], *chunk]) > room:
                found.append([])
            found[-1] += chunk
        if all(_width(row) <= room for row in found):
            return [_side_by_side(row) for row in found]
    return None


def _chunks(pieces: tuple[str | MatrixRows, ...], room: int, deepest: int) -> list[Row]:
    """What must stay together: a new chunk starts before each sign of a sum or product."""
    chunks: list[Row] = [[]]
    depth = 0
    for piece in pieces:
        if not isinstance(piece, str):
            chunks[-1].append(box(piece, room) or [" " * (room + 1)])
            continue
        for position, text in enumerate(_OPERATOR.split(piece)):
            if depth <= deepest and (position or _OPERATOR.match(text)):
                chunks.append([])
            depth += text.count("(") - text.count(")")
            if text:
                chunks[-1].append(text)
    return [chunk for chunk in chunks if chunk]


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
