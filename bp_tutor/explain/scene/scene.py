"""From a problem to its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.scene.board import Board
from bp_tutor.explain.schematic import is_plain

if TYPE_CHECKING:
    from bp_tutor.explain.page import Page
    from bp_tutor.explain.scene.shapes import Scene
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve import Run

VALUES = ("both", "numbers", "symbols")
"""What labels can show."""


def scene_of(page: Page, problem: Problem, run: Run, values: str = "both") -> Scene:
    """The picture of a problem, with the values of one update."""
    board = Board(page, run, values)
    if problem.network is None or not is_plain(problem.network):
        return board.scene("arrays", 640, 16)
    from bp_tutor.explain.scene.dense import dense_scene

    return dense_scene(board)
