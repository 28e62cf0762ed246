"""The picture of an exercise as the index shows it: its shapes, without a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.output.svg import svg_of
from bp_tutor.pictures import scene_of

if TYPE_CHECKING:
    from bp_tutor.explain import Presentation
    from bp_tutor.solve import Trace


def thumbnail(reader: Presentation, trace: Trace) -> str:
    """The picture as SVG with its colours in it."""
    scene = scene_of(reader, trace.problem, trace.runs[0], "numbers", trace.runs, still=True)
    return svg_of(scene, labels=False, titles=False)
