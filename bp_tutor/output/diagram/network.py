"""A network as a small picture in text, the way it is drawn on the board."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bp_tutor.output.diagram.canvas import Canvas
from bp_tutor.output.diagram.wiring import Branch, Channel, Goal, Wire, route
from bp_tutor.words import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_UNITS = 5
"""Layers with more units than this are only counted."""
MOST_ROWS = 11
"""A picture with a label on every wire may be so high; without labels 9 rows are enough."""
INDENT = 2


def draw_network(
    columns: Sequence[Sequence[str]],
    edges: Sequence[Sequence[Sequence[str]]] | None = None,
    trunks: Sequence[str] = (),
    *,
    width: int = 80,
    ascii_only: bool = False,
) -> list[str]:
    """The network whose layers have the units `columns`, as lines of at most `width` columns.

    `edges[layer][from][to]` labels each wire, where there is room; else the wires of a layer
    run together, under the name `trunks[layer]` of all its weights. A network too large to
    draw is told by its sizes, `784 → 30 → 10`.
    """
    if all(len(units) <= MOST_UNITS for units in columns):
        pictures = [_with_labels(columns, edges)] if edges else []
        pictures += [_with_trunks(columns, trunks), _with_trunks(columns, ())]
        for canvas in pictures:
            lines = canvas.lines(ascii_only=ascii_only) if canvas else []
            if lines and max(map(cells, lines)) <= width:
                return lines
    arrow = " -> " if ascii_only else " → "
    return [" " * INDENT + arrow.join(str(len(units)) for units in columns)]


def _spread(count: int, pitch: int, centre: int) -> list[int]:
    """Rows for `count` units around the row `centre`, `pitch` apart."""
    return [centre + (2 * unit - count + 1) * pitch // 2 for unit in range(count)]


def write_units(
    canvas: Canvas, column: int, rows: Sequence[int], units: Sequence[str], *, leads_on: bool
) -> int:
    """Write the units of a layer below each other; where its wires may start."""
    end = column + max(map(cells, units)) + 1
    for row, unit in zip(rows, units, strict=True):
        canvas.text(row, column, unit)
        if leads_on:
            canvas.horizontal(row, column + cells(unit) + 1, end)
    return end


def _with_labels(
    columns: Sequence[Sequence[str]], edges: Sequence[Sequence[Sequence[str]]]
) -> Canvas | None:
    """Every wire on its own, with its label; None where that is too much to look at."""
    sizes = [len(units) for units in columns]
    gaps = list(pairwise(sizes))
    if any(before > 2 and after > 1 for before, after in gaps):
        return None
    pitches = [2 * before if min(before, after) > 1 else 2 for before, after in gaps]
    # Inputs stand as far apart as what they lead to; a single wire's units follow its source.
    pitches = [4 if pitches and pitches[0] > 2 else 2, *pitches]
    heights = [
        (size - 1) * pitch + (pitch - 1 if number and pitch > 2 else 1)
        for number, (size, pitch) in enumerate(zip(sizes, pitches, strict=True))
    ]
    if max(heights) > MOST_ROWS:
        return None
    centre = max(heights) // 2
    layers = [_spread(size, pitch, centre) for size, pitch in zip(sizes, pitches, strict=True)]
    channels = []
    for labels, before, after in zip(edges, layers, layers[1:], strict=False):
        channel = _fully_connected(labels, before, after)
        if channel is None:
            return None
        channels.append(channel)
    canvas, column = Canvas(), INDENT
    for number, (units, rows) in enumerate(zip(columns, layers, strict=True)):
        column = write_units(canvas, column, rows, units, leads_on=number < len(channels))
        if number < len(channels):
            channels[number].draw(canvas, column)
            column += channels[number].width
    return canvas


def _fully_connected(
    labels: Sequence[Sequence[str]], before: Sequence[int], after: Sequence[int]
) -> Channel | None:
    """Wires from every unit before to every unit after, each arriving on its own row."""
    straight = len(after) == 1
    entries = [list(before) if straight else _spread(len(before), 2, row) for row in after]
    wires = tuple(
        Wire(
            row,
            tuple(
                Branch(arriving[number], label)
                for arriving, label in zip(entries, labels[number], strict=True)
            ),
        )
        for number, row in enumerate(before)
    )
    tracks = route(wires)
    if tracks is None:
        return None
    goals = (Goal(row, tuple(rows)) for row, rows in zip(after, entries, strict=True))
    return Channel(wires, tuple(goals), tracks)


def _with_trunks(columns: Sequence[Sequence[str]], trunks: Sequence[str]) -> Canvas:
    """All wires between two layers in one trunk: everything leads to everything."""
    centre = max(len(units) for units in columns) - 1
    canvas, column = Canvas(), INDENT
    for number, units in enumerate(columns):
        last = number == len(columns) - 1
        rows = _spread(len(units), 2, centre)
        column = write_units(canvas, column, rows, units, leads_on=not last)
        if last:
            break
        name = trunks[number] if number < len(trunks) else ""
        following = _spread(len(columns[number + 1]), 2, centre)
        meet = column + (1 if len(rows) > 1 else 0)
        part = meet + (cells(name) + 5 if name else 4)
        for row in rows:
            canvas.horizontal(row, column, meet)
        canvas.vertical(meet, rows[0], rows[-1])
        canvas.horizontal(centre, meet, part)
        if name:
            canvas.text(centre, meet + 2, f" {name} ")
        canvas.vertical(part, following[0], following[-1])
        for row in following:
            canvas.horizontal(row, part, part + 2)
            canvas.arrow(row, part + 2)
        column = part + 4
    return canvas
