"""Samples, steps and tokens as the columns of what a file lists; figures with decimal commas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from bp_tutor.problem import ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve

TOKENS = [[1, 2, 3], [4, 5, 6]]
POSITIONS = """network:
  inputs: {positions: 3, units: 2}
  weight_order: from-to
  layers:
    - attention: {keys: 1, values: 2}
      weights: {query: [[1], [0.5]], key: [[0.5], [-1]], value: [[1, 0], [0, 2]]}
inputs: INPUTS
targets: TARGETS
"""
SEQUENCE = """network:
  inputs: {steps: 3, units: 2}
  weight_order: from-to
  layers:
    - recurrent: {units: 1, returns: all}
      weights: [[0.5], [-0.25]]
      recurrent_weights: [[0.8]]
      bias: [0.1]
inputs: INPUTS
targets: TARGETS
"""
IMAGE = """network: {inputs: {channels: 1, height: 2, width: 3}, layers: [flatten, {units: 1}]}
inputs: INPUTS
targets: TARGETS
"""
COLUMNS = "conventions: {samples: columns}\n"


def values(text: str, inputs: Any, targets: Any) -> dict[str, tuple[float, ...]]:
    filled = text.replace("INPUTS", str(inputs)).replace("TARGETS", str(targets))
    (run,) = solve(read_problem(filled)).runs
    return {quantity.name: numbers for quantity, numbers in run.values.items()}


@pytest.mark.parametrize(
    ("text", "inputs", "targets"),
    [
        (POSITIONS, TOKENS, [[0, 1, 1], [1, 0, 2]]),
        (SEQUENCE, TOKENS, [[0, 1, 0.5]]),
        (SEQUENCE, [TOKENS, [[0, 1, 0], [2, -1, 1]]], [[[0, 1, 0.5]], [[1, 0, 0]]]),
    ],
    ids=["positions", "one sequence", "two sequences"],
)
def test_columns_are_tokens_or_steps(text: str, inputs: Any, targets: Any) -> None:
    upright = [np.swapaxes(np.array(each), -1, -2).tolist() for each in (inputs, targets)]
    assert values(text + COLUMNS, inputs, targets) == values(text, *upright)


def test_a_plain_list_is_a_row_of_steps_with_one_unit() -> None:
    one = SEQUENCE.replace("units: 2}", "units: 1}").replace("[[0.5], [-0.25]]", "[[0.5]]")
    by_columns = values(one + COLUMNS, [1, -1, 2], [0, 1, 0])
    assert by_columns == values(one, [[1], [-1], [2]], [[0], [1], [0]])


@pytest.mark.parametrize(
    ("text", "inputs", "key"),
    [
        (POSITIONS, [[1, 2], [3, 4], [5, 6]], "sample_shape"),
        (
            IMAGE,
            TOKENS,
            "samples_in_columns",
        ),
    ],
)
def test_what_does_not_fit_is_told(text: str, inputs: Any, key: str) -> None:
    with pytest.raises(ProblemError) as told:
        values(text + COLUMNS, inputs, [[0, 1, 1], [1, 0, 2]])
    assert f"problem.{key}" in {each.key for each in told.value.mistakes}


PRINTED = """notation: plain
graph:
  values: {x: 2, w: 0.5}
  formulas: {z: w*x + 0.1}
published:
  - {name: z, value: "1,1", from: "FROM"}
"""


def test_the_arithmetic_of_a_source_has_commas_where_its_figure_has_one() -> None:
    (figure,) = read_problem(PRINTED.replace("FROM", "0,5*2 + 0,1")).published
    assert figure.origin == "0.5*2 + 0.1"
    with pytest.raises(ProblemError):
        read_problem(PRINTED.replace("FROM", "0,5*2 +,1"))
    with pytest.raises(ProblemError):
        read_problem(PRINTED.replace("1,1", "1.1").replace("FROM", "0,5*2 + 0,1"))
