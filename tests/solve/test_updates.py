"""Several updates: batches in turn, rates in turn, both orders, and training at full speed."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bp_tutor.problem import Problem
from bp_tutor.solve import NumberError, evaluate, solve, training
from bp_tutor.solve.training import chosen_points, train
from tests.solve.by_loops import Weights, one_update, total_loss, weights_of
from tests.solve.networks import identifiers, problems
from tests.solve.test_gradients import bends

LARGEST = 1e3


@dataclass
class Course:
    """What plain loops make of some updates: the values of each, and the weights at the end."""

    values: list[dict[str, float]]
    weights: Weights
    loss: float


def course(problem: Problem, updates: int) -> Course:
    """One update after another, over the batches of an epoch in turn."""
    network = problem.network
    assert network is not None
    count = network.sample_count
    size = network.batch or count
    parts = [list(range(start, min(start + size, count))) for start in range(0, count, size)]
    weights = weights_of(network)
    found = []
    for update in range(updates):
        rate = network.learning_rate
        if isinstance(rate, tuple):
            rate = rate[update] if update < len(rate) else rate[-1]
        assert rate is not None
        done = one_update(problem, weights, parts[update % len(parts)], rate)
        weights = done.weights
        found.append(done.values)
    return Course(found, weights, total_loss(network, weights, list(range(count))))


@st.composite
def trained(draw: st.DrawFn) -> Problem:
    """A network with a batch size and a schedule of rates."""
    problem = draw(problems())
    network = problem.network
    assert network is not None
    assert isinstance(network.learning_rate, float)
    batch = draw(st.sampled_from([None, 1, 2, 3]))
    rates = draw(st.sampled_from([1, 2, 3, 9]))
    # Small steps: a network that runs away magnifies the last digit.
    first = network.learning_rate / 20
    schedule = tuple(first / (1 + place) for place in range(rates))
    network = network._replace(
        batch=batch if batch is None or batch <= network.sample_count else 1,
        learning_rate=first if rates == 1 else schedule,
    )
    return problem._replace(network=network)


def learns(problem: Problem) -> bool:
    assert problem.network is not None
    return any(not layer.frozen for layer in problem.network.layers)


@settings(max_examples=30, deadline=None)
@given(problem=trained(), updates=st.integers(2, 5))
def test_each_update_goes_on_from_the_last(problem: Problem, updates: int) -> None:
    assume(learns(problem) and not bends(problem))
    expected = course(problem, updates)
    assume(all(abs(value) < LARGEST for value in expected.values[-1].values()))
    trace = solve(problem, updates)
    assert len(trace.runs) == updates
    for run, values in zip(trace.runs, expected.values, strict=True):
        found = identifiers(run)
        known = found.keys() & values.keys()
        assert {name: found[name] for name in known} == pytest.approx(
            {name: values[name] for name in known}, rel=1e-7, abs=1e-9
        )
        assert {name for name in values if name.startswith(("W'", "B'", "Z"))} <= known
    assert trace.after is not None
    assert identifiers(trace.after)["L"] == pytest.approx(expected.loss, rel=1e-7)


@pytest.mark.parametrize("straight", [True, False], ids=["straight-line", "NumPy"])
@settings(max_examples=20, deadline=None)
@given(problem=trained(), updates=st.integers(1, 6))
def test_training_is_solving_again_and_again(
    straight: bool, problem: Problem, updates: int
) -> None:
    assume(learns(problem))
    trace = solve(problem, updates)
    assert trace.after is not None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "STRAIGHT_LINE", 10**9 if straight else -1)
        result = train(problem, updates, points=(0, 1, updates))
    last, expected = identifiers(result.last), identifiers(trace.after)
    assert last == pytest.approx(expected, rel=1e-9, abs=1e-12)
    assert result.points[0].loss == pytest.approx(
        identifiers(solve(problem).runs[0])["L"]
        if problem.network and problem.network.batch is None
        else result.points[0].loss
    )
    assert result.points[-1].loss == pytest.approx(expected["L"], rel=1e-9)
    assert [point.updates for point in result.points] == [0, 1, updates]


@settings(max_examples=30, deadline=None)
@given(problem=problems())
def test_straight_line_code_equals_numpy_code(problem: Problem) -> None:
    by_entries = identifiers(solve(problem).runs[0])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(evaluate, "SMALL", -1)
        by_arrays = identifiers(solve(problem).runs[0])
    assert by_arrays == pytest.approx(by_entries, rel=1e-9, abs=1e-11)


def test_the_points_that_are_shown() -> None:
    assert chosen_points(1) == (0, 1)
    assert chosen_points(7) == (0, 1, 2, 5, 7)
    for updates in (10, 100, 10_000, 123_456_789):
        points = chosen_points(updates)
        assert points[0] == 0
        assert points[-1] == updates
        assert len(points) <= 13
        assert list(points) == sorted(set(points))


@settings(max_examples=10, deadline=None)
@given(problem=problems(loss="half_squared_error", activation="identity"))
def test_a_training_that_runs_away_says_so(problem: Problem) -> None:
    network = problem.network
    assert network is not None
    assume(learns(problem))
    wild = problem._replace(network=network._replace(learning_rate=1e9))
    with suppress(NumberError):
        assert train(wild, 5_000).points[-1].loss < float("inf")
