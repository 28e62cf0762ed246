"""Whatever a slide may call a figure, a right figure is never called wrong."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from bp_tutor.authoring.published.judge import judge
from bp_tutor.authoring.published.judged import AGREES, NOT_FOUND, TRUNCATED, WRONG, Judged
from bp_tutor.authoring.published.table import said
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.problem.model import Published
from bp_tutor.problem.printed import PrintedError, decimal_of
from bp_tutor.solve import solve
from tests.authoring.pages import page_of
from tests.cli.running import LARGE


def judged(
    problem: str, name: str, value: str, language: str = "en", origin: str | None = None
) -> tuple[Judged, str]:
    """What is found of one figure, and the reason in words."""
    read = load_problem(find_problem(problem))
    asked = read._replace(published=(Published(name=name, value=value, origin=origin),))
    page = page_of(asked, language)
    (found,) = judge(asked, page)
    return found, " ".join(said(found, page))


@pytest.mark.parametrize(
    ("problem", "name", "value"),
    [
        # Lecture 003, 2-2-2: worked out by hand from 0.608735, 0.642444, 0.625856 and 0.596127.
        ("sigmoid-2-2-2", "∂out_h1/∂net_h1", "0.238"),
        ("sigmoid-2-2-2", "∂out_h1 / ∂net_h1", "0.238"),
        ("sigmoid-2-2-2", "dout_h1/dnet_h1", "0.238"),
        ("sigmoid-2-2-2", "dA[2,1]/dZ[2,1]", "0.238"),
        ("sigmoid-2-2-2", "𝜕𝑜𝑢𝑡_h1/𝜕𝑛𝑒𝑡_h1", "0.238"),
        ("sigmoid-2-2-2", "∂net_h1/∂w1", "0.020"),
        ("sigmoid-2-2-2", "∂net_o1/∂out_h1", "0.2"),
        ("sigmoid-2-2-2", "∂net_o1/∂w5", "0.6087"),
        ("sigmoid-2-2-2", "∂net_o1/∂w7", "0"),
        ("sigmoid-2-2-2", "∂E_o1/∂out_h1", "0.0293"),
        ("sigmoid-2-2-2", "∂E_o1/∂out_o1", "0.6259"),
        ("sigmoid-2-2-2", "∂E_total/∂E_o1", "1"),
        ("sigmoid-2-2-2", "∂E_total/∂out_h1", "0.01959"),
        ("sigmoid-2-2-2", "∂E_total/∂out_o1*∂out_o1/∂net_o1*∂net_o1/∂w5", "0.08921"),
        ("sigmoid-2-2-2", "δ_o1*w5", "0.02931"),
        ("sigmoid-2-2-2", "out_h1*(1-out_h1)", "0.238"),
        ("sigmoid-2-2-2", "out_h1·(1 − out_h1)", "0.238"),
        ("sigmoid-2-2-2", "out_o2 − target_o2", "-0.4039"),
        ("sigmoid-2-2-1", "∂y₅/∂z₅", "0.2138"),
        ("sigmoid-2-2-1", "∂z₅/∂w₅₃", "0.6803"),
        ("linear-2-2-1", "∂out/∂w5", "0.85"),
        ("graph-chain-rule", "∂c/∂a", "1"),
        ("graph-chain-rule", "∂e/∂d", "3"),
        ("rnn-bptt", "dZ[2,2,1]/dA[2,1,1]", "0.2"),
        # As other slides and hands write it.
        ("sigmoid-2-2-2", r"\frac{\partial E_{total}}{\partial w_5}", "0.08921"),
        ("sigmoid-2-2-2", r"\mathrm{net}_{h1}", "0.442"),
        ("sigmoid-2-2-2", "out_h1(1-out_h1)", "0.238"),
        ("sigmoid-2-2-2", "½(target_o1−out_o1)²", "0.19585"),
        ("sigmoid-2-2-2", "σ'(net_h1)", "0.238"),
        ("sigmoid-2-2-2", "f'(net_h1)", "0.238"),
        ("sigmoid-2-2-2", "E", "0.2774"),
        ("sigmoid-2-2-2", "E(total)", "0.2774"),
        ("sigmoid-2-2-2", "E_{total}", "0.2774"),
        ("sigmoid-2-2-2", "w_5^{new}", "0.1554"),
        ("sigmoid-2-2-2", "w5 - η*∂E_total/∂w5", "0.1554"),
        ("sigmoid-2-2-1", "f(z5)", "0.6903"),
        ("sigmoid-2-2-1", "∂C/∂w_{53}", "0.02767"),
        ("linear-2-2-1", "out-actual", "-0.809"),
    ],
)
def test_the_derivative_of_one_value_by_another(problem: str, name: str, value: str) -> None:
    found, why = judged(problem, name, value)
    assert found.verdict in (AGREES, TRUNCATED), (found.value, why)


@pytest.mark.parametrize("value", ["4.199", "0.762"])
def test_it_is_no_quotient_of_two_derivatives_of_the_loss(value: str) -> None:
    found, _ = judged("sigmoid-2-2-2", "∂out_h1/∂net_h1", value)
    assert found.verdict == WRONG
    assert found.value == pytest.approx(0.23817659)


@pytest.mark.parametrize("value", ["0.5370", "0.6018"])
def test_a_shared_weight_directly_or_by_all_paths(value: str) -> None:
    """∂Z⟨2⟩/∂R: the state before, 0.5370; and 0.2·(1 − 0.5370²)·0 more, as the first state is 0."""
    found, why = judged("rnn-bptt", "dZ[2,2,1]/dR[2,1,1]", value)
    assert (found.verdict == AGREES) == (value == "0.5370"), (found.value, why)


@pytest.mark.parametrize(
    ("problem", "name", "said_en"),
    [
        ("sigmoid-2-2-2", "∂net_h1/∂out_h1", "turned round"),
        ("sigmoid-2-2-2", "∂E_o1/∂target_o1", "not by targets"),
        ("batch-weight-decay", "Z[2,1]", "@3"),
        ("sigmoid-2-2-2", "Δw5", "report: step"),
    ],
)
def test_what_has_no_number_says_why(problem: str, name: str, said_en: str) -> None:
    found, why = judged(problem, name, "0.5")
    assert found.verdict == NOT_FOUND
    assert said_en in why or "no such derivative" in why
    assert judged(problem, name, "0.5", "zh")[1]


SHIPPED = sorted(path.stem for path in (Path(__file__).parents[2] / "problems").glob("*.yaml"))


@pytest.mark.parametrize("problem", [name for name in SHIPPED if name not in LARGE])
def test_a_wrong_figure_of_any_problem_gets_its_verdict(problem: str) -> None:
    run = solve(load_problem(find_problem(problem))).runs[0]
    known = [step for step in run.steps if step.value is not None]
    if known:
        step = known[len(known) // 2]
        index = next(iter(step.quantity.indices()))
        name = step.quantity.identifier(index)
        value = f"{run.value(step.quantity, index) * 1.137 + 0.7313:.6f}"
        assert judged(problem, name, value)[0].verdict == WRONG


@pytest.mark.parametrize(
    ("text", "number", "unit"),
    [
        ("0.30", "0.30", "0.01"), ("−0.30", "-0.30", "0.01"), ("–0.3", "-0.3", "0.1"),
        ("+0.5", "0.5", "0.1"), (".5", "0.5", "0.1"), ("5.", "5", "1"), ("６２．５", "62.5", "0.1"),
        ("0.608…", "0.608", "0.001"), ("0.333...", "0.333", "0.001"), ("≈ 0.608", "0.608", "0.001"),
        ("= 0.608", "0.608", "0.001"), ("9.33e-5", "0.0000933", "1e-7"),
        ("9.33E−05", "0.0000933", "1e-7"), ("9.33·10⁻⁵", "0.0000933", "1e-7"),
        ("9.33×10⁻⁵", "0.0000933", "1e-7"), ("9.33*10^-5", "0.0000933", "1e-7"),
        ("9.33 x 10^(-5)", "0.0000933", "1e-7"), ("9.33*10**-5", "0.0000933", "1e-7"),
        ("9.33 \\times 10^{-5}", "0.0000933", "1e-7"), ("−2.7·10⁻⁵", "-0.000027", "1e-6"),
        ("10⁻³", "0.001", "0.001"), ("1.20·10³", "1.20e3", "10"), ("62.6%", "0.626", "0.001"),
        ("62.6 ％", "0.626", "0.001"), ("50%", "0.50", "0.01"), ("0,442", "0.442", "0.001"),
        ("1,5", "1.5", "0.1"), ("1,234.5", "1234.5", "0.1"), ("12,345,678", "12345678", "1"),
        ("10 000", "10000", "1"), ("0.625 856", "0.625856", "0.000001"),
    ],
)  # fmt: skip
def test_a_figure_in_any_spelling(text: str, number: str, unit: str) -> None:
    assert decimal_of(text) == (Decimal(number), Decimal(unit))


@pytest.mark.parametrize(("text", "worth"), [("1/3", 1 / 3), ("−2/7", -2 / 7), ("３／４", 0.75)])
def test_a_fraction_is_exact(text: str, worth: float) -> None:
    number, unit = decimal_of(text)
    assert float(number) == worth
    assert unit < Decimal("1e-14")


@pytest.mark.parametrize(
    "text",
    ["", "x", "1,2,3", "0.4.4", "2/0", "0,5,5", "1 2", "9·10", "%", "1/3/4", "1" * 50 + "e",
     "(0.5)", "1e", "0x10", "nan", "inf", "1_000"],
)  # fmt: skip
def test_no_figure(text: str) -> None:
    with pytest.raises(PrintedError, match=r"expected\.printed$"):
        decimal_of(text)


def test_a_comma_that_may_be_two_things_is_asked_about() -> None:
    with pytest.raises(PrintedError, match="printed_comma"):
        decimal_of("1,234")


@pytest.mark.parametrize(
    ("value", "origin", "sound"),
    [
        ("0.442", "100*3", False),
        ("0.442", "0.02*0.1 + 0.7*0.2 + 0.3", True),
        ("0.442", "0.02·0.1 + 0.7·0.2 + 0.3", True),
        ("0.4420", "0.02*0.1 + 0.7*0.2 + 0.33", False),
        # Rounded on the page, calculated with all digits.
        ("0.442", "0.002 + 0.141 + 0.30", True),
    ],
)
def test_arithmetic_that_gives_another_number_is_told(
    value: str, origin: str, *, sound: bool
) -> None:
    for language in ("en", "zh"):
        found, why = judged("sigmoid-2-2-2", "net_h1", value, language, origin)
        assert found.verdict == AGREES
        assert (found.sound, origin not in why) == (sound, sound)


def test_a_fraction_and_a_percentage_on_a_slide() -> None:
    assert judged("sigmoid-2-2-2", "out_o1", "62.6%")[0].verdict == AGREES
    assert judged("sigmoid-2-2-2", "out_o1", "62.5%")[0].verdict == TRUNCATED
    assert judged("sigmoid-2-2-2", "i1*w1", "1/500")[0].verdict == AGREES
    assert judged("sigmoid-2-2-2", "i1*w1", "1/501")[0].verdict == WRONG
