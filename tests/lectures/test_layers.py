"""The tutor's numbers for images, sequences, gates and descent are those of plain loops."""

from __future__ import annotations

from pathlib import Path

import pytest

from bp_tutor.problem import load_problem
from bp_tutor.solve import solve
from tests.lectures.layer_exercises import LAYERED, SAMPLES, calculated

PROBLEMS = Path(__file__).parents[2] / "problems"
FORWARD_ONLY = ("cnn-2x2", "conv-stride-padding", "rnn-forward", "activations")


@pytest.mark.parametrize("name", [*LAYERED, *SAMPLES, "activations"])
def test_every_value_is_that_of_the_loops(name: str) -> None:
    updates = 1 if name in FORWARD_ONLY else 5
    trace = solve(load_problem(PROBLEMS / f"{name}.yaml"), updates)
    runs = calculated(name, updates)
    assert len(trace.runs) == len(runs)
    for run, expected in zip(trace.runs, runs, strict=True):
        seen = set()
        for step in run.steps:
            assert step.value is not None
            for index, value in zip(step.quantity.indices(), step.value, strict=True):
                identifier = step.quantity.identifier(index)
                if name in SAMPLES and identifier.startswith("dA"):
                    # These loops go from the loss to dZ at once.
                    continue
                assert value == pytest.approx(expected[identifier], abs=1e-12), identifier
                seen.add(identifier)
        if name in SAMPLES:
            assert seen >= {identifier for identifier in expected if identifier[0] in "ZdL"}
        else:
            assert seen == set(expected)


def test_the_shapes_of_the_slide() -> None:
    network = load_problem(PROBLEMS / "mlp-shapes.yaml").network
    assert network is not None
    sizes = [network.inputs, *(layer.units for layer in network.layers)]
    assert sizes == [16, 32, 16, 1]
