"""The loss against the updates, drawn in characters."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bp_tutor.solve.training import Training
    from bp_tutor.words import Words

_COLOURS = re.compile("\x1b\\[[0-9;]*m")
_FRAME = str.maketrans("┌─┤│└┬┴┘┐├┼", "+-+|+++++++")
HEIGHT = 14


def loss_plot(training: Training, words: Words, *, width: int, ascii_only: bool) -> list[str]:
    """The curve as lines of text; logarithmic upwards where the loss falls far."""
    import plotext

    points = [point for point in training.points if point.loss == point.loss]
    counts = [point.updates for point in points]
    losses = [point.loss for point in points]
    far = min(losses) > 0 and max(losses) / min(losses) > 50
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(width, HEIGHT)
    plotext.plot(counts, losses, marker="*" if ascii_only else "braille")
    if far:
        plotext.yscale("log")
    plotext.title(words.text("train.plot_logarithmic" if far else "train.plot"))
    lines = _COLOURS.sub("", plotext.build()).splitlines()
    lines = [line.translate(_FRAME) if ascii_only else line for line in lines]
    return [line.rstrip() for line in lines if line.strip()]
