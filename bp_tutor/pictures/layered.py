"""Networks of blocks, and computation graphs, from left to right."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain import Joined
from bp_tutor.formula.atoms import whole
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED
from bp_tutor.pictures.arrays import Blocks
from bp_tutor.pictures.block import Block
from bp_tutor.pictures.curve import draw_curve, variable_of
from bp_tutor.pictures.flow import lay_out
from bp_tutor.pictures.layering import GraphNode, depths_of
from bp_tutor.pictures.shapes import EQUALS
from bp_tutor.solve import used

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.pictures.board import Board
    from bp_tutor.pictures.shapes import Scene
    from bp_tutor.problem.model import Network
    from bp_tutor.solve import Run


def arrays_scene(board: Board, network: Network) -> Scene:
    """Every array as a grid of cells; parameters stand in the column before what uses them."""
    found = Blocks(board, sized=board.room.tight)
    found.pad(network)
    signals = {name: block for name, block in found.blocks.items() if name not in found.parameters}
    uses = {
        name: tuple(each for each in found.uses.get(name, ()) if each in signals)
        for name in signals
    }
    depths = depths_of([GraphNode(name, name, uses[name]) for name in signals])
    for name in found.parameters:
        goals = [depths[goal] for goal, its in found.uses.items() if name in its]
        depths[name] = min(goals) - 1 if goals else 0
    width, height = lay_out(board, found.blocks, found.uses, _packed(depths))
    found.windows(network)
    return board.scene("arrays", width, height)


def _packed(depths: dict[str, int]) -> dict[str, int]:
    """The same columns without empty ones."""
    order = {depth: place for place, depth in enumerate(sorted(set(depths.values())))}
    return {name: order[depth] for name, depth in depths.items()}


def graph_scene(board: Board, runs: Sequence[Run] = ()) -> Scene:
    """The leaves and nodes of a computation graph, each with its value and what comes back.

    Where one variable is updated, the curve with the steps of `runs` stands below.
    """
    model = board.run.program.model
    names = board.settings.structure.names
    blocks: dict[str, Block] = {}
    uses: dict[str, tuple[str, ...]] = {}
    for leaf in model.given:
        if leaf.kind or leaf.name not in names:
            continue
        rows = [[leaf.name, leaf.as_kind(UPDATED).name], [leaf.as_kind(DERIVATIVE).name]]
        block = Block(board, leaf.name, rows, "node")
        block.heads = [whole(leaf)] if leaf.shape else []
        blocks[leaf.name] = block
    for line in model.definitions:
        node = line.quantity
        rows = [[node.name], [node.as_kind(DERIVATIVE).name]]
        block = Block(board, node.name, rows, "node")
        block.heads = [Joined((whole(node), board.settings.shortened(line.formula)), EQUALS)]
        blocks[node.name] = block
        near = dict.fromkeys(each.name for each in used(line.formula))
        uses[node.name] = tuple(each for each in near if each in blocks)
    width, height = lay_out(board, blocks, uses)
    if variable_of(board.run) is None:
        return board.scene("graph", width, height)
    right, bottom = draw_curve(board, runs or (board.run,), height)
    return board.scene("descent", max(width, right), bottom)
