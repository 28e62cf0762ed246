"""A computation graph as a small picture: from the leaves at the left to the result."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bp_tutor.explain.canvas import Canvas, width_of
from bp_tutor.explain.wiring import Branch, Channel, Goal, Wire, route
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

INDENT = 2
MOST_ROWS = 20
SWEEPS = 3
"""Rounds in which each column moves towards its neighbours."""


class GraphNode(Frozen):
    """A scalar of the graph: its name, what to write there, and the names it is made from."""

    name: str
    label: str
    uses: tuple[str, ...] = ()


class _Place:
    """A node in its column, or a wire that passes this column on its way."""

    __slots__ = ("label", "name", "row", "sources")

    def __init__(self, name: str, label: str | None, sources: list[_Place]) -> None:
        self.name = name
        self.label = label
        self.sources = sources
        self.row = 0

    @property
    def height(self) -> int:
        return max(1, 2 * len(self.sources) - 1)


def draw_graph(
    nodes: Sequence[GraphNode], *, width: int = 80, ascii_only: bool = False
) -> list[str]:
    """The graph as lines of at most `width` columns.

    Where labels such as `c = a + b` are too wide, names alone are written; where that is still
    too wide, the columns are listed, `a, b → c, d → e`.
    """
    depths = _depths(nodes)
    for label_of in (lambda node: node.label, lambda node: node.name):
        lines = _picture(nodes, depths, label_of, ascii_only=ascii_only)
        if lines and len(lines) <= MOST_ROWS and max(map(width_of, lines)) <= width:
            return lines
    names = [
        ", ".join(node.name for node in nodes if depths[node.name] == depth)
        for depth in range(max(depths.values(), default=-1) + 1)
    ]
    arrow = " -> " if ascii_only else " → "
    line = " " * INDENT + arrow.join(names)
    if width_of(line) <= width:
        return [line]
    return [" " * INDENT + arrow.join(str(text.count(",") + 1) for text in names)]


def _depths(nodes: Sequence[GraphNode]) -> dict[str, int]:
    """The column of every node; leaves stand right before their first use."""
    depths: dict[str, int] = {}
    waiting = list(nodes)
    while waiting:
        ready = [node for node in waiting if all(name in depths for name in node.uses)]
        if not ready:
            message = "the graph goes round in a circle"
            raise ValueError(message)
        for node in ready:
            depths[node.name] = 1 + max((depths[name] for name in node.uses), default=-1)
        waiting = [node for node in waiting if node.name not in depths]
    for node in nodes:
        users = [depths[other.name] for other in nodes if node.name in other.uses]
        if not node.uses and users:
            depths[node.name] = min(users) - 1
    return depths


def _picture(
    nodes: Sequence[GraphNode],
    depths: Mapping[str, int],
    label_of: Callable[[GraphNode], str],
    *,
    ascii_only: bool,
) -> list[str] | None:
    columns = _columns(nodes, depths, label_of)
    _settle(columns)
    channels = []
    for before, after in pairwise(columns):
        channel = _channel(before, after)
        if channel is None:
            return None
        channels.append(channel)
    canvas, column = Canvas(), INDENT
    for number, places in enumerate(columns):
        end = column + 1 + max((width_of(place.label or "") for place in places), default=0)
        last = number == len(channels)
        for place in places:
            canvas.text(place.row, column, place.label or "")
            led_on = not last and any(place.row == wire.row for wire in channels[number].wires)
            start = column + width_of(place.label) + 1 if place.label else column
            if led_on:
                canvas.horizontal(place.row, start, end)
        if not last:
            channels[number].draw(canvas, end)
            column = end + channels[number].width
    return canvas.lines(ascii_only=ascii_only)


def _columns(
    nodes: Sequence[GraphNode],
    depths: Mapping[str, int],
    label_of: Callable[[GraphNode], str],
) -> list[list[_Place]]:
    """The nodes column by column, with a place in every column that a wire passes."""
    columns: list[list[_Place]] = [[] for _ in range(max(depths.values(), default=-1) + 1)]
    latest: dict[str, _Place] = {}
    for depth, column in enumerate(columns):
        passing = {
            name: _Place(name, None, [place])
            for name, place in latest.items()
            if any(name in node.uses and depths[node.name] > depth for node in nodes)
        }
        for node in nodes:
            if depths[node.name] == depth:
                sources = [latest[name] for name in dict.fromkeys(node.uses)]
                column.append(_Place(node.name, label_of(node), sources))
        column.extend(passing.values())
        latest = passing | {place.name: place for place in column}
    return columns


def _settle(columns: Sequence[list[_Place]]) -> None:
    """Order each column and give it rows, so that wires run as straight as they can."""
    for column in columns:
        _stack(column, [2 * number for number in range(len(column))])
    for _ in range(SWEEPS):
        if len(columns) > 1:
            columns[0].sort(key=lambda leaf: _mean_goal(leaf, columns[1]))
        for column in columns[1:]:
            # A leaf that enters later stands below what is there already.
            column.sort(key=lambda place: (not place.sources, _pull(place)))
            _stack(column, [_pull(place) for place in column])
        for before, after in reversed(list(pairwise(columns))):
            wanted = []
            for place in before:
                ends = sorted(
                    row
                    for goal in after
                    for source, row in zip(_sorted(goal), _entries(goal, after), strict=True)
                    if source is place
                )
                wanted.append(ends[(len(ends) - 1) // 2] if ends else place.row)
            _stack(before, wanted)
    lowest = min(place.row - place.height // 2 for column in columns for place in column)
    for column in columns:
        for place in column:
            place.row -= lowest


def _pull(place: _Place) -> float:
    """The row to which the sources of a place draw it."""
    if not place.sources:
        return place.row
    return sum(source.row for source in place.sources) / len(place.sources)


def _mean_goal(leaf: _Place, goals: Sequence[_Place]) -> float:
    """Where the goals of a leaf stand on average: leaves for the same goal stand together."""
    return _mean([goal.row for goal in goals if leaf in goal.sources] or [leaf.row])


def _stack(column: Sequence[_Place], wanted: Sequence[float]) -> None:
    """Put the places near the rows `wanted`, in order and without touching."""
    offsets = [0]
    for above, below in pairwise(column):
        alike = (above.height == 1) == (below.height == 1)
        offsets.append(offsets[-1] + (above.height + below.height) // 2 + alike)
    groups: list[list[float]] = []
    for row, offset in zip(wanted, offsets, strict=True):
        groups.append([row - offset])
        while len(groups) > 1 and _mean(groups[-2]) > _mean(groups[-1]):
            last = groups.pop()
            groups[-1] += last
    rows = [_mean(group) for group in groups for _ in group]
    for place, row, offset in zip(column, rows, offsets, strict=True):
        place.row = int(row // 1) + offset


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _sorted(goal: _Place) -> list[_Place]:
    return sorted(goal.sources, key=lambda source: source.row)


def _entries(goal: _Place, column: Sequence[_Place]) -> list[int]:
    """Rows on which the wires of `goal` arrive: their own ones, where nothing is in the way."""
    rows = [source.row for source in _sorted(goal)]
    if not rows:
        return rows
    others = [place for place in column if place is not goal]
    top = max((o.row + o.height // 2 for o in others if o.row < goal.row), default=rows[0] - 1)
    bottom = min((o.row - o.height // 2 for o in others if o.row > goal.row), default=10**6)
    if top < rows[0] < goal.row < rows[-1] < bottom:
        return rows
    return [goal.row + 2 * number - len(rows) + 1 for number in range(len(rows))]


def _channel(before: Sequence[_Place], after: Sequence[_Place]) -> Channel | None:
    arriving = {id(goal): _entries(goal, after) for goal in after}
    wires = []
    for source in before:
        branches = tuple(
            Branch(row)
            for goal in after
            for place, row in zip(_sorted(goal), arriving[id(goal)], strict=True)
            if place is source
        )
        if branches:
            wires.append(Wire(source.row, branches))
    tracks = route(wires)
    if tracks is None:
        return None
    goals = (Goal(g.row, tuple(arriving[id(g)]), passing=g.label is None) for g in after)
    return Channel(tuple(wires), tuple(goals), tracks)
