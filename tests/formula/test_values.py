"""One formula, one value: by entries, by scalar code, by NumPy code, and by NumPy itself."""

from __future__ import annotations

import warnings
from math import isfinite

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bp_tutor.formula import Add, Entry, Formula, Quantity, Ref, broadcast
from bp_tutor.formula.compiling import compile_arrays, compile_scalars, entry_of
from tests.formula.trees import (
    COLUMN,
    LARGEST,
    ROW,
    SCALAR,
    SQUARES,
    Values,
    array_values,
    matrices,
    scalars,
    tame,
    worked_out,
)

INPUTS = (*SQUARES, ROW, COLUMN, SCALAR)


@settings(max_examples=120, deadline=None)
@given(formula=matrices, data=st.data())
def test_entries_and_code_agree_with_numpy(formula: Formula, data: st.DataObject) -> None:
    values = array_values(data.draw)
    with np.errstate(all="ignore"):
        expected = np.asarray(worked_out(formula, values))
    assume(np.isfinite(expected).all() and abs(expected).max() < LARGEST)
    assert formula.shape == expected.shape

    result = Quantity("result", (), expected.shape, ("from", "to"))
    by_arrays = compile_arrays(INPUTS, [(result, formula)], [result])
    (array,) = by_arrays(1, *(values[quantity] for quantity in INPUTS))
    np.testing.assert_allclose(array, expected, rtol=1e-9, atol=1e-9)

    by_scalars = compile_scalars(INPUTS, [(result, formula)], [result])
    flat = by_scalars(1, *(number for quantity in INPUTS for number in values[quantity].flat))
    np.testing.assert_allclose(flat, expected.ravel(), rtol=1e-9, atol=1e-9)

    for index in result.indices():
        entry = formula.entry(index)
        assert entry.shape == ()
        value = entry.value(lambda quantity, place: float(values[quantity][place]))
        assert value == pytest.approx(expected[index], rel=1e-9, abs=1e-9)


@settings(max_examples=120, deadline=None)
@given(formula=scalars, data=st.data())
def test_a_scalar_s_value_is_what_its_code_gives(formula: Formula, data: st.DataObject) -> None:
    known: dict[tuple[Quantity, tuple[int, ...]], float] = {}

    def lookup(quantity: Quantity, index: tuple[int, ...]) -> float:
        key = quantity, index
        if key not in known:
            known[key] = data.draw(st.floats(0.1, 2).map(lambda value: round(value, 3)))
        return known[key]

    assume(tame(formula, lookup))
    value = formula.value(lookup)
    quantities = list(dict.fromkeys(quantity for quantity, _ in known))
    result = Quantity("result")
    code = compile_scalars(quantities, [(result, formula)], [result])
    numbers = [known.get((q, index), 1.0) for q in quantities for index in q.indices()]
    assert code(1, *numbers)[0] == pytest.approx(value, rel=1e-12, nan_ok=True)
    exactly = compile_scalars(quantities, [(result, formula)], [result], exactly=True)
    # Code is made of entries, in which a product of products is one product.
    of_entry = entry_of(formula, ()).value(lookup)
    assert exactly(1, *numbers)[0] == pytest.approx(of_entry, rel=0, abs=0, nan_ok=True)

    arrays: Values = {
        q: np.array([known.get((q, index), 1.0) for index in q.indices()]).reshape(q.shape)
        for q in quantities
    }
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        expected = worked_out(formula, arrays)
        (array,) = compile_arrays(quantities, [(result, formula)], [result])(
            1, *(arrays[quantity] for quantity in quantities)
        )
    assume(isfinite(expected) and abs(expected) < LARGEST)
    # A difference of large numbers loses digits in one order of adding more than in another.
    assert value == pytest.approx(float(expected), rel=1e-6, abs=1e-6)
    assert value == pytest.approx(float(array), rel=1e-6, abs=1e-6)


@settings(max_examples=100, deadline=None)
@given(shapes=st.lists(st.tuples(st.integers(1, 3), st.integers(1, 3)), min_size=1, max_size=4))
def test_shapes_spread_as_numpy_s(shapes: list[tuple[int, int]]) -> None:
    try:
        expected = np.broadcast_shapes(*shapes)
    except ValueError:
        with pytest.raises(ValueError, match="fit"):
            broadcast(*shapes)
        return
    assert broadcast(*shapes) == expected


def test_a_quantity_may_be_larger_than_its_formula() -> None:
    wide = Quantity("wide", (), (2, 3), ("sample", "unit"))
    row = Quantity("row", (), (1, 3), ("one", "unit"))
    assert entry_of(Ref(row), (1, 2)) == Entry(row, (0, 2))
    (array,) = compile_arrays([row], [(wide, Ref(row))], [wide])(1, np.array([[1.0, 2.0, 3.0]]))
    assert array.tolist() == [[1, 2, 3], [1, 2, 3]]
    flat = compile_scalars([row], [(wide, Ref(row))], [wide])(1, 1.0, 2.0, 3.0)
    assert flat == (1, 2, 3, 1, 2, 3)


def test_carried_values_go_round() -> None:
    old, new = Quantity("x"), Quantity("x", kind="'")
    double = Ref(old), Ref(old)
    from bp_tutor.formula import Add

    run = compile_scalars([old], [(new, Add(double))], [new], [(old, new)])
    assert run(10, 1.0) == (1024.0,)


NEARLY_NOTHING = (
    ((0.1, 0.2, -0.3), 0.0),
    ((1e-200, 2e-200, -3e-200), 0.0),
    ((0.1e200, 0.2e200, -0.3e200), 0.0),
    ((0.1, 0.2, -0.30000000000003), None),
    ((*[0.1] * 60, -6.0), 0.0),
    ((0.0, 0.0), 0.0),
)


@pytest.mark.parametrize(("terms", "on_paper"), NEARLY_NOTHING, ids=str)
def test_a_sum_that_is_0_on_paper_is_0_in_exact_code_too(
    terms: tuple[float, ...], on_paper: float | None
) -> None:
    parts, result = [Quantity(f"x{place}") for place in range(len(terms))], Quantity("r")
    formula = Add(tuple(Entry(part, ()) for part in parts))
    exactly = compile_scalars(parts, [(result, formula)], [result], exactly=True)
    assert exactly(1, *terms)[0] == (sum(terms) if on_paper is None else on_paper)
