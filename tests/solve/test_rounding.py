"""Rounding by hand against the same calculation in decimals."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, localcontext
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.problem import Conventions, Network, Problem, Rounding
from bp_tutor.solve import solve
from bp_tutor.solve.rounding import round_by_hand
from bp_tutor.solve.training import train
from tests.solve.networks import identifiers

short = st.integers(-200, 200).map(lambda value: value / 100)
Decimals = dict[str, Decimal]


def decimal_of(number: object) -> Decimal:
    return Decimal(str(number))


def on_paper(value: Decimal, rounding: Rounding, letter: str) -> Decimal:
    """Rounded as a person does, straight from the digits."""
    digits = dict(rounding.by_quantity).get(
        letter, rounding.digits if rounding.mode == "hand" else None
    )
    if digits is None or not value:
        return value
    if rounding.significant:
        digits -= value.adjusted() + 1
    way = ROUND_DOWN if rounding.truncate else ROUND_HALF_UP
    return value.quantize(Decimal(1).scaleb(-digits), way)


def by_hand(problem: Problem, updates: int) -> list[Decimals]:
    """A 2-2-1 network with one bias, worked out in decimals, every number rounded at once."""
    network, rounding = problem.network, problem.rounding
    assert network is not None
    hidden, last = network.layers
    assert isinstance(hidden.weights, tuple)
    assert isinstance(last.weights, tuple)
    assert isinstance(last.bias.values, tuple)
    assert isinstance(network.samples, tuple)
    assert isinstance(network.targets, tuple)
    w = [[decimal_of(value) for value in row] for row in hidden.weights]
    v = [decimal_of(row[0]) for row in last.weights]
    b = decimal_of(last.bias.values[0])
    x = [decimal_of(value) for value in network.samples[0]]
    y, rate = decimal_of(network.targets[0][0]), decimal_of(network.learning_rate)
    found = []
    for _ in range(updates):
        seen: Decimals = {}

        def note(name: str, value: Decimal, seen: Decimals = seen) -> Decimal:
            seen[name] = on_paper(value, rounding, name.partition("[")[0])
            return seen[name]

        a, slope = [], []
        for k in (0, 1):
            z = note(f"Z[2,{k + 1}]", x[0] * w[0][k] + x[1] * w[1][k])
            plain = hidden.activation == "identity"
            a.append(note(f"A[2,{k + 1}]", z if plain else 1 / (1 + (-z).exp())))
            slope.append(Decimal(1) if plain else a[k] * (1 - a[k]))
        z = note("Z[3,1]", a[0] * v[0] + a[1] * v[1] + b)
        out = note("A[3,1]", z)
        note("L", note("E[1]", (out - y) ** 2 / 2))
        delta = note("dZ[3,1]", out - y)
        deltas = [note(f"dZ[2,{k + 1}]", delta * v[k] * slope[k]) for k in (0, 1)]

        def learn(
            name: str, place: str, value: Decimal, gradient: Decimal, note: object = note
        ) -> Decimal:
            rounded = note(f"d{name}[{place}]", gradient)  # type: ignore[operator]
            change = -rate * rounded
            if problem.conventions.report == "step":
                change = note(f"step{name}[{place}]", change)  # type: ignore[operator]
            result: Decimal = note(f"{name}'[{place}]", value + change)  # type: ignore[operator]
            return result

        v = [learn("W", f"2,{k + 1},1", v[k], a[k] * delta) for k in (0, 1)]
        b = learn("B", "3,1", b, delta)
        w = [
            [learn("W", f"1,{j + 1},{k + 1}", w[j][k], x[j] * deltas[k]) for k in (0, 1)]
            for j in (0, 1)
        ]
        found.append(seen)
    return found


@st.composite
def exercises(draw: st.DrawFn) -> Problem:
    def matrix(rows: int, columns: int) -> tuple[tuple[float, ...], ...]:
        return tuple(tuple(draw(short) for _ in range(columns)) for _ in range(rows))

    layers = (
        Layer(2, draw(st.sampled_from(["identity", "sigmoid"])), (), 0, matrix(2, 2), Bias("none")),
        Layer(1, "identity", weights=matrix(2, 1), bias=Bias(values=(draw(short),))),
    )
    network = Network(2, layers, samples=matrix(1, 2), targets=matrix(1, 1), learning_rate=0.1)
    digits = st.integers(1, 4)
    letters = ("Z", "A", "dZ", "dW", "W'", "stepW", "L")
    return Problem(
        Path("by-hand.yaml"),
        network=network,
        conventions=Conventions(report=draw(st.sampled_from(["gradient", "step"]))),
        rounding=Rounding(
            draw(st.sampled_from(["hand", "exact"])),
            draw(digits),
            significant=draw(st.booleans()),
            truncate=draw(st.booleans()),
            by_quantity=tuple(
                (letter, draw(st.one_of(st.none(), digits)))
                for letter in draw(st.sets(st.sampled_from(letters), max_size=3))
            ),
        ),
    )


@settings(max_examples=80, deadline=None)
@given(problem=exercises())
def test_every_number_is_rounded_before_it_is_used_again(problem: Problem) -> None:
    updates = 2 if problem.rounding.mode == "hand" else 1
    with localcontext() as context:
        context.prec = 60
        expected = by_hand(problem, updates)
    trace = solve(problem, updates)
    for run, values in zip(trace.runs, expected, strict=True):
        found = identifiers(run)
        assert {name: found[name] for name in values} == pytest.approx(
            {name: float(value) for name, value in values.items()}, rel=1e-13, abs=1e-14
        )


@settings(max_examples=25, deadline=None)
@given(problem=exercises(), updates=st.integers(1, 4))
def test_training_by_hand_is_solving_by_hand(problem: Problem, updates: int) -> None:
    trace = solve(problem, updates)
    assert trace.after is not None
    assert identifiers(train(problem, updates).last) == identifiers(trace.after)


@settings(max_examples=150, deadline=None)
@given(
    value=st.one_of(
        st.floats(-1e6, 1e6).map(lambda value: round(value, 9)),
        st.integers(-(10**8), 10**8).map(lambda n: n / 10**5),
    ),
    digits=st.integers(1, 9),
    significant=st.booleans(),
    truncate=st.booleans(),
)
def test_one_number(value: float, digits: int, significant: bool, truncate: bool) -> None:
    exact = Decimal(f"{value:.14e}")
    rounding = Rounding("hand", digits, significant=significant, truncate=truncate)
    found = round_by_hand(value, digits, significant=significant, truncate=truncate)
    assert found == float(on_paper(exact, rounding, ""))
    assert round_by_hand(found, digits, significant=significant, truncate=truncate) == found


@pytest.mark.parametrize(
    ("value", "digits", "rounded", "cut"),
    [
        (0.285, 2, 0.29, 0.28),
        (-0.285, 2, -0.29, -0.28),
        (2.675, 2, 2.68, 2.67),
        (0.1 * 0.35, 3, 0.035, 0.035),
        (1.005, 2, 1.01, 1.0),
        (0.99995, 4, 1.0, 0.9999),
        (1e-9, 4, 0.0, 0.0),
        (-1e-9, 4, 0.0, 0.0),
        (1e300, 4, 1e300, 1e300),
        (0.0, 4, 0.0, 0.0),
    ],
)
def test_as_on_paper(value: float, digits: int, rounded: float, cut: float) -> None:
    assert round_by_hand(value, digits) == rounded
    assert round_by_hand(value, digits, truncate=True) == cut


@pytest.mark.parametrize(
    ("value", "digits", "rounded"),
    [(0.0045678, 3, 0.00457), (123456.0, 2, 120000.0), (0.99996, 4, 1.0), (-0.25, 1, -0.3)],
)
def test_significant_figures(value: float, digits: int, rounded: float) -> None:
    assert round_by_hand(value, digits, significant=True) == rounded
