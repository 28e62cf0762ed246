"""Runs that are shared between ways to calculate are those that each would make by itself."""

from __future__ import annotations

import pytest

from bp_tutor.authoring.published.calculation import Calculation, Misapplied
from bp_tutor.authoring.published.variations import conventions
from bp_tutor.formula import Quantity
from bp_tutor.problem import Problem
from bp_tutor.problem.model import Rounding
from bp_tutor.solve import solve
from tests.authoring.nets import NET
from tests.authoring.pages import page_of
from tests.authoring.test_published import shipped

UPDATES = (2, 30, 31)


def values_at(problem: Problem, update: int) -> dict[Quantity, tuple[float, ...]]:
    return dict(solve(problem, update).runs[-1].values)


@pytest.mark.parametrize("name", ["sigmoid-2-2-1", "descent-stochastic", "momentum-adam"])
def test_a_convention_that_takes_its_weights_from_elsewhere(name: str) -> None:
    problem = shipped(name)
    own = Calculation(problem, page_of(problem), {(update, False) for update in UPDATES})
    for way in conventions(problem):
        if way.mistake or way.shift or way.problem is None:
            continue
        shared = Calculation(
            way.problem, page_of(problem), {(update, False) for update in UPDATES}, like=own
        )
        for update in UPDATES:
            run = shared.run((update, False))
            assert run is not None
            expected = values_at(way.problem, update)
            for quantity, numbers in run.values.items():
                assert numbers == pytest.approx(expected[quantity], rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("rounding", [Rounding("hand", 3), Rounding("hand", 4, significant=True),
                                      Rounding(by_quantity=(("A", 2), ("dZ", 3)))])  # fmt: skip
def test_roundings_share_their_programs(rounding: Rounding) -> None:
    problem = shipped("sigmoid-2-2-1")
    own = Calculation(problem, page_of(problem), {(30, False)})
    own.run((30, False))
    rounded = problem._replace(rounding=rounding)
    run = Calculation(rounded, page_of(problem), {(30, False)}, own.programs).run((30, False))
    assert run is not None
    assert run.values == values_at(rounded, 30)


def test_a_mistake_that_goes_through_many_updates() -> None:
    """The slope of the output left out in each of 20 updates, by a plain loop."""
    problem = shipped("sigmoid-2-2-1")
    way = next(
        way
        for way in conventions(problem)
        if way.mistake == "slope_left_out" and way.layers == (3,)
    )
    run = Misapplied(way, page_of(problem), {(1, False), (21, False)}).run((21, False))
    assert run is not None
    network = problem.network
    assert network is not None
    first, second = (layer.weights for layer in network.layers)
    assert isinstance(first, tuple)
    assert isinstance(second, tuple)
    assert isinstance(network.samples, tuple)
    assert isinstance(network.targets, tuple)
    net = NET._replace(
        w=first, v=tuple(row[0] for row in second), x=network.samples[0],  # type: ignore[arg-type]
        y=network.targets[0][0], rate=network.learning_rate,  # type: ignore[arg-type]
    )  # fmt: skip
    for _ in range(20):
        value = net.values()
        delta = value["A[3,1]"] - net.y
        hidden = [
            delta * net.v[k] * value[f"A[2,{k + 1}]"] * (1 - value[f"A[2,{k + 1}]"]) for k in (0, 1)
        ]
        net = net._replace(
            w=tuple(  # type: ignore[arg-type]
                tuple(net.w[j][k] - net.rate * hidden[k] * net.x[j] for k in (0, 1)) for j in (0, 1)
            ),
            v=tuple(  # type: ignore[arg-type]
                net.v[k] - net.rate * delta * value[f"A[2,{k + 1}]"] for k in (0, 1)
            ),
        )
    for k in (0, 1):
        assert run.value(*run.find(f"W[2,{k + 1},1]")) == pytest.approx(net.v[k])  # type: ignore[misc]
        for j in (0, 1):
            found = run.value(*run.find(f"W[1,{j + 1},{k + 1}]"))  # type: ignore[misc]
            assert found == pytest.approx(net.w[j][k])
