"""A network over time steps: the steps from left to right, its layers one above another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula.quantity import CELL_STATES, FIRST_STATES, OF_OUTPUTS, Role
from bp_tutor.pictures.arrays import Blocks
from bp_tutor.pictures.block import HEAD
from bp_tutor.pictures.board import MARGIN
from bp_tutor.pictures.flow import lay_out, route
from bp_tutor.pictures.panel import Panel
from bp_tutor.pictures.shapes import LINE, Area, Wire

if TYPE_CHECKING:
    from bp_tutor.pictures.block import Block
    from bp_tutor.pictures.board import Board
    from bp_tutor.pictures.shapes import Scene


class Apart(NamedTuple):
    """What stays free between layers, blocks, time steps, and the columns of one of them."""

    rows: float = 37.0
    blocks: float = 18.0
    times: float = 40.0
    inner: float = 48.0


CLOSE = Apart(18.0, 10.0, 27.0, 27.0)
LANE = 30.0
BESIDE = 10.0
"""The row above a layer in which wires run over its gates."""
COLUMNS = 4
"""The columns of a time step: inputs, gates, the state, the output."""
Cell = tuple[int, int]
"""A layer (losses lie above the last one) and a time step."""


def unrolled_scene(board: Board) -> Scene:
    """Inputs at the bottom, each layer above the one before it, a time step beside the other."""
    tight = board.room.tight
    apart = CLOSE if tight else Apart()
    found = Blocks(board, worded=not tight and not board.room.upright)
    blocks = {name: block for name, block in found.blocks.items() if name not in found.parameters}
    uses = {name: tuple(n for n in found.uses.get(name, ()) if n in blocks) for name in blocks}
    if board.room.upright:
        return _upright(board, found, blocks, uses)
    columns = _columns(board, _cells(board, blocks, uses), uses)
    panel = Panel(board, [found.blocks[name] for name in found.parameters])
    x = MARGIN if panel.above else panel.draw()
    starts: dict[int, list[float]] = {}
    for time in sorted({time for _, time in columns}):
        starts[time] = []
        for wide in _widths(columns, blocks, time):
            starts[time].append(x + wide / 2)
            x += wide + apart.inner if wide else 0
        x += apart.times - apart.inner
    layers = [
        {time: inner for (its, time), inner in columns.items() if its == layer}
        for layer in sorted({layer for layer, _ in columns}, reverse=True)
    ]
    highs = [
        max(_stack(column, blocks, apart) for inner in cells.values() for column in inner)
        for cells in layers
    ]
    y = MARGIN if panel.above else MARGIN + LINE
    if panel.above:
        last = max(starts)
        # What stands above the last step alone leaves room for the panel at its left.
        alone = next(place for place, cells in enumerate(layers) if set(cells) != {last})
        free = sum(highs[:alone]) + apart.rows * alone
        y += panel.draw() if panel.width > starts[last][0] else max(panel.draw() - free, 0)
    lanes: dict[tuple[str, str], float] = {}
    for cells, high in zip(layers, highs, strict=True):
        over = _passing(cells, uses)
        lanes.update(dict.fromkeys(over, y + LANE / 2))
        y += LANE if over else 0
        for time, inner in cells.items():
            _settle(inner, blocks, uses, starts[time], y + high / 2, apart)
        y += high + apart.rows
    if tight:
        y = _sink(layers, blocks, lanes, y, apart)
    for goal, sources in uses.items():
        for start in sources:
            ends = blocks[start], blocks[goal]
            lane = lanes.get((start, goal))
            level = _layer(board, start) == _layer(board, goal) != 0
            wire = _wire(*ends, level=level) if lane is None else _over(*ends, lane)
            board.shapes.append(wire)
    for block in blocks.values():
        block.draw()
    bottom = max(y - apart.rows, panel.bottom)
    # Above the steps, unless their parameters stand there.
    _count_steps(board, columns, blocks, bottom + LINE if panel.above else MARGIN + LINE / 2)
    bottom += LINE * 1.5 if panel.above else 0
    right = max(x - apart.times, MARGIN + panel.width)
    return board.scene("arrays", right + MARGIN, bottom + MARGIN)


def _upright(
    board: Board, found: Blocks, blocks: dict[str, Block], uses: dict[str, tuple[str, ...]]
) -> Scene:
    """From the top down: the parameters, and then everything below what it is made from."""
    panel = Panel(board, [found.blocks[name] for name in found.parameters])
    wide, high = lay_out(board, blocks, uses, start=panel.draw())
    return board.scene("arrays", max(wide, MARGIN + panel.width), high)


def _sink(
    layers: list[dict[int, list[list[str]]]],
    blocks: dict[str, Block],
    lanes: dict[tuple[str, str], float],
    bottom: float,
    apart: Apart,
) -> float:
    """Let each layer down as far as there is room below it, and everything up; the new bottom."""
    beneath: list[Area] = []
    for cells in reversed(layers):
        own = [blocks[name] for inner in cells.values() for column in inner for name in column]
        mine = [wire for wire in lanes if blocks[wire[0]] in own]
        falls = [
            area.y - apart.rows - block.y - block.grid_height
            for block in own
            for area in beneath
            if block.x < area.x + area.width and area.x < block.x + block.width
        ]
        fall = max(min(falls, default=0.0), 0.0)
        for block in own:
            block.y += fall
            beneath.append(Area(block.x, _head(block), block.width, block.height))
        for start, goal in mine:
            lanes[start, goal] += fall
            left, right = blocks[start].left, blocks[goal].right
            beneath.append(Area(left, lanes[start, goal] - LANE / 2, right - left, LANE))
    rise = min(area.y for area in beneath) - MARGIN - LINE
    for block in blocks.values():
        block.y -= rise
    for wire in lanes:
        lanes[wire] -= rise
    return bottom - rise


def _count_steps(
    board: Board, columns: dict[Cell, list[list[str]]], blocks: dict[str, Block], y: float
) -> None:
    """Write `t = 1` at the column of each time step, where all in it are of the same step."""
    for time in sorted({time for _, time in columns}):
        names = [
            name
            for (_, its), inner in columns.items()
            if its == time
            for col in inner
            for name in col
        ]
        steps = {board.have[name].step for name in names} - {None}
        if steps == {time}:
            left = min(blocks[name].x for name in names)
            right = max(blocks[name].x + blocks[name].width for name in names)
            board.caption(f"t = {time}", (left + right) / 2, y, role="step-number")


def _layer(board: Board, name: str) -> int:
    quantity = board.have[name]
    return quantity.place[0] if quantity.place and quantity.role not in OF_OUTPUTS else 0


def _cells(
    board: Board, blocks: dict[str, Block], uses: dict[str, tuple[str, ...]]
) -> dict[Cell, list[str]]:
    """The blocks of each layer and time step."""
    depth = len(board.settings.structure.units)
    times = _times(board, blocks, uses)
    last = max(times.values())
    cells: dict[Cell, list[str]] = {}
    for name in blocks:
        quantity = board.have[name]
        if quantity.role in (Role.OUTPUT_LOSS, Role.LOSS):
            layer = depth + (1 if quantity.role is Role.OUTPUT_LOSS else 2)
        else:
            layer = quantity.place[0]
        # A row of inputs without steps is there when time begins.
        time = 1 if quantity.role is Role.INPUT else last
        cells.setdefault((layer, times.get(name, time)), []).append(name)
    return cells


def _times(
    board: Board, blocks: dict[str, Block], uses: dict[str, tuple[str, ...]]
) -> dict[str, int]:
    """When each block stands that belongs to a step.

    Steps are counted anew in each layer. One that begins later in the sequence, as a decoder does,
    is drawn above what enters it, so as far on as its steps are behind the first that they use.
    """
    steps = {name: board.have[name].step for name in blocks}
    layers: dict[int, list[str]] = {}
    for name, step in steps.items():
        if step is not None:
            layers.setdefault(_layer(board, name), []).append(name)
    times: dict[str, int] = {}
    # The losses, which count as layer 0 here, follow the last layer.
    for layer in sorted(layers, key=lambda layer: (not layer, layer)):
        later = [0]
        for name in layers[layer]:
            entering = [times[use] for use in uses[name] if use in times]
            if entering:
                later.append(min(entering) - (steps[name] or 0))
        times |= {name: (steps[name] or 0) + max(later) for name in layers[layer]}
    return times


def _columns(
    board: Board, cells: dict[Cell, list[str]], uses: dict[str, tuple[str, ...]]
) -> dict[Cell, list[list[str]]]:
    """Each cell's blocks in columns of their own: inputs, gates, the state, the output."""
    found = {}
    gated = any(len(names) > 2 for names in cells.values())
    for cell, names in cells.items():
        depths: dict[str, int] = {}
        for name in names:
            inside = [depths[use] for use in uses[name] if use in depths]
            depths[name] = 1 + max(inside, default=0)
        if cell[0] == 1 and gated:
            depths = dict.fromkeys(names, 0)
        elif cell[0] == 1 or len(names) == 1 or board.have[names[0]].role in FIRST_STATES:
            depths = dict.fromkeys(names, COLUMNS - 1)
        inner: list[list[str]] = [[] for _ in range(COLUMNS)]
        # What is used further on stands below, so that its wire passes below the others.
        last = {n: max((depths[g] for g in names if n in uses[g]), default=0) for n in names}
        # Of the first states, that of the cell stands above, as its wire runs.
        kept = {name for name in names if board.have[name].role in CELL_STATES}
        for name in sorted(names, key=lambda name: (last[name], name not in kept)):
            inner[min(depths[name], COLUMNS - 1)].append(name)
        found[cell] = inner
    return found


def _widths(
    columns: dict[Cell, list[list[str]]], blocks: dict[str, Block], time: int
) -> list[float]:
    """The width of each column of a time step, over all layers; 0 for those that are empty."""
    wide = [0.0] * COLUMNS
    for (_, its), inner in columns.items():
        if its == time:
            for place, column in enumerate(inner):
                wide[place] = max(wide[place], *(blocks[name].width for name in column), 0.0)
    return wide


def _passing(
    cells: dict[int, list[list[str]]], uses: dict[str, tuple[str, ...]]
) -> list[tuple[str, str]]:
    """The wires from one time step to the next that would run through the gates."""
    found = []
    for time, inner in cells.items():
        before = {name for column in cells.get(time - 1, []) for name in column}
        for name in (name for column in inner[2:] for name in column if inner[1]):
            found += [(source, name) for source in uses[name] if source in before]
    return found


def _over(start: Block, goal: Block, lane: float) -> Wire:
    """A wire that runs above the gates."""
    begin = (start.left + start.right) / 2 + BESIDE
    end = (goal.left + goal.right) / 2 - BESIDE
    points = ((begin, _head(start)), (begin, lane), (end, lane), (end, _head(goal)))
    return Wire(points, (), route=route(start, goal))


def _head(block: Block) -> float:
    """Where the words above a block begin."""
    return block.y - HEAD * len(block.heads)


def _stack(column: list[str], blocks: dict[str, Block], apart: Apart) -> float:
    heights = [blocks[name].height for name in column]
    return sum(heights) + apart.blocks * max(len(heights) - 1, 0)


def _settle(
    inner: list[list[str]],
    blocks: dict[str, Block],
    uses: dict[str, tuple[str, ...]],
    starts: list[float],
    middle: float,
    apart: Apart,
) -> None:
    """Put the columns of one layer and time step in their places."""
    placed: set[str] = set()
    for column, x in zip(inner, starts, strict=True):
        near = [n for name in column for n in uses[name] if n in placed]
        around = sum(blocks[n].middle for n in near) / len(near) if near else middle
        y = around - _stack(column, blocks, apart) / 2
        for name in column:
            block = blocks[name]
            block.settle(x - block.width / 2, y - block.top)
            y += block.height + apart.blocks
        placed.update(column)


def _wire(start: Block, goal: Block, *, level: bool) -> Wire:
    """Upwards to the layer above; else from side to side."""
    begin, end = (start.left + start.right) / 2, (goal.left + goal.right) / 2
    points = [(start.right, start.middle), (goal.left, goal.middle)]
    if not level and goal.y + goal.grid_height < _head(start):
        points[0] = begin, _head(start)
        if goal.left < start.right:
            points[1] = end, goal.y + goal.grid_height
    return Wire(tuple(points), (), route=route(start, goal))
