"""The blocks of a network that is more than units and wires: images, sequences, attention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.layers.windows import moving_window
from bp_tutor.explain import Joined, Sentence
from bp_tutor.explain.document import rule_name
from bp_tutor.formula import Ref, Role
from bp_tutor.formula.quantity import DERIVATIVE, FIRST_STATES, UPDATED
from bp_tutor.pictures.block import Block
from bp_tutor.pictures.shapes import Box
from bp_tutor.solve import used

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer
    from bp_tutor.formula import Quantity
    from bp_tutor.pictures.board import Board
    from bp_tutor.pictures.flow import Uses
    from bp_tutor.problem.model import Network
    from bp_tutor.solve import Step

SIGNALS = (Role.INPUT, Role.RUNNING, Role.FIXED, *FIRST_STATES)
"""Given arrays that are no parameters."""
LOOSE = (Role.RATE, Role.DECAY, Role.TARGET)
FORWARD = ("forward", "loss")


class Blocks:
    """The blocks of a network by name, and what each is made from."""

    def __init__(self, board: Board) -> None:
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
        for quantity in model.given:
            if quantity.role not in LOOSE and not quantity.kind and quantity.shape:
                self._given(quantity)
        for first, *others in _grouped(lines):
            self._derived(first, others)

    def _given(self, quantity: Quantity) -> None:
        name = quantity.name
        rows = [[name, quantity.as_kind(UPDATED).name], [quantity.as_kind(DERIVATIVE).name]]
        signal = quantity.role in SIGNALS or quantity in self.board.run.program.model.stated
        block = Block(self.board, name, rows, "cell" if signal else "kernel")
        block.heads = [Ref(quantity)]
        if signal and quantity.place[0] == 1:
            block.heads.insert(0, Sentence("scene.input"))
        if not signal:
            self.parameters.append(name)
        self.blocks[name] = block
        self.block_of[name] = name

    def _derived(self, first: Step, others: list[Step]) -> None:
        board, name = self.board, first.quantity.name
        arrays = [line.quantity for line in (first, *others)]
        # What comes back arrives at the last of them first.
        back = [[array.as_kind(DERIVATIVE).name] for array in reversed(arrays)]
        rows = [[array.name] for array in arrays]
        targets = []
        if first.quantity.role is Role.OUTPUT_LOSS:
            target = "Y" + name[1:]
            targets = [target] if board.array(target) is not None else []
            rows = [[target], *rows] if targets else rows
        loss = first.line.phase == "loss"
        block = Block(board, name, [*rows, *back], "loss" if loss else "cell")
        word = rule_name(first.line.rule)
        named = [board.have[target] for target in targets] + arrays
        symbols = Joined(tuple(map(Ref, named)))
        block.heads = [word] if not first.quantity.shape else [word, symbols]
        self.blocks[name] = block
        for array in arrays:
            self.block_of[array.name] = name
        formulas = (line.formula for line in (first, *others))
        found = (each.name for formula in formulas for each in used(formula))
        near = (self.block_of[each] for each in found if each in self.block_of)
        kept = dict.fromkeys(each for each in near if each != name)
        if loss:
            model = board.run.program.model
            # A form without overflow may speak of given logits; the loss is one of the outputs.
            inner = {each.name for each in model.stated if each not in model.outputs}
            apart = inner.union(self.parameters)
            kept = dict.fromkeys(each for each in kept if each not in apart)
        self.uses[name] = tuple(kept)

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
