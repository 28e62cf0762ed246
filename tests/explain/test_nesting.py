"""Functions within functions: their definitions are put in without end only if nobody counts."""

from __future__ import annotations

from time import process_time

import pytest

from bp_tutor.explain.settings import put_in
from bp_tutor.formula import CANONICAL, Entry, Formula, Number, Quantity, call, spell, walk


@pytest.mark.parametrize("name", ["tanh", "swish", "sigmoid", "elu"])
def test_only_the_innermost_definition_is_put_in(name: str) -> None:
    formula: Formula = Entry(Quantity("x"), ())
    for _ in range(60):
        formula = call(name, formula)
    start = process_time()
    filled = put_in(formula, lambda _: Number(0.5))
    assert process_time() - start < 1
    assert len(walk(filled)) < 1000
    assert "0.5" in spell(filled, CANONICAL)
