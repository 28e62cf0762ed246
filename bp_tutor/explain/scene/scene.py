"""From a problem to its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.scene.board import Board
from bp_tutor.explain.schematic import is_plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain.page import Page
    from bp_tutor.explain.scene.shapes import Scene
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve import Run

VALUES = ("both", "numbers", "symbols")
"""What labels can show."""


def scene_of(
    page: Page,
    problem: Problem,
    run: Run,
    values: str = "both",
    runs: Sequence[Run] = (),
    *,
    still: bool = False,
) -> Scene:
    """The picture of a problem, with the values of one update.

    `runs` are all updates, where their steps can be drawn on one curve. A `still` picture is
    never gone through step by step, and needs no room for what comes back.
    """
    network = problem.network
    board = Board(page, run, values, runs, still=still)
    if network is None:
        from bp_tutor.explain.scene.layered import graph_scene

        return graph_scene(board, runs)
    if is_plain(network):
        from bp_tutor.explain.scene.dense import dense_scene

        return dense_scene(board)
    if network.form == "sequence":
        from bp_tutor.explain.scene.unrolled import unrolled_scene

        return unrolled_scene(board)
    from bp_tutor.explain.scene.layered import arrays_scene

    return arrays_scene(board, network)
