"""Every number of an update, and every gradient, on random networks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.problem import Conventions, Network, Problem
from bp_tutor.solve import solve
from bp_tutor.solve.check import check
from tests.solve.by_loops import (
    Weights,
    forward,
    one_update,
    slope_by_difference,
    weights_of,
)
from tests.solve.networks import ACTIVATIONS, LOSSES, identifiers, problems

KINKED = ("relu", "leaky_relu", "elu")
NEAR = 1e-3


def bends(problem: Problem) -> bool:
    """Whether a value lies so near a kink that no difference tells the slope."""
    network = problem.network
    assert network is not None
    assert network.loss is not None
    assert isinstance(network.samples, tuple)
    assert isinstance(network.targets, tuple)
    for x, y in zip(network.samples, network.targets, strict=True):
        passed = forward(network, weights_of(network), list(x))
        for layer, z in zip(network.layers, passed.before[1:], strict=True):
            if layer.activation in KINKED and min(map(abs, z)) < NEAR:
                return True
        gaps = [abs(a - t) for a, t in zip(passed.after[-1], y, strict=True)]
        if network.loss.name == "mean_absolute_error" and min(gaps) < NEAR:
            return True
    return False


def assert_values(problem: Problem) -> None:
    """Every identifier of the first update against plain loops."""
    network = problem.network
    assert network is not None
    assert isinstance(network.learning_rate, float)
    rows = list(range(network.sample_count))
    expected = one_update(problem, weights_of(network), rows, network.learning_rate).values
    found = identifiers(solve(problem).runs[0])
    known = found.keys() & expected.keys()
    assert {name: found[name] for name in known} == pytest.approx(
        {name: expected[name] for name in known}, rel=1e-9, abs=1e-11
    )
    for name in expected:
        letter = name.partition("[")[0]
        if letter in ("Z", "A", "E", "L", "dW", "dB", "W'", "B'"):
            assert name in found, name


def assert_gradients(problem: Problem) -> None:
    """Every reported gradient against central differences of the loops' loss."""
    network = problem.network
    assert network is not None
    rows = list(range(network.sample_count))
    found = identifiers(solve(problem).runs[0])
    weights = weights_of(network)

    def matches(name: str, slope: float) -> None:
        if name in found:
            assert found[name] == pytest.approx(slope, rel=1e-6, abs=2e-8), name

    for number, matrix in enumerate(weights.matrices):
        for j, line in enumerate(matrix):
            for k in range(len(line)):

                def change(moved: Weights, by: float, at: Any = (number, j, k)) -> None:
                    moved.matrices[at[0]][at[1]][at[2]] += by

                slope = slope_by_difference(problem, weights, rows, change)
                matches(f"dW[{number + 1},{j + 1},{k + 1}]", slope)
    for number, bias in enumerate(weights.biases):
        for k in range(len(bias or ())):

            def shift(moved: Weights, by: float, at: Any = (number, k)) -> None:
                row = moved.biases[at[0]]
                assert row is not None
                row[at[1]] += by

            slope = slope_by_difference(problem, weights, rows, shift)
            matches(f"dB[{number + 2},{k + 1}]", slope)


def simultaneous(problem: Problem) -> Problem:
    return problem._replace(conventions=problem.conventions._replace(update_order="simultaneous"))


@pytest.mark.parametrize("activation", ACTIVATIONS)
@settings(max_examples=8, deadline=None)
@given(data=st.data())
def test_every_activation(activation: str, data: st.DataObject) -> None:
    problem = data.draw(problems(activation=activation))
    assume(not bends(problem))
    assert_values(problem)
    assert_gradients(simultaneous(problem))


@pytest.mark.parametrize("loss", LOSSES)
@settings(max_examples=12, deadline=None)
@given(data=st.data())
def test_every_loss(loss: str, data: st.DataObject) -> None:
    problem = data.draw(problems(loss=loss))
    assume(not bends(problem))
    assert_values(problem)
    assert_gradients(simultaneous(problem))


@settings(max_examples=15, deadline=None)
@given(problem=problems())
def test_the_check_finds_nothing_wrong_on_any_network(problem: Problem) -> None:
    run = solve(problem).runs[0]
    result = check(run)
    if result is None:
        assert not any(line.phase == "gradient" for line in run.program.lines)
        return
    assert not result.failed
    assert result.largest < 1e-6


@settings(max_examples=15, deadline=None)
@given(problem=problems(update_order="simultaneous"))
def test_the_gradients_of_the_inputs(problem: Problem) -> None:
    network = problem.network
    assert network is not None
    assume(not bends(problem))
    problem = problem._replace(network=network._replace(ask_inputs=True))
    found = identifiers(solve(problem).runs[0])
    assert isinstance(network.samples, tuple)
    rows = list(range(network.sample_count))
    for place, sample in enumerate(network.samples):
        for unit in range(len(sample)):

            def moved(by: float, place: int = place, unit: int = unit) -> Problem:
                assert network is not None
                assert isinstance(network.samples, tuple)
                table = [list(row) for row in network.samples]
                table[place][unit] += by
                return problem._replace(network=network._replace(samples=tuple(map(tuple, table))))

            ends = [slope_value(moved(side), rows) for side in (1e-5, -1e-5)]
            at = f"@{place + 1}" if len(rows) > 1 else ""
            slope = (ends[0] - ends[1]) / 2e-5
            assert found[f"dA[1,{unit + 1}]{at}"] == pytest.approx(slope, rel=1e-6, abs=2e-8)


def slope_value(problem: Problem, rows: list[int]) -> float:
    from tests.solve.by_loops import factor_of, total_loss

    assert problem.network is not None
    return factor_of(problem) * total_loss(problem.network, weights_of(problem.network), rows)


@pytest.mark.parametrize("activation", ["relu", "leaky_relu", "elu"])
@pytest.mark.parametrize("slope_at_zero", [0, 1])
def test_both_slopes_at_a_kink(activation: str, slope_at_zero: int) -> None:
    layers = (
        Layer(1, activation, (), slope_at_zero, ((0.5,), (-1.0,)), Bias("none")),
        Layer(1, "identity", weights=((2.0,),), bias=Bias("none")),
    )
    problem = Problem(
        Path("kink.yaml"),
        network=Network(2, layers, samples=((2.0, 1.0),), targets=((1.0,),), learning_rate=0.5),
    )
    run = solve(problem).runs[0]
    found = identifiers(run)
    assert found["Z[2,1]"] == 0
    other = {"relu": 0.0, "leaky_relu": 0.01, "elu": 1.0}[activation]
    slope = 1.0 if slope_at_zero else other
    assert found["dZ[2,1]"] == -1 * 2.0 * slope
    assert found["dW[1,1,1]"] == -1 * 2.0 * slope * 2.0
    assert_values(problem)
    result = check(run)
    assert result is not None
    assert not result.failed
    # At the kink itself there is no slope to compare with.
    assert set(result.skipped) >= {"dW[1,1,1]", "dW[1,2,1]"}


def test_a_dropped_factor_leaves_weight_decay_as_it_is() -> None:
    layers = (Layer(1, "identity", weights=((0.5,),), bias=Bias("none")),)
    loss = Loss("squared_error", drop_factor=True, penalty=("weight_decay", 0.1))
    network = Network(1, layers, samples=((2.0,),), targets=((3.0,),), loss=loss, learning_rate=0.1)
    problem = Problem(Path("decay.yaml"), network=network, conventions=Conventions())
    found = identifiers(solve(problem).runs[0])
    assert found["dW[1,1,1]"] == pytest.approx((1 - 3) * 2 + 0.1 * 0.5)
