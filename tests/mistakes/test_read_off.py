"""What the bank does to every problem of newer layers: no mistake is taken for another one."""

from __future__ import annotations

from functools import cache

import pytest

from tests.mistakes.bank import Bank
from tests.mistakes.marked import Opened
from tests.mistakes.rates import NAMED, OTHER, RIGHT, Rates
from tests.mistakes.read_off import read_off
from tests.mistakes.sheet import worked_out

PROBLEMS = (
    "residual", "autoencoder-tied", "batch-normalisation", "dropout", "word2vec",
    "multi-head-attention", "seq2seq",
)  # fmt: skip
COMBINATIONS = 2


@cache
def rates() -> Rates:
    """Single mistakes, slips of the pen, mistakes above and random numbers in each problem."""
    found = Rates()
    for name in PROBLEMS:
        exercise = read_off(name)
        bank, opened = Bank(exercise, COMBINATIONS), Opened(exercise)
        found.add_cases(bank, opened, (*bank.singles(), *bank.above(), *bank.randoms(2)))
    return found


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_lines_come_to_the_values(name: str) -> None:
    exercise = read_off(name)
    values, own = worked_out(exercise.lines, exercise.given), Opened(exercise).values()
    assert values is not None
    assert own.keys() <= values.keys()
    assert {key: values[key] for key in own} == pytest.approx(own, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize(
    ("kinds", "least", "most"),
    [
        (("single", "pen", "known"), 0.85, 0.02),
        # Of whole numbers another mistake, nearer to the answer, often comes to the same.
        (("above",), 0.6, 0.12),
    ],
)
def test_mistakes_are_named_and_not_taken_for_others(
    kinds: tuple[str, ...], least: float, most: float
) -> None:
    counts = rates().counts(kinds)
    told = [each.told for each in rates().examples if each.outcome in (OTHER, RIGHT)]
    assert counts.total() > 100
    assert counts[RIGHT] == 0, told
    assert counts[OTHER] <= most * counts.total(), told
    assert counts[NAMED] >= least * counts.total()


def test_random_numbers_get_no_name() -> None:
    counts = rates().counts(("random",))
    told = [each.told for each in rates().examples if each.case.kind == "random"]
    assert counts.total() > 100
    assert counts[OTHER] <= 0.02 * counts.total(), told
