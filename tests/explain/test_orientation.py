"""A matrix stands in a picture as the reader's formulas spell it: `A·W` or `W·A`.

What is right follows from the file alone: its own matrix where it is written in the order in which
the layout multiplies, and that matrix turned where it is written the other way round.
"""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest

from bp_tutor.explain.columns import transposed
from bp_tutor.output.spelled import MatrixRows
from bp_tutor.pictures import Box, Scene, scene_of
from tests.explain.pages import NAMES, Solved, solved, solved_path
from tests.presented import Line

Numbers = list[list[str]]
Sizes = list[tuple[str, int, int]]
LSTM, GRU = ("input", "forget", "output", "candidate"), ("reset", "update", "candidate")


def gates(names: tuple[str, ...], letter: str) -> str:
    """A matrix for each gate."""
    return "{" + ", ".join(f"{name}: <{letter}{name}>" for name in names) + "}"


def gated(kind: str, names: tuple[str, ...]) -> tuple[str, str, Sizes]:
    layer = f"{kind}: {{units: 3, returns: last}}, weights: {gates(names, 'W')}"
    sizes = [(f"{letter}{name}", 2 if letter == "W" else 3, 3) for letter in "WR" for name in names]
    return "{steps: 2, units: 2}", f"{layer}, recurrent_weights: {gates(names, 'R')}", sizes


KINDS: dict[str, tuple[str, str, Sizes]] = {
    # Of each kind of layer: its inputs, its own line, its matrices by name, sources, units.
    "recurrent": (
        "{steps: 2, units: 2}",
        "recurrent: {units: 3, returns: last}, weights: <W>, recurrent_weights: <R>",
        [("W", 2, 3), ("R", 3, 3)],
    ),
    "lstm": gated("lstm", LSTM),
    "gru": gated("gru", GRU),
    "attention": (
        "{positions: 3, units: 2}",
        "attention: {keys: 4, values: 3}, weights: {query: <Wq>, key: <Wk>, value: <Wv>}",
        [("Wq", 2, 4), ("Wk", 2, 4), ("Wv", 2, 3)],
    ),
    "swiglu": (
        "2",
        "swiglu: {units: 3}, weights: {gate: <Wg>, value: <Wv>}",
        [("Wg", 2, 3), ("Wv", 2, 3)],
    ),
}
LAST: Sizes = [("D", 3, 2)]


def file_of(kind: str, order: str, layout: str) -> tuple[str, list[Numbers]]:
    """A problem with this layer and a dense one behind it, and its matrices from row to column."""
    inputs, layer, matrices = KINDS[kind]
    numbers = count(1)
    found = []
    dense = "units: 2, weights: <D>, bias: none" if kind != "attention" else ""
    text = f"    - {{{layer}{', bias: none' * bool(dense)}}}\n"
    text += f"    - {{{dense}}}\n" * bool(dense)
    for name, sources, units in [*matrices, *(LAST if dense else [])]:
        matrix = [[f"{next(numbers) / 1000:.3f}" for _ in range(units)] for _ in range(sources)]
        found.append(matrix)
        said = matrix if order == "from-to" else turned(matrix)
        rows = ", ".join(f"[{', '.join(row)}]" for row in said)
        text = text.replace(f"<{name}>", f"[{rows}]")
    given = {"{steps: 2, units: 2}": "[[1, 2], [3, 4]]", "2": "[1, 2]"}
    targets = "[0.5, 0.25]" if dense else "[[0, 1, 0], [1, 0, 0], [0, 0, 1]]"
    return (
        f"title: t\nnetwork:\n  inputs: {inputs}\n  weight_order: {order}\n  layers:\n{text}"
        f"inputs: {given.get(inputs, '[[1, 2], [3, 4], [5, 6]]')}\ntargets: {targets}\n"
        f"learning_rate: 0.5\nconventions: {{layout: {layout}}}\n"
    ), found


def turned(matrix: Numbers) -> Numbers:
    return [list(column) for column in zip(*matrix, strict=True)]


def at_hand(tmp_path: Path, kind: str, order: str, layout: str) -> tuple[Solved, list[Numbers]]:
    text, matrices = file_of(kind, order, layout)
    path = tmp_path / f"{kind}.yaml"
    path.write_text(text, encoding="utf-8")
    done = solved_path(path, form="matrix", columns=layout == "columns")
    return done, [each if layout == "rows" else turned(each) for each in matrices]


def grids(picture: Scene) -> list[Numbers]:
    """The parameters of a picture, told from where their cells and numbers stand alone."""
    boxes = [s for s in picture.shapes if isinstance(s, Box) and s.role == "kernel"]
    cells: dict[str, dict[tuple[float, float], str]] = {}
    for box in boxes:
        inside = [
            label for label in picture.labels
            if label.given and box.x < label.x < box.x + box.width
            and box.y < label.y < box.y + box.height
        ]  # fmt: skip
        (label,) = inside
        array = label.key.rpartition(",")[0].rpartition(",")[0]
        cells.setdefault(array, {})[box.y, box.x] = f"{float(label.number):.3f}"
    found = []
    for grid in cells.values():
        rows = sorted({row for row, _ in grid})
        found.append([[n for (r, _), n in sorted(grid.items()) if r == row] for row in rows])
    return found


@pytest.mark.parametrize("layout", ["rows", "columns"])
@pytest.mark.parametrize("order", ["from-to", "to-from"])
@pytest.mark.parametrize("kind", KINDS)
def test_pictures_turn_matrices_as_the_formulas_do(
    tmp_path: Path, kind: str, order: str, layout: str
) -> None:
    done, expected = at_hand(tmp_path, kind, order, layout)
    for values in ("both", "numbers"):
        picture = scene_of(done.page, done.problem, done.trace.runs[0], values)
        drawn = grids(picture)
        assert all(matrix in drawn for matrix in expected), drawn
    still = scene_of(done.page, done.problem, done.trace.runs[0], still=True)
    assert all(matrix in grids(still) for matrix in expected)
    # And so do the lines: the formulas beside the picture.
    printed = [
        [[f"{float(number):.3f}" for number in row] for row in piece.rows]
        for line in done.document.sections[0].blocks if isinstance(line, Line)
        for part in line.parts for piece in part.pieces
        if isinstance(piece, MatrixRows)
    ]  # fmt: skip
    assert all(matrix in printed for matrix in expected), printed


@pytest.mark.parametrize(("layout", "size"), [("rows", "3×2"), ("columns", "2×3")])
def test_sizes_are_told_the_same_way_round(tmp_path: Path, layout: str, size: str) -> None:
    done, _ = at_hand(tmp_path, "attention", "from-to", layout)
    assert done.problem.network is not None
    assert done.document.picture[0].strip().startswith(f"{size} →")
    (first,) = [
        line for line in done.document.sections[1].blocks
        if isinstance(line, Line) and line.quantity.name == "Q[2]"
    ]  # fmt: skip
    assert size in first.shape


@pytest.mark.parametrize("name", NAMES)
def test_a_transposed_array_is_called_as_before(name: str) -> None:
    done = solved(name)
    for quantity in done.trace.runs[0].values:
        other = transposed(quantity)
        assert done.page.name(other, None) == done.page.name(quantity, None)
        assert (other.role, other.step) == (quantity.role, quantity.step)
        assert transposed(other) == quantity
