"""What is spelled is read back as the same formula."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given, settings

from bp_tutor.formula import (
    ASCII,
    UNICODE,
    Entry,
    Formula,
    Number,
    Quantity,
    Ref,
    Style,
    call,
    parse,
    spell,
    walk,
)
from bp_tutor.formula.latex import LATEX
from bp_tutor.formula.parse import MAX_HEIGHT, height
from bp_tutor.formula.spelling import Canonical
from tests.formula.trees import (
    COLUMN,
    DENSE,
    ENTRIES,
    ROW,
    SCALAR,
    SQUARES,
    matrices,
    numbers,
    scalars,
)

BY_NAME: dict[str, Formula] = {e.quantity.identifier(e.index): e for e in ENTRIES}
ARRAYS: dict[str, Formula] = {q.name: Ref(q) for q in (*SQUARES, ROW, COLUMN, SCALAR)}

both_styles = pytest.mark.parametrize("style", [UNICODE, ASCII], ids=lambda style: style.name)


@both_styles
@settings(max_examples=200, deadline=None)
@given(formula=scalars)
def test_a_scalar_formula(style: Style, formula: Formula) -> None:
    text = spell(formula, Canonical(style))
    assert height(formula) <= MAX_HEIGHT
    assert parse(text, BY_NAME.get, largest_exponent=inf) == formula, text


@both_styles
@settings(max_examples=150, deadline=None)
@given(formula=matrices)
def test_a_formula_of_arrays(style: Style, formula: Formula) -> None:
    text = spell(formula, Canonical(style))
    assert parse(text, ARRAYS.get) == formula, text


@settings(max_examples=100, deadline=None)
@given(formula=scalars)
def test_latex_is_plain_text_with_matching_brackets(formula: Formula) -> None:
    text = spell(formula, Canonical(LATEX))
    assert text.isascii()
    assert text.count("{") == text.count("}")
    assert text.count(r"\left(") == text.count(r"\right)")


@both_styles
@settings(max_examples=100, deadline=None)
@given(value=numbers)
def test_a_number(style: Style, value: Formula) -> None:
    assert parse(spell(value, Canonical(style)), BY_NAME.get) == value


@pytest.mark.parametrize(
    ("number", "written"),
    [(1e-5, "0.00001"), (-2e-6, "−0.000002"), (2.5e-6, "2.5e-06"), (1e-8, "1e-08"), (0.1, "0.1")],
)
def test_a_small_number_with_few_decimals_has_no_power_of_ten(number: float, written: str) -> None:
    assert spell(Number(number), Canonical(UNICODE)) == written


@pytest.mark.parametrize("name", ["leaky_relu", "elu", "swish"])
def test_ascii_keeps_the_parameters_of_a_function(name: str) -> None:
    formula = call(name, ENTRIES[0], Number(0.3))
    assert parse(spell(formula, Canonical(ASCII)), BY_NAME.get) == formula


def test_every_leaf_is_met() -> None:
    assert len(BY_NAME) == sum(quantity.size for quantity in DENSE)


@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("2x₁", None),
        ("a−b−c", "(a-b)-c"),
        ("a/b/c", "(a/b)/c"),
        ("a/b*c", "(a/b)*c"),
        ("a**b**c", "a**(b**c)"),
        ("-a**2", "-(a**2)"),
        ("-2**2", "-(2**2)"),
        ("2**-1", "2**(-1)"),
        ("a²", "a**2"),
        ("½a", None),
        ("½·a", "1/2*a"),
        ("e^(-a)", "exp(-a)"),
        ("√(a)", "sqrt(a)"),
        ("a×b÷c", "a*b/c"),
        ("σ'(a)", "sigmoid(a)*(1 - sigmoid(a))"),
        ("I(a ≥ b)", "I(a - b >= 0)"),
        (".5", "0.5"),
        ("5.", "5"),
        ("d1/d2", "(d1)/(d2)"),
        ("a*dist/delta", "(a*dist)/delta"),
        ("d/d1", "(d)/(d1)"),
    ],
)
def test_what_people_write(text: str, same: str | None) -> None:
    names = ("a", "b", "c", "d", "d1", "d2", "dist", "delta", "x₁")
    known: dict[str, Formula] = {name: Ref(Quantity(name)) for name in names}
    if same is None:
        with pytest.raises(ValueError, match="formula"):
            parse(text, known.get)
        return

    def value(formula: Formula) -> float:
        return formula.entry(()).value(lambda q, _: 1.25 + names.index(q.name) / 7)

    assert value(parse(text, known.get)) == value(parse(same, known.get))


def test_a_derivative_is_one_name() -> None:
    derivative = Entry(Quantity("z1", kind="d"), ())
    read = parse("x*dL/dz1", {"x": Number(3), "dL/dz1": derivative}.get)
    assert derivative in walk(read)
