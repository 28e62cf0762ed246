"""Every formula with a stable form: what is shown is what is worked out, wherever it has a value.

The right values are worked out with 700 digits (mpmath), from what stands in the line: the
output that is shown, with all its digits, rounded, or answered; from the sums in front of it only
where the line has no value.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.formula import (
    FUNCTIONS,
    Formula,
    LogSumExp,
    Number,
    Quantity,
    Ref,
    SoftmaxEntry,
    StableForm,
    apply,
    call,
    worked_out,
)
from bp_tutor.formula.compiling import compile_arrays, compile_scalars, entry_of
from bp_tutor.problem import Network, Problem, Rounding
from bp_tutor.solve import Run, evaluate, program_of, solve
from bp_tutor.solve.check import check
from bp_tutor.solve.training import train
from tests.solve.networks import identifiers

mp = mpmath.mp.clone()
mp.dps = 700

extreme = st.one_of(
    st.floats(-5, 5), st.floats(-50, 50), st.floats(-1000, 1000), st.integers(-1000, 1000)
).map(float)
logits = st.lists(extreme, min_size=2, max_size=4)
SMALLEST = 1e-307


def nothing(quantity: Quantity, _: tuple[int, ...]) -> float:
    raise KeyError(quantity.name)


def close(value: float, right: Any) -> bool:
    """Whether a float is a number worked out with 700 digits, as far as floats go."""
    return bool(abs(mp.mpf(value) - right) <= 1e-12 * abs(right) + SMALLEST)


def sigmoid(z: Any) -> Any:
    return 1 / (1 + mp.exp(-z))


def softmax(row: list[Any]) -> list[Any]:
    powers = [mp.exp(mp.mpf(z)) for z in row]
    return [power / sum(powers) for power in powers]


FUNCTIONS_RIGHT: dict[str, Callable[[Any], Any]] = {
    "sigmoid": sigmoid,
    "tanh": lambda z: (mp.exp(z) - mp.exp(-z)) / (mp.exp(z) + mp.exp(-z)),
    "softplus": lambda z: mp.log(1 + mp.exp(z)),
    "swish": lambda z: z / (1 + mp.exp(-z)),
    "elu": lambda z: z if z > 0 else mp.exp(z) - 1,
    "selu": lambda z: (
        mp.mpf(1.0507009873554805) * (z if z > 0 else mp.mpf(1.6732632423543772) * (mp.exp(z) - 1))
    ),
    "normal_density": mp.npdf,
}


@pytest.mark.parametrize("name", FUNCTIONS_RIGHT)
@settings(max_examples=30, deadline=None)
@given(z=extreme)
def test_a_function_far_out(name: str, z: float) -> None:
    right = FUNCTIONS_RIGHT[name](mp.mpf(z))
    assert close(call(name, Number(z)).value(nothing), right)
    flat, found = Quantity("x"), Quantity("y")
    line = [(found, call(name, Ref(flat)))]
    assert close(compile_scalars([flat], line, [found])(1, z)[0], right)
    assert close(float(compile_arrays([flat], line, [found])(1, np.array(z))[0]), right)


def test_every_function_that_is_defined_by_exponentials_is_among_them() -> None:
    written = {name for name, row in FUNCTIONS.items() if row.body and "exp(" in row.body}
    # The hyperbolic cosine has no value far out, as the exponential itself has none.
    assert written == set(FUNCTIONS_RIGHT) | {"cosh"}


@settings(max_examples=30, deadline=None)
@given(row=logits)
def test_softmax_and_log_sum_far_out(row: list[float]) -> None:
    numbers = tuple(map(Number, row))
    right = softmax(row)
    total = mp.log(sum(mp.exp(mp.mpf(z)) for z in row))
    for place, share in enumerate(right):
        assert close(SoftmaxEntry(numbers, place).value(nothing), share)
    # Near 0 it is what is left of larger numbers: the logit, and ln of nearly 1.
    reach = 1e-12 * max(1, abs(total))
    assert abs(LogSumExp(numbers).value(nothing) - total) <= reach
    shape, axes = (1, len(row)), ("sample", "unit")
    before, after = Quantity("Z", (2,), shape, axes), Quantity("A", (2,), shape, axes)
    logged = Quantity("S", (), (1, 1), axes)
    lines = [(after, apply("softmax", Ref(before))), (logged, apply("logsumexp", Ref(before)))]
    scalars = compile_scalars([before], lines, [after, logged])(1, *row)
    arrays = compile_arrays([before], lines, [after, logged])(1, np.array([row]))
    for found in (scalars, [*arrays[0][0], arrays[1][0, 0]]):
        assert all(close(float(one), other) for one, other in zip(found, right, strict=False))
        assert abs(float(found[-1]) - total) <= reach


def network(
    activation: str, weights: list[float], loss: Loss, targets: list[float], **more: Any
) -> Problem:
    layer = Layer(len(weights), activation, weights=(tuple(weights),), bias=Bias("none"))
    made = Network(
        1, (layer,), samples=((1.0,),), targets=(tuple(targets),), loss=loss, learning_rate=0.1
    )
    return Problem(Path("stable.yaml"), network=made, **more)


def losses_of(problem: Problem) -> tuple[Quantity, Formula]:
    line = next(x for x in program_of(problem).lines if x.quantity.symbol == "E")
    return line.quantity, line.formula


def of_binary(a: Any, y: Any) -> Any:
    """-(y·ln a + (1 - y)·ln(1 - a)); a target of 0 leaves its logarithm out."""
    return -((y * mp.log(a) if y else 0) + ((1 - y) * mp.log(1 - a) if y != 1 else 0))


def of_several(a: Any, y: Any) -> Any:
    return -y * mp.log(a) if y else mp.mpf(0)


one_in = st.sampled_from([0.0, 1.0])


@pytest.mark.parametrize("way", ["entry by entry", "on arrays"])
@settings(max_examples=30, deadline=None)
@given(z=extreme, y=st.one_of(one_in, st.floats(0, 1)))
def test_exact_binary_cross_entropy(way: str, z: float, y: float) -> None:
    found = _exact(network("sigmoid", [z], Loss("binary_cross_entropy"), [y]), way)
    y = mp.mpf(y)
    assert close(found["L"], of_binary(sigmoid(mp.mpf(z)), y))


@pytest.mark.parametrize("way", ["entry by entry", "on arrays"])
@settings(max_examples=30, deadline=None)
@given(row=logits, data=st.data())
def test_exact_cross_entropy(way: str, row: list[float], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(row) - 1))
    targets = [float(unit == place) for unit in range(len(row))]
    found = _exact(network("softmax", row, Loss("cross_entropy"), targets), way)
    # Beside a logit of 1000, floats hold no share nearer to 1 than 1000 units of their last digit.
    right = of_several(softmax(row)[place], 1)
    assert abs(mp.mpf(found["L"]) - right) <= 1e-12 * abs(right) + 3e-13


def _exact(problem: Problem, way: str) -> dict[str, float]:
    with pytest.MonkeyPatch.context() as patch:
        if way == "on arrays":
            patch.setattr(evaluate, "SMALL", -1)
        return identifiers(solve(problem).runs[0])


own = st.floats(0.0001, 0.9999)


@settings(max_examples=30, deadline=None)
@given(z=extreme, a=own, y=st.one_of(one_in, st.floats(0, 1)))
def test_an_output_of_its_own_is_what_binary_cross_entropy_takes(
    z: float, a: float, y: float
) -> None:
    _, formula = losses_of(network("sigmoid", [z], Loss("binary_cross_entropy"), [y]))
    found = entry_of(formula, (0, 0)).value(_lookup([z], [a], [y]))
    assert close(found, of_binary(mp.mpf(a), mp.mpf(y)))


@settings(max_examples=30, deadline=None)
@given(row=logits, data=st.data())
def test_outputs_of_their_own_are_what_cross_entropy_takes(
    row: list[float], data: st.DataObject
) -> None:
    outputs = data.draw(st.lists(own, min_size=len(row), max_size=len(row)))
    targets = data.draw(st.lists(one_in, min_size=len(row), max_size=len(row)))
    _, formula = losses_of(network("softmax", row, Loss("cross_entropy"), targets))
    for place, (a, y) in enumerate(zip(outputs, targets, strict=True)):
        found = entry_of(formula, (0, place)).value(_lookup(row, outputs, targets))
        assert close(found, of_several(mp.mpf(a), mp.mpf(y)))


@settings(max_examples=30, deadline=None)
@given(z=extreme, y=one_in)
def test_where_the_shown_line_has_no_value_it_comes_from_the_sums(z: float, y: float) -> None:
    _, formula = losses_of(network("sigmoid", [z], Loss("binary_cross_entropy"), [y]))
    entry = entry_of(formula, (0, 0))
    assert isinstance(entry, StableForm)
    lookup = _lookup([z], [1 - y], [y])
    assert close(entry.value(lookup), of_binary(sigmoid(mp.mpf(z)), mp.mpf(y)))
    assert worked_out(entry, lookup) == entry.computed
    assert worked_out(entry, _lookup([z], [0.5], [y])) == entry.shown


def _lookup(z: list[float], a: list[float], y: list[float]) -> Any:
    numbers = {"Z": z, "A": a, "Y": y}
    return lambda quantity, index: numbers[quantity.symbol][index[-1]]


def rounded(value: Any, digits: int) -> Decimal:
    """Rounded as on paper, from 40 digits."""
    exact = Decimal(mp.nstr(value, 40, min_fixed=-mp.inf, max_fixed=mp.inf))
    return exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


small = st.integers(-250, 250).map(lambda number: number / 100)


@pytest.mark.parametrize("fused", [True, False])
@settings(max_examples=25, deadline=None)
@given(w=small, y=one_in, digits=st.integers(2, 6))
def test_binary_cross_entropy_by_hand(*, fused: bool, w: float, y: float, digits: int) -> None:
    loss = Loss("binary_cross_entropy", fused=fused)
    problem = network("sigmoid", [w], loss, [y], rounding=Rounding("hand", digits))
    found = identifiers(solve(problem).runs[0])
    a = rounded(sigmoid(mp.mpf(str(w))), digits)
    error = rounded(of_binary(_exactly(a), mp.mpf(y)), digits)
    assert Decimal(repr(found["A[2,1]"])) == a
    assert Decimal(repr(found["E[1]"])) == error
    assert Decimal(repr(found["dZ[2,1]"])) == a - Decimal(y)


def _exactly(number: Decimal) -> Any:
    return mp.mpf(str(number))


@settings(max_examples=25, deadline=None)
@given(row=st.lists(small, min_size=2, max_size=3), digits=st.integers(3, 6))
def test_cross_entropy_by_hand(row: list[float], digits: int) -> None:
    targets = [1.0] + [0.0] * (len(row) - 1)
    rounding = Rounding("hand", digits)
    problem = network("softmax", row, Loss("cross_entropy"), targets, rounding=rounding)
    found = identifiers(solve(problem).runs[0])
    outputs = [rounded(share, digits) for share in softmax([mp.mpf(str(w)) for w in row])]
    for unit, a in enumerate(outputs, 1):
        assert Decimal(repr(found[f"A[2,{unit}]"])) == a
        right = rounded(of_several(_exactly(a), mp.mpf(targets[unit - 1])), digits)
        assert Decimal(repr(found[f"E[{unit}]"])) == right


def test_rounded_for_one_kind_of_value_only() -> None:
    """-ln(0.58) from the output as it was rounded, not -ln(0.57689...)."""
    rounding = Rounding("hand", 4, by_quantity=(("A", 2),))
    problem = network("sigmoid", [0.31], Loss("binary_cross_entropy"), [1], rounding=rounding)
    found = identifiers(solve(problem).runs[0])
    assert (found["A[2,1]"], found["E[1]"]) == (0.58, 0.5447)


@pytest.mark.parametrize("way", ["entry by entry", "on arrays"])
@pytest.mark.parametrize("fused", [True, False])
@settings(max_examples=25, deadline=None)
@given(row=logits, data=st.data())
def test_the_delta_of_an_output_far_out(
    way: str, *, fused: bool, row: list[float], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(row) - 1))
    targets = [float(unit == place) for unit in range(len(row))]
    loss = Loss("cross_entropy", fused=fused)
    found = _exact(network("softmax", row, loss, targets), way)
    for unit, (share, y) in enumerate(zip(softmax(row), targets, strict=True), 1):
        assert abs(mp.mpf(found[f"dZ[2,{unit}]"]) - (share - y)) <= 1e-14


@pytest.mark.parametrize("fused", [True, False])
@settings(max_examples=30, deadline=None)
@given(row=logits, data=st.data())
def test_the_self_check_says_nothing_of_it(
    *, fused: bool, row: list[float], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(row) - 1))
    targets = [float(unit == place) for unit in range(len(row))]
    run = solve(network("softmax", row, Loss("cross_entropy", fused=fused), targets)).runs[0]
    result = check(run)
    assert result is not None
    assert result.failed == ()


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("straight", [True, False])
@pytest.mark.parametrize(
    ("activation", "loss", "row", "targets"),
    [
        ("sigmoid", "binary_cross_entropy", [800.0, -800.0], [0.0, 1.0]),
        ("sigmoid", "binary_cross_entropy", [40.0, -40.0], [1.0, 0.0]),
        ("softmax", "cross_entropy", [-431.0, 279.0, 427.0], [1.0, 0.0, 0.0]),
        ("softmax", "cross_entropy", [-431.0, 279.0, 427.0], [0.0, 0.0, 1.0]),
    ],
)
def test_a_saturated_training_goes_on(
    monkeypatch: pytest.MonkeyPatch, *, fused: bool, straight: bool,
    activation: str, loss: str, row: list[float], targets: list[float],
) -> None:  # fmt: skip
    if not straight:
        monkeypatch.setattr("bp_tutor.solve.training.STRAIGHT_LINE", -1)
    problem = network(activation, row, Loss(loss, fused=fused), targets)
    weights = [mp.mpf(w) for w in row]
    for _ in range(5):
        outputs = softmax(weights) if activation == "softmax" else list(map(sigmoid, weights))
        pairs = zip(weights, outputs, targets, strict=True)
        weights = [w - mp.mpf("0.1") * (a - y) for w, a, y in pairs]
    outputs = softmax(weights) if activation == "softmax" else list(map(sigmoid, weights))
    of_one = of_several if activation == "softmax" else of_binary
    right = sum(of_one(a, mp.mpf(y)) for a, y in zip(outputs, targets, strict=True))
    found = train(problem, 5).points[-1].loss
    assert abs(mp.mpf(found) - right) <= 1e-10 * max(1, abs(right))


@pytest.mark.parametrize("digits", [2, 4])
def test_by_hand_an_output_may_round_to_nothing(digits: int) -> None:
    """Where A is 1.00 on paper, ln(1 - A) has no value: -ln(1 - 1) is worked out from Z = 12."""
    rounding = Rounding("hand", digits)
    for fused in (True, False):
        loss = Loss("binary_cross_entropy", fused=fused)
        found = identifiers(solve(network("sigmoid", [12.0], loss, [0], rounding=rounding)).runs[0])
        assert found["A[2,1]"] == 1
        assert found["E[1]"] == float(rounded(mp.log(1 + mp.exp(12)), digits))
        assert found["dZ[2,1]"] == 1


def _of(run: Run, symbol: str) -> Formula:
    return next(step.formula for step in run.steps if step.quantity.name.startswith(symbol))


def test_a_stable_form_stands_only_where_loss_and_activation_belong_together() -> None:
    plain = solve(network("sigmoid", [0.5], Loss("half_squared_error"), [1])).runs[0]
    assert not any(isinstance(step.formula, StableForm) for step in plain.steps)
    fused = solve(network("sigmoid", [0.5], Loss("binary_cross_entropy"), [1])).runs[0]
    assert isinstance(_of(fused, "E"), StableForm)
    assert not isinstance(_of(fused, "dZ"), StableForm)
    chain = Loss("binary_cross_entropy", fused=False)
    assert isinstance(_of(solve(network("sigmoid", [0.5], chain, [1])).runs[0], "dZ"), StableForm)
