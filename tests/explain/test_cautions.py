"""`=` stands only where what is written gives the result; where it cannot, the line says so.

Each line is read off the page as a reader would, and worked out with 700 digits.
"""

from __future__ import annotations

import re
from decimal import Decimal
from pathlib import Path
from typing import Any

import mpmath
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.explain import Presentation, View, derivation, style_named
from bp_tutor.explain.arithmetic import falls_short
from bp_tutor.explain.sections import sections_of
from bp_tutor.explain.verifying import wrong_names
from bp_tutor.formula import Formula, parse
from bp_tutor.problem import Network, Problem, Rounding
from bp_tutor.problem.model import Graph
from bp_tutor.solve import Trace, solve
from tests.explain.pages import page_of
from tests.presented import Document, Line, Note, presented

mp = mpmath.mp.clone()
mp.dps = 700
PAIRS = (("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy"))
_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?:e[-+]?\d+)?")

_FEWER_DIGITS = re.compile(r"e-3(0[89]|[12]\d)\b")
"""Numbers so near to 0 that a float has hardly a digit left for them."""


def network(activation: str, weights: list[float], loss: Loss, **more: Any) -> Problem:
    targets = (1.0,) + (0.0,) * (len(weights) - 1)
    layer = Layer(len(weights), activation, weights=(tuple(weights),), bias=Bias("none"))
    made = Network(1, (layer,), samples=((1.0,),), targets=(targets,), loss=loss, learning_rate=0.1)
    return Problem(Path("far.yaml"), network=made, **more)


def written(
    problem: Problem, language: str = "en", form: str = "index", style: str = "ascii"
) -> tuple[Trace, Presentation, Document]:
    page = page_of(problem, language)._replace(style=style_named(style))
    trace = solve(problem)
    return trace, page, presented(derivation(page.settings, trace, View(form=form)), page)


def line_of(document: Document, name: str) -> Line:
    return next(line for line in document.lines if line.name == name)


def said(line: Line, kind: str) -> list[str]:
    return [f"{part.relation.strip()} {part.text}" for part in line.parts if part.kind == kind]


def worth(text: str) -> Any:
    """What a line of numbers gives; None where it has no value."""
    names = {"log": mp.log, "exp": mp.exp, "max": max, "min": min, "mpf": mp.mpf}
    code = _NUMBER.sub(lambda found: f"mpf('{found[0]}')", text.replace("^", "**"))
    try:
        found = eval(code, {"__builtins__": {}}, names)  # noqa: S307 - our own text
    except ZeroDivisionError:
        return None
    return found if mp.isfinite(found) and not isinstance(found, mp.mpc) else None


def unit_of(text: str) -> Decimal:
    exponent = Decimal(text.strip("()")).as_tuple().exponent
    assert isinstance(exponent, int)
    return Decimal(1).scaleb(exponent)


far = st.one_of(st.integers(-20, 20), st.integers(-900, 900)).map(float)


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
@pytest.mark.parametrize("fused", [True, False])
@settings(max_examples=12, deadline=None)
@given(data=st.data(), hand=st.sampled_from([None, 2, 4]))
def test_every_equals_sign_holds(
    activation: str, loss: str, *, fused: bool, data: st.DataObject, hand: int | None
) -> None:
    row = data.draw(st.lists(far, min_size=2, max_size=3))
    rounding = Rounding("hand", hand) if hand else Rounding()
    problem = network(activation, row, Loss(loss, fused=fused), rounding=rounding)
    _, _, document = written(problem)
    assert document.sound
    for line in document.lines:
        numbers = [part.text for part in line.parts if part.kind == "numbers"]
        results = [part for part in line.parts if part.kind == "result"]
        if not numbers or not results or _FEWER_DIGITS.search(numbers[-1] + results[-1].text):
            continue
        right, result = worth(numbers[-1]), results[-1]
        if right is None:
            assert line.caution, line
        elif result.relation.strip() == "=":
            shown = mp.mpf(result.text.strip("()"))
            unit = unit_of(result.text)
            if "e" not in result.text:
                unit = min(unit, Decimal(1) / 10 ** (hand or 4))
            room = mp.mpf(str(unit / 2))
            if not hand and "." not in result.text and (not shown or line.name.startswith("A")):
                # Where no number in the line is rounded, nothing may be missing.
                room = mp.mpf(0)
            assert abs(right - shown) <= room * (1 + mp.mpf("1e-9")), line


UNDERFLOW = network("softmax", [-431.0, 279.0, 427.0], Loss("cross_entropy"))


def test_a_logarithm_of_0_is_worked_out_from_the_sums() -> None:
    _, page, document = written(UNDERFLOW, style="unicode")
    line = line_of(document, "E₁")
    assert said(line, "formula") == ["= −Y₁·ln(A₂₁)", "= Y₁·(ln(e^Z₂₁ + e^Z₂₂ + e^Z₂₃) − Z₂₁)"]
    assert said(line, "numbers") == ["= 1·(ln(e^−431 + e^279 + e^427) − (−431))"]
    assert said(line, "result") == ["≈ 858"]
    assert line.caution == page.words.text("caution.other_form")
    assert said(line_of(document, "E₃"), "numbers") == ["= −(0·ln(1))"]


def test_what_only_comes_near_to_a_number_is_not_equal_to_it() -> None:
    _, page, document = written(UNDERFLOW, style="unicode")
    for name, result in (("A₂₁", "≈ 0"), ("A₂₂", "= 5.302·10⁻⁶⁵"), ("A₂₃", "≈ 1")):
        assert said(line_of(document, name), "result") == [result]
    assert line_of(document, "A₂₁").caution == page.words.text("caution.limit")


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("form", ["index", "matrix"])
def test_it_is_said_once_below_the_first_line_that_needs_it(language: str, form: str) -> None:
    _, page, document = written(UNDERFLOW, language, form)
    for key in ("other_form", "limit"):
        text = page.words.text(f"caution.{key}")
        places = [
            (place, section.blocks)
            for section in document.sections
            for place, block in enumerate(section.blocks)
            if isinstance(block, Note) and block.text == text
        ]
        assert len(places) == 1
        place, blocks = places[0]
        before = blocks[place - 1]
        assert isinstance(before, Line)
        assert before.caution == text


def test_in_matrix_form_the_whole_array_is_worked_out_in_the_other_form() -> None:
    line = line_of(written(UNDERFLOW, form="matrix", style="unicode")[2], "E")
    assert said(line, "formula") == ["= −Y ⊙ ln(A₂)", "= Y ⊙ (logsumexp(Z₂) − Z₂)"]
    assert line.parts[-1].relation.strip() == "≈"


@pytest.mark.parametrize(
    ("formula", "value", "key"),
    [
        # e^800 is more than a float holds; the value is 800, or 0, or 1.
        ("softplus(x)", 800.0, "overflow"), ("sigmoid(x)", -800.0, "overflow"),
        ("tanh(x)", 800.0, "overflow"),
        # All of it is there, but beside 1 it is nothing.
        ("sigmoid(x)", 40.0, "limit"), ("tanh(x)", -40.0, "limit"), ("elu(x)", -50.0, "limit"),
        ("exp(x)", -800.0, "limit"), ("softplus(x)", 50.0, "limit"),
        ("sigmoid(x)", 0.0, ""), ("tanh(x)", 0.0, ""), ("exp(x)", 0.0, ""), ("x + 0.5", 1.0, ""),
        ("max(x, 0)", 2.0, ""), ("sigmoid(x)", 0.5, ""),
    ],
)  # fmt: skip
def test_a_function_far_out(formula: str, value: float, key: str) -> None:
    graph = Graph((("e", formula),), values=(("x", value),))
    _, page, document = written(Problem(Path("graph.yaml"), graph=graph))
    line = line_of(document, "e")
    assert line.caution == (page.words.text(f"caution.{key}") if key else "")
    assert line.parts[-1].relation.strip() == ("~=" if key else "=")


def test_digits_that_hide_a_difference_are_told() -> None:
    """1/(1 - a) with a = 0.99999, which the page shows as 1.0000."""
    formulas = (("a", "1 - x/10"), ("e", "1/(1 - a)"))
    graph = Graph(formulas, values=(("x", 0.0001234567),))
    trace, page, document = written(Problem(Path("graph.yaml"), graph=graph))
    line = line_of(document, "e")
    assert said(line, "numbers") == ["= 1/(1 - 1.0000)"]
    assert said(line, "result")[0].startswith("~= ")
    assert trace.runs[0].step("e").value == pytest.approx((81000.0,), rel=1e-2)
    assert line.caution == page.words.text("caution.digits")


def test_0_times_the_logarithm_of_0_is_told() -> None:
    problem = network("softmax", [427.0, -431.0], Loss("cross_entropy"))
    _, page, document = written(problem, style="unicode")
    line = line_of(document, "E₂")
    assert said(line, "numbers") == ["= −(0·ln(0))"]
    assert said(line, "result") == ["= 0"]
    assert line.caution == page.words.text("caution.nothing_counts")


def test_what_has_no_value_is_told_where_nothing_needs_it() -> None:
    problem = network("softmax", [-431.0, 427.0], Loss("cross_entropy", fused=False))
    _, page, document = written(problem, style="unicode")
    assert line_of(document, "∂L/∂A₂₁").caution == page.words.text("caution.no_value")
    assert said(line_of(document, "δZ₂₁"), "formula")[-1] == "= A₂₁ − Y₁"


def test_every_line_is_evaluated_again_as_it_is_shown() -> None:
    """A loss from the sums beside a rounded output is found out."""
    rounding = Rounding("hand", 4, by_quantity=(("A", 2),))
    problem = network("sigmoid", [0.31], Loss("binary_cross_entropy"), rounding=rounding)
    how, trace = page_of(problem).settings, solve(problem)
    (run,) = trace.runs
    assert wrong_names(how, run, sections_of(how, run, View())) == []
    (step,) = [each for each in run.steps if each.quantity.symbol == "E"]
    # ln(1 + e^-0.31), which the line -(1·ln(0.58) + ...) does not give.
    spoiled = {**run.values, step.quantity: (0.5501,)}
    steps = tuple(each._replace(value=spoiled.get(each.quantity)) for each in run.steps)
    other = run._replace(values=spoiled, steps=steps)
    assert "E" in wrong_names(how, other, [])


def _read(text: str) -> Formula:
    return parse(text, lambda _: None)


@pytest.mark.parametrize(
    ("text", "dropped"),
    [
        ("1/(1 + exp(-40))", True), ("1 + exp(-40)", True), ("exp(-800)", True),
        ("exp(-400)*exp(-400)", True), ("exp(-400)/exp(400)", True), ("exp(-20) - 1", False),
        ("1/(1 + exp(0))", False), ("0*exp(1)", False), ("0/exp(1)", False),
        ("exp(0) - exp(0)", False), ("exp(1) + 0", False), ("exp(-30) + 1", False),
    ],
)  # fmt: skip
def test_what_floats_drop(text: str, dropped: bool) -> None:
    assert falls_short(_read(text)) is dropped
