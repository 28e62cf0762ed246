"""The loss against the updates, drawn in characters."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from bp_tutor.explain.numbers import format_number
from bp_tutor.explain.training import falls_far
from bp_tutor.formula import ASCII, UNICODE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.solve.training import Training
    from bp_tutor.words import Words

_COLOURS = re.compile("\x1b\\[[0-9;]*m")
_FRAME = str.maketrans("┌─┤│└┬┴┘┐├┼", "+-+|+++++++")
HEIGHT = 14
MOST_TICKS = 6


def loss_plot(training: Training, words: Words, *, width: int, ascii_only: bool) -> list[str]:
    """The curve as lines of text; logarithmic upwards where the loss falls far."""
    import plotext

    points = [point for point in training.points if point.loss == point.loss]
    counts = [point.updates for point in points]
    losses = [point.loss for point in points]
    far = falls_far(losses)
    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plot_size(width, HEIGHT)
    plotext.plot(counts, losses, marker="*" if ascii_only else "braille")
    if far:
        plotext.yscale("log")
    style = ASCII if ascii_only else UNICODE
    ticks = even_ticks(losses, far=far)
    digits = 8 if far else 3
    plotext.yticks(ticks, [style.figure(format_number(tick, digits)) for tick in ticks])
    whole = sorted({round(counts[-1] * part / 4) for part in range(5)})
    plotext.xticks(whole, [str(tick) for tick in whole])
    plotext.title(words.text("train.plot_logarithmic" if far else "train.plot"))
    lines = _COLOURS.sub("", plotext.build()).splitlines()
    lines = [line.translate(_FRAME) if ascii_only else line for line in lines]
    return [line.rstrip() for line in lines if line.strip()]


def even_ticks(losses: Sequence[float], *, far: bool) -> list[float]:
    """About five heights from the smallest loss to the largest, evenly spaced as the scale is."""
    low, high = min(losses), max(losses)
    if low == high:
        return [low]
    if far:
        return _round_ticks(low, high)
    return [low + (high - low) * part / 4 for part in range(5)]


def round_scale(numbers: Sequence[float], *, far: bool = False) -> list[float]:
    """A few round numbers from at most the smallest number to at least the largest.

    On a logarithmic scale, for what is `far` apart, they are powers of ten; else in even steps.
    """
    low, high = min(numbers), max(numbers)
    if far:
        first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
        step = -(-(last - first) // MOST_TICKS) or 1
        return [float(f"1e{power}") for power in range(first, last + step, step)]
    size = (high - low) / (MOST_TICKS - 1) or abs(high) or 1.0
    unit = 10.0 ** math.floor(math.log10(size))
    step_wide = next(unit * part for part in (1, 2, 5, 10) if unit * part >= size * (1 - 1e-9))
    places = range(math.floor(low / step_wide + 1e-9), math.ceil(high / step_wide - 1e-9) + 1)
    return [float(f"{place * step_wide:.12g}") for place in places]


def _round_ticks(low: float, high: float) -> list[float]:
    """Round numbers of a logarithmic scale: of every decade 1, 2 and 5, or 1; or of a few."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for firsts in ((1, 2, 5), (1, 3), (1,)):
        ticks = [float(f"{first}e{power}") for power in decades for first in firsts]
        ticks = [tick for tick in ticks if low <= tick <= high]
        if len(ticks) <= MOST_TICKS:
            return ticks
    return ticks[:: -(-len(ticks) // MOST_TICKS)]
