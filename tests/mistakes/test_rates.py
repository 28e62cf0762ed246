"""How often the program is right about a fixed part of the bank: the promises that it makes."""

from __future__ import annotations

import pytest

from tests.mistakes.bank import Bank
from tests.mistakes.families import FAMILIES
from tests.mistakes.marked import Opened
from tests.mistakes.rates import OTHER, Rates


@pytest.mark.parametrize("family", FAMILIES)
def test_a_formula_is_right_where_it_is_equal_everywhere(family: str) -> None:
    rates = Rates()
    for seed in range(3):
        exercise = FAMILIES[family](seed)
        rates.add_formulas(exercise, Opened(exercise))
    assert rates.formulas["right formulas"] > 10
    assert rates.formulas["wrong formulas"] > 50
    assert [each.told for each in rates.formula_examples] == []


@pytest.mark.parametrize("family", FAMILIES)
def test_random_numbers_get_no_name(family: str) -> None:
    rates = Rates()
    for seed in range(4):
        exercise = FAMILIES[family](seed)
        bank = Bank(exercise)
        rates.add_cases(bank, Opened(exercise), bank.randoms(25))
    counts = rates.counts(("random",))
    assert counts.total() > 600
    assert counts[OTHER] <= 0.01 * counts.total(), [each.told for each in rates.examples][:10]
