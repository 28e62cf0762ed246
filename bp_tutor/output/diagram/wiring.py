"""Wires between two columns of a picture, laid so that no two of them can be confused.

Each unit on the left sends one wire, which may branch on an upright track of its own; each
branch ends on a row of its own, where its label stands, and joins the others that lead to the
same unit. Wires that only cross are drawn as bridges.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen
from bp_tutor.words import cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.output.diagram.canvas import Canvas

MOST_TRACKS = 5
"""More branching wires than this side by side are no picture any more."""


class Branch(Frozen):
    """One end of a wire: the row on which it arrives, and its label."""

    row: int
    label: str = ""


class Wire(Frozen):
    """What one unit sends: the row where it starts, and where it goes."""

    row: int
    branches: tuple[Branch, ...]

    @property
    def straight(self) -> bool:
        """Whether it needs no track."""
        return all(branch.row == self.row for branch in self.branches)

    @property
    def rows(self) -> range:
        """The rows that its track passes."""
        rows = [self.row, *(branch.row for branch in self.branches)]
        return range(min(rows), max(rows) + 1)


class Goal(Frozen):
    """A unit on the right: its row, and the rows on which branches arrive for it."""

    row: int
    entries: tuple[int, ...]
    passing: bool = False
    """Nothing stands here: the wire goes on to a later column."""


Tracks = dict[int, int]
"""The track of a wire, by the wire's row: 0 is the leftmost."""


def route(wires: Sequence[Wire]) -> Tracks | None:
    """Tracks with the fewest crossings, or None where wires would run into each other."""
    branching = [wire for wire in wires if not wire.straight]
    if len(branching) > MOST_TRACKS:
        return None
    best: tuple[int, Tracks] | None = None
    for order in permutations(branching):
        tracks = _packed(order)
        if not _collide(wires, tracks):
            crossings = len(_crossings(wires, tracks))
            if best is None or (crossings, _width(tracks)) < (best[0], _width(best[1])):
                best = crossings, tracks
    return best[1] if best else None


def _packed(order: Sequence[Wire]) -> Tracks:
    """Number the tracks from the left; wires far apart share one."""
    tracks: Tracks = {}
    current: list[Wire] = []
    number = 0
    for wire in order:
        if any(_near(wire.rows, other.rows) for other in current):
            number += 1
            current = []
        tracks[wire.row] = number
        current.append(wire)
    return tracks


def _near(one: range, other: range) -> bool:
    return one.start <= other.stop and other.start <= one.stop


def _width(tracks: Tracks) -> int:
    return max(tracks.values(), default=-1) + 1


def _collide(wires: Sequence[Wire], tracks: Tracks) -> bool:
    """Whether one wire starts on a row on which another, further left, already ends."""
    return any(
        branch.row == wire.row and tracks.get(other.row, -1) <= tracks.get(wire.row, _width(tracks))
        for wire in wires
        for other in wires
        if other is not wire
        for branch in other.branches
    )


def _crossings(wires: Sequence[Wire], tracks: Tracks) -> list[tuple[int, int]]:
    """Row and track of every bridge: a level stretch of one wire over the track of another."""
    found = []
    for wire in wires:
        own = tracks.get(wire.row, -1)
        for other in wires:
            if other is wire or other.row not in tracks:
                continue
            track = tracks[other.row]
            level = {branch.row for branch in wire.branches} if own < track else set()
            if own > track or own < 0:
                level.add(wire.row)
            inside = range(other.rows.start + 1, other.rows.stop - 1)
            found += [(row, track) for row in sorted(level) if row in inside]
    return found


class Channel(Frozen):
    """The room between two columns, with everything in it laid out."""

    wires: tuple[Wire, ...]
    goals: tuple[Goal, ...]
    tracks: Tracks

    @property
    def _labels(self) -> int:
        return max((cells(b.label) for wire in self.wires for b in wire.branches), default=0)

    @property
    def _joint(self) -> int:
        """Where the branches for one unit come together, from the channel's left."""
        labels = self._labels + 5 if self._labels else 1
        return 1 + 2 * _width(self.tracks) + labels

    @property
    def width(self) -> int:
        """Columns from its left edge to the first sign of the next units."""
        return self._joint + (4 if any(len(goal.entries) > 1 for goal in self.goals) else 3)

    def draw(self, canvas: Canvas, left: int) -> None:
        """Draw the wires from column `left` on."""
        joint = left + self._joint
        for wire in self.wires:
            track = left + 1 + 2 * self.tracks.get(wire.row, 0)
            canvas.horizontal(wire.row, left, track)
            if not wire.straight:
                canvas.vertical(track, wire.rows.start, wire.rows.stop - 1)
            for branch in wire.branches:
                canvas.horizontal(branch.row, track, joint)
                if branch.label:
                    column = joint - 3 - cells(branch.label)
                    canvas.text(branch.row, column, f" {branch.label} ")
        for row, crossed in _crossings(self.wires, self.tracks):
            canvas.bridge(row, left + 1 + 2 * crossed)
        for goal in self.goals:
            if not goal.entries:
                continue
            rows = (goal.row, *goal.entries)
            canvas.vertical(joint, min(rows), max(rows))
            canvas.horizontal(goal.row, joint, left + self.width - 2)
            if goal.passing:
                canvas.horizontal(goal.row, joint, left + self.width)
            else:
                canvas.arrow(goal.row, left + self.width - 2)
