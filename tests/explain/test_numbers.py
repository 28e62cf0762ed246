"""Numbers on the page: never a false zero, never a sum that contradicts itself."""

from __future__ import annotations

import math
from decimal import Decimal
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bp_tutor.explain.numbers import (
    format_by_hand,
    format_given,
    format_number,
    reproduces,
    value_of_given,
    value_of_number,
)
from bp_tutor.formula import Number, Shown, style_named
from bp_tutor.formula.spelling import Canonical
from bp_tutor.formula.style import Binding
from bp_tutor.solve.rounding import round_by_hand

ORDINARY = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)
STYLES = st.sampled_from(["unicode", "ascii", "latex"])

READ_BACK = str.maketrans("−⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "-0123456789-")


def text_of(shown: Shown, style: str = "unicode") -> str:
    return style_named(style).figure(shown)


def read_back(text: str) -> float:
    """The number that a reader sees in `text`."""
    plain = text.translate(READ_BACK).replace(r" \cdot ", "·").replace("^{", "").replace("}", "")
    return float(plain.replace("·10", "e"))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.680266, "0.6803"),
        (1.5, "1.5"),  # nothing is rounded, so no zeros pretend to be figures
        (0.20004, "0.2000"),
        (-0.006414, "−0.006414"),
        (0.0027, "0.0027"),
        (0.0003, "0.0003"),  # nothing is lost in four decimals
        (0.00099996, "0.001000"),
        (0.0002763, "0.0002763"),
        (0.00002763, "2.763·10⁻⁵"),
        (-0.00002763, "−2.763·10⁻⁵"),
        (0.000099999, "0.0001000"),
        (1e-300, "1.000·10⁻³⁰⁰"),
        (5e-324, "4.941·10⁻³²⁴"),
        (12345.678, "12345.678"),
        (123456789.123, "1.235·10⁸"),
        (9999999.99999, "1.000·10⁷"),
        (0.0, "0"),
        (-0.0, "0"),
        (0.28125, "0.2813"),
        (math.inf, "∞"),
        (-math.inf, "−∞"),
        (math.nan, "nan"),
    ],
)
def test_a_result_shows_its_digits(value: float, text: str) -> None:
    assert text_of(format_number(value, 4)) == text


@pytest.mark.parametrize(
    ("style", "small", "negative"),
    [
        ("unicode", "2.763·10⁻⁵", "−0.0064"),
        ("ascii", "2.763e-05", "-0.0064"),
        ("latex", r"2.763 \cdot 10^{-5}", "-0.0064"),
    ],
)
def test_each_style_has_its_signs(style: str, small: str, negative: str) -> None:
    assert text_of(format_number(0.00002763), style) == small
    assert text_of(format_number(-0.0064), style) == negative


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1, "1"),
        (0.5, "0.5"),
        (-0.2, "−0.2"),
        (10000.0, "10000"),
        (0.00001, "0.00001"),
        (1e-7, "1·10⁻⁷"),
        (0.123456, "0.123456"),
        (0.04967141530112327, "0.04967"),  # drawn at random: nobody typed it
        (0, "0"),
        (-0.0, "0"),
    ],
)
def test_a_given_number_stands_as_it_was_typed(value: float, text: str) -> None:
    assert text_of(format_given(value)) == text


def test_a_typed_number_is_itself_and_a_drawn_one_is_what_is_shown() -> None:
    assert format_given(0.123456).value == 0.123456
    assert format_given(0.04967141530112327).value == 0.04967


@pytest.mark.parametrize(
    ("value", "digits", "significant", "truncate", "expected"),
    [
        (0.285, 2, False, False, 0.29),  # the float lies below 0.285: paper knows better
        (-0.285, 2, False, False, -0.29),
        (0.1 * 0.35, 2, False, False, 0.04),  # 0.034999999999999996 in floats
        (0.28125, 4, False, False, 0.2813),
        (2.5, 0, False, False, 3.0),
        (0.6899999999999999, 2, False, True, 0.69),
        (0.80142, 4, False, True, 0.8014),
        (-0.80149, 4, False, True, -0.8014),
        (0.0040685, 3, True, False, 0.00407),
        (0.00040649, 3, True, True, 0.000406),
        (12345.0, 3, True, False, 12300.0),
        (9.999, 3, True, False, 10.0),
        (0.00004, 4, False, False, 0.0),
        (0.0, 4, True, False, 0.0),
        (1e300, 4, False, False, 1e300),
        (math.inf, 4, False, False, math.inf),
    ],
)
def test_rounding_by_hand(
    value: float, digits: int, significant: bool, truncate: bool, expected: float
) -> None:
    rounded = round_by_hand(value, digits, significant=significant, truncate=truncate)
    assert rounded == expected
    assert math.copysign(1, rounded) == math.copysign(1, expected)


@pytest.mark.parametrize(
    ("value", "digits", "significant", "text"),
    [
        (12.3, 3, True, "12.3"),
        (12300.0, 3, True, "12300"),
        (0.00407, 3, True, "0.00407"),
        (0.0000407, 3, True, "4.07·10⁻⁵"),
        (0.5, 4, False, "0.5000"),
        (0.0, 4, False, "0.0000"),
        (0.0, 3, True, "0"),
    ],
)
def test_a_hand_rounded_number_has_the_digits_of_the_paper(
    value: float, digits: int, significant: bool, text: str
) -> None:
    assert text_of(format_by_hand(value, digits, significant=significant)) == text


def test_equal_only_where_the_shown_arithmetic_gives_the_shown_result() -> None:
    # 0.00123444·0.0115 is 0.0000141961; what stands there is 0.001234·0.0115 = 0.000014191.
    result = format_number(0.00123444 * 0.0115)
    assert text_of(result) == "1.420·10⁻⁵"
    shown = format_number(0.00123444).value * format_number(0.0115).value
    assert not reproduces(shown, result)
    assert reproduces(0.3 * 0.6803 + 0.9 * 0.6637, format_number(0.80142))


def test_a_tie_on_paper_is_no_contradiction() -> None:
    assert reproduces(0.28124999999999994, format_number(0.28125))


def test_an_exact_zero_is_only_equal_to_zero() -> None:
    zero = format_number(0.0)
    assert reproduces(0.3 - 0.1 - 0.2, zero)
    assert not reproduces(0.00003, zero)


def test_infinities_are_compared_as_they_are() -> None:
    assert reproduces(math.inf, format_number(math.inf))
    assert not reproduces(1.0, format_number(math.inf))


@pytest.mark.parametrize(
    ("value", "style", "binding"),
    [
        (1e-9, "unicode", Binding.PRODUCT),
        (1e-9, "latex", Binding.PRODUCT),
        (1e-9, "ascii", Binding.ATOM),
        (10.5, "unicode", Binding.ATOM),
    ],
)
def test_a_number_in_powers_of_ten_is_a_product(value: float, style: str, binding: int) -> None:
    number = Number(value, format_number(value))
    assert number.spelled(Canonical(style_named(style)))[1] == binding


@given(ORDINARY, st.integers(0, 12), STYLES)
@example(-0.00004, 4, "unicode")
@example(0.99996, 4, "unicode")
def test_the_text_says_the_value(value: float, digits: int, style: str) -> None:
    shown = format_number(value, digits)
    assert read_back(text_of(shown, style)) == shown.value


@given(ORDINARY.filter(bool), st.integers(0, 12))
def test_only_zero_shows_as_zero(value: float, digits: int) -> None:
    shown = format_number(value, digits)
    assert shown.value != 0
    assert math.copysign(1, shown.value) == math.copysign(1, value)
    assert ("−" in text_of(shown).split("·")[0]) == (value < 0)


@given(ORDINARY, st.integers(2, 12))
def test_the_text_is_near_the_value(value: float, digits: int) -> None:
    error = abs(format_number(value, digits).value - value)
    assert error <= max(0.5 * 10.0**-digits, abs(value) * 0.5 * 10.0 ** (1 - digits)) * (1 + 1e-6)


@given(ORDINARY, st.integers(0, 10))
def test_a_shown_result_reproduces_itself(value: float, digits: int) -> None:
    shown = format_number(value, digits)
    assert reproduces(value, shown)
    assert reproduces(shown.value, shown)


@given(ORDINARY, st.integers(0, 10), st.booleans(), st.booleans())
def test_rounding_twice_is_rounding_once(
    value: float, digits: int, significant: bool, truncate: bool
) -> None:
    digits += significant

    def rounded(number: float) -> float:
        return round_by_hand(number, digits, significant=significant, truncate=truncate)

    assert rounded(rounded(value)) == rounded(value)
    assert rounded(-value) == -rounded(value)


@given(st.integers(-(10**7), 10**7))
def test_halves_go_away_from_zero(units: int) -> None:
    half = float(Decimal(units) / 1000 + Decimal("0.0005"))
    expected = units + 1 if units >= 0 else units
    assert round_by_hand(half, 3) == expected / 1000


@given(ORDINARY)
def test_a_given_number_is_read_back_as_it_was(value: float) -> None:
    shown = format_given(value, digits=6)
    assert read_back(text_of(shown)) == shown.value
    if len(repr(value)) < 12:
        assert shown.value == value


def test_what_a_number_stands_for_is_rounded_as_it_is_written() -> None:
    """Without its digits it is found sooner, at ties and on the edge to other forms as well."""
    chance = Random(6)  # noqa: S311
    values = [0.0, -0.5, 0.125, 2.5, 0.99996, 9.9999e-5, 0.1, 0.09996, 1e6, 1e-300, 0.1 + 0.2]
    values += [chance.choice((1, -1)) * 10 ** chance.uniform(-11, 8) for _ in range(2000)]
    values += [round(chance.uniform(-3, 3), chance.randint(0, 9)) for _ in range(2000)]
    for value in values:
        for digits in (0, 1, 2, 4, 8, 12):
            written = format_number(value, digits)
            assert value_of_number(value, digits) == written.value, (value, digits)
            assert value_of_given(value, digits) == format_given(value, digits).value
            power = written.power or 0
            assert value_of_number(value, digits) == float(f"{written.digits}e{power}")
