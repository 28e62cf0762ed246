"""Schedules: the learning rate of every update by a line of its own, against plain Python."""

from __future__ import annotations

import json
from collections.abc import Callable
from math import cos, pi

import pytest

from bp_tutor.explain import symbols_of
from bp_tutor.problem import Problem, ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import contexts_of
from bp_tutor.quiz.batch import Unclear, mark_all, question_of
from bp_tutor.solve import solve
from bp_tutor.solve.check import check
from bp_tutor.solve.training import train
from tests.code.running import deviation, run_all, write
from tests.code.test_loops import compare
from tests.presented import presentation_of

UPDATES = 7
RATE = 0.4
SCHEDULES: list[tuple[dict[str, object], Callable[[int], float]]] = [
    ({"step": {"factor": 0.25, "every": 3}}, lambda done: RATE * 0.25 ** (done // 3)),
    ({"step": {"every": 1}}, lambda done: RATE / 2**done),
    ({"exponential": {"factor": 0.8}}, lambda done: RATE * 0.8**done),
    ({"cosine": {"updates": 4}}, lambda done: RATE * (1 + cos(pi * min(done / 4, 1))) / 2),
    (
        {"cosine": {"updates": 5, "end": 0.1}},
        lambda done: 0.1 + (RATE - 0.1) * (1 + cos(pi * min(done / 5, 1))) / 2,
    ),
    ({"warm_up": {"updates": 4}}, lambda done: RATE * min((done + 1) / 4, 1)),
    (
        {"step": {"factor": 0.5, "every": 2, "warm_up": 2}},
        lambda done: RATE * ((done + 1) / 2 if done < 2 else 0.5 ** ((done - 2) // 2)),
    ),
    (
        {"cosine": {"updates": 4, "end": 0.1, "warm_up": 3}},
        lambda done: (
            RATE * (done + 1) / 3
            if done < 3
            else 0.1 + (RATE - 0.1) * (1 + cos(pi * min((done - 3) / 4, 1))) / 2
        ),
    ),
    (
        {"exponential": {"factor": 0.8, "warm_up": 3}},
        lambda done: RATE * ((done + 1) / 3 if done < 3 else 0.8 ** (done - 3)),
    ),
]
"""Each with the learning rate after so many updates."""


def graph(schedule: object, **more: object) -> Problem:
    """f(w) = w²: a step of gradient descent takes w to w·(1 − 2η)."""
    part = {
        "values": {"w": 1}, "formulas": {"f": "w**2"}, "differentiate": "f",
        "with_respect_to": ["w"], "learning_rate": RATE, "schedule": schedule, **more,
    }  # fmt: skip
    return read_problem(json.dumps({"graph": part, "updates": UPDATES}))


def network(schedule: object, **more: object) -> Problem:
    layer = {"units": 1, "activation": "tanh", "weights": [[0.3], [0.5]], "bias": [0.1]}
    file = {
        "network": {"inputs": 2, "weight_order": "from-to", "layers": [layer]},
        "inputs": [[1, 0.5], [2, -1]], "targets": [[0.5], [1]],
        "loss": "half_squared_error", "learning_rate": RATE, "schedule": schedule, **more,
    }  # fmt: skip
    return read_problem(json.dumps(file))


@pytest.mark.parametrize(("schedule", "rate"), SCHEDULES)
def test_every_update_has_its_learning_rate(
    schedule: dict[str, object], rate: Callable[[int], float]
) -> None:
    w = 1.0
    for done, run in enumerate(solve(graph(schedule), UPDATES).runs):
        w *= 1 - 2 * rate(done)
        assert run.step("eta").value == pytest.approx((rate(done),))
        assert run.step("w'").value == pytest.approx((w,))
    problem = network(schedule, optimiser="adam")
    trace = solve(problem, UPDATES)
    found = [run.step("eta").value for run in trace.runs]
    assert found == [pytest.approx((rate(done),)) for done in range(UPDATES)]
    last = train(problem, UPDATES).last
    assert trace.after is not None
    for quantity in trace.after.program.model.trained:
        assert last.values[quantity] == pytest.approx(trace.after.values[quantity], rel=1e-9)
    checked = check(trace.runs[-1])
    assert checked is not None
    assert checked.failed == ()


@pytest.mark.parametrize(("schedule", "_"), SCHEDULES[::2])
def test_programs_follow_it(schedule: dict[str, object], _: object) -> None:
    written = write(network(schedule, updates=3), 3)
    (ran,) = run_all([written.text])
    assert deviation(written, ran) < 1e-9
    assert compare(network(schedule, updates=3), 3) > 3
    assert "torch.optim" not in write(network(schedule, updates=3), 3, "pytorch").text


def test_a_learning_rate_is_asked_for() -> None:
    problem = network({"exponential": {"factor": 0.8}}, updates=2)
    contexts = contexts_of(solve(problem, 2), presentation_of(symbols_of(problem)))
    question = question_of(contexts, "eta#2")
    assert not isinstance(question, Unclear)
    for typed, right in (("0.32", True), ("0.36", False)):
        (result,) = mark_all(contexts, [(question, typed)])
        assert result.verdict is not None
        assert result.verdict.right is right


@pytest.mark.parametrize(
    ("schedule", "key"),
    [
        ({"exponential": {"factor": 0}}, "problem.found"),
        ({"step": {"every": 0}}, "problem.found"),
        ({"cosine": {"updates": 2.5}}, "problem.found"),
        ({"cosine": {"updates": 3, "end": -1}}, "problem.found"),
        ({"warm_up": {}}, "problem.missing_key"),
        ("exponental", "problem.unknown_schedule"),
        ({"exponential": {"faktor": 0.5}}, "problem.unknown_key"),
        (3, "problem.unknown_schedule"),
    ],
)
def test_what_cannot_be_is_told_once_and_where(schedule: object, key: str) -> None:
    for made in (network, graph):
        with pytest.raises(ProblemError) as told:
            made(schedule)
        (mistake,) = told.value.mistakes
        assert mistake.key == key
        assert "schedule" in mistake.path


@pytest.mark.parametrize("rate", [[0.1, 0.2], None])
def test_it_starts_from_one_learning_rate(rate: object) -> None:
    with pytest.raises(ProblemError, match="schedule_needs_rate"):
        network("exponential", learning_rate=rate) if rate else read_problem(
            "graph: {values: {w: 1}, formulas: {f: w*w}, differentiate: f, "
            "with_respect_to: [w], schedule: exponential}"
        )
