"""Blocks in columns, each behind what it is made from, with wires from left to right."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import DERIVATIVE, VALUE
from bp_tutor.pictures.board import MARGIN
from bp_tutor.pictures.layering import GraphNode, Place, columns_of, depths_of, settle
from bp_tutor.pictures.shapes import Route, Wire

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bp_tutor.pictures.block import Block
    from bp_tutor.pictures.board import Board

BLOCKS_APART = 16.0
COLUMNS_APART = 44.0
PASSING = 16.0
"""The height of a row in which a wire passes a column."""
Uses = dict[str, tuple[str, ...]]
"""The names of blocks, and of those that each is made from."""
Spots = dict[int, tuple[float, float, float]]
"""Where wires enter the column of a place, where they leave it, and in which row."""


def lay_out(
    board: Board, blocks: Mapping[str, Block], uses: Uses, depths: Mapping[str, int] | None = None
) -> tuple[float, float]:
    """Draw the blocks with their wires; how wide and high the picture is then."""
    nodes = [GraphNode(name, name, uses.get(name, ())) for name in blocks]
    columns = columns_of(nodes, depths or depths_of(nodes), lambda node: node.name)
    settle(columns)
    rows = {id(place): 0.0 for column in columns for place in column}
    for column in columns:
        column.sort(key=lambda place: place.row)
        _stack(column, rows, blocks)
    for before, after in reversed(list(pairwise(columns))):
        _stack(before, rows, blocks, after)
    highest = min(rows[id(p)] + _extent(p, blocks)[0] for column in columns for p in column)
    shift = MARGIN - highest
    x = MARGIN
    spots: Spots = {}
    for column in columns:
        wide = max((blocks[p.name].width for p in column if p.label is not None), default=0.0)
        for place in column:
            y = rows[id(place)] + shift
            if place.label is None:
                spots[id(place)] = x, x + wide, y
            else:
                block = blocks[place.name]
                block.settle(x + (wide - block.width) / 2, y)
                spots[id(place)] = x, x + wide, block.middle
        x += wide + COLUMNS_APART
    for column in columns:
        for goal in column:
            if goal.label is not None:
                for source in goal.sources:
                    _wire(board, blocks, goal, source, spots)
    for block in blocks.values():
        block.draw()
    bottom = max(rows[id(p)] + _extent(p, blocks)[1] for column in columns for p in column)
    return x - COLUMNS_APART + MARGIN, bottom + shift + MARGIN


def _extent(place: Place, blocks: Mapping[str, Block]) -> tuple[float, float]:
    """How far a place reaches above and below its middle."""
    if place.label is None:
        return -PASSING / 2, PASSING / 2
    return blocks[place.name].top, blocks[place.name].bottom


def _stack(
    column: Sequence[Place],
    rows: dict[int, float],
    blocks: Mapping[str, Block],
    after: Sequence[Place] = (),
) -> None:
    """Put the places near what they are made from (or what is made from them), in order."""
    wanted = []
    for place in column:
        near = [goal for goal in after if place in goal.sources] if after else place.sources
        mean = sum(rows[id(each)] for each in near) / len(near) if near else None
        wanted.append(mean)
    offsets = [0.0]
    for above, below in pairwise(column):
        room = _extent(above, blocks)[1] - _extent(below, blocks)[0] + BLOCKS_APART
        offsets.append(offsets[-1] + room)
    groups: list[list[float]] = []
    for place, row, offset in zip(column, wanted, offsets, strict=True):
        start = rows[id(place)] if after else 0.0
        groups.append([(start if row is None else row) - offset])
        while len(groups) > 1 and _mean(groups[-2]) > _mean(groups[-1]):
            last = groups.pop()
            groups[-1] += last
    found = [_mean(group) for group in groups for _ in group]
    for place, row, offset in zip(column, found, offsets, strict=True):
        rows[id(place)] = row + offset


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _wire(
    board: Board,
    blocks: Mapping[str, Block],
    goal: Place,
    source: Place,
    spots: Spots,
) -> None:
    """A wire to a block from what it is made from, round everything in between."""
    block = blocks[goal.name]
    points = [(block.left, block.middle), (spots[id(goal)][0], block.middle)]
    while source.label is None:
        left, right, y = spots[id(source)]
        points += [(right, y), (left, y)]
        source = source.sources[0]
    start = blocks[source.name]
    # A narrow block's wires leave its column level, so that they cross no wider neighbour.
    points += [(spots[id(source)][1], start.middle), (start.right, start.middle)]
    bends = tuple(dict.fromkeys(reversed(points)))
    board.shapes.append(Wire(bends, (), route=route(start, block)))


def route(start: Block, goal: Block) -> Route:
    """What a wire between two blocks leads from and to."""
    have = start.board.have

    def of_kind(block: Block, kind: str) -> frozenset[str]:
        return frozenset(name for name in block.arrays if have[name].kind == kind)

    arrays = frozenset(start.arrays), frozenset(goal.arrays)
    return Route(*arrays, of_kind(goal, VALUE), of_kind(start, DERIVATIVE))
