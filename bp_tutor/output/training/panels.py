"""One panel of a training's picture: lines over an axis, or heights over a plane."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.explain.numbers import format_number
from bp_tutor.formula import UNICODE
from bp_tutor.output.plot import even_ticks
from bp_tutor.output.training.tidy import HALO, readable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

    from bp_tutor.output.training.picture import Field, Lines, Series, TrainingPicture

COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00", "#000000", "#7a848f")
"""Colours that are told apart with any kind of colour vision; each has its own dashes as well."""
DASHES: tuple[Any, ...] = (
    "-", (0, (6, 2)), (0, (2, 2)), (0, (8, 2, 2, 2)),
    (0, (1, 1)), (0, (10, 3)), (0, (4, 1, 1, 1, 1, 1)), (0, (3, 5)),
)  # fmt: skip
MAP = "cividis"
"""Dark to light without red and green: in greys it is as good."""
LEVELS = 12
APART = 14.0
"""The least distance of names behind the ends of lines."""
EXACT, ROUNDED = 8, 3
"""Digits of numbers along an axis: of round ones all, of others a few."""
SAMPLE = 26.0
"""The length of the piece of a line that stands in front of its name."""
PATH = "#d55e00"
GRID = "#dfe3e8"


def draw_lines(axes: Axes, panel: Lines, picture: TrainingPicture, tall: float) -> None:
    """Lines, each with its name behind its end."""
    _frame(axes, panel)
    axes.grid(visible=True, color=GRID, linewidth=0.6)
    axes.set_axisbelow(True)
    for place, series in enumerate(panel.series):
        if series.path:
            _path(axes, series, picture)
            continue
        dots = len(series.across) <= 2
        axes.plot(
            series.across, series.up, color=COLOURS[place], linestyle=DASHES[place],
            linewidth=1.8, marker="o" if dots else "", markersize=4,
        )  # fmt: skip
    if panel.logarithmic:
        axes.set_yscale("log")
        axes.minorticks_off()
        heights = [height for series in panel.series for height in series.up]
        ticks = even_ticks(heights, far=True)
        axes.set_yticks(ticks, _written(ticks, EXACT))
    else:
        _ticks(axes, "y")
    axes.margins(x=0.02)
    counted = all(float(place).is_integer() for series in panel.series for place in series.across)
    _ticks(axes, "x", whole=counted)
    _names(axes, panel, tall)


def draw_field(axes: Axes, panel: Field, picture: TrainingPicture) -> Any:
    """Heights in colours with thin lines between, and what lies on the plane."""
    import numpy as np

    _frame(axes, panel)
    heights = np.array(panel.heights).reshape(len(panel.rows), len(panel.columns))
    levels = _levels(panel)
    drawn = axes.contourf(panel.columns, panel.rows, heights, levels, cmap=MAP)
    axes.contour(panel.columns, panel.rows, heights, levels, colors="#ffffff", linewidths=0.4)
    if panel.level is not None and panel.span[0] < panel.level < panel.span[1]:
        for colour, width in (("#ffffff", 4.0), ("#000000", 2.0)):
            axes.contour(
                panel.columns, panel.rows, heights, [panel.level], colors=colour, linewidths=width
            )
    for spot in panel.spots:
        face = "#ffffff" if spot.high is False else "#000000"
        edge = "#000000" if spot.high is False else "#ffffff"
        shape = "s" if spot.high is False else "o"
        axes.plot(
            [spot.across], [spot.up], shape, markersize=9, markerfacecolor=face,
            markeredgecolor=edge, markeredgewidth=1.5, linestyle="", clip_on=False, zorder=5,
        )  # fmt: skip
        _haloed(axes, readable(spot.name), (spot.across, spot.up), (9, 6))
    if panel.path is not None:
        _path(axes, panel.path, picture)
    _ticks(axes, "x")
    _ticks(axes, "y")
    return drawn


def draw_scale(axes: Axes, drawn: Any, panel: Field) -> None:
    """Which colour is which height."""
    axes.figure.colorbar(drawn, cax=axes)
    levels = _levels(panel)
    ticks = levels[:: max(1, len(levels) // 6)]
    axes.set_yticks(ticks, _written(ticks, ROUNDED if panel.bowl else EXACT))


def _frame(axes: Axes, panel: Lines | Field) -> None:
    axes.set_title(readable(panel.title), loc="left", fontsize=13, pad=24 if panel.up else 10)
    axes.set_xlabel(readable(panel.across), loc="right")
    axes.annotate(readable(panel.up), (0, 1), (-8, 8), "axes fraction", "offset points", ha="right")
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)


def _path(axes: Axes, series: Series, picture: TrainingPicture) -> None:
    """A way from its start, an open ring, to its end, a full one."""
    few = len(series.across) <= 60
    for colour, width in (("#ffffff", 3.2), (PATH, 1.6)):
        axes.plot(
            series.across, series.up, color=colour, linewidth=width,
            marker="." if few and colour == PATH else "", markersize=5, zorder=4,
        )  # fmt: skip
    ends = ((0, picture.start, "#ffffff", -14), (-1, picture.end, PATH, 8))
    for place, name, face, lower in ends:
        spot = series.across[place], series.up[place]
        axes.plot(
            [spot[0]], [spot[1]], "o", markersize=9, markerfacecolor=face, markeredgecolor=PATH,
            markeredgewidth=2, zorder=6, clip_on=False,
        )  # fmt: skip
        _haloed(axes, readable(name), spot, (9, lower))


def _haloed(axes: Axes, text: str, spot: tuple[float, float], beside: tuple[float, float]) -> None:
    """Text with a light rim, which is read on any ground."""
    if text:
        said = axes.annotate(text, spot, beside, "data", "offset points", zorder=7, fontsize=11)
        said.set_gid(HALO)


def _names(axes: Axes, panel: Lines, tall: float) -> None:
    """A piece of each line with its name, behind its end; moved apart where they would meet."""
    low, high = axes.get_ylim()
    ends = sorted(
        ((series.up[-1] - low) / (high - low) * tall, place)
        for place, series in enumerate(panel.series)
        if series.name
    )
    heights = spread([height for height, _ in ends], APART, tall)
    wide = axes.get_window_extent().width
    for (_, place), height in zip(ends, heights, strict=True):
        up = height / tall
        axes.plot(
            [1 + 4 / wide, 1 + (4 + SAMPLE) / wide], [up, up], color=COLOURS[place],
            linestyle=DASHES[place], linewidth=1.8, transform=axes.transAxes, clip_on=False,
        )  # fmt: skip
        axes.annotate(
            readable(panel.series[place].name), (1, up), (SAMPLE + 9, -4), "axes fraction",
            "offset points",
        )  # fmt: skip


def spread(heights: Sequence[float], apart: float, tall: float) -> list[float]:
    """The heights (rising) moved so that all lie `apart`, as little as one pass each way can."""
    found: list[float] = []
    for height in heights:
        found.append(max(height, found[-1] + apart) if found else height)
    ceiling = tall
    for place in range(len(found) - 1, -1, -1):
        found[place] = min(found[place], ceiling)
        ceiling = found[place] - apart
    return found


def _levels(panel: Field) -> list[float]:
    """Heights of the lines: evenly spaced, or closer near the ground of a bowl."""
    from matplotlib.ticker import MaxNLocator

    low, high = panel.span
    if high - low <= 1e-12 * max(1.0, abs(high)):
        return [low - 0.5, low + 0.5]
    if panel.bowl:
        return [low + (high - low) * (step / LEVELS) ** 2 for step in range(LEVELS + 1)]
    return [float(level) for level in MaxNLocator(LEVELS).tick_values(low, high)]


def _ticks(axes: Axes, side: str, *, whole: bool = False) -> None:
    """A few round numbers along an axis, written as everywhere else."""
    from matplotlib.ticker import MaxNLocator

    axis = axes.xaxis if side == "x" else axes.yaxis
    low, high = axis.get_view_interval()
    found = MaxNLocator(5, steps=[1, 2, 2.5, 5, 10], integer=whole, min_n_ticks=1).tick_values(
        low, high
    )
    ticks = [float(tick) for tick in found if low <= tick <= high]
    axis.set_ticks(ticks, labels=_written(ticks, EXACT))
    (axes.set_xlim if side == "x" else axes.set_ylim)(low, high)


def _written(ticks: Iterable[float], digits: int) -> list[str]:
    return [UNICODE.figure(format_number(tick, digits)) for tick in ticks]
