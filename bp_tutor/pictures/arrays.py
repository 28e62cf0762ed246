"""The blocks of a network that is more than units and wires: images, sequences, attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.layers.windows import moving_window
from bp_tutor.explain import Sentence
from bp_tutor.explain.document import rule_name
from bp_tutor.formula import Ref, Role
from bp_tutor.formula.quantity import DERIVATIVE, FIRST_STATES, UPDATED
from bp_tutor.pictures.block import Block
from bp_tutor.pictures.shapes import Box
from bp_tutor.solve import used

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.catalogue.layer import Layer
    from bp_tutor.explain import Said
    from bp_tutor.formula import Quantity
    from bp_tutor.pictures.board import Board
    from bp_tutor.pictures.flow import Uses
    from bp_tutor.problem.model import Network
    from bp_tutor.solve import Step

SIGNALS = (Role.INPUT, Role.RUNNING, Role.FIXED, *FIRST_STATES)
"""Given arrays that are no parameters."""
LOOSE = (Role.RATE, Role.DECAY, Role.TARGET)
MOST_NAMED = 4
FORWARD = ("forward", "loss")


class Blocks:
    """The blocks of a network by name, and what each is made from."""

    def __init__(self, board: Board, *, sized: bool = False, worded: bool = True) -> None:
        """Where they are `worded`, the rule stands above each block.

        Blocks of arrays that are `sized` tell only how large they are, and what each head of a
        layer does alike is one of them.
        """
        self.sized, self.worded = sized, worded
        self.board = board
        self.blocks: dict[str, Block] = {}
        self.uses: Uses = {}
        self.parameters: list[str] = []
        self.block_of: dict[str, str] = {}
        """The block of each array, by their names."""
        model = board.run.program.model
        # A new value takes turns with the old one, in the block of that.
        lines = [
            step
            for step in board.run.steps
            if step.line.phase in FORWARD and not step.quantity.kind
        ]
        given = [
            quantity
            for quantity in model.given
            if quantity.role not in LOOSE and not quantity.kind and quantity.shape
        ]
        for several in self._alike([each] for each in given):
            self._given([quantity for (quantity,) in several])
        grouped = _grouped(lines)
        line_of = {id(group[0].quantity): group for group in grouped}
        for several in self._alike([line.quantity for line in group] for group in grouped):
            self._derived([line_of[id(quantities[0])] for quantities in several])

    def _alike(self, groups: Iterable[list[Quantity]]) -> list[list[list[Quantity]]]:
        """Arrays that share their cells; together where they differ in their head alone."""
        found: dict[object, list[list[Quantity]]] = {}
        for group in groups:
            first = group[0]
            alike = self.sized and len(first.place) > 1 and first.size > 1
            key = (first.head, first.place[0], first.shape) if alike else first.name
            found.setdefault(key, []).append(group)
        return list(found.values())

    def _given(self, quantities: list[Quantity]) -> None:
        quantity = quantities[0]
        name = quantity.name
        rows = [[each.name, each.as_kind(UPDATED).name] for each in quantities]
        rows += [[each.as_kind(DERIVATIVE).name] for each in quantities]
        signal = quantity.role in SIGNALS or quantity in self.board.run.program.model.stated
        block = Block(self.board, name, rows, "cell" if signal else "kernel",
                      sized=self.sized)  # fmt: skip
        entered = signal and quantity.place[0] == 1
        block.entitle(self._worded(Sentence("scene.input")) if entered else "", _named(quantities))
        self.blocks[name] = block
        if not signal:
            self.parameters.append(name)
        for each in quantities:
            self.block_of[each.name] = name

    def _derived(self, groups: list[list[Step]]) -> None:
        board, first = self.board, groups[0][0]
        name = first.quantity.name
        steps = [line for group in groups for line in group]
        arrays = [line.quantity for line in steps]
        # What comes back arrives at the last of them first.
        back = [[array.as_kind(DERIVATIVE).name] for array in reversed(arrays)]
        rows = [[array.name] for array in arrays]
        targets = []
        if first.quantity.role is Role.OUTPUT_LOSS:
            target = "Y" + name[1:]
            targets = [target] if board.array(target) is not None else []
            rows = [[target], *rows] if targets else rows
        loss = first.line.phase == "loss"
        block = Block(board, name, [*rows, *back], "loss" if loss else "cell",
                      sized=self.sized)  # fmt: skip
        symbols = _named([board.have[target] for target in targets] + arrays)
        word = rule_name(first.line.rule)
        if first.quantity.shape:
            block.entitle(self._worded(word), symbols)
        else:
            block.entitle(word, ())
        self.blocks[name] = block
        for array in arrays:
            self.block_of[array.name] = name
        found = (each.name for line in steps for each in used(line.formula))
        near = (self.block_of[each] for each in found if each in self.block_of)
        kept = dict.fromkeys(each for each in near if each != name)
        if loss:
            model = board.run.program.model
            # A form without overflow may speak of given logits; the loss is one of the outputs.
            inner = {each.name for each in model.stated if each not in model.outputs}
            apart = inner.union(self.parameters)
            kept = dict.fromkeys(each for each in kept if each not in apart)
        self.uses[name] = tuple(kept)

    def _worded(self, word: Said) -> Said:
        return word if self.worded else ""

    def windows(self, network: Network) -> None:
        """Draw, for every entry that is made from a window, where that window lies."""
        for number, layer in enumerate(network.layers, 2):
            sides = moving_window(layer)
            if not sides:
                continue
            places = (layer.sources_at(number)[0], number)
            source, goal = (self.blocks.get(self._output(place)) for place in places)
            if source is not None and goal is not None and source.cells:
                for cell in goal.cells:
                    channels = range(source.channels)
                    # Without weights of its own, a window stays in its channel.
                    if not layer.arrays:
                        channels = range(cell.channel, cell.channel + 1)
                    values = tuple(key for key in cell.keys if key in set(goal.forward))
                    for channel in channels:
                        row, column = _start(layer, cell.row, cell.column)
                        x, y = source.corner(channel, row, column)
                        high, wide = sides[0] * source.cell_height, sides[1] * source.cell_width
                        self.board.shapes.append(Box(x, y, wide, high, values, "window"))

    def pad(self, network: Network) -> None:
        """Put the zeros that a convolution adds around its image."""
        for number, layer in enumerate(network.layers, 2):
            block = self.blocks.get(self._output(layer.sources_at(number)[0]))
            settings = dict(layer.settings)
            if moving_window(layer) and block is not None and block.cells:
                sides = (int(settings.get(s, 0)) for s in ("top", "bottom", "left", "right"))
                above, below, left, right = sides
                block.padding = (above, below, left, right)

    def _output(self, layer: int) -> str:
        return self.block_of.get(f"A[{layer}]", "")


def _named(quantities: list[Quantity]) -> list[Said]:
    """The symbols of several arrays; of many heads the first and the last."""
    symbols: list[Said] = list(map(Ref, quantities))
    if len(symbols) > MOST_NAMED:
        symbols[1:-1] = ["…"]
    return symbols


def _start(layer: Layer, row: int, column: int) -> tuple[int, int]:
    """The upper left cell of the window of one entry; negative among the zeros around."""
    settings = dict(layer.settings)
    top, left = int(settings.get("top", 0)), int(settings.get("left", 0))
    return row * layer.setting("down") - top, column * layer.setting("across") - left


def _grouped(lines: list[Step]) -> list[list[Step]]:
    """Lines that share their cells: a sum and what its activation makes of it."""
    groups: dict[str, list[Step]] = {}
    for step in lines:
        sources = dict.fromkeys(used(step.formula))
        first = next(iter(sources), None)
        alike = first is not None and first.name in groups and first.shape == step.quantity.shape
        if first is not None and alike and step.line.activates == first:
            groups[first.name].append(step)
        else:
            groups[step.quantity.name] = [step]
    return list(groups.values())
