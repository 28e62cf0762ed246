"""A block of a picture: one array, or a few of one shape, as a grid of cells with their values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain import Joined, sentence
from bp_tutor.explain.columns import spelled
from bp_tutor.formula.quantity import ONE, SAMPLE
from bp_tutor.pictures.shapes import Box

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bp_tutor.explain import Said
    from bp_tutor.formula import Quantity
    from bp_tutor.pictures.board import Board
    from bp_tutor.pictures.shapes import Label

MOST_ACROSS = 8
"""A grid with more rows or columns is told by its size; a longer column of units is cut."""
MOST_DRAWN = 8
SMALL_CELL = 9.0
"""The side of a cell of a box that tells only the size of an array, up to so many of them."""
FIRST_UNITS = 3
LEAST = 34.0
ROW = 15.0
"""From one label to the next in a cell."""
HEAD = 16.0
"""From one row of the words above a block to the next."""
PADDING = 12.0
SHORT = 80.0
"""Name and size of an array that stand in one line."""
CHANNELS_APART = 10.0
Index = tuple[int, ...]


class Cell:
    """One cell: where it stands in the block, its labels row by row, what it stands for."""

    def __init__(self, row: int, column: int, channel: int, rows: list[list[Label]]) -> None:
        self.row, self.column, self.channel, self.rows = row, column, channel, rows
        self.keys = tuple(dict.fromkeys(label.key for labels in rows for label in labels))


class Block:
    """An array in the picture, with the words above it."""

    def __init__(
        self, board: Board, name: str, rows: Sequence[Sequence[str]], role: str,
        *, sized: bool = False,
    ) -> None:  # fmt: skip
        """`rows` names the arrays in each row of a cell; those of one row take turns.

        Of an array that is `sized`, only the size is told.
        """
        self.sized = sized
        self.board = board
        self.name = name
        self.role = role
        self.heads: list[Said] = []
        self.words: list[Said] = []
        """What stands in a box without cells, or beside the dots of a column that is cut."""
        self.cells: list[Cell] = []
        self.dots: float | None = None
        names = [each for row in rows for each in row if board.array(each) is not None]
        first = board.have[names[0]]
        self.arrays = tuple(names)
        lengths = _lengths(first)
        self.transposed = len(lengths) == 2 and spelled(board.settings, first) is not first
        """Whether its rows are what our own array has as columns."""
        lengths = lengths[::-1] if self.transposed else lengths
        self.channels, self.down, self.across = _sizes(lengths)
        folded = max(self.down, self.across) > MOST_ACROSS
        if (folded and self.across > 1) or (sized and first.size > 1):
            self._close(lengths)
        else:
            self._fill(first, rows, folded=folded)
            every = [labels for cell in self.cells for labels in cell.rows]
            wide = max((board.width(labels) for labels in every), default=0.0)
            depth = max((len(cell.rows) for cell in self.cells), default=2)
            narrow = board.room.upright
            self.cell_width = max(wide + (PADDING / 2 if narrow else PADDING), LEAST)
            self.cell_height = max(depth * ROW + 6, LEAST - 8)
            if self.across * self.cell_width > board.room.width - 2 * board.room.margin:
                self._close(lengths)
        self.x = self.y = 0.0
        self.padding = (0, 0, 0, 0)
        """Rows above and below, columns at the left and right that are zeros only."""

    def _close(self, lengths: Sequence[int]) -> None:
        """Be a box with the size in it, of the proportions of the array as far as these go."""
        self.words = ["×".join(map(str, lengths))]
        down, across = (min(each, MOST_DRAWN) for each in (self.down, self.across))
        self.channels, self.down, self.across = 1, 1, 1
        self.cells, self.dots = [], None
        self.cell_width = max(across * SMALL_CELL, self.board.words_width(self.words) + PADDING)
        self.cell_height = max(down * SMALL_CELL, LEAST - 8)
        self.board.placed.update(self.arrays)

    def entitle(self, word: Said, symbols: Sequence[Said]) -> None:
        """Say what it is: above its cells, or in the box that tells only its size."""
        said: list[Said] = [Joined(tuple(symbols))] if symbols else []
        if self.sized and not self.cells:
            both = Joined((*said, *self.words), " ")
            short = self.role == "kernel" and self.board.words_width([both]) < SHORT
            self.words = [both] if short else [*said, *self.words]
            self.cell_width = max(LEAST, self.board.words_width(self.words) + PADDING)
            self.cell_height = len(self.words) * ROW + 6
            said = []
        elif self.board.room.upright and self.board.words_width(said) > self._grid_width:
            said = list(symbols)
        self.heads = [*([word] if word else []), *said]

    def _fill(self, first: Quantity, rows: Sequence[Sequence[str]], *, folded: bool) -> None:
        bare = self.channels * self.across > 1
        count = self.down
        slots = {unit: unit for unit in range(count)}
        if folded:
            self.words = [sentence("scene.units", count=count)]
            slots = {unit: unit for unit in range(FIRST_UNITS)} | {count - 1: FIRST_UNITS + 1}
            self.down, self.dots = FIRST_UNITS + 2, FIRST_UNITS + 0.5
        places = list(self._positions(first))
        if first.removed and self.across == 1:
            # Of a vector of zeros and ones, the ones alone are there.
            there = dict.fromkeys(row for _, _, row, _ in places)
            slots = {row: place for place, row in enumerate(there)}
            self.down, self.dots = len(slots), None
        for index, channel, row, column in places:
            if row not in slots:
                continue
            found = [
                labels
                for row_names in rows
                if (labels := self.board.labels(row_names, index, self._role(row_names), bare=bare))
            ]
            self.cells.append(Cell(slots[row], column, channel, found))

    def _positions(self, quantity: Quantity) -> Iterable[tuple[Index, int, int, int]]:
        """Each entry of the first sample with its channel, row and column."""
        _, down, across = _sizes(_lengths(quantity))
        for index in quantity.indices():
            if quantity.axes[:1] == (SAMPLE,) and index[0]:
                return
            place = quantity.row_major(index)
            row, column = place // across % down, place % across
            at = (column, row) if self.transposed else (row, column)
            yield index, place // (down * across), *at

    def _role(self, names: Sequence[str]) -> str:
        if self.role == "kernel":
            return "gradient" if names[0].startswith("d") else "weight"
        return "loss" if self.role == "loss" else ""

    @property
    def keys(self) -> tuple[str, ...]:
        """Every identifier in it."""
        return tuple(key for cell in self.cells for key in cell.keys) or self.arrays

    @property
    def forward(self) -> tuple[str, ...]:
        """The identifiers of its values."""
        labels = (label for cell in self.cells for rows in cell.rows for label in rows)
        return tuple(label.key for label in labels if label.role in ("value", "loss"))

    @property
    def width(self) -> float:
        """With the words above it and the zeros around it."""
        return max(self._grid_width, self.board.words_width(self.heads))

    @property
    def _grid_width(self) -> float:
        return (self.across + self.padding[2] + self.padding[3]) * self.cell_width

    @property
    def _channel_height(self) -> float:
        return (self.down + self.padding[0] + self.padding[1]) * self.cell_height

    @property
    def height(self) -> float:
        """With the words above it and the zeros around it."""
        return self.grid_height + HEAD * len(self.heads)

    @property
    def grid_height(self) -> float:
        """The height of the cells alone."""
        return self.channels * (self._channel_height + CHANNELS_APART) - CHANNELS_APART

    def settle(self, x: float, middle: float) -> None:
        """Stand with the left edge at `x` and the cells around the row `middle`."""
        self.x, self.y = x, middle - self.grid_height / 2

    @property
    def top(self) -> float:
        """Where it begins with its words, when the middle of its cells is at 0."""
        return -self.grid_height / 2 - HEAD * len(self.heads)

    @property
    def bottom(self) -> float:
        """Where it ends, when the middle of its cells is at 0."""
        return self.grid_height / 2

    @property
    def middle(self) -> float:
        """The row in the middle of its cells."""
        return self.y + self.grid_height / 2

    @property
    def left(self) -> float:
        """Where wires arrive."""
        return self.x + (self.width - self._grid_width) / 2

    @property
    def right(self) -> float:
        """Where wires start."""
        return self.left + self._grid_width

    def corner(self, channel: int, row: int, column: int) -> tuple[float, float]:
        """The upper left corner of a cell; of the zeros around, with negative numbers too."""
        x = self.left + (column + self.padding[2]) * self.cell_width
        top = channel * (self._channel_height + CHANNELS_APART)
        return x, self.y + top + (row + self.padding[0]) * self.cell_height

    def draw(self) -> None:
        """Draw the cells with everything written in them and above them."""
        board, shapes = self.board, self.board.shapes
        middle = self.left + self._grid_width / 2
        for row, head in enumerate(self.heads):
            y = self.y - HEAD * (len(self.heads) - row - 0.5) - 1
            board.caption(head, middle, y, role="caption" if row == 0 else "head")
        if any(self.padding):
            self._zeros()
        if not self.cells:
            shapes.append(
                Box(self.left, self.y, self._grid_width, self.grid_height, self.arrays, "cell", 4)
            )
            for row, word in enumerate(self.words):
                at = self.middle + (row - (len(self.words) - 1) / 2) * ROW
                board.caption(word, middle, at, role="caption" if row else "head", inside=True)
        corner = 8.0 if len(self.cells) == 1 else 0.0
        for cell in self.cells:
            x, y = self.corner(cell.channel, cell.row, cell.column)
            shapes.append(
                Box(x, y, self.cell_width, self.cell_height, cell.keys, self.role, corner)
            )
            for row, labels in enumerate(cell.rows):
                at = y + self.cell_height / 2 + (row - (len(cell.rows) - 1) / 2) * ROW
                board.put(labels, x + self.cell_width / 2, at, inside=True)
        if self.dots is not None:
            y = self.y + self.dots * self.cell_height
            board.caption(Joined(("⋮", *self.words), " "), middle, y)

    def _zeros(self) -> None:
        """The cells of zeros around the image."""
        above, below, left, right = self.padding
        for channel in range(self.channels):
            for row in range(-above, self.down + below):
                for column in range(-left, self.across + right):
                    if 0 <= row < self.down and 0 <= column < self.across:
                        continue
                    x, y = self.corner(channel, row, column)
                    size = self.cell_width, self.cell_height
                    self.board.shapes.append(Box(x, y, *size, (), "zero"))
                    self.board.caption("0", x + size[0] / 2, y + size[1] / 2)


def _lengths(quantity: Quantity) -> list[int]:
    pairs = zip(quantity.axes, quantity.shape, strict=True)
    lengths = [length for axis, length in pairs if axis not in (SAMPLE, ONE)]
    # Units stand below each other; a row of an array lies.
    return [1, *lengths] if quantity.axes == (ONE, "column") else lengths


def _sizes(lengths: Sequence[int]) -> tuple[int, int, int]:
    """Channels, rows and columns in which an array is drawn."""
    if len(lengths) < 2:
        return 1, lengths[0] if lengths else 1, 1
    channels = 1
    for length in lengths[:-2]:
        channels *= length
    return channels, lengths[-2], lengths[-1]
