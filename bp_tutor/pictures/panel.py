"""The parameters of a network over time, which are the same at every step."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain import Sentence
from bp_tutor.pictures.board import MARGIN
from bp_tutor.pictures.shapes import LINE, Box

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.pictures.block import Block
    from bp_tutor.pictures.board import Board

APART = 18.0
BEYOND = 22.0
"""Between the panel and the steps."""
TITLE = Sentence("scene.shared")
MANY = 6
"""So many parameters stand above the steps, those of a gate below each other."""
DOWN = 3


class Panel:
    """The parameters in a frame: few of them beside the steps, many above.

    With little room, all stand beside the steps, those of a gate in a row; on a narrow screen, in
    rows above them.
    """

    def __init__(self, board: Board, blocks: Sequence[Block]) -> None:
        self.board, self.blocks = board, blocks
        many, tight = len(blocks) >= MANY, board.room.tight
        upright = board.room.upright
        self.above = upright or (many and not tight)
        down = DOWN if many else max(len(blocks), 1)
        self.rows = [blocks[row::down] for row in range(down)]
        if many and tight:
            self.rows = [blocks[first : first + down] for first in range(0, len(blocks), down)]
        if upright:
            self.rows = _wrapped(blocks, board.room.width - 4 * MARGIN)
        every = max((block.width for block in blocks), default=0.0)
        self.wides = [every] * max(map(len, self.rows))
        if tight or upright:
            self.wides = [
                max(row[place].width for row in self.rows if place < len(row))
                for place in range(len(self.wides))
            ]
        self.bottom = MARGIN
        """Where it ends, once it is drawn."""

    @property
    def width(self) -> float:
        """The width with its frame; 0 where there is nothing in it."""
        if not self.blocks:
            return 0.0
        inside = sum(self.wides) + APART * (len(self.wides) - 1)
        return max(inside, self.board.words_width([TITLE])) + 2 * MARGIN

    def draw(self) -> float:
        """Draw it; where the steps begin, below it or beside it."""
        if not self.blocks:
            return MARGIN
        y = MARGIN + 2 * LINE
        for row in self.rows:
            x = 2 * MARGIN
            for block, wide in zip(row, self.wides, strict=False):
                block.settle(x + (wide - block.width) / 2, y - block.top)
                x += wide + APART
            y += max(block.height for block in row) + APART / 2
        self.board.caption(TITLE, MARGIN + self.width / 2, MARGIN + LINE)
        self.board.shapes.append(Box(MARGIN, MARGIN, self.width, y - MARGIN, (), "group", 10))
        for block in self.blocks:
            block.draw()
        self.bottom = y
        return y + BEYOND - MARGIN if self.above else self.width + MARGIN + BEYOND


def _wrapped(blocks: Sequence[Block], room: float) -> list[Sequence[Block]]:
    """As many in each row as there is room for in all of them."""
    across = len(blocks)
    while across > 1:
        rows = [blocks[first : first + across] for first in range(0, len(blocks), across)]
        wides = (max(block.width for block in blocks[place::across]) for place in range(across))
        if sum(wides) + APART * (across - 1) <= room:
            return rows
        across -= 1
    return [[block] for block in blocks]
