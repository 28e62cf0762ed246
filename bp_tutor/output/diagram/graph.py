"""A computation graph as a small picture: from the leaves at the left to the result."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bp_tutor.output.diagram.canvas import Canvas
from bp_tutor.output.diagram.wiring import Branch, Channel, Goal, Wire, route
from bp_tutor.pictures.layering import (
    GraphNode,
    Place,
    columns_of,
    depths_of,
    entries_of,
    settle,
    sources_of,
)
from bp_tutor.words import cells

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

INDENT = 2
MOST_ROWS = 20


def draw_graph(
    nodes: Sequence[GraphNode], *, width: int = 80, ascii_only: bool = False
) -> list[str]:
    """The graph as lines of at most `width` columns.

    Where labels such as `c = a + b` are too wide, names alone are written; where that is still
    too wide, the columns are listed, `a, b → c, d → e`.
    """
    depths = depths_of(nodes)
    for label_of in (lambda node: node.label, lambda node: node.name):
        lines = _picture(nodes, depths, label_of, ascii_only=ascii_only)
        if lines and len(lines) <= MOST_ROWS and max(map(cells, lines)) <= width:
            return lines
    names = [
        ", ".join(node.name for node in nodes if depths[node.name] == depth)
        for depth in range(max(depths.values(), default=-1) + 1)
    ]
    arrow = " -> " if ascii_only else " → "
    line = " " * INDENT + arrow.join(names)
    if cells(line) <= width:
        return [line]
    return [" " * INDENT + arrow.join(str(text.count(",") + 1) for text in names)]


def _picture(
    nodes: Sequence[GraphNode],
    depths: Mapping[str, int],
    label_of: Callable[[GraphNode], str],
    *,
    ascii_only: bool,
) -> list[str] | None:
    columns = columns_of(nodes, depths, label_of)
    settle(columns)
    channels = []
    for before, after in pairwise(columns):
        channel = _channel(before, after)
        if channel is None:
            return None
        channels.append(channel)
    canvas, column = Canvas(), INDENT
    for number, places in enumerate(columns):
        end = column + 1 + max((cells(place.label or "") for place in places), default=0)
        last = number == len(channels)
        for place in places:
            canvas.text(place.row, column, place.label or "")
            led_on = not last and any(place.row == wire.row for wire in channels[number].wires)
            start = column + cells(place.label) + 1 if place.label else column
            if led_on:
                canvas.horizontal(place.row, start, end)
        if not last:
            channels[number].draw(canvas, end)
            column = end + channels[number].width
    return canvas.lines(ascii_only=ascii_only)


def _channel(before: Sequence[Place], after: Sequence[Place]) -> Channel | None:
    arriving = {id(goal): entries_of(goal, after) for goal in after}
    wires = []
    for source in before:
        branches = tuple(
            Branch(row)
            for goal in after
            for place, row in zip(sources_of(goal), arriving[id(goal)], strict=True)
            if place is source
        )
        if branches:
            wires.append(Wire(source.row, branches))
    tracks = route(wires)
    if tracks is None:
        return None
    goals = (Goal(g.row, tuple(arriving[id(g)]), passing=g.label is None) for g in after)
    return Channel(tuple(wires), tuple(goals), tracks)
