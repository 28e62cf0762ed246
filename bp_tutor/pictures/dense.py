"""A network of units and wires, as it is drawn on the board: layers from left to right."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bp_tutor.explain import sentence, wires_of
from bp_tutor.pictures.board import MARGIN, Board
from bp_tutor.pictures.dense_parts import Column, column_of, gap_of, layer_name
from bp_tutor.pictures.shapes import LINE, Box, Wire

if TYPE_CHECKING:
    from bp_tutor.pictures.shapes import Scene

HEAD = 28.0
LOSS_APART = 28.0
LOSS_HEIGHT = 40.0


def dense_scene(board: Board) -> Scene:
    """Every unit with what goes into it and comes out, every wire with its weight."""
    counts = board.settings.structure.units
    columns = [column_of(board, layer) for layer in range(1, len(counts) + 1)]
    wires = wires_of(board.run.program.model)
    gaps = [
        gap_of(board, before, after, wires[before.layer, after.layer])
        for before, after in pairwise(columns)
    ]
    pitch = max(
        *(column.block for column in columns if len(column.units) > 1),
        *(gap.pitch for gap in gaps),
        0.0,
        0.0,
    )
    above = max(column.above for column in columns)
    below = max(column.below for column in columns)
    rows = max(column.slots for column in columns) - 1
    middle = HEAD + above + rows * pitch / 2
    first, last = (
        board.words_width([layer_name(board, c.layer)]) for c in (columns[0], columns[-1])
    )
    # A word above a narrow layer reaches over its sides.
    x = max(MARGIN, (first - columns[0].width) / 2 + 1)
    for number, column in enumerate(columns):
        if number:
            x += gaps[number - 1].length(pitch)
        column.settle(x + column.width / 2, middle, pitch)
        x += column.width
    weights = (weight for gap in gaps for each in gap.weights.values() for weight in each)
    most = max(map(abs, weights), default=0.0)
    for gap, (before, after) in zip(gaps, pairwise(columns), strict=True):
        gap.draw(board, before, after, most)
    for column in columns:
        column.draw(board, layer_name(board, column.layer), HEAD / 2)
    right = _loss(board, columns[-1], x, middle) + MARGIN
    right = max(right, columns[-1].x + last / 2 + 1)
    return board.scene("network", right, middle + rows * pitch / 2 + below + MARGIN)


def _loss(board: Board, outputs: Column, left: float, middle: float) -> float:
    """Targets and losses behind the outputs, and the total loss; where the picture ends."""
    total = board.array("L")
    if total is None or board.array("Y") is None:
        return left
    pairs = []
    for unit, y in outputs.places():
        index = (0, unit)
        pairs.append((unit, y, board.labels(["Y"], index), board.labels(["E"], index, "loss")))
    wide = max(board.width(labels) for _, _, *both in pairs for labels in both) + 20
    label = board.labels(["L"], (), "loss")
    loss_wide = max(board.width(label) + 24, LOSS_HEIGHT)
    x = left + LOSS_APART
    end = x + wide + LOSS_APART
    for unit, y, target, loss in pairs:
        keys = board.keys(["Y", "E"], (0, unit))
        start = outputs.x + outputs.width / 2
        board.shapes += [
            Wire(((start, y), (x, y)), board.keys(["E"], (0, unit))),
            Wire(((x + wide, y), (end, middle)), (*board.keys(["E"], (0, unit)), "L")),
            Box(x, y - LINE - 4, wide, 2 * LINE + 8, keys, "target", 6),
        ]
        board.put(target, x + wide / 2, y - LINE / 2, inside=True)
        board.put(loss, x + wide / 2, y + LINE / 2, inside=True)
    board.shapes.append(
        Box(end, middle - LOSS_HEIGHT / 2, loss_wide, LOSS_HEIGHT, ("L",), "loss", LOSS_HEIGHT / 2)
    )
    board.put(label, end + loss_wide / 2, middle, inside=True)
    board.caption(sentence("scene.loss"), end + loss_wide / 2, HEAD / 2)
    return end + loss_wide
