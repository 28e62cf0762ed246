"""The table of functions: bodies, slopes, stable code, and what happens far out and at kinks."""

from __future__ import annotations

import math
import warnings

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.formula import FUNCTIONS, Call, Formula, Function, Number, Quantity, Ref, call
from bp_tutor.formula.algebra import compiled
from bp_tutor.formula.compiling import compile_arrays, compile_scalars
from bp_tutor.formula.symbolic import expression, symbol
from tests.formula.trees import FUNCTIONS as OTHERWISE

Z = Quantity("z")
POSITIVE = ("log", "log10", "sqrt")
STEPS = ("step", "sign")
SMOOTH = [row for row in FUNCTIONS.values() if row.slopes[0] is not None]
ONE = [row for row in SMOOTH if len(row.parameters) - len(row.defaults) == 1]

every_row = pytest.mark.parametrize("row", FUNCTIONS.values(), ids=FUNCTIONS)
every_slope = pytest.mark.parametrize("row", ONE, ids=[row.name for row in ONE])


def arguments(row: Function, z: float) -> tuple[Formula, ...]:
    count = len(row.parameters) - len(row.defaults)
    return (Number(z), *(Number(0.7) for _ in range(count - 1)))


def at(row: Function, z: float) -> float:
    return call(row.name, *arguments(row, z)).value(nothing)


def nothing(quantity: Quantity, index: tuple[int, ...]) -> float:
    raise KeyError(quantity, index)


def points(row: Function) -> list[float]:
    """Points on both sides of zero, none of them a kink."""
    every = [-30.0, -3.0, -1.25, -0.4, -0.01, 0.01, 0.3, 1.0, 2.5, 20.0]
    return [z for z in every if z > 0] if row.name in POSITIVE else every


def slope_at(row: Function, z: float, place: int = 0) -> float:
    made = call(row.name, *arguments(row, z))
    slope = made.slope(made, place)
    assert slope is not None
    return slope.value(nothing)


@every_slope
def test_a_slope_is_the_derivative_of_the_body(row: Function) -> None:
    z = symbol("z")
    made = call(row.name, Ref(Z))
    slope = made.slope(made)
    assert slope is not None
    for point in points(row):
        exact = sympy.Rational(repr(point))
        body = expression(made, lambda *_: z)
        stated = expression(slope, lambda *_: z)
        derivative = sympy.diff(body.rewrite(sympy.Piecewise), z)
        difference = (derivative - stated.rewrite(sympy.Piecewise)).subs(z, exact)
        assert abs(sympy.N(difference.doit(), 30)) < 1e-20, point


@every_slope
def test_sympy_proves_the_slope_of_a_smooth_function(row: Function) -> None:
    if row.kinks:
        pytest.skip("proved on each side, point by point")
    z = symbol("z")
    made = call(row.name, Ref(Z))
    slope = made.slope(made)
    assert slope is not None
    derivative = sympy.diff(expression(made, lambda *_: z), z)
    difference = derivative - expression(slope, lambda *_: z)
    assert sympy.simplify(difference.rewrite(sympy.exp)) == 0


@pytest.mark.parametrize("row", SMOOTH, ids=[row.name for row in SMOOTH])
def test_a_slope_is_a_central_difference(row: Function) -> None:
    for z in points(row):
        width = 1e-5 * max(1, abs(z))
        if any(abs(z - kink) < 2 * width for kink in row.kinks):
            continue
        difference = (at(row, z + width) - at(row, z - width)) / (2 * width)
        assert slope_at(row, z) == pytest.approx(difference, rel=1e-6, abs=1e-8), z


@pytest.mark.parametrize("name", ["leaky_relu", "elu"])
def test_the_slope_by_a_parameter(name: str) -> None:
    for z in (-2.0, -0.5, 0.7):
        ends = [call(name, Number(z), Number(0.3 + side)).value(nothing) for side in (1e-6, -1e-6)]
        made = call(name, Number(z), Number(0.3))
        slope = made.slope(made, 1)
        assert slope is not None
        assert slope.value(nothing) == pytest.approx((ends[0] - ends[1]) / 2e-6, abs=1e-8)


@pytest.mark.parametrize("name", ["max", "min"])
def test_the_slopes_of_the_larger_and_the_smaller(name: str) -> None:
    for y, z, slopes in ((1, 2, (0, 1)), (2, 1, (1, 0))):
        made = call(name, Number(y), Number(z))
        found = slopes_of(made)
        assert found == list(slopes if name == "max" else slopes[::-1])
    tie = call(name, Number(1), Number(1))
    assert sum(slopes_of(tie)) == 1


def slopes_of(made: Call) -> list[float]:
    slopes = (made.slope(made, place) for place in range(len(made.function.slopes)))
    return [slope.value(nothing) for slope in slopes if slope is not None]


@every_row
@settings(max_examples=60, deadline=None)
@given(z=st.floats(-30, 30))
def test_the_textbook_body_gives_the_safe_code_s_number(row: Function, z: float) -> None:
    z = abs(z) + 1e-6 if row.name in POSITIVE else z
    # Steps take what is only noise around 0 for 0.
    z = 0.0 if row.name in STEPS and abs(z) < 1e-12 else z
    made = call(row.name, *arguments(row, z))
    value = made.value(nothing)
    inputs = [Quantity(f"x{place}") for place in range(len(made.args))]
    numbers = [arg.value(nothing) for arg in made.args]
    result = Quantity("r", (), (1, 1), ("one", "one"))
    over_arrays = [Quantity(q.symbol, (), (1, 1), ("one", "one")) for q in inputs]
    formula = Call(row, tuple(map(Ref, over_arrays)))
    (array,) = compile_arrays(over_arrays, [(result, formula)], [result])(
        1, *(np.array([[number]]) for number in numbers)
    )
    (scalar,) = compile_scalars(over_arrays, [(result, formula)], [result])(1, *numbers)
    assert scalar == value == compiled(row)(*numbers)
    assert float(array[0, 0]) == pytest.approx(value, rel=1e-12, abs=1e-15)
    # A row that is nothing but its body needs no other definition.
    if row.scalar or row.body is None or row.name in OTHERWISE:
        told = f"{row.name}: give FUNCTIONS in tests/formula/trees.py another definition of it"
        assert row.name in OTHERWISE, told
        assert float(OTHERWISE[row.name](*numbers)) == pytest.approx(value, rel=1e-7, abs=1e-9)
    # 1 + exp(-30) has lost most digits of exp(-30).
    if made.expanded() is not made:
        body = made.expanded().value(nothing)
        assert body == pytest.approx(value, rel=1e-6, abs=1e-12)


FAR: dict[str, tuple[float, float]] = {
    "identity": (-1000, 1000), "sigmoid": (0, 1), "tanh": (-1, 1), "relu": (0, 1000),
    "leaky_relu": (-10, 1000), "elu": (-1, 1000), "softplus": (0, 1000), "swish": (0, 1000),
    "step": (0, 1), "sign": (-1, 1), "abs": (1000, 1000),
    "selu": (-1.7580993408473766, 1050.7009873554805),
    "softsign": (-1000 / 1001, 1000 / 1001), "gelu": (0, 1000), "gelu_tanh": (0, 1000),
    "mish": (0, 1000),
    "relu6": (0, 6), "hard_sigmoid": (0, 1), "hard_swish": (0, 1000), "erf": (-1, 1),
    "normal_cdf": (0, 1), "normal_density": (0, 0),
}  # fmt: skip
"""Values at z = -1000 and z = 1000."""
SLOPES: dict[str, tuple[float, float]] = {
    "identity": (1, 1), "sigmoid": (0, 0), "tanh": (0, 0), "relu": (0, 1), "leaky_relu": (0.01, 1),
    "elu": (0, 1), "softplus": (0, 1), "swish": (0, 1), "abs": (-1, 1),
    "selu": (0, 1.0507009873554805),
    "softsign": (1 / 1001**2, 1 / 1001**2), "gelu": (0, 1), "gelu_tanh": (0, 1), "mish": (0, 1),
    "relu6": (0, 0), "hard_sigmoid": (0, 0), "hard_swish": (0, 1), "erf": (0, 0),
    "normal_cdf": (0, 0), "normal_density": (0, 0),
}  # fmt: skip


@pytest.mark.parametrize("side", [0, 1], ids=["-1000", "1000"])
@pytest.mark.parametrize("name", FAR)
def test_far_out(name: str, side: int) -> None:
    z, expected = (-1000.0, 1000.0)[side], FAR[name][side]
    made = call(name, Ref(Z))
    formulas: list[tuple[Formula, float]] = [(made, expected)]
    slope = made.slope(made)
    if slope is not None:
        formulas.append((slope, SLOPES[name][side]))
    for formula, right in formulas:
        result = Quantity("r")
        assert formula.entry(()).value(lambda *_: z) == pytest.approx(right, abs=1e-300)
        (scalar,) = compile_scalars([Z], [(result, formula)], [result])(1, z)
        assert scalar == pytest.approx(right, abs=1e-300)
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            (array,) = compile_arrays([Z], [(result, formula)], [result])(1, np.array(z))
        assert float(array) == pytest.approx(right, abs=1e-300)


@pytest.mark.parametrize("name", [name for name in FAR if name not in (*STEPS, "abs")])
def test_every_size_of_number_has_a_value(name: str) -> None:
    for exponent in range(-308, 309, 4):
        for sign in (1, -1):
            value = at(FUNCTIONS[name], sign * 10.0**exponent)
            assert math.isfinite(value)


def test_sigmoid_keeps_its_digits_far_to_the_left() -> None:
    for z in (-36.0, -100.0, -700.0, -745.0):
        assert at(FUNCTIONS["sigmoid"], z) == pytest.approx(math.exp(z), rel=1e-12)


def test_softplus_keeps_its_digits_far_to_the_left() -> None:
    for z in (-40.0, -700.0):
        assert at(FUNCTIONS["softplus"], z) == pytest.approx(math.exp(z), rel=1e-12)


@pytest.mark.parametrize(
    ("name", "value", "slope"),
    [
        ("relu", 0, 0),
        ("leaky_relu", 0, 0.01),
        ("elu", 0, 1),
        ("abs", 0, 0),
        ("softplus", None, 0.5),
    ],
)
def test_at_zero(name: str, value: float | None, slope: float) -> None:
    row = FUNCTIONS[name]
    assert slope_at(row, 0.0) == slope
    if value is not None:
        assert at(row, 0.0) == value
    assert (0.0 in row.kinks) == (name != "softplus")


def test_steps_decide_at_zero() -> None:
    assert [at(FUNCTIONS["step"], z) for z in (-1, 0, 1)] == [0, 1, 1]
    assert [at(FUNCTIONS["sign"], z) for z in (-1, 0, 1)] == [-1, 0, 1]
    assert all(FUNCTIONS[name].slopes == (None,) for name in STEPS)


@pytest.mark.parametrize("bad", [0.0, -1.0])
def test_there_is_no_logarithm_of_zero(bad: float) -> None:
    with pytest.raises(ValueError, match=r"math domain|positive"):
        at(FUNCTIONS["log"], bad)


def test_a_function_without_a_table_row_is_an_error() -> None:
    with pytest.raises(KeyError):
        call("sigmod", Number(1))


def test_each_row_is_spelled_by_a_name_of_its_own() -> None:
    shown = [row.unicode or row.name for row in FUNCTIONS.values()]
    assert len(set(shown)) == len(shown)
