"""The given numbers stand at the head of a derivation, as the file has them."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.explain import symbols_of
from bp_tutor.explain.given import given_section
from bp_tutor.output.spelled import MatrixRows
from bp_tutor.problem import Problem, find_problem, load_problem
from bp_tutor.solve import solve
from tests.presented import Line, Listing, Note, Section, presentation_of, presented_section


def given(name: str, form: str = "index") -> Section | None:
    return given_of(load_problem(find_problem(name)), form)


def given_of(problem: Problem, form: str = "index") -> Section | None:
    page = presentation_of(symbols_of(problem, None), "en", "ascii")
    section = given_section(page.settings, solve(problem).runs[0], form)
    return None if section is None else presented_section(section, page)


def texts(section: Section | None) -> list[str]:
    assert section is not None
    return [", ".join(block.items) for block in section.blocks if isinstance(block, Listing)]


def test_a_network_lists_what_the_file_gives() -> None:
    assert texts(given("sigmoid-2-2-2")) == [
        "i1 = 0.02, i2 = 0.7",
        "w1 = 0.1, w2 = 0.2, w3 = 0.3, w4 = 0.4",
        "b1 = 0.3",
        "w5 = 0.2, w6 = 0.3, w7 = 0.1, w8 = 0.2",
        "b2 = 0.2",
        "target_o1 = 0, target_o2 = 1",
    ]


def test_numbers_of_a_graph_stand_together() -> None:
    assert texts(given("graph-chain-rule")) == ["a = 2, b = 1"]


def test_steps_of_a_sequence_stand_together() -> None:
    found = texts(given("rnn-bptt"))
    assert found[0] == "A11<1> = 1, A11<2> = 0.5, A11<3> = -1"
    assert found[-1] == "Y1<1> = 0.5, Y1<2> = 0.3, Y1<3> = 0"


def test_an_image_and_its_kernel_are_written_as_matrices() -> None:
    section = given("cnn-backward")
    assert section is not None
    grids = [
        [piece.rows for piece in line.parts[0].pieces if isinstance(piece, MatrixRows)]
        for line in section.blocks
        if isinstance(line, Line)
    ]
    image = (("1", "2"), ("3", "4"))
    kernel = (("1", "0", "0"), ("0", "1", "0"), ("0", "0", "1"))
    assert grids == [[image], [kernel]]


def test_matrix_form_writes_every_array_in_brackets() -> None:
    section = given("attention-tiny", "matrix")
    assert section is not None
    lines = {line.name: line for line in section.blocks if isinstance(line, Line)}
    first = lines["A_1"].parts[0].pieces[0] if "A_1" in lines else lines["A1"].parts[0].pieces[0]
    assert isinstance(first, MatrixRows)
    assert first.rows == (("1", "0"), ("0.5", "2"))


def test_of_a_large_array_the_size_is_told() -> None:
    section = given("digits-784")
    assert section is not None
    notes = [block.text for block in section.blocks if isinstance(block, Note)]
    assert any("784x30 numbers" in note for note in notes)


@pytest.mark.parametrize("name", ["three-class-3-2-3", "mlp-shapes"])
def test_without_numbers_there_is_nothing_to_list(name: str) -> None:
    section = given(name)
    assert section is None or not any("=" not in text for text in texts(section))


GIVEN = """graph:
  values: {w: 0.5, x: 2}
  formulas: {z: w*x, a: sigmoid(z)}
  given: {dL/da: 1.5}
  with_respect_to: [w]
"""


def test_a_derivative_that_is_given_stands_in_the_list(tmp_path: Path) -> None:
    path = tmp_path / "given.yaml"
    path.write_text(GIVEN, encoding="utf-8")
    assert texts(given_of(load_problem(path))) == ["w = 0.5, x = 2", "dL/da = 1.5"]


def test_a_derivative_that_is_given_by_a_symbol_stands_in_the_list() -> None:
    assert texts(given("given-deltas")) == ["dL/dz1 = delta1, dL/dz2 = delta2"]
