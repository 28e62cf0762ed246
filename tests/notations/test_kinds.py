"""Kinds of quantities are read and named by the letters of the course."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.explain import symbols_of
from bp_tutor.notations import Kinds, notation_names
from bp_tutor.problem import load_problem
from bp_tutor.problem.load import read_problem
from bp_tutor.problem.model import Problem
from bp_tutor.solve import solve
from tests.cli.running import LARGE

FOLDER = Path(__file__).parents[2] / "problems"
NAMES = sorted(path.stem for path in FOLDER.glob("*.yaml") if path.stem not in LARGE)
OWN = """
title: {en: Own names, zh: 自己的叫法}
notation: superscript
names: {Z: s, A: {symbol: h, en: activation, zh: 激活值}, L: J, dZ: delta, Y: t, eta: alpha}
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 2, activation: tanh, weights: [[0.1, 0.4], [0.8, -0.6]], bias: [0.1, -0.2]}
    - {units: 2, activation: sigmoid, weights: [[0.3, 0.5], [0.9, -0.7]], bias: [0.2, 0.1]}
inputs: [0.35, 0.9]
targets: [0.5, 1]
learning_rate: 0.5
"""


def kinds(problem: Problem, notation: str | None = None) -> tuple[Kinds, list[str]]:
    quantities = [step.quantity for step in solve(problem, 1).runs[0].steps]
    found = list(dict.fromkeys(quantity.head for quantity in quantities))
    return Kinds(symbols_of(problem, notation), quantities), found


@pytest.mark.parametrize("name", NAMES)
def test_every_name_of_a_kind_is_read_in_every_notation(name: str) -> None:
    problem = load_problem(FOLDER / f"{name}.yaml")
    for notation in (problem.notation, *(notation_names() if problem.network else ())):
        of, found = kinds(problem, notation)
        assert len({of.typed(kind) for kind in found}) == len(found)
        for kind in found:
            spelled = (kind, of.typed(kind), of.shown(kind), of.shown(kind, "ascii"))
            assert [of.read(text) for text in spelled] == [kind] * 4, (notation, spelled)
            assert of.typed(kind).isascii()


@pytest.mark.parametrize(
    ("kind", "texts", "shown", "typed"),
    [
        ("Z", ("s", "Z", " s "), "s", "s"),
        ("A", ("h", "A", "a"), "h", "h"),
        ("L", ("J", "L"), "J", "J"),
        ("dZ", ("δ", "delta", "dZ", "δZ", "ds", "∂J/∂s"), "δ", "delta"),
        ("dW", ("dw", "dW", "∂w", "∂J/∂w", "dJ/dw"), "∂J/∂w", "dw"),
        ("dA", ("dh", "dA"), "∂J/∂h", "dh"),
        ("W'", ("w'", "w′", "W’", "W'"), "w′", "w'"),
    ],
)
def test_the_letters_of_a_file(kind: str, texts: tuple[str, ...], shown: str, typed: str) -> None:
    of, _ = kinds(read_problem(OWN))
    assert [of.read(text) for text in texts] == [kind] * len(texts)
    assert (of.shown(kind), of.typed(kind)) == (shown, typed)


@pytest.mark.parametrize("text", ["", "q", "s1", "ss", "w", "eta", "δ₁", "J'"])
def test_what_is_no_kind(text: str) -> None:
    of, _ = kinds(read_problem(OWN))
    assert of.read(text) is None


def test_letters_that_only_some_layers_have() -> None:
    of, _ = kinds(load_problem(FOLDER / "linear-2-2-1.yaml"), "in-out")
    # Out_h1 within the network, and a y with a hat at its end.
    assert [of.read(text) for text in ("Out", "ŷ", "yhat", "In", "δ")] == [
        "A", "A", "A", "Z", "dW",
    ]  # fmt: skip


def test_a_loss_of_two_parts_and_its_summands() -> None:
    of, _ = kinds(load_problem(FOLDER / "sigmoid-2-2-2.yaml"))
    assert (of.typed("L"), of.typed("E"), of.shown("L")) == ("E_total", "E", "E_total")


def test_a_derivative_is_shown_as_its_entries_are_written() -> None:
    """Of a kernel alone ∂L/∂W; of a dense layer it has letters of its own."""
    of, _ = kinds(load_problem(FOLDER / "given-upstream.yaml"))
    assert (of.shown("dW"), of.shown("dB"), of.typed("dW")) == ("∂L/∂W", "δB", "dW")
    of, _ = kinds(load_problem(FOLDER / "exercise.yaml"))
    assert of.shown("dW") == "δW"


@pytest.mark.parametrize("text", ["dγ", "δγ", "∂γ", "dgamma", "∂L/∂γ"])
def test_a_derivative_is_read_by_the_greek_letter_of_its_value(text: str) -> None:
    of, _ = kinds(load_problem(FOLDER / "batch-normalisation.yaml"))
    assert of.read(text) == "dgamma"
