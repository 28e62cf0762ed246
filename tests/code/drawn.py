"""Random problems of every kind, gathered so that one run of Python serves them all."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bp_tutor.problem import Problem
from bp_tutor.problem.model import Conventions, Network
from tests.layers.cases import problem_of
from tests.layers.test_images import image_networks
from tests.layers.test_mixing import networks
from tests.layers.test_optimisers import BY_HAND, small_networks
from tests.layers.test_sequences import sequence_networks
from tests.solve.networks import problems

T = TypeVar("T")
NOTATIONS = ("layered", "superscript", "flat", "in-out", "net-out", "numbered", "plain")
COLUMNS = Conventions(layout="columns")


def gathered(strategy: st.SearchStrategy[T], count: int) -> list[T]:
    """Some examples of a strategy, the same ones every time."""
    found: list[T] = []

    @settings(
        max_examples=count, deadline=None, database=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(strategy)
    def take(example: T) -> None:
        found.append(example)

    take()
    return found


def dense_problems(count: int) -> list[Problem]:
    """Every activation, loss and convention of dense networks."""
    return gathered(problems(), count)


def layered_problems(count: int) -> list[Problem]:
    """Images, sequences, and layers in which values meet values."""
    kinds = [
        image_networks(),
        *(sequence_networks(kind) for kind in ("recurrent", "lstm", "gru")),
        networks(("swiglu",)),
        networks(("normalisation", "attention", "normalisation", "swiglu")),
    ]
    found: list[Network] = [each for kind in kinds for each in gathered(kind, count)]
    return [problem_of(each, conventions=COLUMNS) if place % 3 == 0 else problem_of(each)
            for place, each in enumerate(found)]  # fmt: skip


def trained_problems(count: int) -> list[Problem]:
    """Every optimiser over batches of every size, with learning rates that change."""
    return [
        problem_of(network._replace(optimiser=optimiser))
        for optimiser, _, _ in BY_HAND.values()
        for network in gathered(small_networks(), count)
    ]
