"""Grids of any size: only what is drawn is made, and it is what a list of them would give."""

from __future__ import annotations

import tracemalloc
from decimal import Decimal
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.authoring.choices import MOST_STEPS, DrawGroup, Fixed, Grid, like, probable, resized
from bp_tutor.authoring.problem_text import places_of
from bp_tutor.authoring.vary import draw_groups
from bp_tutor.problem.load import read_problem

NETWORK = """\
network:
  inputs: 2
  weight_order: from-to
  layers:
    - units: 2
      activation: {activation}
      weights: [[0.4, {weight}], [0.6, 0.2]]
      bias: [0.1, -0.2]
inputs: [0.8, {put_in}]
targets: [0.5, {target}]
loss: half_squared_error
learning_rate: 0.5
"""
GRAPH = """\
graph:
  values: {{a: 2, b: {weight}, c: {target}}}
  formulas: {{e: a + b, f: e*c}}
  differentiate: f
  with_respect_to: [a, b]
"""
EXTREMES = (
    "-1e5", "1e5", "1.0e+29", "-1.0e+29", "1e300", "-1e300", "1e-300", "5e-324", "123456789.123",
    "0", "-0.0",
)  # fmt: skip


@pytest.mark.parametrize("text", EXTREMES)
@pytest.mark.parametrize(
    ("kind", "activation"),
    [
        (NETWORK, "identity"),
        (NETWORK, "tanh"),
        (NETWORK, "sigmoid"),
        (NETWORK, "step"),
        (GRAPH, ""),
    ],
)
@pytest.mark.parametrize("where", ["weight", "put_in", "target"])
def test_a_number_of_any_size_is_drawn_in_bounded_time_and_memory(
    kind: str, activation: str, where: str, text: str
) -> None:
    numbers = {"weight": "-0.3", "put_in": "0.5", "target": "0.25", where: text}
    file = kind.format(activation=activation, **numbers)
    if activation == "step":
        file = "".join(
            line for line in file.splitlines(keepends=True)
            if not line.startswith(("targets", "loss", "learning_rate"))
        ) + "loss: none\n"  # fmt: skip
    problem = read_problem(file, Path("p.yaml"))
    tracemalloc.start()
    start = process_time()
    groups = draw_groups(problem, places_of(file, problem))
    drawn = {place: text for lot in groups for place, text in lot.draw(7, 0)}
    taken, (_, most) = process_time() - start, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert drawn
    assert taken < 2
    assert most < 30 * 2**20


def listed(values: list[Decimal], zero: bool) -> list[Decimal]:
    """A grid of tenths as a list, by its definition."""
    count = max(8, -int(-max(map(abs, values)) * 10 // 1))
    ways = (-1, 1) if any(value < 0 for value in values) else (1,)
    found = {Decimal(way * place) / 10 for way in ways for place in range(1, count + 1)}
    return sorted(found | {Decimal(0)} if zero else found)


tenths = st.integers(-400, 400).map(lambda n: Decimal(n) / 10)


@given(
    st.lists(tenths, min_size=1, max_size=5).filter(lambda v: any(x % 1 for x in v)), st.booleans()
)
def test_a_grid_is_the_list_of_its_values(values: list[Decimal], zero: bool) -> None:
    if all(value % Decimal("0.5") == 0 for value in values):
        return
    found = like(values, zero=zero)
    right = listed(values, zero)
    assert list(found) == right
    assert [found[place] for place in range(len(found))] == right
    texts = [found.text(place) for place in range(len(found))]
    assert found.places(texts) == list(range(len(found)))
    assert found.places(["0.05", "1000000"]) == []


@given(st.lists(tenths, min_size=1, max_size=4), st.floats(-50, 50), st.floats(-50, 50))
def test_between_leaves_what_a_filter_leaves(
    values: list[Decimal], one: float, other: float
) -> None:
    least, most = sorted((one, other))
    grid = like([*values, Decimal("0.3"), Decimal("-0.7")], zero=True)
    right = [v for v in grid if v in values or least < float(v) < most]
    assert list(grid.between(least, most, values)) == right


@settings(deadline=None)
@given(st.integers(0, 1_000), st.integers(1, 12), st.integers(1, 5))
def test_a_draw_from_a_grid_is_that_from_its_list(seed: int, places: int, size: int) -> None:
    grid = Grid(Decimal("0.1"), (range(-size, 0), range(1, size + 1)))
    texts = Fixed(tuple(grid.text(place) for place in range(len(grid))))
    ways = [
        list(DrawGroup("B[2]", tuple(range(places)), (choices,) * places, apart=True).draw(seed, 0))
        for choices in (grid, texts)
    ]
    assert ways[0] == ways[1]
    first = [text for _, text in ways[0]][: 2 * size]
    assert len(set(first)) == len(first)


@pytest.mark.parametrize("value", ["1e29", "-1e300", "1e-300", "100000.1"])
def test_a_grid_has_a_bounded_number_of_steps(value: str) -> None:
    given = [Decimal(value), Decimal("0.1"), Decimal("-0.7")]
    for grid in (like(given), resized(given[0]), probable([Decimal("1e-300")])):
        assert 0 < len(grid) <= 2 * MOST_STEPS + 1
