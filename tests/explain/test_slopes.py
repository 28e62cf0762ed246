"""Lines say which proofs they rest on, on the page with a link, in trees with a command."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bp_tutor.explain.proofs import proof_named
from bp_tutor.explain.slopes import slopes_in
from bp_tutor.solve import solve
from tests.cli.running import good
from tests.explain.paper import NAMES, problem_of


@pytest.mark.parametrize(
    ("name", "of", "expected"),
    [
        ("exercise", "dZ[4]", ("sigmoid'", "half_squared_error'")),
        ("exercise", "dZ[2]", ("sigmoid'",)),
        ("exercise", "dW[1]", ()),
        ("softmax-cross-entropy", "dZ[2]", ("softmax+cross_entropy",)),
        ("xor-sigmoid", "dZ[3]", ("sigmoid+binary_cross_entropy",)),
        ("linear-regression", "dZ[2]", ()),
    ],
)
def test_the_proofs_of_a_line(name: str, of: str, expected: tuple[str, ...]) -> None:
    program = solve(problem_of(name)).runs[0].program
    (line,) = [each for each in program.lines if each.quantity.name == of]
    assert slopes_in(program, line.quantity) == expected


@pytest.mark.parametrize("name", NAMES)
def test_every_proof_that_is_named_exists(name: str) -> None:
    program = solve(problem_of(name)).runs[0].program
    for line in program.lines:
        for proof in slopes_in(program, line.quantity):
            assert proof_named(proof) is not None, proof


def test_a_tree_names_each_proof_once() -> None:
    text = " ".join(good("why", "exercise", "dW[1,1,1]").replace("│", "").split())
    assert text.count("bp-tutor why sigmoid, bp-tutor why half_squared_error") == 1


@pytest.mark.parametrize("form", ["index", "matrix", "both"])
@pytest.mark.parametrize("name", ["exercise", "seq2seq", "batch-weight-decay"])
def test_a_derivation_names_each_proof_once_where_its_slope_comes_first(
    name: str, form: str
) -> None:
    program = solve(problem_of(name)).runs[0].program
    expected = list(dict.fromkeys(
        proof.rstrip("'") for line in program.lines if not line.inlined
        for proof in slopes_in(program, line.quantity)
    ))  # fmt: skip
    sections = good("solve", name, "--form", form).split("\n\n ")
    told = [re.findall(r"bp-tutor why (\S+?)(?=,|$)", part, re.MULTILINE) for part in sections]
    assert [proof for part in told for proof in part] == expected
    heads = [part for part, names in zip(sections, told, strict=True) if names]
    assert all(re.match(r" ?\d+  Backward", head) for head in heads)


def test_nothing_is_said_of_slopes_where_no_formula_is_shown() -> None:
    assert "bp-tutor why" not in good("solve", "exercise", "--detail", "numbers")


def test_a_page_has_the_general_form_and_leads_to_proofs(tmp_path: Path) -> None:
    for name, proofs in (
        ("exercise", {"proof-sigmoid", "proof-half_squared_error"}),
        ("softmax-cross-entropy", {"proof-softmax-cross_entropy", "proof-cross_entropy"}),
    ):
        page = tmp_path / f"{name}.html"
        good("page", name, "-o", str(page))
        html = page.read_text("utf-8")
        links = set(re.findall(r'href="#(proof-[\w-]+)"', html))
        there = set(re.findall(r'<summary id="([\w-]+)"', html))
        assert links
        assert links <= proofs
        assert proofs | {"general"} == there
        assert "<munderover><mo>∑</mo>" in html
