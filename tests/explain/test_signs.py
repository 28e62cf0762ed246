"""Signed numbers put into formulas: no two signs in a row, and the line still says its value."""

from __future__ import annotations

import re
from math import inf, isclose
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.explain import style_named, symbols_of
from bp_tutor.explain.arithmetic import arithmetic, literal
from bp_tutor.explain.lines import DETAILS, entry_line
from bp_tutor.formula import Style, parse
from bp_tutor.problem import Problem
from bp_tutor.reader import ReadError
from bp_tutor.solve import NumberError, Run, solve
from tests.presented import presentation_of, presented_line
from tests.solve.random_problems import expression, problem_of

STYLES = [style_named(name) for name in ("unicode", "ascii", "latex", "typst", "mathml")]
SIGNS = re.compile(r"[-−+·⋅*/]\s*[-−+]")
"""A sign behind a sign; the exponent of 1e-05 has a letter before its own."""
GROUPS = re.compile(r"<(?:mfrac|msup|msub|msubsup|msqrt)\b[^>]*>|</mrow>(?=<mrow>)")
"""Where MathML begins what stands apart: above a line, raised, under a root."""
each_style = pytest.mark.parametrize("style", STYLES, ids=lambda style: style.name)


def in_signs(text: str, style: Style) -> str:
    """The text as it is read, with a bracket where something is set apart."""
    if style.name == "mathml":
        return re.sub(r"<[^>]+>", "", GROUPS.sub("(", text))
    return text.replace(r"\cdot", "·").replace(r"\left", "").replace(r"\ ", " ")


def solved(seed: int) -> tuple[Problem, Run] | None:
    """A graph with signs everywhere, in its numbers and in its formulas."""
    draw = Random(seed)  # noqa: S311
    names = ["x", "t", "w"]
    values = {name: draw.choice((-2, -1, -0.7, -2e-7, 0.5, 3, -1e9, 0)) for name in names}
    given = ", ".join(f"{name}: {value}" for name, value in values.items())
    signs = ("-", "-(-2)*", "-1*", "(-0.5)*", "-3/", "")
    terms = [draw.choice(signs) + f"({expression(draw, names, 2)})" for _ in range(3)]
    formula = f" {draw.choice('+-')} ".join(terms)
    text = f'graph:\n  values: {{{given}}}\n  formulas:\n    s: "{formula}"\n'
    text += '    L: "max(0, 1 - t*s) - s*(-t) - x*s"\n'
    asked = "x, t, w" if re.search(r"\bw\b", formula) else "x, t"
    try:
        problem = problem_of(
            f"{text}  differentiate: L\n  with_respect_to: [{asked}]\n  learning_rate: 0.1\n"
        )
        return problem, solve(problem).runs[0]
    except (ReadError, NumberError):
        return None


@each_style
@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_no_two_signs_follow_one_another(style: Style, seed: int) -> None:
    found = solved(seed)
    if found is None:
        return
    problem, run = found
    page = presentation_of(symbols_of(problem), "en", style, whole=True)
    for step in run.steps:
        line = entry_line(page.settings, run, step, (), DETAILS["full"])
        for part in presented_line(line, page).parts:
            assert SIGNS.search(in_signs(part.text, style)) is None, part.text
            if part.kind == "numbers" and style.readable:
                read = arithmetic(parse(part.text, lambda _: None, largest_exponent=inf))
                meant = arithmetic(part.formula if read is not None else literal(part.formula))
                assert read == meant or isclose(
                    read or 0.0, meant or 0.0, rel_tol=1e-9, abs_tol=1e-9
                ), part.text


HINGE = """graph:
  values: {w: 0.5, x: 2, b: -0.3, t: -1}
  formulas: {s: w*x + b, m: -t*s, L: "max(0, 1 - t*s) + m"}
  differentiate: L
  with_respect_to: [w, b]
"""


@pytest.mark.parametrize(
    ("style", "product", "difference"),
    [
        ("unicode", "−(−1)·0.7", "max(0, 1 − (−1)·0.7) + 0.7"),
        ("ascii", "-(-1)*0.7", "max(0, 1 - (-1)*0.7) + 0.7"),
        (
            "latex",
            r"-\left(-1\right) \cdot 0.7",
            r"\max\left(0, 1 - \left(-1\right) \cdot 0.7\right) + 0.7",
        ),
        ("typst", "-(-1) ⋅ 0.7", r'op("max") (0 \, 1 - (-1) ⋅ 0.7) + 0.7'),
    ],
)  # fmt: skip
def test_a_minus_before_a_product_that_starts_with_one(
    style: str, product: str, difference: str
) -> None:
    problem = problem_of(HINGE)
    run = solve(problem).runs[0]
    page = presentation_of(symbols_of(problem), "en", style)
    for name, expected in (("m", product), ("L", difference)):
        line = entry_line(page.settings, run, run.step(name), (), ("numbers",))
        assert [part.text for part in presented_line(line, page).parts] == [expected]


def test_most_of_the_random_formulas_have_a_value() -> None:
    assert sum(solved(seed) is not None for seed in range(100)) > 40


def test_the_power_of_e_says_where_it_ends() -> None:
    # e^−1.437·10⁸ would be e to the power of −1.437, times 10⁸.
    text = "graph:\n  values: {x: -143700000}\n  formulas: {y: softplus(x)}\n"
    problem = problem_of(text + "  differentiate: y\n  with_respect_to: [x]\n")
    run = solve(problem).runs[0]
    page = presentation_of(symbols_of(problem))
    (part,) = entry_line(page.settings, run, run.step("y"), (), ("numbers",)).parts
    assert page.say(part.formula) == "ln(1 + e^(−1.437·10⁸))"
