"""A graph in columns: every node behind what it is made from, wires as straight as they can be."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

SWEEPS = 3
"""Rounds in which each column moves towards its neighbours."""


class GraphNode(Frozen):
    """A scalar of the graph: its name, what to write there, and the names it is made from."""

    name: str
    label: str
    uses: tuple[str, ...] = ()


class Place:
    """A node in its column, or a wire that passes this column on its way."""

    __slots__ = ("label", "name", "row", "sources")

    def __init__(self, name: str, label: str | None, sources: list[Place]) -> None:
        self.name = name
        self.label = label
        self.sources = sources
        self.row = 0

    @property
    def height(self) -> int:
        return max(1, 2 * len(self.sources) - 1)


def depths_of(nodes: Sequence[GraphNode]) -> dict[str, int]:
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


def columns_of(
    nodes: Sequence[GraphNode],
    depths: Mapping[str, int],
    label_of: Callable[[GraphNode], str],
) -> list[list[Place]]:
    """The nodes column by column, with a place in every column that a wire passes."""
    columns: list[list[Place]] = [[] for _ in range(max(depths.values(), default=-1) + 1)]
    latest: dict[str, Place] = {}
    for depth, column in enumerate(columns):
        passing = {
            name: Place(name, None, [place])
            for name, place in latest.items()
            if any(name in node.uses and depths[node.name] > depth for node in nodes)
        }
        for node in nodes:
            if depths[node.name] == depth:
                sources = [latest[name] for name in dict.fromkeys(node.uses)]
                column.append(Place(node.name, label_of(node), sources))
        column.extend(passing.values())
        latest = passing | {place.name: place for place in column}
    return columns


def settle(columns: Sequence[list[Place]]) -> None:
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
                    for source, row in zip(sources_of(goal), entries_of(goal, after), strict=True)
                    if source is place
                )
                wanted.append(ends[(len(ends) - 1) // 2] if ends else place.row)
            _stack(before, wanted)
    lowest = min(place.row - place.height // 2 for column in columns for place in column)
    for column in columns:
        for place in column:
            place.row -= lowest


def _pull(place: Place) -> float:
    """The row to which the sources of a place draw it."""
    if not place.sources:
        return place.row
    return sum(source.row for source in place.sources) / len(place.sources)


def _mean_goal(leaf: Place, goals: Sequence[Place]) -> float:
    """Where the goals of a leaf stand on average: leaves for the same goal stand together."""
    return _mean([goal.row for goal in goals if leaf in goal.sources] or [leaf.row])


def _stack(column: Sequence[Place], wanted: Sequence[float]) -> None:
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


def sources_of(goal: Place) -> list[Place]:
    """What a node is made from, from the top down."""
    return sorted(goal.sources, key=lambda source: source.row)


def entries_of(goal: Place, column: Sequence[Place]) -> list[int]:
    """Rows on which the wires of `goal` arrive: their own ones, where nothing is in the way."""
    rows = [source.row for source in sources_of(goal)]
    if not rows:
        return rows
    others = [place for place in column if place is not goal]
    top = max((o.row + o.height // 2 for o in others if o.row < goal.row), default=rows[0] - 1)
    bottom = min((o.row - o.height // 2 for o in others if o.row > goal.row), default=10**6)
    if top < rows[0] < goal.row < rows[-1] < bottom:
        return rows
    return [goal.row + 2 * number - len(rows) + 1 for number in range(len(rows))]
