"""How often the program is right about a fixed part of the bank: the promises that it makes."""

from __future__ import annotations

import pytest

from tests.mistakes.bank import Bank
from tests.mistakes.families import FAMILIES
from tests.mistakes.marked import Opened
from tests.mistakes.rates import OTHER, RIGHT, Rates

SINGLE = ("single", "pen", "known")
SEEDS = 1
COMBINATIONS = 2


@pytest.fixture(scope="module")
def named() -> Rates:
    """Wrong answers to a few exercises of every family."""
    rates = Rates()
    for family, made in FAMILIES.items():
        for seed in range(SEEDS):
            exercise = made(seed)
            bank, opened = Bank(exercise, COMBINATIONS), Opened(exercise)
            rates.add_cases(bank, opened, (*bank.singles(), *bank.pairs(), *bank.above()))
        assert rates.outcomes, family
    return rates


def told(rates: Rates, outcome: str) -> list[str]:
    return [each.told for each in rates.examples if each.outcome == outcome][:20]


def test_a_slip_is_not_taken_for_something_else(named: Rates) -> None:
    counts = named.counts((*SINGLE, "above"))
    assert counts.total() > 500
    assert counts[OTHER] <= 0.02 * counts.total(), told(named, OTHER)


def test_a_wrong_answer_is_not_marked_right(named: Rates) -> None:
    counts = named.counts((*SINGLE, "pair", "above"))
    assert counts[RIGHT] <= 0.001 * counts.total(), told(named, RIGHT)


@pytest.mark.parametrize("family", FAMILIES)
def test_right_chains_are_right_and_the_first_mistake_is_found(family: str) -> None:
    rates = Rates()
    for seed in range(2):
        exercise = FAMILIES[family](seed)
        rates.add_chains(Bank(exercise), Opened(exercise), 4)
    assert rates.chains["right answers"] > 200
    assert rates.chains["answers after a mistake"] > 100
    assert [each.told for each in rates.chain_examples] == []


@pytest.mark.parametrize("family", FAMILIES)
def test_a_formula_is_right_where_it_is_equal_everywhere(family: str) -> None:
    rates = Rates()
    for seed in range(2):
        exercise = FAMILIES[family](seed)
        rates.add_formulas(exercise, Opened(exercise))
    assert rates.formulas["right formulas"] > 5
    assert rates.formulas["wrong formulas"] > 30
    assert [each.told for each in rates.formula_examples] == []


def test_random_numbers_get_no_name() -> None:
    rates = Rates()
    for seed, made in enumerate(FAMILIES.values()):
        exercise = made(seed % 2)
        bank = Bank(exercise)
        rates.add_cases(bank, Opened(exercise), bank.randoms(32))
    counts = rates.counts(("random",))
    assert counts.total() > 2_000
    assert counts[OTHER] <= 0.01 * counts.total(), told(rates, OTHER)
