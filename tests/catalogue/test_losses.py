"""The table of losses: slopes, fused deltas, safe numbers; and the measures."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import LOSSES, OTHER_WAY_ROUND, Loss, LossKind
from bp_tutor.catalogue.measures import MEASURES
from bp_tutor.formula import FUNCTIONS, Call, Formula, Function, Number, Quantity, Ref
from bp_tutor.formula.algebra import filled, template
from bp_tutor.formula.compiling import compile_arrays
from bp_tutor.formula.symbolic import expression, symbol
from bp_tutor.problem import Network, Problem
from bp_tutor.solve import solve
from tests.solve.by_loops import output_loss, output_slope
from tests.solve.networks import identifiers

A, Y, Z = Quantity("a"), Quantity("y"), Quantity("z")
ROWS = list(LOSSES.items())

every_loss = pytest.mark.parametrize(("name", "row"), ROWS, ids=LOSSES)
outputs = st.floats(0.001, 0.999)
targets = st.sampled_from([0.0, 0.25, 1.0])


def both_ways(row: LossKind) -> tuple[Function, ...]:
    """The loss over prediction - target, and over target - prediction where it has an error."""
    functions = (row.function(), row.function(OTHER_WAY_ROUND))
    return functions if row.has_error else functions[:1]


def delta_of(row: LossKind) -> Formula:
    assert row.fused is not None
    return filled(template(row.fused.delta), {"a": Ref(A), "y": Ref(Y)})


DELTA = 0.4
"""Whatever a loss has as its parameter."""


def cost_of(function: Function) -> Call:
    more = [Number(DELTA)] * (len(function.parameters) - 2)
    return Call(function, (Ref(A), Ref(Y), *more))


def slope_of(function: Function) -> Formula:
    made = cost_of(function)
    slope = made.slope(made)
    assert slope is not None
    return slope


def leaf(quantity: Quantity, _: tuple[int, ...]) -> object:
    return symbol(quantity.name)


@pytest.mark.parametrize("row", LOSSES.values(), ids=LOSSES)
def test_sympy_proves_the_slope(row: LossKind) -> None:
    for function in both_ways(row):
        body = expression(cost_of(function), leaf)
        difference = sympy.diff(body, symbol("a")) - expression(slope_of(function), leaf)
        if not body.has(sympy.Piecewise, sympy.Max, sympy.Min):
            assert sympy.simplify(difference.rewrite(sympy.exp)) == 0
            continue
        for a in ("-3", "-0.3", "0.3", "3"):
            # No distance of these is a round number, at which a loss may have a kink.
            point = {symbol("a"): sympy.Rational(a), symbol("y"): sympy.Rational("0.07")}
            assert abs(sympy.N(difference.rewrite(sympy.Piecewise).subs(point).doit(), 30)) < 1e-20


@every_loss
@settings(max_examples=30, deadline=None)
@given(a=outputs, y=targets)
def test_value_and_slope_are_those_of_the_loops(
    name: str, row: LossKind, a: float, y: float
) -> None:
    numbers = {A: a, Y: y}
    for function in both_ways(row):
        made = cost_of(function)
        value = made.entry(()).value(lambda quantity, _: numbers[quantity])
        assert value == pytest.approx(output_loss(name, a, y, DELTA), rel=1e-12, abs=1e-15)
        slope = slope_of(function).entry(()).value(lambda quantity, _: numbers[quantity])
        assert slope == pytest.approx(output_slope(name, a, y, DELTA), rel=1e-12, abs=1e-15)
        result = Quantity("r")
        (array,) = compile_arrays([A, Y], [(result, made)], [result])(1, np.array(a), np.array(y))
        assert float(array) == pytest.approx(value, rel=1e-12, abs=1e-15)


def test_sympy_proves_that_sigmoid_and_its_loss_cancel() -> None:
    row = LOSSES["binary_cross_entropy"]
    z = symbol("z")
    output = expression(Call(FUNCTIONS["sigmoid"], (Ref(Z),)), leaf)
    loss = expression(Call(row.function(), (Ref(A), Ref(Y))), leaf).subs(symbol("a"), output)
    stated = expression(delta_of(row), leaf)
    difference = sympy.diff(loss, z) - stated.subs(symbol("a"), output)
    assert sympy.simplify(difference) == 0


def test_sympy_proves_that_softmax_and_its_loss_cancel() -> None:
    logits, wanted = sympy.symbols("z1:4", real=True), sympy.symbols("y1:4", real=True)
    total = sum(map(sympy.exp, logits))
    outputs = [sympy.exp(logit) / total for logit in logits]
    loss = -sum(y * sympy.log(a) for y, a in zip(wanted, outputs, strict=True))
    for logit, a, y in zip(logits, outputs, wanted, strict=True):
        stated = expression(delta_of(LOSSES["cross_entropy"]), leaf)
        stated = stated.subs({symbol("a"): a, symbol("y"): y})
        # Targets are shares of one whole.
        difference = (sympy.diff(loss, logit) - stated).subs(wanted[2], 1 - wanted[0] - wanted[1])
        assert sympy.simplify(difference) == 0


def test_the_loss_of_a_sure_output_is_nothing() -> None:
    for name in ("binary_cross_entropy", "cross_entropy"):
        for sure in (0.0, 1.0):
            made = Call(LOSSES[name].function(), (Number(sure), Number(sure)))
            assert made.value(lambda *_: math.nan) == 0


def test_only_squares_have_a_factor_to_drop() -> None:
    assert {name for name, row in ROWS if row.doubled} == {"squared_error", "mean_squared_error"}
    assert {name for name, row in ROWS if row.mean} == {
        "mean_squared_error", "mean_absolute_error",
    }  # fmt: skip


@settings(max_examples=40, deadline=None)
@given(
    data=st.lists(
        st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=2, max_size=6, unique=True
    )
)
def test_measures(data: list[tuple[float, float]]) -> None:
    xs, ys = zip(*data, strict=True)
    layer = Layer(1, "identity", weights=((1.5,),), bias=Bias("none"))
    network = Network(
        1, (layer,), samples=tuple((x,) for x in xs), targets=tuple((y,) for y in ys),
        sample_count=len(data), loss=Loss(), measures=tuple(MEASURES), learning_rate=0.1,
    )  # fmt: skip
    found = identifiers(solve(Problem(Path("measures.yaml"), network=network)).runs[0])
    gaps = [1.5 * x - y for x, y in data]
    missed = sum(gap * gap for gap in gaps)
    mean = sum(ys) / len(ys)
    spread = sum((y - mean) ** 2 for y in ys)
    assert found["RMSE"] == pytest.approx(math.sqrt(missed / len(data)), rel=1e-9, abs=1e-12)
    if spread > 1e-6:
        assert found["R2"] == pytest.approx(1 - missed / spread, rel=1e-9)
