"""From a problem to its picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.structure import is_plain
from bp_tutor.pictures.board import WIDE, Board, Room

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain import Presentation
    from bp_tutor.pictures.shapes import Scene
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve import Run
    from bp_tutor.words import Words

VALUES = ("both", "numbers", "symbols")
"""What labels can show."""


def scene_of(
    presentation: Presentation,
    problem: Problem,
    run: Run,
    values: str = "both",
    runs: Sequence[Run] = (),
    *,
    still: bool = False,
    languages: Sequence[Words] = (),
    room: Room = WIDE,
) -> Scene:
    """The picture of a problem, with the values of one update.

    `runs` are all updates, where their steps can be drawn on one curve. A `still` picture is
    never gone through step by step, and needs no room for what comes back. Its words stand there in
    all `languages`, where several are given. It is laid out for the `room` that it has.
    """
    network = problem.network
    board = Board(presentation, run, values, runs, still=still, languages=languages, room=room)
    if network is None:
        from bp_tutor.pictures.layered import graph_scene

        return graph_scene(board, runs)
    if is_plain(network) and not network.alone:
        if room.upright:
            from bp_tutor.pictures.upright import upright_scene

            return upright_scene(board)
        from bp_tutor.pictures.dense import dense_scene

        return dense_scene(board)
    if network.form == "sequence":
        from bp_tutor.pictures.unrolled import unrolled_scene

        return unrolled_scene(board)
    from bp_tutor.pictures.layered import arrays_scene

    return arrays_scene(board, network)
