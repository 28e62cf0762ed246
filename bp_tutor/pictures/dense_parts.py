"""The parts of a drawn network: a column of units, and the wires between two columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from bp_tutor.explain import sentence
from bp_tutor.formula import Entry
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, VALUE
from bp_tutor.pictures.shapes import LINE, Box, Label, Wire

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bp_tutor.explain import Said, Sentence
    from bp_tutor.formula import Formula
    from bp_tutor.pictures.board import Board

MOST_UNITS = 8
"""Of a larger layer the first units are drawn, dots, and the last."""
FIRST_UNITS = 3
MOST_EDGES = 12
"""Between two layers with more wires, labels stand only where they are used."""
UNIT = 44.0
"""The height of a unit, and its least width."""
BIAS_WIRE = 12.0
APART = 6.0
ROW = 17.0
"""From the value over a wire to its gradient under it."""
SHARE = 16.0
"""The height that each of them takes between wires."""
SHORTEST_GAP = 80.0
SHORTEST_FAN = 24.0
"""Between a unit and the rows in which its wires pass their labels, at least."""
SLOPE = 0.2
"""And at least so much for each step up or down."""
CLEAR = 4.0
"""Between a label and the bends of its wire."""
Labels = list[Label]


class Unit(NamedTuple):
    """The labels of one unit: before and after activation, its bias, and what comes back."""

    number: int
    inside: list[Labels]
    bias: list[Labels]
    under: list[Labels]


class Column:
    """One layer."""

    def __init__(self, board: Board, layer: int, count: int, units: list[Unit]) -> None:
        self.layer = layer
        self.count = count
        self.units = units
        self.folded = count > len(units)
        self.slots = len(units) + self.folded
        inside = max(board.width(labels) for unit in units for labels in unit.inside)
        around = [labels for unit in units for labels in (*unit.bias, *unit.under)]
        # As wide as what stands over and under it, which no wire to its sides can cross then.
        self.width = max(inside + 26, UNIT, *(board.width(labels) for labels in around))
        biases = max(len(unit.bias) for unit in units)
        self.above = UNIT / 2 + (BIAS_WIRE + biases * LINE if biases else 0)
        self.below = UNIT / 2 + 2 + LINE * max(len(unit.under) for unit in units)
        self.x = self.middle = self.pitch = 0.0

    @property
    def block(self) -> float:
        """How far apart its units must stand at least."""
        return self.above + self.below + APART

    def settle(self, x: float, middle: float, pitch: float) -> None:
        """Stand around a point, the units so far apart."""
        self.x, self.middle, self.pitch = x, middle, pitch

    def row(self, place: int) -> float:
        """Where its unit number `place` of those drawn stands, from the picture's top."""
        slot = place + (self.folded and place == len(self.units) - 1)
        return self.middle + (slot - (self.slots - 1) / 2) * self.pitch

    def places(self) -> Iterator[tuple[int, float]]:
        """Each unit that is drawn, counted from 0 through the layer, and where it stands."""
        for place, unit in enumerate(self.units):
            yield unit.number, self.row(place)

    def draw(self, board: Board, name: Said, head: float) -> None:
        """Draw the units with everything written in and around them."""
        board.caption(name, self.x, head)
        left = self.x - self.width / 2
        for place, unit in enumerate(self.units):
            y = self.row(place)
            index = (0, unit.number)
            keys = board.keys([f"{k}{s}[{self.layer}]" for k in ("", "d") for s in "ZA"], index)
            if unit.bias:
                bias = self._bias(board, unit.number)
                top = y - UNIT / 2
                board.shapes.append(Wire(((self.x, top - BIAS_WIRE), (self.x, top)), bias, "bias"))
            box = Box(left, y - UNIT / 2, self.width, UNIT, keys, "unit", UNIT / 2)
            board.shapes.append(box)
            for row, labels in enumerate(unit.inside):
                at = y + (row - (len(unit.inside) - 1) / 2) * LINE
                board.put(labels, self.x, at, inside=True)
            for row, labels in enumerate(unit.bias):
                # The value over its gradient, as on the wires; its own wire begins below both.
                above = (len(unit.bias) - row - 0.5) * LINE - 1
                board.put(labels, self.x, y - UNIT / 2 - BIAS_WIRE - above)
            for row, labels in enumerate(unit.under):
                board.put(labels, self.x, y + UNIT / 2 + 2 + (row + 0.5) * LINE)
        if self.folded:
            y = (self.row(len(self.units) - 2) + self.row(len(self.units) - 1)) / 2
            count = sentence("scene.units", count=self.count)
            board.caption("⋮", self.x, y - LINE)
            board.caption(count, self.x, y + LINE / 2)

    def _bias(self, board: Board, unit: int) -> tuple[str, ...]:
        bias = board.array(f"B[{self.layer}]")
        assert bias is not None
        index = (0, min(unit, bias.shape[-1] - 1))
        return board.keys([f"{name}[{self.layer}]" for name in ("B", "dB", "B'", "stepB")], index)


def shown_units(count: int) -> list[int]:
    """The units of a layer that are drawn."""
    return [*range(FIRST_UNITS), count - 1] if count > MOST_UNITS else list(range(count))


def column_of(board: Board, layer: int) -> Column:
    """The layer with the labels of its units."""
    count = board.settings.structure.units[layer - 1]
    units = []
    for number in shown_units(count):
        index = (0, number)
        inside = [board.labels([f"{letter}[{layer}]"], index) for letter in "ZA"]
        bias = bias_labels(board, layer, number)
        under = [
            board.labels([f"dZ[{layer}]"], index),
            board.labels([f"dA[{layer}]"], index, crowded=True),
        ]
        units.append(Unit(number, some(inside), some(bias), some(under)))
    return Column(board, layer, count, units)


def layer_name(board: Board, layer: int) -> Sentence:
    """What stands above a layer."""
    depth = len(board.settings.structure.units)
    if not 1 < layer < depth:
        return sentence("scene.input" if layer == 1 else "scene.output")
    if depth == 3:
        return sentence("scene.hidden")
    return sentence("scene.hidden_number", number=layer - 1)


def bias_labels(board: Board, layer: int, unit: int) -> list[Labels]:
    """The bias of a unit, which takes turns with its new value, and its derivative."""
    bias = board.array(f"B[{layer}]")
    if bias is None or layer == 1:
        return []
    index = (0, min(unit, bias.shape[-1] - 1))
    rows = [
        board.labels([f"B[{layer}]", f"B'[{layer}]"], index, "weight"),
        board.labels([f"dB[{layer}]"], index, "gradient"),
    ]
    if unit == index[1]:
        return rows
    # A bias that all units share is written at each of them: those places do not take turns.
    return [[_moved(label, unit) for label in row] for row in rows]


def some(rows: list[Labels]) -> list[Labels]:
    """Those in which there is a label."""
    return [labels for labels in rows if labels]


class Gap:
    """The wires between two layers.

    Each runs level where its labels stand: its value over it, its gradient under it, and no
    other wire through them. Where there are too many for that, they run straight.
    """

    def __init__(
        self,
        board: Board,
        wires: dict[tuple[int, int], list[Labels]],
        weights: dict[tuple[int, int], tuple[float, ...]],
    ) -> None:
        """`wires` are the labels of each; `weights` what it carries by and by, where known."""
        self.wires = wires
        self.weights = weights
        self.sources = 1 + max(source for source, _ in wires)
        self.targets = 1 + max(target for _, target in wires)
        self.crowded = len(wires) > MOST_EDGES
        every = [labels for rows in wires.values() for labels in rows]
        self.wide = max((board.width(labels) for labels in every), default=0.0)
        self.rows = max(len(rows) for rows in wires.values())
        fewer = min(self.sources, self.targets)
        # So far on their straight way the wires are spread evenly: near the layer whose units
        # have fewer wires each, or in the middle.
        self.at = 1 / (fewer + 1) if not self.crowded else 0.5
        if self.targets > self.sources and not self.crowded:
            self.at = 1 - self.at
        self.pitch = self.rows * SHARE * (2 if self.crowded else fewer + 1)

    def length(self, pitch: float) -> float:
        """The distance between the columns that leaves room for the labels."""
        around = 2 * SHORTEST_FAN if self.crowded else sum(self._fans(pitch))
        return max(self.wide + 2 * CLEAR + around, SHORTEST_GAP)

    def _fans(self, pitch: float) -> tuple[float, float]:
        """The room in which wires spread before their labels, and in which they join behind."""
        highest = (self.sources + self.targets - 2) / 2 * pitch
        before, behind = (
            max(part * highest * SLOPE, SHORTEST_FAN) for part in (self.at, 1 - self.at)
        )
        return before, behind

    def draw(self, board: Board, before: Column, after: Column, most: float) -> None:
        """Draw the wires, then their labels over all of them; `most` is the largest weight."""
        start, end = before.x + before.width / 2, after.x - after.width / 2
        spread, join = self._fans(before.pitch)
        level = start + spread, end - join
        written = []
        for (source, target), rows in self.wires.items():
            y, goal = before.row(source), after.row(target)
            keys = tuple(label.key for labels in rows for label in labels)
            middle = y + self.at * (goal - y)
            bends = () if self.crowded else tuple((x, middle) for x in level)
            weights = self.weights.get((source, target), ()) if most else ()
            points = ((start, y), *bends, (end, goal))
            strengths = tuple(weight / most for weight in weights)
            board.shapes.append(Wire(points, keys, strengths=strengths))
            written.append((middle, rows))
        for middle, rows in written:
            for row, labels in enumerate(rows):
                if self.crowded:
                    at = middle + (row - (len(rows) - 1) / 2) * ROW
                    board.put(labels, (start + end) / 2, at)
                else:
                    board.put(labels, level[0] + CLEAR, middle + (row - 0.5) * ROW, "start")


class Layer(Protocol):
    """The units of a layer that are drawn, whichever way it lies."""

    @property
    def layer(self) -> int: ...

    @property
    def units(self) -> Sequence[Numbered]: ...


class Numbered(Protocol):
    """One of them."""

    @property
    def number(self) -> int: ...


def gap_of(
    board: Board, before: Layer, after: Layer, weights: Formula, *, crowded: bool = False
) -> Gap:
    """The wires between two layers with the labels of each; `weights` are (from, to).

    Where there are many, or where it is so `crowded`, labels stand only where they are used.
    """
    crowded = crowded or len(before.units) * len(after.units) > MOST_EDGES
    wires = {}
    carried = {}
    for place, source in enumerate(before.units):
        for goal, target in enumerate(after.units):
            index = (source.number, target.number)
            entry = weights.entry(index)
            assert isinstance(entry, Entry)
            quantity, at = entry.address
            names = [quantity.as_kind(kind).name for kind in (VALUE, UPDATED, DERIVATIVE)]
            rows = [
                board.labels(names[:2], at, "weight", crowded=crowded),
                board.labels(names[2:], at, "gradient", crowded=crowded),
            ]
            if quantity.layer != after.layer:
                # What two layers share is written at each: those places do not take turns.
                rows = [[_moved(label, after.layer) for label in row] for row in rows]
            wires[place, goal] = some(rows)
            carried[place, goal] = tuple(board.by_and_by(quantity, at))
    return Gap(board, wires, carried)


def _moved(label: Label, number: int) -> Label:
    return label._replace(place=f"{label.place} {number}")
