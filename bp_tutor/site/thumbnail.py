"""The picture of an exercise as the index shows it: its shapes, without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.output.svg import svg_of
from bp_tutor.pictures import WIDE, Room, scene_of

if TYPE_CHECKING:
    from bp_tutor.explain import Presentation
    from bp_tutor.solve import Trace

MOST_ACROSS = 1343.0
"""A wider picture is drawn as on its page, with arrays as blocks."""

SEEN = "rect, polyline { vector-effect: non-scaling-stroke; }"
"""However small it is shown, its lines are as wide."""


def thumbnail(reader: Presentation, trace: Trace) -> str:
    """The picture as SVG with its colours in it."""
    told = reader, trace.problem, trace.runs[0], "numbers", trace.runs
    for room in (WIDE, Room(MOST_ACROSS, tight=True)):
        scene = scene_of(*told, still=True, room=room)
        if scene.width <= MOST_ACROSS:
            break
    drawn = svg_of(scene, labels=False, titles=False)
    return drawn.replace("</style>", f"{SEEN}</style>", 1)
