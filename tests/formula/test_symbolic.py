"""Formulas as SymPy expressions: the same numbers, or a clear refusal."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bp_tutor.formula import (
    FUNCTIONS,
    PRIMITIVES,
    Apply,
    Call,
    Entry,
    Formula,
    Function,
    MatMul,
    Number,
    Quantity,
    Ref,
    SoftmaxEntry,
    StableForm,
    Transpose,
    parse,
    walk,
)
from bp_tutor.formula.symbolic import SymbolicError, expression, symbol, written
from tests.formula.trees import ENTRIES, scalars, tame

NAMES: dict[str, Formula] = {name: Ref(Quantity(name)) for name in "abc"}
MATRIX = Quantity("M", (), (2, 2), ("from", "to"))


def shown(text: str) -> str:
    return written(expression(parse(text, NAMES.get), lambda quantity, _: symbol(quantity.name)))


@settings(max_examples=60, deadline=None)
@given(formula=scalars, data=st.data())
def test_the_same_number_comes_out(formula: Formula, data: st.DataObject) -> None:
    assume(len(walk(formula)) < 40)
    values = {
        entry: data.draw(st.integers(1, 40).map(lambda n: n / 20))
        for entry in ENTRIES
        if entry in walk(formula)
    }

    def lookup(quantity: Quantity, index: tuple[int, ...]) -> float:
        return values[Entry(quantity, index)]

    assume(tame(formula, lookup))
    found = formula.value(lookup)
    try:
        made = expression(formula, lambda quantity, index: symbol(quantity.identifier(index)))
    except SymbolicError:
        assume(False)
        raise
    numbers = {symbol(e.quantity.identifier(e.index)): value for e, value in values.items()}
    result = complex(made.subs(numbers).evalf(30))
    # Differences of large numbers lose digits in floats, and SymPy keeps them all.
    assert found == pytest.approx(result.real, rel=1e-5, abs=1e-5)
    assert abs(result.imag) < 1e-9


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a*b + c", "a*b + c"),
        ("0.1*a", "a/10"),
        ("½(a-b)^2".replace("½(", "½*("), "(a - b)**2/2"),
        ("sigmoid(a)", "1/(1 + exp(-a))"),
        ("tanh(a)", "tanh(a)"),
        ("relu(a)", "Max(0, a)"),
        ("leaky_relu(a)", "Max(0, a) + Min(0, a)/100"),
        ("I(a > 0)", "Piecewise((1, a > 0), (0, True))"),
        ("I(a <= b)", "Piecewise((1, a - b <= 0), (0, True))"),
        ("max(a, b, c)", "Max(a, b, c)"),
        ("winner(2, a, b)", "Piecewise((1, a < b), (0, True))"),
        ("log10(a)", "log(a)/log(10)"),
        ("sqrt(a)", "sqrt(a)"),
        ("abs(a)", "Abs(a)"),
        ("2**100", str(2**100)),
    ],
)
def test_how_it_reads(text: str, expected: str) -> None:
    assert shown(text) == expected


REFUSED = {
    "a division by zero": "a/0",
    "a power of powers": "(9**100)**100",
    "a tower of exponentials": "exp(exp(exp(exp(5))))",
    "a comparison with a tower": "max(0, exp(exp(9)))",
    "a definition within itself many times": "swish(" * 30 + "a" + ")" * 30,
    "more figures than can be printed": "9**99*" * 900 + "a",
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_refused_rather_than_worked_out(text: str) -> None:
    start = process_time()
    with pytest.raises(SymbolicError):
        shown(text)
    assert process_time() - start < 1


def test_softmax_and_stable_formulas_are_shown_as_in_the_book() -> None:
    logits = tuple(Ref(Quantity(name)) for name in "ab")
    share = SoftmaxEntry(tuple(logit.entry(()) for logit in logits), 1)
    name = lambda quantity, _: symbol(quantity.name)  # noqa: E731
    assert written(expression(share, name)) == "exp(b)/(exp(a) + exp(b))"
    stable = StableForm(logits[0], logits[1], logits[0], logits[1])
    assert written(expression(stable, name)) == "a"


@pytest.mark.parametrize(
    "formula",
    [
        Ref(MATRIX),
        MatMul(Ref(MATRIX), Ref(MATRIX)),
        Transpose(Ref(MATRIX)),
        Apply(PRIMITIVES["softmax"], (Ref(MATRIX),)),
        Call(Function("mystery", ("z",), None, ("1",), "{z}", "{z}"), (Number(1),)),
        Formula,
    ],
    ids=["array", "product", "transpose", "primitive", "unknown function", "unknown node"],
)
def test_what_is_not_known_is_refused(formula: Formula | type[Formula]) -> None:
    node = Unknown() if isinstance(formula, type) else formula
    with pytest.raises(SymbolicError):
        expression(node, lambda quantity, _: symbol(quantity.name))


class Unknown(Formula):
    @property
    def shape(self) -> tuple[int, ...]:
        return ()

    def entry(self, index: tuple[int, ...]) -> Formula:
        return self


@pytest.mark.parametrize("row", FUNCTIONS.values(), ids=FUNCTIONS)
def test_every_function_has_an_expression(row: Function) -> None:
    names = [Ref(Quantity(name)) for name in "abc"][: len(row.parameters)]
    made = expression(Call(row, tuple(names)), lambda quantity, _: symbol(quantity.name))
    assert {str(name) for name in made.free_symbols} <= set("abc")
