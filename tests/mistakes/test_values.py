"""The sheets that wrong answers are made from come to the program's own values."""

from __future__ import annotations

import pytest

from tests.mistakes.families import FAMILIES
from tests.mistakes.marked import opened
from tests.mistakes.sheet import worked_out

SEEDS = 14


@pytest.mark.parametrize("family", FAMILIES)
def test_every_value_is_the_programs(family: str) -> None:
    for seed in range(SEEDS):
        exercise = FAMILIES[family](seed)
        values = worked_out(exercise.lines, exercise.given)
        assert values is not None
        own = opened(exercise).values()
        assert {line.name for line in exercise.lines} == set(own), exercise.problem
        for name, value in own.items():
            assert values[name] == pytest.approx(value, rel=1e-9, abs=1e-12), (seed, name)


@pytest.mark.parametrize("family", FAMILIES)
def test_every_other_right_way_comes_to_the_same(family: str) -> None:
    for seed in range(SEEDS):
        exercise = FAMILIES[family](seed)
        values = worked_out(exercise.lines, exercise.given)
        ways = frozenset(line.name for line in exercise.lines if line.by_way)
        other = worked_out(exercise.lines, exercise.given, by_way=ways)
        assert other == pytest.approx(values, rel=1e-9, abs=1e-12)
