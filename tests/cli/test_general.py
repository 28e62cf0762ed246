"""`solve --form general` on screen and on paper, for every problem, notation and language."""

from __future__ import annotations

import pytest

from bp_tutor.notations import notation_names
from bp_tutor.words import cells, languages
from tests.cli.running import SMALL, good, run


@pytest.mark.parametrize("name", [name for name in SMALL if "graph" not in name])
def test_every_problem_in_general_form(name: str) -> None:
    for language in languages():
        text = good("solve", name, "--form", "general", "--lang", language)
        assert max(map(cells, text.splitlines())) <= 80
        assert "general." not in text
    assert good("solve", name, "--form", "general", "--ascii").isascii()


@pytest.mark.parametrize("notation", notation_names())
def test_every_notation_has_letters_for_its_indices(notation: str) -> None:
    for name in ("batch-weight-decay", "sigmoid-2-2-2"):
        arguments = ("solve", name, "--form", "general", "--notation", notation)
        for style in (("--ascii",), ("--format", "tex"), ("--format", "typ")):
            assert good(*arguments, *style)


@pytest.mark.parametrize("name", ["exercise", "general-formulas"])
def test_the_formulas_are_those_of_the_lecture(name: str) -> None:
    """Lecture 000, the summary: output layer, hidden layers, weights and biases."""
    text = good("solve", name, "--form", "general")
    for line in (
        "Z_ik = Σ[j=1…N_(i-1)](A_(i-1)j·W_(i-1)jk) + B_ik",
        "δZ_nj = (A_nj − Y_j)·A_nj·(1 − A_nj)",
        "δZ_ij = A_ij·(1 − A_ij)·Σ[k=1…N_(i+1)](δZ_(i+1)k·W_ijk)",
        "i = n−1 … 2; j = 1 … N_i",
        "δW_ijk = A_ij·δZ_(i+1)k",
        "δB_ij  = δZ_ij",
        "W_ijk′ = W_ijk − λ·δW_ijk",
    ):
        assert line in text
    assert len(text.splitlines()) <= 50


def test_on_paper() -> None:
    text = good("solve", "exercise", "--form", "general", "--format", "tex")
    assert r"\sum_{k=1}^{N_{i+1}} \left(\delta Z_{(i+1)k} \cdot W_{ijk}\right)" in text
    assert "general" not in good("solve", "exercise", "--format", "md", "--form", "general")


def test_only_some_of_it() -> None:
    text = good("solve", "exercise", "--form", "general", "--only", "dZ")
    assert "δZ_nj" in text
    assert "δW" not in text


def test_an_index_that_has_one_value_is_that_value() -> None:
    text = good("solve", "given-upstream", "--form", "general")
    assert "c = 1; r = 1 … 2; q = 1 … 2" in text
    assert "1 … 1" not in text


@pytest.mark.parametrize("option", ["--json", "--symbolic", "--play"])
def test_what_has_no_general_form_is_refused(option: str) -> None:
    done = run("solve", "exercise", "--form", "general", option)
    assert done.code == 2
    assert option in done.err
