"""Formulas over several rows: nothing is lost, and rows end where the tree may be parted."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.formula import ASCII, UNICODE, Formula, Style, spell
from bp_tutor.formula.breaking import parting, rows_of
from bp_tutor.formula.latex import LATEX
from bp_tutor.formula.parted import Parted
from bp_tutor.formula.ruler import RULER
from bp_tutor.formula.spelling import Canonical
from bp_tutor.formula.typst import TYPST
from tests.formula.trees import matrices, scalars

SIGNS = (" +", " −", " ⊙")
"""With the blank before them, which the sign of an exponent does not have."""

in_text = pytest.mark.parametrize("style", [UNICODE, ASCII], ids=lambda style: style.name)
set_in_two_dimensions = pytest.mark.parametrize("style", [LATEX, TYPST], ids=lambda s: s.name)
any_formula = st.one_of(scalars, matrices)


def parted(formula: Formula, speller: Canonical) -> str:
    return spell(formula, speller._replace(style=parting(speller.style)))


def squeezed(text: str) -> str:
    return "".join(text.split())


@in_text
@settings(max_examples=150, deadline=None)
@given(formula=any_formula, room=st.integers(1, 90))
def test_rows_hold_the_whole_formula_and_fit(style: Style, formula: Formula, room: int) -> None:
    speller = Canonical(style)
    text = parted(formula, speller)
    assert str(text) == spell(formula, speller)
    rows = rows_of(text, room)
    assert squeezed("".join(rows)) == squeezed(text)
    assert all(0 < len(row) <= room for row in rows)
    if len(text) <= room:
        assert rows == [str(text)]


@settings(max_examples=150, deadline=None)
@given(formula=any_formula, room=st.integers(40, 90))
def test_a_sign_of_a_sum_begins_a_row(formula: Formula, room: int) -> None:
    rows = rows_of(parted(formula, Canonical(UNICODE)), room)
    assert not any(row.endswith(SIGNS) for row in rows[:-1]), rows


def test_sums_are_parted_before_products_and_outer_ones_before_inner_ones() -> None:
    text = (
        "first·"
        + Parted("", [(0, 5)])
        + "second"
        + Parted(" + third·", [(0, 0), (9, 5)])
        + Parted("(fourth + fifth)", [(7, 10)])
    )
    assert rows_of(text, 30) == ["first·second", "+ third·(fourth + fifth)"]
    assert rows_of(text, 17) == ["first·second", "+ third·", "(fourth + fifth)"]
    assert rows_of(text, 14) == ["first·second", "+ third·", "(fourth", "+ fifth)"]


@set_in_two_dimensions
@settings(max_examples=150, deadline=None)
@given(formula=any_formula, room=st.integers(8, 90))
def test_markup_is_parted_at_the_same_places_as_its_ruler(
    style: Style, formula: Formula, room: int
) -> None:
    speller = Canonical(style)
    text, ruler = parted(formula, speller), parted(formula, Canonical(RULER))
    assert str(text) == spell(formula, speller)
    rows = rows_of(text, room, ruler=ruler, alone=style)
    pairs = [(style.open_alone, style.open), (style.close_alone, style.close)]
    joined = " ".join(rows)
    for alone, together in pairs:
        joined = joined.replace(alone, together)
    assert squeezed(joined) == squeezed(text)
    if style is LATEX:
        for row in rows:
            assert row.count(r"\left(") == row.count(r"\right)"), row
            assert row.count("{") == row.count("}"), row


def test_brackets_of_markup_stand_alone_where_a_row_ends_between_them() -> None:
    text = Parted(r"x \left(aaaa + bbbb\right)", [(12, 10)], [(2, 19)])
    ruler = Parted("x (aaaa + bbbb)", [(7, 10)])
    assert rows_of(text, 10, ruler=ruler, alone=LATEX) == [r"x \bigl(aaaa", r"+ bbbb\bigr)"]
    assert rows_of(text, 15, ruler=ruler, alone=LATEX) == [str(text)]
