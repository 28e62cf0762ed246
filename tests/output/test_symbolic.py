"""`solve --symbolic`: right, readable at 80 columns, and only what was asked for."""

from __future__ import annotations

from pathlib import Path

import pytest
import sympy

from bp_tutor.explain import Presentation, View, symbols_of
from bp_tutor.output.symbolic import symbolic_rows
from bp_tutor.problem import load_problem
from bp_tutor.solve import Run, solve
from bp_tutor.words import cells
from tests.presented import presentation_of

PROBLEMS = Path(__file__).parents[2] / "problems"
EVERYTHING = View()
FILES = sorted(path.stem for path in PROBLEMS.glob("*.yaml"))


def page_of(
    name: str, notation: str | None = None, style: str = "unicode", *, whole: bool = False
) -> Presentation:
    problem = load_problem(PROBLEMS / f"{name}.yaml")
    return presentation_of(symbols_of(problem, notation), "en", style, whole=whole)


def run_of(name: str) -> Run:
    return solve(load_problem(PROBLEMS / f"{name}.yaml")).runs[0]


def text_of(page: Presentation, run: Run, view: View = EVERYTHING, width: int = 80) -> list[str]:
    rows = symbolic_rows(page, run, view, width)
    return ["".join(text for text, _ in row).rstrip() for row in rows]


@pytest.mark.parametrize(
    ("name", "style"), [(name, ("unicode", "ascii")[at % 2]) for at, name in enumerate(FILES)]
)
def test_every_file_fits_the_page(name: str, style: str) -> None:
    lines = text_of(page_of(name, style=style), run_of(name))
    assert lines[0] == "As SymPy expressions"
    assert "Fully expanded" in lines
    assert max(map(cells, lines)) <= 80
    assert len(lines) < 1000
    assert style == "unicode" or all(line.isascii() for line in lines)


def test_each_quantity_in_terms_of_those_before() -> None:
    lines = text_of(page_of("sigmoid-2-2-1"), run_of("sigmoid-2-2-1"))
    for line in (
        "z₃ = w₃₁*x₁ + w₃₂*x₂",
        "y₃ = 1/(1 + exp(-z₃))",
        "δ₅ = y₅*(1 - y₅)*(-t + y₅)",
        "∂C/∂w₅₃ = y₃*δ₅",
        "w₅₃′ = -(∂C/∂w₅₃)*η + w₅₃",
    ):
        assert f"    {line}" in lines


def test_what_is_expanded_is_right() -> None:
    """The printed expressions, read by SymPy alone, give the run's numbers."""
    name = "sigmoid-2-2-1"
    run = run_of(name)
    page = page_of(name, "layered", "ascii")
    text = "\n".join(text_of(page, run, width=400))
    expanded = text.partition("Fully expanded\n")[2].splitlines()
    values = {
        page.name(quantity, index): run.value(quantity, index)
        for quantity in run.program.model.given
        for index in quantity.indices()
    }
    names = {given: sympy.Symbol(given) for given in values}
    found = {}
    for line in expanded:
        left, _, right = line.strip().partition(" = ")
        found[left] = float(sympy.sympify(right, locals=names).subs(values))
    assert len(found) >= 10
    for quantity in run.values:
        for index in quantity.indices():
            shown = page.name(quantity, index)
            if shown in found:
                assert found.pop(shown) == pytest.approx(run.value(quantity, index), rel=1e-12)
    assert not found


def test_a_larger_network_says_why_it_is_not_expanded() -> None:
    lines = text_of(page_of("exercise"), run_of("exercise"))
    said = " ".join(lines[lines.index("Fully expanded") + 1 :])
    assert "32 weights and biases" in said
    assert "--entry" in said


def test_one_entry_of_a_larger_network_is_expanded() -> None:
    view = View(entries=("Z[3,1]",))
    lines = text_of(page_of("exercise"), run_of("exercise"), view)
    assert sum(line.startswith("    Z₃₁ = ") for line in lines) == 2
    assert not any("W₃₁₁" in line for line in lines)


def test_an_entry_that_would_be_too_long_says_how_long() -> None:
    view = View(entries=("dW[1,1,1]",))
    lines = text_of(page_of("exercise"), run_of("exercise"), view)
    assert lines[-1].strip().startswith("δW₁₁₁: would take about 1")


def test_only_what_is_asked_for() -> None:
    lines = text_of(page_of("exercise"), run_of("exercise"), View(only=("dW",), layers=(4,)))
    names = {line.strip().partition(" = ")[0] for line in lines if " = " in line}
    assert len(names) == 6
    assert all(name.startswith("δW₃") for name in names)
    assert not text_of(page_of("exercise"), run_of("exercise"), View(layers=(9,)))


def test_a_large_layer_is_shortened_unless_all_is_asked_for() -> None:
    view = View(only=("Z",), layers=(2,))
    run = run_of("digits-784")
    short = text_of(page_of("digits-784"), run, view)
    assert len(short) < 30
    assert any("--all" in line for line in short)
    whole = text_of(page_of("digits-784", whole=True), run, View(entries=("Z[2,1]",)))
    assert sum(line.count("*") for line in whole) >= 784


def test_without_numbers_there_are_still_expressions() -> None:
    lines = text_of(page_of("given-deltas"), run_of("given-deltas"))
    assert "    ∂L/∂x₂ = w₃*δ₁ + w₄*δ₂" in lines
