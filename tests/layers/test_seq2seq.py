"""The exercise on encoder and decoder: its lines through the teacher's inputs, number by number."""

from __future__ import annotations

from math import exp, log, tanh

import pytest

from bp_tutor.problem.find import find_problem
from bp_tutor.problem.load import load_problem
from bp_tutor.solve import solve

PARAMETERS = {
    "W[2]": (0.5, -0.4), "R[3]": (0.6,), "B[3]": (0.1,),
    "W[4]": (0.3, 0.8), "R[5]": (0.7,), "B[5]": (-0.2,),
    "W[5]": (1.0, -0.5), "B[6]": (0.2, 0.0),
}  # fmt: skip
SOURCE, TEACHER, RIGHT = ((1, 0), (0, 1)), ((0, 0), (0, 1)), (1, 0)
"""Words read, words that the decoder is told, and which word is right at each step."""


def loss(given: dict[str, tuple[float, ...]]) -> float:
    """The encoder's state goes on in the decoder; cross-entropy of a softmax at each step."""
    state, total = 0.0, 0.0
    for words, layer in ((SOURCE, 3), (TEACHER, 5)):
        entering, kept, bias = (given[name] for name in (
            f"W[{layer - 1}]", f"R[{layer}]", f"B[{layer}]",
        ))  # fmt: skip
        for word, right in zip(words, RIGHT, strict=True):
            fresh = word[0] * entering[0] + word[1] * entering[1]
            state = tanh(fresh + state * kept[0] + bias[0])
            if layer == 5:
                out = [state * w + b for w, b in zip(given["W[5]"], given["B[6]"], strict=True)]
                total += log(sum(map(exp, out))) - out[right]
    return total


def test_loss_and_gradients_are_those_of_plain_arithmetic() -> None:
    run = solve(load_problem(find_problem("seq2seq"))).runs[0]
    found = {quantity.name: values for quantity, values in run.values.items()}
    assert found["L"] == pytest.approx((loss(PARAMETERS),), rel=1e-12)
    for name, numbers in PARAMETERS.items():
        assert found[name] == numbers
        for place, number in enumerate(numbers):
            ends = []
            for step in (1e-5, -1e-5):
                moved = (*numbers[:place], number + step, *numbers[place + 1 :])
                ends.append(loss({**PARAMETERS, name: moved}))
            slope = (ends[0] - ends[1]) / 2e-5
            assert found[f"d{name}"][place] == pytest.approx(slope, rel=1e-6, abs=1e-9)
