"""A root of a negative number has no value, worked out entry by entry or as a program."""

from __future__ import annotations

from math import isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bp_tutor.formula import Entry, Quantity, parse
from bp_tutor.formula.compiling import compile_scalars

X, P, Y = Quantity("x"), Quantity("p"), Quantity("y")
NAMES = {"x": Entry(X, ()), "p": Entry(P, ())}


@given(
    st.floats(-5, 5).filter(lambda base: base == 0 or abs(base) > 1e-3),
    st.sampled_from([0.5, 2.5, -0.5, 3.0, -2.0, 1.0]),
)
def test_a_program_has_a_number_where_a_power_has_one(base: float, exponent: float) -> None:
    formulas = (parse("x^p", NAMES.get), parse(f"x^({exponent})", NAMES.get))
    for formula in formulas:
        run = compile_scalars((X, P), [(Y, formula)], (Y,), ())
        if (base < 0 and not exponent.is_integer()) or (base == 0 and exponent < 0):
            with pytest.raises((ValueError, ZeroDivisionError)):
                run(1, base, exponent)
        else:
            (found,) = run(1, base, exponent)
            assert isclose(found, base**exponent, rel_tol=1e-12, abs_tol=1e-300)
