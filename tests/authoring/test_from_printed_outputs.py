"""A printed loss or delta that follows from the output printed before it follows."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bp_tutor.authoring.published.judge import judge
from bp_tutor.authoring.published.judged import FOLLOWING, WRONG
from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer
from bp_tutor.catalogue.losses import Loss
from bp_tutor.problem import Network, Problem
from bp_tutor.problem.model import Published
from tests.authoring.pages import page_of


def network(
    activation: str, weights: tuple[float, ...], loss: Loss, targets: tuple[float, ...],
    figures: dict[str, str],
) -> Problem:  # fmt: skip
    layer = Layer(len(weights), activation, weights=(weights,), bias=Bias("none"))
    made = Network(1, (layer,), samples=((1.0,),), targets=(targets,), loss=loss, learning_rate=0.1)
    published = tuple(Published(name=name, value=value) for name, value in figures.items())
    return Problem(Path("printed.yaml"), network=made, published=published)


def verdicts(problem: Problem) -> list[str]:
    return [judged.verdict for judged in judge(problem, page_of(problem))]


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize(
    ("weight", "output", "loss"),
    [(0.31, "0.58", "0.5447"), (0.6225, "0.650", "0.431"), (-0.13, "0.4675", "0.7604")],
)
def test_binary_cross_entropy(*, fused: bool, weight: float, output: str, loss: str) -> None:
    """-ln(0.58) = 0.54473, -ln(0.650) = 0.43078, -ln(0.4675) = 0.76036."""
    figures = {"A[2,1]": output, "L": loss}
    kind = Loss("binary_cross_entropy", fused=fused)
    found = verdicts(network("sigmoid", (weight,), kind, (1.0,), figures))
    assert set(found) <= set(FOLLOWING)


@pytest.mark.parametrize("fused", [True, False])
@settings(max_examples=20, deadline=None)
@given(
    weights=st.tuples(*[st.integers(-150, 150).map(lambda n: n / 100)] * 3), place=st.integers(1, 2)
)
def test_cross_entropy_from_outputs_with_two_digits(
    *, fused: bool, weights: tuple[float, ...], place: int
) -> None:
    powers = [math.exp(weight) for weight in weights]
    printed = [f"{power / sum(powers):.2f}" for power in powers]
    own = float(printed[place])
    assume(own > 0.05)
    figures = {f"A[2,{unit}]": text for unit, text in enumerate(printed, 1)}
    figures["L"] = f"{-math.log(own):.4f}"
    targets = tuple(float(unit == place) for unit in range(3))
    kind = Loss("cross_entropy", fused=fused)
    assert set(verdicts(network("softmax", weights, kind, targets, figures))) <= set(FOLLOWING)
    # A digit further on it follows from nothing that is printed there.
    figures["L"] = f"{-math.log(own) + 0.31:.4f}"
    assert verdicts(network("softmax", weights, kind, targets, figures))[-1] == WRONG
