"""A network of units and wires for a narrow screen: layers from the top down.

Everything of a unit stands in its box, where no wire passes; a weight stands beside its wire while
a line uses it.
"""

from __future__ import annotations

from itertools import pairwise
from math import inf
from typing import TYPE_CHECKING

from bp_tutor.explain import sentence, wires_of
from bp_tutor.formula import Ref
from bp_tutor.pictures.dense_parts import bias_labels, gap_of, layer_name
from bp_tutor.pictures.shapes import LINE, Box, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.explain import Said
    from bp_tutor.pictures.board import Board
    from bp_tutor.pictures.dense_parts import Gap, Labels
    from bp_tutor.pictures.shapes import Label, Scene

MARGIN = 6.0
ROW = 15.0
"""From one label to the next in a box."""
SIDE = 12.0
"""What a box is wider than its widest label."""
APART = 6.0
DOTS = 36.0
"""The room in which dots stand for the units that are left out."""
FAN = 12.0
"""Between a row of boxes and the first weight, and behind the last."""
PITCH = 17.0
"""From one weight to the next below it."""
LOSS_APART = 22.0
TARGETS = ("Y", "E")
MOST = 8
"""More units of a layer are never drawn."""


class Unit:
    """A box in its row: which unit it is of its layer, and its labels from the top down."""

    def __init__(self, number: int, labels: list[Labels]) -> None:
        self.number, self.labels = number, labels
        self.x = 0.0
        """Its middle."""


class Row:
    """The boxes of a layer, or those of its losses, beside each other."""

    def __init__(
        self, board: Board, layer: int, count: int, names: Sequence[str],
        biases: Sequence[str] = (), role: str = "", above: Row | None = None,
        below: Sequence[str] = (),
    ) -> None:  # fmt: skip
        """`names`: the arrays in the lines of a box, below those of `biases`.

        `role` is that of the labels of the last one. Below the row `above`, the same units are
        drawn; one that has those of the arrays `below` it has room for them.
        """
        self.board, self.layer, self.count = board, layer, count
        self.units: list[Unit] = []
        self.beside: dict[int, Said] = {}
        """The symbols of lines, where they stand once beside the boxes."""
        self.names, self.biases = (
            [name for name in those if board.array(name) is not None] for those in (names, biases)
        )
        self.role = role
        numbers = list(dict.fromkeys((*range(min(count, MOST)), count - 1)))
        if above is not None:
            numbers = [unit.number for unit in above.units]
        every = [Unit(number, self._labels(number)) for number in numbers]
        under = (board.labels([name], (0, number)) for number in numbers for name in below)
        inside = (labels for unit in every for labels in unit.labels)
        wide = max(map(board.width, (*inside, *under)))
        self.wide = wide + SIDE
        most = board.room.width - 2 * MARGIN + APART
        taken = min(count, MOST) * (self.wide + APART)
        beside = self._beside(most - taken if taken <= most else inf)
        self.left = MARGIN + beside
        room = most - beside
        short = count * (self.wide + APART) <= room or board.values != "numbers"
        if above is not None or (count <= MOST and short):
            # With symbols beside the numbers all units are there, and the picture may be too wide.
            self.units = every
        else:
            fit = int((room - DOTS - APART) // (self.wide + APART)) - 1
            self.units = [*every[: max(min(fit, MOST // 2), 1)], every[-1]]
        self.dots = count > len(self.units)
        slots = len(self.units) * (self.wide + APART) - APART + self.dots * (DOTS + APART)
        self.first = self.left + max(room - APART - slots, 0) / 2
        for place, unit in enumerate(self.units):
            beyond = self.dots and place == len(self.units) - 1
            unit.x = self.first + (place + 0.5) * self.wide + place * APART
            unit.x += (DOTS + APART) if beyond else 0.0
            if above is not None:
                unit.x = above.units[place].x
        self.right = self.first + slots
        self.y = 0.0
        self.high = ROW * max(len(unit.labels) for unit in self.units) + 8

    def _labels(self, number: int) -> list[Labels]:
        rows = bias_labels(self.board, self.layer, number) if self.biases else []
        for name in self.names:
            role = self.role if name == self.names[-1] else ""
            rows.append(self.board.labels([name], (0, number), role))
        return rows

    def _beside(self, room: float) -> float:
        """How much room the symbols of rows take that have none in the boxes.

        Where there is little, gradients and deltas, which have a colour, are not named; where
        there is none, nothing is.
        """
        if self.board.values != "numbers":
            return 0.0
        arrays = [self.board.have[name] for name in (*self.biases, *self.names)]
        rows = list(enumerate(arrays))
        for those in (rows, [each for each in rows if not each[1].kind]):
            self.beside = {row: Ref(quantity) for row, quantity in those}
            wide = self.board.words_width(self.beside.values()) + APART
            if wide <= room:
                return wide
        self.beside = {}
        return 0.0

    def draw(self, y: float, roles: tuple[str, float], name: Said = "") -> None:
        """Draw the boxes from `y` down, with their role and the radius of their corners."""
        board, (role, corner) = self.board, roles
        self.y = y
        for unit in self.units:
            index = (0, unit.number)
            box = (unit.x - self.wide / 2, y, self.wide, self.high)
            board.shapes.append(Box(*box, board.keys(self.names, index), role, corner))
            for row, labels in enumerate(unit.labels):
                board.put(labels, unit.x, y + 4 + (row + 0.5) * ROW, inside=True)
        for row, symbol in self.beside.items():
            at = y + 4 + (row + 0.5) * ROW
            board.caption(symbol, MARGIN, at, "start", role="head")
        if self.dots:
            middle = (self.units[-2].x + self.units[-1].x) / 2
            board.caption("⋯", middle, y + self.high / 2 - LINE / 2)
            board.caption(str(self.count), middle, y + self.high / 2 + LINE / 2)
        wide = board.words_width([name])
        if name and self.left + wide + APART < self.first:
            board.caption(name, self.left, y + self.high / 2, "start")


def upright_scene(board: Board) -> Scene:
    """Every unit with all that is worked out in it, every wire with its weight."""
    counts = board.settings.structure.units
    last = len(counts)
    rows = [
        _layer(board, layer, count, TARGETS if layer == last else ())
        for layer, count in enumerate(counts, 1)
    ]
    found = wires_of(board.run.program.model)
    gaps = [
        gap_of(board, before, after, found[before.layer, after.layer], crowded=True)
        for before, after in pairwise(rows)
    ]
    weights = (abs(each) for gap in gaps for its in gap.weights.values() for each in its)
    most = max(weights, default=0.0)
    y = MARGIN
    for row in rows:
        if row.layer > 1:
            y += _height(gaps[row.layer - 2])
        row.y = y
        y += row.high
    labels = []
    for gap, (before, after) in zip(gaps, pairwise(rows), strict=True):
        labels += list(_wires(board, gap, (before, after), most))
    for row in rows:
        row.draw(row.y, ("unit", row.high / 4), layer_name(board, row.layer))
    y = _losses(board, rows[-1], y)
    for its, x, at in labels:
        board.put(its, x, at)
    width = max(board.room.width, *(row.right + MARGIN for row in rows))
    return board.scene("network", width, y + 2 * MARGIN)


def _layer(board: Board, layer: int, count: int, below: Sequence[str]) -> Row:
    if layer == 1:
        return Row(board, layer, count, ["A[1]"])
    names, biases = (
        [f"{head}[{layer}]" for head in heads] for heads in (("Z", "A", "dZ", "dA"), ("B", "dB"))
    )
    return Row(board, layer, count, names, biases, below=below)


def _height(gap: Gap) -> float:
    return 2 * FAN + PITCH * (max(gap.sources, gap.targets) + 1)


def _wires(
    board: Board, gap: Gap, ends: tuple[Row, Row], most: float
) -> Iterator[tuple[list[Label], float, float]]:
    """Draw the wires between two rows; the labels of each with their places.

    No two weights that lead from one unit, or to one, stand in the same line.
    """
    before, after = ends
    start, end = before.y + before.high, after.y
    lines = max(gap.sources, gap.targets)
    for (source, target), rows in gap.wires.items():
        left, right = before.units[source].x, after.units[target].x
        keys = tuple(label.key for labels in rows for label in labels)
        strengths = tuple(weight / most for weight in gap.weights.get((source, target), ()) if most)
        board.shapes.append(Wire(((left, start), (right, end)), keys, strengths=strengths))
        for row, labels in enumerate(rows):
            told = [label._replace(aside=True) for label in labels]
            y = start + FAN + PITCH * ((source + target) % lines + row + 0.5)
            x = left + (right - left) * (y - start) / (end - start)
            half = board.width(told) / 2
            inside = min(max(x, MARGIN + half), board.room.width - MARGIN - half)
            yield told, inside, y


def _losses(board: Board, outputs: Row, y: float) -> float:
    """Targets and losses below the outputs, and the total loss; where the picture ends."""
    if board.array("L") is None or board.array("Y") is None:
        return y
    row = Row(board, outputs.layer, outputs.count, TARGETS, role="loss", above=outputs)
    label = board.labels(["L"], (), "loss")
    wide, high = max(board.width(label) + 24, 40.0), ROW + 12
    x = (row.units[0].x + row.units[-1].x) / 2
    top = y + LOSS_APART
    end = top + row.high + LOSS_APART
    for source, unit in zip(outputs.units, row.units, strict=True):
        keys = board.keys(["E"], (0, unit.number))
        board.shapes += [
            Wire(((source.x, y), (unit.x, top)), keys),
            Wire(((unit.x, top + row.high), (x, end)), (*keys, "L")),
        ]
    row.draw(top, ("target", 6.0))
    board.shapes.append(Box(x - wide / 2, end, wide, high, ("L",), "loss", high / 2))
    board.put(label, x, end + high / 2, inside=True)
    said = sentence("scene.loss")
    board.caption(said, x + wide / 2 + APART, end + high / 2, "start")
    return end + high
