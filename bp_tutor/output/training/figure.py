"""The whole picture of a training: strips of panels one below the other."""

from __future__ import annotations

import logging
import warnings
from io import StringIO
from typing import TYPE_CHECKING, Any

from bp_tutor.output.training.panels import draw_field, draw_lines, draw_scale
from bp_tutor.output.training.picture import Lines
from bp_tutor.output.training.tidy import readable, tidied

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from bp_tutor.output.training.picture import Strip, TrainingPicture

WIDTH = 680.0
LEFT, RIGHT = 76.0, 96.0
"""Room for the numbers of the axes, and for names behind the ends of lines."""
HEAD = 74.0
ABOVE, BELOW = 46.0, 44.0
"""Room around a panel for its title and its axis."""
CAPTION = 20.0
LINES_HIGH, FIELD_HIGH = 220.0, 230.0
BETWEEN, SCALE_WIDE = 70.0, 12.0
INK, QUIET = "#1b1f24", "#59636e"
_SETTINGS: dict[Any, Any] = {
    # Names and titles are text and never formulas of matplotlib; a fixed salt names the parts
    # of the file, and texts stay texts, which the reader's own fonts write.
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "bp-tutor",
    "font.family": ["DejaVu Sans"],
    "font.size": 12.0,
    "text.color": INK,
    "axes.edgecolor": "#7a848f",
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "axes.unicode_minus": True,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 11.0,
    "ytick.labelsize": 11.0,
}


def figure_svg(picture: TrainingPicture, *, headed: bool = True) -> str:
    """The picture as SVG, the same for the same numbers every time; `headed` by its title.

    Raises:
        ModuleNotFoundError: there is no matplotlib.
    """
    # It would tell of folders that it cannot write and of fonts that it builds lists of.
    logging.getLogger("matplotlib").setLevel(logging.CRITICAL)
    from matplotlib import rc_context, rcdefaults, rcParams
    from matplotlib.figure import Figure

    head = HEAD if headed else 0.0
    height = head + sum(map(_height, picture.strips))
    with rc_context(), warnings.catch_warnings():
        # Whatever the reader has set for drawings of his own.
        rcdefaults()
        rcParams.update(_SETTINGS)
        # Letters are measured by a font that has no Chinese; nothing is placed by that measure.
        warnings.filterwarnings("ignore", "Glyph")
        figure = Figure(figsize=(WIDTH / 72, height / 72), dpi=72)
        if headed:
            title, summary = readable(picture.title), readable(picture.summary)
            figure.text(16 / WIDTH, 1 - 28 / height, title, size=16, weight="bold")
            figure.text(16 / WIDTH, 1 - 50 / height, summary, color=QUIET)
        top = head
        for strip in picture.strips:
            _strip(figure, picture, strip, top, height)
            top += _height(strip)
        stream = StringIO()
        figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    return tidied(stream.getvalue(), picture.title, described(picture), WIDTH, height)


def described(picture: TrainingPicture) -> str:
    """What is to be seen, for those who do not see it."""
    titles = (panel.title for strip in picture.strips for panel in strip.panels)
    return ". ".join([picture.title, picture.summary.rstrip(".。"), *titles])


def _height(strip: Strip) -> float:
    tall = LINES_HIGH if isinstance(strip.panels[0], Lines) else FIELD_HIGH
    return ABOVE + tall + BELOW + (CAPTION if strip.caption else 0)


def _strip(
    figure: Figure, picture: TrainingPicture, strip: Strip, top: float, height: float
) -> None:
    """One strip whose upper edge lies `top` below that of the picture."""
    tall = LINES_HIGH if isinstance(strip.panels[0], Lines) else FIELD_HIGH
    room = WIDTH - LEFT - RIGHT
    count = len(strip.panels)
    wide = (room - BETWEEN * (count - 1)) / count
    bottom = height - top - ABOVE - tall
    for place, panel in enumerate(strip.panels):
        left = LEFT + place * (wide + BETWEEN)
        axes = figure.add_axes((left / WIDTH, bottom / height, wide / WIDTH, tall / height))
        if isinstance(panel, Lines):
            draw_lines(axes, panel, picture, tall)
        else:
            drawn = draw_field(axes, panel, picture)
            if place == count - 1:
                edge = (WIDTH - RIGHT + 16) / WIDTH
                size = SCALE_WIDE / WIDTH, tall / height
                scale = figure.add_axes((edge, bottom / height, *size))
                draw_scale(scale, drawn, panel)
    if strip.caption:
        across, up = LEFT / WIDTH, (bottom - BELOW - 8) / height
        figure.text(across, up, readable(strip.caption), size=11, color=QUIET)
