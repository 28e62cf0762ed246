"""Text that nobody has to trust: refused quickly, by one kind of error, and never run."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from time import process_time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bp_tutor.formula import (
    CANONICAL,
    Formula,
    FormulaError,
    Quantity,
    Ref,
    parse,
    spell,
    walk,
)
from bp_tutor.formula.algebra import tidy
from bp_tutor.formula.compiling import compile_scalars
from bp_tutor.formula.tokens import MAX_LENGTH

MOST_SECONDS = 0.05
SCALAR, MATRIX = Quantity("a"), Quantity("M", (), (2, 2), ("from", "to"))
NAMES: dict[str, Formula] = {"a": Ref(SCALAR), "M": Ref(MATRIX)}

REFUSED = {
    "nothing": "",
    "only spaces": " " * 9_999,
    "too long": "a" + "+a" * 5_000,
    "brackets": "(" * 10_000,
    "brackets, closed": "(" * 65 + "a" + ")" * 65,
    "brackets, never closed": "(" * 60 + "a",
    "functions": "sin(" * 65 + "a" + ")" * 65,
    "indicators": "I(" * 3_000,
    "minus signs": "-" * 9_000 + "a",
    "minus signs in an exponent": "a^" + "-" * 5_000 + "2",
    "a long quotient": "/".join("a" * 5_000),
    "quotients in brackets": "(" * 60 + "a/a" * 30 + ("/a" * 30 + ")") * 60,
    "a long matrix product": "·".join("M" * 5_000),
    "a long matrix product in ASCII": "@".join("M" * 5_000),
    "transposes": "M" + "ᵀ" * 9_000,
    "powers of powers": "a**" * 3_000 + "a",
    "slopes of slopes": "swish'(" * 30 + "a" + ")" * 30,
    "a power of powers": "9**9**9**9",
    "a power of powers by hats": "9^9^9^9",
    "a large exponent": "a**101",
    "a large negative exponent": "a**-101",
    "a large exponent in brackets": "a**(50+51)",
    "a large raised exponent": "a" + "⁹" * 9_000,
    "an exponent that is a power": "a**(9**9)",
    "a large number": "9" * 9_000,
    "a large number by its exponent": "1e999",
    "an import": "__import__('os')",
    "an import by name": "__import__(a)",
    "an attribute": "a.__class__",
    "a call of a call": "a(a)(a)",
    "a lambda": "lambda: a",
    "a string": "'a'",
    "an index": "a[0]",
    "two lines of code": "a;a",
    "a comment": "a#a",
    "a null byte": "a\0",
    "an emoji": "a+😀",
    "a surrogate": "\ud800",
    "text from right to left": "\u202ea",
    "an escape sequence": "\x1b[31ma",
    "an unknown name": "b",
    "no operator": "a a",
    "no number": "1.2.3",
    "too many arguments": "max(" + ",".join("M" * 3_000) + ")",
    "no argument": "sin()",
    "too few arguments": "max(a)",
    "a step has no slope": "step'(a)",
    "an axis that is not there": "sum(M,3)",
    "half an axis": "sum(M,0.5)",
    "an axis twice": "sum(M,1,1)",
    "arrays that do not fit": "M@a",
    "the softmax of a number": "softmax(a)",
    "a winner that is not there": "winner(3,a,a)",
    "a winner of arrays": "winner(1,M,M)",
    "infinity": "inf",
    "not a number": "nan",
}
ACCEPTED = {
    "a long sum": "a" + "+a" * 4_999,
    "a long difference": "a" + "-a" * 4_999,
    "a long product": "a" + "*a" * 4_999,
    "a long product with dots": "a" + "·a" * 4_999,
    "a long list of terms": "+".join(["3.25*a**2"] * 900),
    "brackets": "(" * 63 + "a" + ")" * 63,
    "brackets with work in them": "(2*" * 63 + "a" + ")" * 63,
    "functions": "sin(" * 63 + "a" + ")" * 63,
    "a small tower": "a**2**a",
    "the largest exponent": "a**100",
    "the largest number": "1.7e308",
    "a deep tower of exponents": "a**" * 30 + "a",
    "signs within signs": "-(" * 30 + "a" + "+a)" * 30,
    "signed quotients within each other": "a+(-2/(" * 30 + "a" + ")*a)" * 30,
}


def seconds(work: Callable[[], object]) -> float:
    """How long it takes at best: a collection of garbage now and then is not meant."""
    best = 1e9
    for _ in range(3):
        start = process_time()
        work()
        best = min(best, process_time() - start)
    return best


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_refused(text: str) -> None:
    def refused() -> None:
        with pytest.raises(FormulaError):
            parse(text, NAMES.get)

    assert seconds(refused) < MOST_SECONDS


@pytest.mark.parametrize("text", ACCEPTED.values(), ids=ACCEPTED)
def test_accepted_and_safe_to_work_with(text: str) -> None:
    assert seconds(lambda: parse(text, NAMES.get)) < 2 * MOST_SECONDS
    formula = parse(text, NAMES.get)
    # Everything that calls itself for each node has room enough.
    text = spell(formula, CANONICAL)
    assert len(text) > MAX_LENGTH or parse(text, NAMES.get) == formula
    assert tidy(formula).shape == ()
    scalar = formula.entry(())
    (compiled,) = compile_scalars([SCALAR], [(Quantity("r"), formula)], [Quantity("r")])(1, 0.5)
    assert compiled == scalar.value(lambda *_: 0.5)


PIECES = (
    "a M 1 2.5 1e3 + - * / ** ^ ( ) , @ · ⊙ ² ⁻¹ ½ ᵀ .T √ Σ sum mean max swish' softmax I > <= "
    "sigmoid e^ dZ[1,2] W'[1] d/d ∂ _{1} {} [ ] 9e99 winner correlate ' \" \\ é 权 \0"
)
typed = st.one_of(
    st.text(max_size=60),
    st.lists(st.sampled_from(PIECES.split()), max_size=25).map("".join),
)


@settings(max_examples=200, deadline=None)
@example(text="max(M,M,M)")
@example(text="softmax_back(M)")
@given(text=typed)
def test_whatever_is_typed_is_a_formula_or_a_formula_error(text: str) -> None:
    formula = None
    try:
        formula = parse(text, NAMES.get)
    except FormulaError as error:
        key, position = error.key, error.position
    if formula is None:
        assert 0 <= position <= len(text)
        assert key.startswith("formula.")
        return
    assert all(isinstance(node, Formula) for node in walk(formula))
    assert spell(formula, CANONICAL)
    for index in [()] if not formula.shape else [(0,) * len(formula.shape)]:
        assert formula.entry(index).shape == ()


@settings(max_examples=200, deadline=None)
@given(name=st.text(min_size=1, max_size=12))
def test_only_names_that_are_known_are_formulas(name: str) -> None:
    asked: list[str] = []

    def unknown(name: str) -> None:
        asked.append(name)

    with suppress(FormulaError):
        parse(name, unknown)
        assert not asked
