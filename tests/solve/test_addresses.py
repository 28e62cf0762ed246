"""The address of a number: spelled and read back, its offset, its order, its role."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bp_tutor.formula import Address, Quantity, Role
from bp_tutor.formula.addresses import Addresses
from bp_tutor.formula.quantity import DERIVATIVE, SAMPLE, VALUE
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.solve import Run, solve, used

FILES = sorted(path.stem for path in (Path(__file__).parents[2] / "problems").glob("*.yaml"))
MOST = 400
"""Numbers of one array that are looked at: of larger ones the first and the last."""


def run_of(name: str) -> Run:
    return solve(load_problem(find_problem(name))).runs[0].with_asides()


def some(quantity: Quantity) -> list[Address]:
    """The addresses of a quantity; of a large one, those at both ends."""
    found = list(quantity.addresses())
    return found if len(found) <= MOST else [*found[: MOST // 2], *found[-MOST // 2 :]]


@pytest.mark.parametrize("name", FILES)
def test_every_address_is_read_back_and_has_its_place(name: str) -> None:
    run = run_of(name)
    quantities = run.quantities()
    addresses = Addresses(quantities)
    known: set[str] = set()
    last = (-1, -1)
    for place, quantity in enumerate(quantities):
        for address in some(quantity):
            assert addresses.find(address.identifier) == address == (quantity, address.index)
            assert address.identifier not in known
            known.add(address.identifier)
            flat = np.ravel_multi_index(address.index, quantity.shape) if quantity.shape else 0
            assert address.offset == flat
            assert addresses.order(address) == (place, flat) > last
            last = addresses.order(address)
            if quantity in run.values:
                assert run.value(*address) == run.values[quantity][flat]


@pytest.mark.parametrize("name", FILES)
def test_the_order_is_that_of_the_calculation(name: str) -> None:
    """Whatever stands in the formula of a number comes before it."""
    run = run_of(name)
    addresses = Addresses(run.quantities())
    for step in run.steps:
        first = next(step.quantity.addresses())
        for quantity in used(step.formula):
            *_, last = some(quantity)
            assert addresses.order(last) < addresses.order(first)


@pytest.mark.parametrize("name", FILES)
def test_every_quantity_says_its_role(name: str) -> None:
    run = run_of(name)
    model = run.program.model
    for quantity in run.named():
        assert quantity.role is not Role.HELPER, quantity
    for line in model.definitions:
        if line.quantity.role is Role.WEIGHTED_SUM:
            assert line.quantity.as_kind(DERIVATIVE).is_delta
    assert model.loss is None or model.loss.role in (Role.LOSS, Role.NODE)
    for quantity in model.trained:
        assert quantity.role in (
            Role.WEIGHT, Role.RECURRENT_WEIGHT, Role.BIAS, Role.SCALE, Role.LEAF,
        )  # fmt: skip
    for quantity in model.given:
        if SAMPLE in quantity.axes:
            derivative = quantity.kind == DERIVATIVE and quantity.as_kind(VALUE) in model.seeds
            known = derivative or quantity in model.stated
            assert quantity.role in (Role.INPUT, Role.TARGET) or known


def test_identifiers_of_what_there_is_not_are_no_addresses() -> None:
    run = run_of("exercise")
    for identifier in ("W[1,1,9]", "W[0,1,1]", "W[1,01,1]", "Z[2,1]@2", "Z[2]", "Q[1]", "", "W["):
        assert run.find(identifier) is None


@pytest.mark.parametrize("name", FILES)
def test_lines_that_apply_an_activation_say_to_what(name: str) -> None:
    for line in run_of(name).program.lines:
        inside = line.activates
        assert (inside is not None) == (line.rule == "activation"), line.quantity
        assert inside is None or inside in used(line.formula)
