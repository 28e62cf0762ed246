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


TWO_CHANNELS = """network:
  inputs: {channels: 2, height: 2, width: 3}
  weight_order: from-to
  layers:
    - {convolution: {channels: 1, kernel: 2}, weights: {seed: 1, scale: 1}, bias: [0.1]}
    - flatten
    - {units: 1, weights: {seed: 2, scale: 1}, bias: none}
inputs: INPUTS
targets: TARGETS
"""
LAST = "conventions: {channels: last}\n"


@pytest.mark.parametrize("samples", [0, 1, 3])
def test_pixels_may_list_their_channels(samples: int) -> None:
    shape = (samples, 2, 3, 2) if samples else (2, 3, 2)
    last = np.random.default_rng(7).normal(size=shape)
    targets = [[0.5]] * max(samples, 1)
    first = np.moveaxis(last, -1, -3).tolist()
    by_pixels = values(TWO_CHANNELS + LAST, last.tolist(), targets)
    assert by_pixels == values(TWO_CHANNELS, first, targets)
    assert by_pixels["A[1]"] == tuple(np.ravel(first))


def test_an_image_of_one_channel_needs_no_list_of_it() -> None:
    pixels = [[1, 2, 3], [4, 5, 6]]
    expected = values(IMAGE, pixels, [0.5])
    assert values(IMAGE + LAST, pixels, [0.5]) == expected
    assert values(IMAGE + LAST, [[[each] for each in row] for row in pixels], [0.5]) == expected
    assert values(IMAGE + LAST, [pixels], [0.5]) == expected


def test_channels_in_the_other_place_are_told() -> None:
    with pytest.raises(ProblemError) as told:
        values(TWO_CHANNELS + LAST, np.ones((2, 2, 3)).tolist(), [0.5])
    (mistake,) = told.value.mistakes
    assert mistake.key == "problem.sample_shape"
    assert (mistake.values["wanted"], mistake.values["found"]) == ("2 x 3 x 2", "2 x 2 x 3")


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
