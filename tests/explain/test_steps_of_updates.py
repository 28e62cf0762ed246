"""The step of an update table is what the formula of the update adds to the weight."""

from __future__ import annotations

from fractions import Fraction
from io import StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.explain import Presentation, View, derivation, symbols_of
from bp_tutor.explain.tables import step_of
from bp_tutor.formula.quantity import UPDATED
from bp_tutor.output.terminal import write_document
from bp_tutor.solve import Trace, solve
from tests.presented import Section, Table, presentation_of, presented
from tests.solve.random_problems import problem_of

# dL/dw = 5·x for each weight alike, so each of them takes the step -0.1·5·x.
ALIKE = """graph:
  values: {{a: {a}, b: {b}, c: {c}}}
  formulas: {{L: 5*a + 5*b + 5*c}}
  differentiate: L
  with_respect_to: [a, b, c]
  learning_rate: {rate}
"""
GIVEN = """graph:
  values: {{w: 2, x: 3, b: 0.5}}
  formulas: {{z: w*x + b, s: sigmoid(z), r: z**2}}
  given: {{dL/ds: -1.5, dL/dr: 0.25}}
  with_respect_to: [w, b]
  learning_rate: 0.1
{optimiser}"""
OPTIMISERS = ("", "{momentum: {mu: 0.9}}", "{nesterov: {mu: 0.9}}", "adam", "rmsprop")


def page_of(trace: Trace, language: str = "en") -> Presentation:
    return presentation_of(symbols_of(trace.problem), language, "ascii")


def table(trace: Trace, heading: str) -> tuple[tuple[str, ...], ...]:
    page = page_of(trace)
    sections = presented(derivation(page.settings, trace, View()), page).sections
    (section,) = [part for part in sections if part.heading.startswith(heading)]
    return rows_of(section)


def rows_of(section: Section) -> tuple[tuple[str, ...], ...]:
    (found,) = [block for block in section.blocks if isinstance(block, Table)]
    return found.rows


@settings(max_examples=40, deadline=None)
@given(
    values=st.tuples(*[st.integers(-300, 300)] * 3),
    rate=st.sampled_from(["0.01", "0.1", "0.03", "0.5", "1.0e-7"]),
)
def test_equal_steps_print_equally(values: tuple[int, int, int], rate: str) -> None:
    a, b, c = (value / 100 for value in values)
    trace = solve(problem_of(ALIKE.format(a=a, b=b, c=c, rate=rate)))
    rows = table(trace, "New values")
    assert {row[3] for row in rows} == {rows[0][3]}
    exact = -5 * Fraction(rate)
    assert float(rows[0][3]) == float(exact)


def test_the_step_is_the_rate_times_the_gradient() -> None:
    # 0.3 - 0.05 is 0.25, but 0.25 - 0.3 is -0.04999999999999999 in floats.
    trace = solve(problem_of(ALIKE.format(a=0.3, b=0.1, c=1e9, rate=0.01)))
    assert [row[3] for row in table(trace, "New values")] == ["-0.05"] * 3


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("updates", [1, 3])
def test_the_step_leads_from_before_to_after(optimiser: str, updates: int) -> None:
    trace = solve(problem_of(GIVEN.format(optimiser=said(optimiser))), updates)
    for run in trace.runs:
        for old in run.program.model.trained:
            new = old.as_kind(UPDATED)
            step = step_of(run, new, ())
            assert run.value(old, ()) + step == pytest.approx(run.value(new, ()), abs=1e-12)


def said(optimiser: str) -> str:
    return f"  optimiser: {optimiser}\n" if optimiser else ""


def test_new_values_from_a_given_derivative() -> None:
    # By hand: ds/dw = 3, dL/dw = -1.5·3 = -4.5, w' = 2 + 0.1·4.5 = 2.45, and s = 3·2.45 = 7.35.
    text = (
        "graph:\n  values: {w: 2}\n  formulas: {s: 3*w}\n  given: {dL/ds: -1.5}\n"
        "  with_respect_to: [w]\n  learning_rate: 0.1\n"
    )
    trace = solve(problem_of(text))
    assert table(trace, "New values") == (("w", "2", "-4.5", "0.45", "2.45"),)
    assert table(trace, "Before and after") == (("s", "6", "7.35"),)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("form", ["index", "matrix", "both"])
def test_every_optimiser_goes_on_from_given_derivatives(optimiser: str, form: str) -> None:
    text = GIVEN.format(optimiser=said(optimiser))
    trace = solve(problem_of(text), 3)
    for language in ("en", "zh"):
        page = page_of(trace, language)
        document = derivation(page.settings, trace, View(form=form))
        stream = StringIO()
        write_document(document, page, stream, width=80, colour=False)
        assert document.sound
        assert stream.getvalue()
