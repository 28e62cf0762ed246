"""The derivative of one value by another, against central differences of the calculation."""

from __future__ import annotations

from math import isnan, nan
from random import Random
from typing import TYPE_CHECKING

import pytest

from bp_tutor.catalogue.losses import Loss
from bp_tutor.formula import CANONICAL, Address, StableForm, replace, spell
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.solve import Run, solve
from bp_tutor.solve.evaluate import evaluate
from bp_tutor.solve.partial import PartialError, partial, with_partial

if TYPE_CHECKING:
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.problem.model import Problem

WIDTH = 1e-6
NAMES = (
    "sigmoid-2-2-2", "exercise", "linear-2-2-1", "softmax-cross-entropy", "xor-sigmoid",
    "batch-weight-decay", "cnn-2x2", "rnn-bptt", "lstm-step", "attention-tiny", "swiglu",
    "graph-chain-rule", "activations",
)  # fmt: skip


def run_of(name: str) -> Run:
    problem: Problem = load_problem(find_problem(name))
    return solve(problem).runs[0]


def moved(run: Run, below: Address, by: float) -> dict[Quantity, tuple[float, ...]]:
    """Every value where one is moved, whatever it was calculated from."""
    quantity, index = below
    place = list(quantity.indices()).index(index)
    numbers = list(run.values[quantity])
    numbers[place] += by
    start = {q: run.values[q] for q in run.program.model.given if q in run.values}
    start[quantity] = tuple(numbers)
    # The safe forms of a loss look past the outputs, to what is in front of them.
    lines = [
        line._replace(formula=replace(line.formula, as_shown))
        for line in run.program.model.definitions
        if line.quantity != quantity
    ]
    return evaluate(lines, start)


def as_shown(node: Formula) -> Formula | None:
    return node.shown if isinstance(node, StableForm) else None


def by_differences(run: Run, of: Address, over: Address) -> float:
    """The slope; nan at a kink."""
    place = list(of[0].indices()).index(of[1])
    up, here, down = (moved(run, over, by)[of[0]][place] for by in (WIDTH, 0, -WIDTH))
    bent = abs((up - here) - (here - down)) > WIDTH / 1000
    return nan if bent else (up - down) / (2 * WIDTH)


@pytest.mark.parametrize("name", NAMES)
def test_every_derivative_is_what_differences_say(name: str) -> None:
    run = run_of(name)
    model = run.program.model
    lines = [line.quantity for line in model.definitions if line.quantity in run.values]
    known = [q for q in model.given if q in run.values and not q.kind and q.symbol != "eta"]
    draw = Random(name)  # noqa: S311 - the same every time
    compared, refused = 0, []
    for _ in range(40):
        upper = draw.choice(lines)
        lower = draw.choice(known + lines)
        of = Address(upper, draw.choice(list(upper.indices())))
        over = Address(lower, draw.choice(list(lower.indices())))
        if of == over:
            continue
        try:
            found = partial(run.program, of, over)
        except PartialError as error:
            refused.append((str(error), of, over))
            continue
        value = found.along_all.value(run.value)
        expected = by_differences(run, of, over)
        if isnan(expected):
            continue
        assert value == pytest.approx(expected, rel=1e-5, abs=1e-8), (upper.name, lower.name)
        compared += 1
    assert compared > 5
    for why, of, over in refused:
        # Only targets stand in a line without a slope; elsewhere the lower one comes later.
        assert why == ("no_slope" if over[0].symbol == "Y" else "backwards")
        assert why == "no_slope" or by_differences(run, of, over) == 0


@pytest.mark.parametrize(
    ("upper", "lower", "formula", "value"),
    [
        ("A[2,1]", "Z[2,1]", "A[2,1]*(1 - A[2,1])", 0.2381766),
        ("Z[2,1]", "W[1,1,1]", "A[1,1]", 0.02),
        ("Z[3,1]", "A[2,1]", "W[2,1,1]", 0.2),
        ("E[1]", "A[3,1]", "A[3,1] - Y[1]", 0.6258564),
        ("E[1]", "A[2,1]", "(A[3,1] - Y[1])*A[3,1]*(1 - A[3,1])*W[2,1,1]", 0.0293101),
        ("L", "E[2]", "1", 1),
        ("Z[2,1]", "A[2,2]", "0", 0),
    ],
)
def test_the_local_derivatives_of_the_lecture(
    upper: str, lower: str, formula: str, value: float
) -> None:
    run = run_of("sigmoid-2-2-2")
    of, over = run.find(upper), run.find(lower)
    assert of
    assert over
    found = partial(run.program, of, over)
    assert spell(found.direct, CANONICAL) == formula
    assert found.direct.value(run.value) == pytest.approx(value, abs=1e-7)
    step = with_partial(run, of, over).steps[-1]
    assert step.quantity.name == f"d{upper}/d{lower}"
    assert step.value == pytest.approx((value,), abs=1e-7)


def test_a_derivative_the_wrong_way_round_is_refused() -> None:
    run = run_of("sigmoid-2-2-2")
    net, out = run.find("Z[2,1]"), run.find("A[2,1]")
    assert net
    assert out
    with pytest.raises(PartialError, match="backwards"):
        partial(run.program, net, out)


def test_a_shared_weight_has_two_readings() -> None:
    """In the second step a weight acts by itself and through the state before."""
    run = run_of("rnn-bptt")
    of = run.find("Z[2,2,1]") or next(
        Address(q, (0, 0))
        for q in run.values
        if q.symbol == "Z" and q.place == (2, 2) and not q.kind
    )
    over = run.find("R[2,1,1]")
    assert over
    found = partial(run.program, of, over)
    assert len(found.readings) == 2
    assert found.along_all.value(run.value) == pytest.approx(by_differences(run, of, over))
    with pytest.raises(PartialError, match="two_ways"):
        with_partial(run, of, over)


def test_a_dropped_factor_is_dropped_from_errors_alone() -> None:
    problem = load_problem(find_problem("sigmoid-2-2-2"))
    assert problem.network is not None
    network = problem.network._replace(loss=Loss("squared_error", drop_factor=True))
    run = solve(problem._replace(network=network)).runs[0]

    def value(upper: str, lower: str) -> float:
        of, over = run.find(upper), run.find(lower)
        assert of
        assert over
        return partial(run.program, of, over).direct.value(run.value)

    out = run.value(*(run.find("A[3,1]") or (0, 0)))
    assert value("E[1]", "A[3,1]") == pytest.approx(out - 0)
    assert value("L", "A[3,1]") == pytest.approx(out - 0)
    assert value("L", "E[1]") == 1
    assert value("A[3,1]", "Z[3,1]") == pytest.approx(out * (1 - out))
