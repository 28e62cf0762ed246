"""What a teacher would say: why a branch holds, roots of numbers, and nothing twice."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from bp_tutor.explain import View, derivation, symbols_of
from bp_tutor.formula.parse import parse
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.solve import solve
from tests.cli.running import SMALL, good
from tests.presented import Line, Note, presentation_of, presented

STYLES = ("unicode", "ascii", "latex", "typst", "mathml")
POOLED = (
    "The largest of 5, 2, 3, 5 is the first, so 1. 5 > 0, so 1.",
    "The largest of 5, 2, 3, 5 is the first, so 0. 2 > 0, so 1.",
    "The largest of 5, 2, 3, 5 is the first, so 0. 3 > 0, so 1.",
    "The largest of 5, 2, 3, 5 is the first, so 0. 5 > 0, so 1.",
)
DEAD = """
title: Dead and living
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 2, activation: relu, weights: [[1, -1], [0, 0]], bias: [0, 0]}
    - {units: 1, activation: identity, weights: [[1], [1]], bias: [0]}
inputs: [2, 1]
targets: [0]
loss: half_squared_error
learning_rate: 0.1
"""
ONES = """
title: One and one
graph:
  values: {a: 2, b: 3}
  formulas: {c: a + b, e: c}
  differentiate: e
  with_respect_to: [a, b]
"""


def lines(name: str | Path, style: str = "unicode", language: str = "en") -> list[Line | Note]:
    problem = load_problem(find_problem(str(name)))
    page = presentation_of(symbols_of(problem), language, style)
    document = presented(derivation(page.settings, solve(problem), View()), page)
    blocks = (block for section in document.sections for block in section.blocks)
    return [block for block in blocks if isinstance(block, (Line, Note))]


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_largest_and_the_sign_are_said_in_words() -> None:
    text = flat(good("solve", "cnn-backward"))
    at = [text.index(said) for said in POOLED]
    assert at == sorted(at)
    assert "= 2·1·1 = 2" in text
    assert "= 2·0·1 = 0" in text
    assert "5、2、3、5 中最大的是第一个，所以取 1；5 > 0，所以取 1。" in flat(
        good("solve", "cnn-backward", "--lang", "zh")
    )


def test_a_sign_that_does_not_hold_is_turned(tmp_path: Path) -> None:
    file = tmp_path / "dead.yaml"
    file.write_text(DEAD, "utf-8")
    text = flat(good("solve", str(file)))
    assert "2 > 0, so 1." in text
    assert "−2 ≤ 0, so 0." in text
    assert "-2 <= 0, so 0." in flat(good("solve", str(file), "--ascii"))


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", ["cnn-backward", "xor", "activations"])
def test_no_comparison_stands_among_numbers(name: str, style: str) -> None:
    numbers = [
        part.text
        for line in lines(name, style)
        if isinstance(line, Line)
        for part in line.parts
        if part.kind == "numbers"
    ]
    assert numbers
    for text in numbers:
        assert "winner" not in text
        assert "I(" not in text
        assert "&gt;" not in text
        assert " > " not in text


@pytest.mark.parametrize("name", ["cnn-backward", "attention-tiny", "momentum-adam", "xor"])
@pytest.mark.parametrize("style", ["unicode", "ascii"])
def test_what_is_typed_back_parses_to_what_stands_there(name: str, style: str) -> None:
    checked = 0
    for line in lines(name, style):
        for part in line.parts if isinstance(line, Line) else ():
            if part.kind == "numbers" and part.text:
                value = parse(part.text, lambda _: None).value(lambda *_: 0.0)
                assert value == pytest.approx(part.formula.value(lambda *_: 0.0), rel=1e-9)
                checked += 1
    assert checked > 3


@pytest.mark.parametrize(
    ("text", "value"),
    [("√2", 2**0.5), ("3·√2", 3 * 2**0.5), ("1/√4·2", 1), ("√0.25", 0.5), ("(√2)²", 2),
     ("√2·3 + √(1 + 3)", 3 * 2**0.5 + 2)],
)  # fmt: skip
def test_roots_of_numbers_are_read(text: str, value: float) -> None:
    assert parse(text, lambda _: None).value(lambda *_: 0.0) == pytest.approx(value)


def test_a_root_of_a_number_has_no_brackets() -> None:
    text = good("solve", "attention-tiny")
    assert "/√2" in text
    assert "√(2)" not in text
    assert "/sqrt(2)" in good("solve", "attention-tiny", "--ascii")


@pytest.mark.parametrize("form", ["index", "matrix"])
def test_no_part_of_a_line_repeats_the_one_before(tmp_path: Path, form: str) -> None:
    file = tmp_path / "ones.yaml"
    file.write_text(ONES, "utf-8")
    for name in (*SMALL, str(file)):
        problem = load_problem(find_problem(name))
        page = presentation_of(symbols_of(problem))
        document = derivation(page.settings, solve(problem), View(form=form))
        for section in presented(document, page).sections:
            for block in section.blocks:
                parts = block.parts if isinstance(block, Line) else ()
                for before, after in pairwise(parts):
                    said = (before.text, before.pieces) != (after.text, after.pieces)
                    assert said, (name, block)


def test_one_is_said_once(tmp_path: Path) -> None:
    file = tmp_path / "ones.yaml"
    file.write_text(ONES, "utf-8")
    rows = [row.strip() for row in good("solve", str(file)).splitlines()]
    assert any("= 1" in row for row in rows)
    assert not any("= 1 = 1" in row for row in rows)
