"""Whatever a slide may call a figure, a right figure is never called wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.authoring.published.judge import judge
from bp_tutor.authoring.published.judged import AGREES, NOT_FOUND, TRUNCATED, WRONG, Judged
from bp_tutor.authoring.published.table import said
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.problem.model import Published
from bp_tutor.solve import solve
from tests.authoring.pages import page_of


def judged(problem: str, name: str, value: str, language: str = "en") -> tuple[Judged, str]:
    """What is found of one figure, and the reason in words."""
    read = load_problem(find_problem(problem))
    asked = read._replace(published=(Published(name=name, value=value),))
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
    ],
)
def test_what_has_no_number_says_why(problem: str, name: str, said_en: str) -> None:
    found, why = judged(problem, name, "0.5")
    assert found.verdict == NOT_FOUND
    assert said_en in why or "no such derivative" in why
    assert judged(problem, name, "0.5", "zh")[1]


SHIPPED = sorted(path.stem for path in (Path(__file__).parents[2] / "problems").glob("*.yaml"))


@pytest.mark.parametrize("problem", [name for name in SHIPPED if name != "digits-784"])
def test_a_wrong_figure_of_any_problem_gets_its_verdict(problem: str) -> None:
    run = solve(load_problem(find_problem(problem))).runs[0]
    known = [step for step in run.steps if step.value is not None]
    if known:
        step = known[len(known) // 2]
        index = next(iter(step.quantity.indices()))
        name = step.quantity.identifier(index)
        value = f"{run.value(step.quantity, index) * 1.137 + 0.7313:.6f}"
        assert judged(problem, name, value)[0].verdict == WRONG
