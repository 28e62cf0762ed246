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
    """The parameters in a frame: few of them beside the steps, many above."""

    def __init__(self, board: Board, blocks: Sequence[Block]) -> None:
        self.board, self.blocks = board, blocks
        self.above = len(blocks) >= MANY
        self.down = DOWN if self.above else max(len(blocks), 1)
        self.wide = max((block.width for block in blocks), default=0.0)
        self.bottom = MARGIN
        """Where it ends, once it is drawn."""

    @property
    def width(self) -> float:
        """The width with its frame; 0 where there is nothing in it."""
        if not self.blocks:
            return 0.0
        across = -(-len(self.blocks) // self.down)
        inside = across * (self.wide + APART) - APART
        return max(inside, self.board.words_width([TITLE])) + 2 * MARGIN

    def draw(self) -> float:
        """Draw it; where the steps begin, below it or beside it."""
        if not self.blocks:
            return MARGIN
        y = MARGIN + 2 * LINE
        for row in range(self.down):
            inside = self.blocks[row :: self.down]
            for column, block in enumerate(inside):
                x = 2 * MARGIN + column * (self.wide + APART)
                block.settle(x + (self.wide - block.width) / 2, y - block.top)
            y += max(block.height for block in inside) + APART / 2
        self.board.caption(TITLE, MARGIN + self.width / 2, MARGIN + LINE)
        self.board.shapes.append(Box(MARGIN, MARGIN, self.width, y - MARGIN, (), "group", 10))
        for block in self.blocks:
            block.draw()
        self.bottom = y
        return y + BEYOND - MARGIN if self.above else self.width + MARGIN + BEYOND
