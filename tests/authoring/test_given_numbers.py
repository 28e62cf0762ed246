"""Variants of problems that give values, derivatives, predictions or what an optimiser keeps."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from bp_tutor.authoring.problem_text import renumbered
from bp_tutor.authoring.variant import Variants
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve

NETWORK = """network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 2, activation: sigmoid, weights: [[0.1, 0.2], [0.3, 0.2]], bias: none}
    - {units: 2, activation: softmax, weights: [[0.3, -0.1], [0.9, 0.2]], bias: none}
inputs: [0.35, 0.9]
"""
GRAPH = """notation: plain
graph:
  values: {w: 0.5}
  given: {dL/dw: [0.2, -0.4], m_w: 0.05, s_w: 0.004, t: 3}
  learning_rate: 0.1
  optimiser: adam
updates: 2
"""
CASES = {
    "derivatives": NETWORK + 'given: {"dA[2]": [0.5, -0.2]}\n',
    "downhill": NETWORK + 'given: {"dL/dZ[2]": [0.5, -0.2]}\nconventions: {delta: descent}\n',
    "activations": NETWORK + 'given: {"A[2]": [0.6, 0.7]}\ntargets: [0, 1]\n',
    "shares": NETWORK + 'given: {"A[3]": [0.6, 0.4]}\ntargets: [0.4, 0.6]\n',
    "states": NETWORK
    + 'given: {"vW[1]": [[0.1, 0.2], [0, -0.3]]}\ntargets: [0, 1]\nlearning_rate: 0.1\n'
    "optimiser: momentum\n",
    "in turn": GRAPH,
    "predictions": "predictions: [0.7, 0.2]\ntargets: [1, 0]\nloss: binary_cross_entropy\n",
    "classes": "predictions: [[0.7, 0.2, 0.1]]\ntargets: [1, 0, 0]\nloss: cross_entropy\n",
    "numbers": "predictions: [1.5, -2]\ntargets: [1, 0]\nloss: squared_error\n",
}


def numbers_of(text: str) -> list[float]:
    """All that is given beside, in the order of the file, but for the count of updates."""
    data = yaml.safe_load(text)
    graph = data.get("graph", {})
    given = data.get("given") or graph.get("given") or {"": data.get("predictions")}
    found: list[float] = []

    def collect(node: Any) -> None:
        for below in node if isinstance(node, list) else ():
            collect(below)
        if isinstance(node, int | float):
            found.append(node)

    for key, node in given.items():
        if key != "t":
            collect(node)
    return found


@pytest.mark.parametrize("name", CASES)
def test_what_is_given_varies_and_stays_what_it_can_be(name: str) -> None:
    text = CASES[name]
    variants = Variants(text, read_problem(text, Path("given.yaml")))
    before = numbers_of(text)
    drawn = [numbers_of(variants.make(seed).text) for seed in range(12)]
    for place, old in enumerate(before):
        values = {numbers[place] for numbers in drawn}
        assert len(values) > 1 or (name == "states" and values == {old} == {0}), (place, values)
        if name in ("activations", "shares", "predictions", "classes"):
            assert all(0 < value < 1 for value in values)
        if name in {"in turn", "states"}:
            assert all((value > 0) == (old > 0) for value in values)
    if name in ("shares", "classes"):
        assert all(sorted(numbers) == sorted(before) for numbers in drawn)
    for seed in range(3):
        made = variants.make(seed)
        (run, *_) = solve(variants.problem_of(made)).runs
        assert run.values
        assert "drawing: 2" in made.text


def test_draws_are_judged_by_the_numbers_that_the_calculation_has() -> None:
    """Also later updates, and derivatives that are written with the opposite sign."""
    for name in ("in turn", "downhill", "derivatives"):
        text = CASES[name]
        variants = Variants(text, read_problem(text, Path("given.yaml")))
        assert variants.evaluator is not None
        drawn = {place: new for group in variants.groups for place, new in group.draw(5, 0)}
        first = variants.evaluator.numbers(drawn)
        assert first is not None
        again = renumbered(variants.text, variants.places, drawn)
        problem = read_problem(again, Path("given.yaml"))
        runs = solve(problem, problem.updates).runs
        judged = [first, *variants.evaluator.later(first, drawn)]
        assert len(judged) == len(runs)
        for numbers, run in zip(judged, runs, strict=True):
            for quantity, values in run.values.items():
                assert numbers[quantity] == pytest.approx(values, rel=1e-12), (name, quantity)


def test_given_numbers_may_be_kept() -> None:
    text = CASES["derivatives"] + "vary: {given: keep}\n"
    variants = Variants(text, read_problem(text, Path("given.yaml")))
    made = [variants.make(seed).text for seed in range(5)]
    assert {tuple(numbers_of(each)) for each in made} == {(0.5, -0.2)}
    assert len(set(made)) == 5


@pytest.mark.parametrize(
    "path", sorted(Path("problems").glob("*.yaml")), ids=lambda path: path.stem
)
def test_texts_tell_no_number_that_varies(path: Path) -> None:
    """But as `a = 2`, which is told anew."""
    source = path.read_text(encoding="utf-8")
    variants = Variants(source, read_problem(source, path))
    data = yaml.safe_load(source)
    texts = [text for key in ("title", "text") for text in _languages(data.get(key))]
    varied = {variants.places[place].text for group in variants.groups for place in group.places}
    varied = {number for number in varied if "." in number}
    for text in texts:
        told = re.sub(r"[\w/∂]+\s*=\s*[-−]?[\d.]+", "", text)
        found = set(re.findall(r"\d+\.\d+", told))
        assert not found & {number.lstrip("-") for number in varied}, text


def _languages(node: Any) -> list[str]:
    return list(node.values()) if isinstance(node, dict) else [node] if node else []
