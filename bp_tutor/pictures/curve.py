"""Descent on a function of one variable: its curve, with the steps that lead down it."""

from __future__ import annotations

from math import hypot, isfinite
from typing import TYPE_CHECKING

from bp_tutor.formula import Entry
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, Address
from bp_tutor.pictures.board import MARGIN
from bp_tutor.pictures.shapes import LINE, Box, Wire
from bp_tutor.solve.landscape import losses_at, span_around

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from bp_tutor.formula import Quantity
    from bp_tutor.pictures.board import Board
    from bp_tutor.solve import Run

WIDTH, HEIGHT = 440.0, 220.0
SAMPLES = 48
DOT = 9.0
REACH = 0.18
"""How far a tangent reaches to either side, as a part of the width."""
Point = tuple[float, float]


def variable_of(run: Run) -> tuple[Quantity, Quantity] | None:
    """The only leaf that is updated, and what is differentiated by it, where both have numbers."""
    if len({old for old, _ in run.program.next_values if not old.kind}) == 0:
        return None
    trained = [old for old in run.program.model.trained if not old.shape]
    goal = run.program.model.loss
    known = len(trained) == 1 and goal is not None and goal in run.values
    return (trained[0], goal) if known and goal is not None else None


def draw_curve(board: Board, runs: Sequence[Run], top: float) -> tuple[float, float]:
    """Draw the curve below `top` with the steps of all updates; its right and lower end."""
    run = board.run
    found = variable_of(run)
    assert found is not None
    leaf, goal = found
    every = {each.update: each for each in (*runs, run) if leaf in each.values}
    visited = [x for each in every.values() for x in _step(each, leaf)]
    low, high = span_around(visited, run.values[leaf][0])
    spots = [low + (high - low) * place / SAMPLES for place in range(SAMPLES + 1)]
    heights = [
        (x, y) for x, y in zip(spots, _heights(run, leaf, spots), strict=True) if isfinite(y)
    ]
    ys = [y for _, y in heights]
    if not ys or max(ys) == min(ys):
        return 0.0, top
    floor, span = min(ys), max(ys) - min(ys)

    left, bottom = MARGIN + LINE, top + LINE + HEIGHT + 14
    width = min(WIDTH, board.room.width - left - 12 - MARGIN)

    def at(x: float, y: float) -> Point:
        across = left + (x - low) / (high - low) * width
        return across, top + LINE + (1 - (y - floor) / span) * HEIGHT

    frame = [((left, bottom), (left, top)), ((left, bottom), (left + width + 12, bottom))]
    board.shapes += [Wire(points, (), "axis") for points in frame]
    board.shapes.append(Wire(tuple(at(x, y) for x, y in heights), (), "curve", arrow=False))
    board.caption(Entry(leaf, ()), left + width + 12, bottom + LINE * 0.8)
    board.caption(Entry(goal, ()), left + LINE, top + LINE * 0.3)
    for each in every.values():
        _tangent(board, each, leaf, at)
        ends = _step(each, leaf)
        _move(board, each, leaf, list(map(at, ends, _heights(run, leaf, ends))))
    return left + width + 12 + MARGIN, bottom + LINE * 2


def _step(run: Run, leaf: Quantity) -> tuple[float, float]:
    """Where the variable stands before and after an update."""
    now = run.values[leaf][0]
    new = leaf.as_kind(UPDATED)
    return now, run.values[new][0] if new in run.values else now


def _move(board: Board, run: Run, leaf: Quantity, ends: Sequence[Point]) -> None:
    """Draw one update: where it starts, where it leads, and the way between."""
    names = leaf.name, leaf.as_kind(UPDATED).name
    if ends[0] != ends[1]:
        board.shapes.append(Wire(tuple(ends), (names[1],), "step", update=run.update))
    for (x, y), name in zip(ends, names, strict=True):
        corner = x - DOT / 2, y - DOT / 2
        board.shapes.append(Box(*corner, DOT, DOT, (name,), "point", DOT / 2, update=run.update))


def _tangent(
    board: Board,
    run: Run,
    leaf: Quantity,
    at: Callable[[float, float], Point],
) -> None:
    """The line that touches the curve where the variable stands."""
    slope = leaf.as_kind(DERIVATIVE)
    if slope not in run.values:
        return
    x = run.values[leaf][0]
    (y,) = _heights(board.run, leaf, [x])
    first = at(x, y)
    # A step along the axis, measured on the drawing; one that a large number does not swallow.
    width = max(1.0, abs(x))
    then = at(x + width, y + width * run.values[slope][0])
    across, up = (b - a for a, b in zip(first, then, strict=True))
    length = hypot(across, up)
    if not length or not isfinite(length):
        return
    factor = REACH * WIDTH / length
    points = tuple(
        (first[0] + sign * factor * across, first[1] + sign * factor * up) for sign in (-1, 1)
    )
    board.shapes.append(Wire(points, (slope.name,), "tangent", arrow=False, update=run.update))


def _heights(run: Run, leaf: Quantity, places: Sequence[float]) -> Sequence[float]:
    """The function at some places; NaN where it has no value."""
    return losses_at(run, ((Address(leaf), tuple(places)),))
