"""Blocks in columns, each behind what it is made from, with wires from left to right.

In a narrow room the same is drawn from the top down: what is said here of columns holds of rows
then, as `Way` alone knows which of the two directions is which.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import DERIVATIVE, VALUE
from bp_tutor.pictures.block import HEAD
from bp_tutor.pictures.board import MARGIN
from bp_tutor.pictures.layering import GraphNode, Place, columns_of, depths_of, settle
from bp_tutor.pictures.shapes import Route, Wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bp_tutor.pictures.block import Block
    from bp_tutor.pictures.board import Board, Room

BLOCKS_APART = 16.0
COLUMNS_APART = 44.0
CLOSE, CLOSER = 10.0, 15.0
"""The same where there is little room."""
LIGHT = 0.001
PASSING = 16.0
"""The height of a row in which a wire passes a column."""
LANE = 7.0
"""Between wires that lead from one line of columns to the next."""
Uses = dict[str, tuple[str, ...]]
"""The names of blocks, and of those that each is made from."""
Point = tuple[float, float]
Columns = list[list[Place]]


class Way:
    """How blocks follow each other: from left to right, or from the top down.

    `along` is the direction from column to column, `across` that inside a column.
    """

    def __init__(self, blocks: Mapping[str, Block], room: Room) -> None:
        self.blocks, self.upright = blocks, room.upright
        self.straight = room.tight
        close = room.tight or room.upright
        self.apart = CLOSE if close else BLOCKS_APART
        self.columns_apart = CLOSER if close else COLUMNS_APART

    def point(self, along: float, across: float) -> Point:
        """A place of the picture."""
        return (across, along) if self.upright else (along, across)

    def extent(self, place: Place) -> tuple[float, float]:
        """How far a place reaches to both sides of its middle, across."""
        if place.label is None:
            return -PASSING / 2, PASSING / 2
        block = self.blocks[place.name]
        if self.upright:
            return -block.width / 2, block.width / 2
        return block.top, block.bottom

    def length(self, place: Place) -> float:
        """How much of its column it takes, along."""
        if place.label is None:
            return 0.0
        block = self.blocks[place.name]
        return block.height if self.upright else block.width

    def pull(self, place: Place) -> float:
        """How strongly it draws others to its row: what passes through runs straight there."""
        return LIGHT if self.straight and not place.sources else 1.0

    def settle(self, block: Block, along: float, across: float, length: float) -> None:
        """Put a block in the middle of a column that begins at `along`."""
        if self.upright:
            top = along + (length - block.height) / 2
            block.settle(across - block.width / 2, top - block.top)
        else:
            block.settle(along + (length - block.width) / 2, across)

    def ends(self, block: Block) -> tuple[float, float, float]:
        """Where wires arrive and leave, along, and where both stand across."""
        if self.upright:
            head = block.y - HEAD * len(block.heads)
            return head, block.y + block.grid_height, (block.left + block.right) / 2
        return block.left, block.right, block.middle


def lay_out(
    board: Board, blocks: Mapping[str, Block], uses: Uses, depths: Mapping[str, int] | None = None,
    start: float = MARGIN,
) -> tuple[float, float]:  # fmt: skip
    """Draw the blocks with their wires, from `start` on; how wide and high the picture is then."""
    room = board.room
    way = Way(blocks, room)
    nodes = [GraphNode(name, name, uses.get(name, ())) for name in blocks]
    depths = depths or depths_of(nodes)
    columns = columns_of(nodes, depths, lambda node: node.name)
    inside = room.width - 2 * room.margin
    while room.upright and (parted := _parted(columns, depths, way, inside)):
        depths = parted
        columns = columns_of(nodes, depths, lambda node: node.name)
    settle(columns)
    rows = {id(place): 0.0 for column in columns for place in column}
    for column in columns:
        column.sort(key=lambda place: place.row)
    _straighten(columns, rows, way)
    if room.tight:
        for column, after in pairwise(columns):
            column.sort(key=lambda place: _aim(place, rows, after))
        _straighten(columns, rows, way)
    if room.upright:
        _keep_inside(columns, rows, way, inside)
    return _Drawing(board, way, columns, rows, start).size


class _Drawing:
    """The columns at their places, in as many lines as the room asks for."""

    def __init__(
        self, board: Board, way: Way, columns: Columns, rows: dict[int, float], start: float
    ) -> None:
        self.board, self.way, self.rows = board, way, rows
        self.spots: dict[int, tuple[float, float, float]] = {}
        """Where wires enter the column of a place, where they leave it, and in which row."""
        self.returns: dict[int, tuple[float, float, float]] = {}
        """For a place at the end of a line: the lanes behind it, to the next line, before that."""
        lengths = [max(map(way.length, column), default=0.0) for column in columns]
        lines = [columns]
        if not way.upright:
            lines = _lines(columns, lengths, way.columns_apart, board.room.width)
        ends: list[float] = []
        edge = board.room.margin
        begin, width = start, 0.0
        for line in lines:
            before = len(self.returns)
            if ends:
                begin = self._turn(line, ends, begin)
            turned = len(self.returns) - before
            left = MARGIN + (LANE * turned + BLOCKS_APART if turned else 0)
            end, far = self._line(line, begin if not way.upright else edge,
                                  left if not way.upright else start)  # fmt: skip
            ends.append(end)
            width, begin = max(width, end), far
        for column in columns:
            for goal in column:
                if goal.label is not None:
                    for source in goal.sources:
                        self._wire(goal, source)
        for block in way.blocks.values():
            block.draw()
        width += LANE * len(self.returns)
        self.size = way.point(width + MARGIN, begin + edge)

    def _line(self, columns: Columns, top: float, start: float) -> tuple[float, float]:
        """Put columns side by side; where they end, along and across."""
        way, rows = self.way, self.rows
        first = min(rows[id(p)] + way.extent(p)[0] for column in columns for p in column)
        last = max(rows[id(p)] + way.extent(p)[1] for column in columns for p in column)
        shift = top - first
        along = start
        for column in columns:
            length = max(map(way.length, column), default=0.0)
            for place in column:
                across = rows[id(place)] + shift
                if place.label is not None:
                    block = way.blocks[place.name]
                    way.settle(block, along, across, length)
                    across = way.ends(block)[2]
                self.spots[id(place)] = along, along + length, across
            along += length + way.columns_apart
        return along - way.columns_apart, last + shift

    def _turn(self, below: Columns, ends: list[float], begin: float) -> float:
        """Make lanes for what leads from a line to the next; where that can begin."""
        leading = {id(source): source for goal in below[0] for source in goal.sources}
        order = sorted(leading, key=lambda each: self.spots[each][2])
        for number, source in enumerate(order):
            # What starts lower turns inside of what starts above it, so that none crosses another.
            lane = LANE * (len(order) - number)
            between = begin + BLOCKS_APART / 2 + lane
            self.returns[source] = ends[-1] + lane, between, MARGIN + lane - LANE
        return begin + BLOCKS_APART + LANE * (len(order) + 1)

    def _wire(self, goal: Place, source: Place) -> None:
        """A wire to a block from what it is made from, round everything in between."""
        way = self.way
        block = way.blocks[goal.name]
        first, _, middle = way.ends(block)
        points = [(first, middle), (self.spots[id(goal)][0], middle)]
        while True:
            begin, end, across = self.spots[id(source)]
            if id(source) in self.returns:
                behind, between, before = self.returns[id(source)]
                points += [(before, points[-1][1]), (before, between), (behind, between)]
                points.append((behind, across))
            points.append((end, across))
            if source.label is not None:
                break
            points.append((begin, across))
            source = source.sources[0]
        start = way.blocks[source.name]
        # A narrow block's wires leave its column level, so that they cross no wider neighbour.
        points.append((way.ends(start)[1], way.ends(start)[2]))
        bends = tuple(way.point(*each) for each in dict.fromkeys(reversed(points)))
        self.board.shapes.append(Wire(bends, (), route=route(start, block)))


def _parted(
    columns: Columns, depths: Mapping[str, int], way: Way, room: float
) -> dict[str, int] | None:
    """Depths at which a column that has no room is two; nothing where all have."""
    for depth, column in enumerate(columns):
        widths = [way.extent(place)[1] - way.extent(place)[0] for place in column]
        blocks = [place.name for place in column if place.label is not None]
        if sum(widths) + way.apart * (len(widths) - 1) > room and len(blocks) > 1:
            later = set(blocks[(len(blocks) + 1) // 2 :])
            return {name: its + (its > depth or name in later) for name, its in depths.items()}
    return None


def _keep_inside(columns: Columns, rows: dict[int, float], way: Way, room: float) -> None:
    """Move what stands beyond the sides of the room into it, in order and apart."""
    middle = [
        (rows[id(p)] + way.extent(p)[0], rows[id(p)] + way.extent(p)[1])
        for column in columns
        for p in column
    ]
    first, last = min(low for low, _ in middle), max(high for _, high in middle)
    if last - first <= room:
        return
    low = (first + last - room) / 2
    for column in columns:
        end = low + room
        for place in reversed(column):
            before, behind = way.extent(place)
            rows[id(place)] = min(rows[id(place)], end - behind)
            end = rows[id(place)] + before - way.apart
        begin = low
        for place in column:
            before, behind = way.extent(place)
            rows[id(place)] = max(rows[id(place)], begin - before)
            begin = rows[id(place)] + behind + way.apart


def _lines(columns: Columns, lengths: Sequence[float], apart: float, room: float) -> list[Columns]:
    """The columns in as few lines as there is room for, parted where the fewest wires pass."""
    best: list[tuple[int, int, int]] = [(0, 0, 0)]
    for end in range(1, len(columns) + 1):
        found = []
        for begin in range(end):
            wide = sum(lengths[begin:end]) + apart * (end - begin - 1) + 2 * MARGIN
            if wide + 4 * LANE <= room or begin == end - 1:
                lines, passing, _ = best[begin]
                leading = {id(each) for goal in columns[begin] for each in goal.sources}
                found.append((lines + 1, passing + len(leading), begin))
        best.append(min(found))
    parted: list[Columns] = []
    end = len(columns)
    while end:
        begin = best[end][2]
        parted.insert(0, columns[begin:end])
        end = begin
    return parted


def _straighten(columns: Columns, rows: dict[int, float], way: Way) -> None:
    """Give each place a row, so that wires run as straight as they can."""
    for column in columns:
        _stack(column, rows, way)
    for before, after in reversed(list(pairwise(columns))):
        _stack(before, rows, way, after)


def _aim(place: Place, rows: Mapping[int, float], after: Sequence[Place]) -> tuple[float, bool]:
    """Where a place belongs in its column: what only enters there stands beside its goal."""
    goals = [rows[id(goal)] for goal in after if place in goal.sources]
    if place.sources or not goals:
        return rows[id(place)], False
    return sum(goals) / len(goals), True


def _stack(
    column: Sequence[Place], rows: dict[int, float], way: Way, after: Sequence[Place] = ()
) -> None:
    """Put the places near what they are made from (or what is made from them), in order."""
    wanted = []
    for place in column:
        near = [goal for goal in after if place in goal.sources] if after else place.sources
        wanted.append(_mean([(rows[id(each)], way.pull(each)) for each in near]))
    offsets = [0.0]
    for above, below in pairwise(column):
        room = way.extent(above)[1] - way.extent(below)[0] + way.apart
        offsets.append(offsets[-1] + room)
    groups: list[list[tuple[float, float]]] = []
    for place, row, offset in zip(column, wanted, offsets, strict=True):
        start = rows[id(place)] if after else 0.0
        groups.append([((start if row is None else row) - offset, way.pull(place))])
        while len(groups) > 1 and _of(groups[-2]) > _of(groups[-1]):
            last = groups.pop()
            groups[-1] += last
    found = [_of(group) for group in groups for _ in group]
    for place, row, offset in zip(column, found, offsets, strict=True):
        rows[id(place)] = row + offset


def _mean(values: Sequence[tuple[float, float]]) -> float | None:
    """The mean of values by their weights; nothing where there are none."""
    return _of(values) if values else None


def _of(values: Sequence[tuple[float, float]]) -> float:
    return sum(value * weight for value, weight in values) / sum(weight for _, weight in values)


def route(start: Block, goal: Block) -> Route:
    """What a wire between two blocks leads from and to."""
    have = start.board.have

    def of_kind(block: Block, kind: str) -> frozenset[str]:
        return frozenset(name for name in block.arrays if have[name].kind == kind)

    arrays = frozenset(start.arrays), frozenset(goal.arrays)
    return Route(*arrays, of_kind(goal, VALUE), of_kind(start, DERIVATIVE))
