"""Matrix form says what is calculated: signs and blocks worked out anew are the values."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from bp_tutor.explain.board import Blocks, Laid, Mask, Taken, Zeros, explained, on_the_board
from bp_tutor.explain.columns import in_columns, transposed
from bp_tutor.formula import (
    PRIMITIVES,
    Add,
    Apply,
    Call,
    Div,
    Formula,
    MatMul,
    Mul,
    Neg,
    Number,
    Pow,
    Reduce,
    Ref,
    Transpose,
    walk,
)
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import Run, solve
from bp_tutor.words import load_words
from tests.cli.running import run as run_program
from tests.explain.test_general import EDGES, PADDED
from tests.layers.test_primitives import applied, every_primitive

Array = NDArray[np.float64]

BRANCHES = """
network:
  inputs: 3
  weight_order: from-to
  layers:
    - {units: 2, activation: tanh, weights: [[1, 0], [0, 1], [1, 1]], bias: none}
    - {slice: {of: units, first: 2, last: 3}, from: 1}
    - {slice: {of: units, first: 2, last: 2}, from: 1}
    - {concatenate: [2, 3, 4]}
    - {units: 2, weights: [[0.5, 1], [0.25, 2], [1, 3], [-1, 4], [2, 5]], bias: none}
inputs: [[1, 2, 3], [0.5, -1, 0]]
targets: [[1, 0], [1, 2]]
learning_rate: 0.1
gradients_of_inputs: true
"""
NETWORKS = {
    "branches": BRANCHES,
    "edges": EDGES.replace("ACTIVATION", "sigmoid")
    .replace("BIASES", "c: [o1, o2]")
    .replace(", d: 1", ""),
    "causal": PADDED.replace("MASK", "causal: true"),
    "padded": PADDED.replace("MASK", "causal: true, padded: [3]"),
}
DONE: dict[type[Formula], Callable[[Any, list[Array]], Any]] = {
    Mask: lambda node, _: node.rows,
    Zeros: lambda node, _: np.zeros(node.size),
    Add: lambda _, parts: sum(parts[1:], start=parts[0]),
    Mul: lambda _, parts: np.prod(np.broadcast_arrays(*parts), axis=0),
    Neg: lambda _, parts: -parts[0],
    Div: lambda _, parts: parts[0] / parts[1],
    Pow: lambda _, parts: parts[0] ** parts[1],
    MatMul: lambda _, parts: parts[0] @ parts[1],
    Transpose: lambda _, parts: parts[0].T,
    Call: lambda node, parts: {"sqrt": np.sqrt}[node.function.name](*parts),
}
"""What a reader does at a sign."""


class Board:
    """Works out what stands on the board, as someone does who reads nothing but signs."""

    def __init__(self, run: Run, *, columns: bool) -> None:
        self.run = run
        self.columns = columns

    def array(self, formula: Formula) -> Array:
        parts = [self.array(child) for child in formula.children]
        match formula:
            case Number():
                return np.array(float(formula.number))
            case Ref(quantity):
                own = transposed(quantity) if self.columns else quantity
                values = np.array(self.run.values[own], float).reshape(own.shape)
                return values.T if self.columns else values
            case Taken():
                return self.taken(parts[0], formula)
            case Blocks(grid):
                width = len(grid[0])
                return np.block([parts[at : at + width] for at in range(0, len(parts), width)])
            case Reduce(_, _, axes):
                return np.array(parts[0].sum(axis=axes, keepdims=not formula.scalar))
        return np.array(DONE[type(formula)](formula, parts))

    def taken(self, array: Array, formula: Taken) -> Array:
        """The places that are written between square brackets, counted from 1."""
        for axis, span in enumerate(formula.spans):
            if span is not None:
                array = array.take(range(span[0] - 1, span[1]), axis)
        return array.reshape(formula.size)


@pytest.mark.parametrize("columns", [False, True])
@pytest.mark.parametrize("name", NETWORKS)
def test_what_stands_on_the_board_is_what_is_calculated(name: str, columns: bool) -> None:
    run = solve(read_problem(NETWORKS[name])).runs[0]
    board = Board(run, columns=columns)
    found: set[type[Formula]] = set()
    for step in run.steps:
        written = on_the_board(step.formula)
        laid = {type(node) for node in walk(written) if isinstance(node, Laid)}
        back = any(isinstance(n, Apply) and n.primitive.name == "softmax_back"
                   for n in walk(step.formula))  # fmt: skip
        if not laid and not back:
            continue
        found |= laid
        value = board.array(in_columns(written) if columns else written)
        expected = np.array(run.values[step.quantity], float).reshape(step.quantity.shape)
        np.testing.assert_allclose(value, expected.T if columns else expected, atol=1e-12)
    told = {"branches": {Taken, Blocks, Zeros}, "edges": {Taken, Blocks}}
    assert found == told.get(name, {Mask})


@every_primitive
@settings(max_examples=5, deadline=None)
@given(data=st.data())
def test_what_keeps_its_name_is_explained(name: str, data: st.DataObject) -> None:
    """A primitive is written in signs, or a sentence says what it does; softmax everyone knows."""
    formula = data.draw(applied(name))
    keys = [said.key for said in explained(formula, columns=False)]
    for node in walk(on_the_board(formula)):
        if isinstance(node, Apply) and node.primitive.name != "softmax":
            assert f"board.{node.primitive.name}" in keys
    for words, key in product(map(load_words, ("en", "zh")), keys):
        assert words.text(key)


@pytest.mark.parametrize("form", ["matrix", "general"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_names_are_explained_where_they_are_printed(form: str, language: str) -> None:
    """Whatever is called by a name with arguments has its sentence on the same sheet."""
    words = load_words(language)
    for problem in ("cnn-backward", "multi-head-attention"):
        printed = run_program("solve", problem, "--form", form, "--lang", language).out
        called = {*re.findall(r"\b[a-z_]+(?=\()", printed)} & {*PRIMITIVES} - {"softmax"}
        for name in called:
            assert words.text(f"board.{name}").startswith(name)
            assert re.search(rf"(?<!\w){name}[:：]", printed)
        if form == "matrix":
            assert ("max_pool_back" in called) == (problem == "cnn-backward")
            assert ("+ M " in printed) == (problem == "multi-head-attention")
