"""Printed figures: a way to calculate is found where there is one, and chance finds none."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from bp_tutor.authoring.published.judge import judge
from bp_tutor.authoring.published.judged import Judged
from bp_tutor.problem import Problem, find_problem, load_problem
from bp_tutor.problem.model import Published, Rounding
from bp_tutor.quiz.figure import printed
from bp_tutor.solve import solve
from tests.authoring.pages import page_of

NAMES = (
    "Z[2,1]", "A[2,1]", "A[3,2]", "Z[4,1]", "A[4,2]", "L", "dZ[4,1]", "dZ[3,1]", "dW[3,1,1]",
    "W'[3,1,1]",
)  # fmt: skip


def shipped(name: str) -> Problem:
    return load_problem(find_problem(name))


def figures_of(problem: Problem, names: tuple[str, ...], digits: int) -> tuple[Published, ...]:
    """What a source prints that calculates like `problem`."""
    run = solve(problem).runs[0]
    found = []
    for name in names:
        place = run.find(name)
        assert place is not None
        found.append(Published(name=name, value=f"{run.value(*place):.{digits}f}"))
    return tuple(found)


def found(problem: Problem, figures: tuple[Published, ...]) -> tuple[Judged, ...]:
    asked = problem._replace(published=figures)
    return judge(asked, page_of(asked))


@pytest.mark.parametrize(
    ("text", "value", "how"),
    [
        ("0.608", 0.6087, "cut"), ("0.609", 0.6087, "rounded"), ("0.30", 0.3, "rounded"),
        ("0.30", 0.306, "cut"), ("0.3", 0.34, "rounded"), ("-0.403", -0.40387, "cut"),
        ("-0.404", -0.40387, "rounded"), ("5.92e-07", 5.924e-7, "rounded"), ("6", 6.0, "rounded"),
        ("0.404", -0.404, ""), ("0.605", 0.6087, ""), ("0.285", 0.2845, "rounded"),
        ("0.5", float("inf"), ""), ("0.5", None, ""), ("−0.5", -0.5, "rounded"),
    ],
)  # fmt: skip
def test_what_a_printed_number_stands_for(text: str, value: float | None, how: str) -> None:
    assert printed(text).stands_for(value) == how


@pytest.mark.parametrize("digits", [3, 4])
def test_random_figures_are_not_explained(digits: int) -> None:
    draw = random.Random(digits)  # noqa: S311 - the same figures every time
    excused = tried = 0
    for name in ("exercise", "sigmoid-2-2-2", "softmax-cross-entropy"):
        problem = shipped(name)
        run = solve(problem).runs[0]
        entries = [
            (step.quantity, index)
            for step in run.steps
            for index in step.quantity.indices()
            if run.value(step.quantity, index)
        ]
        for _ in range(8):
            # Four that are right and one that nobody calculated.
            chosen = draw.sample(entries, 5)
            factors = [1.0] * 4 + [draw.uniform(0.5, 1.5)]
            figures = tuple(
                Published(
                    name=quantity.identifier(index),
                    value=repr(float(f"{run.value(quantity, index) * factor:.{digits}g}")),
                )
                for (quantity, index), factor in zip(chosen, factors, strict=True)
            )
            judged = found(problem, figures)[-1]
            tried += 1
            excused += judged.verdict != "does_not_follow" or bool(judged.reasons)
    assert tried == 24
    assert excused <= 1


@pytest.mark.parametrize(("digits", "cut"), [(2, False), (3, False), (4, False), (3, True)])
def test_rounding_by_hand_is_found(digits: int, cut: bool) -> None:
    problem = shipped("exercise")
    by_hand = problem._replace(rounding=Rounding("hand", digits, truncate=cut))
    results = found(problem, figures_of(by_hand, NAMES, digits))
    verdicts = {judged.verdict for judged in results}
    assert "follows_by_hand_rounding" in verdicts or "truncated" in verdicts
    assert verdicts <= {"agrees", "truncated", "follows_by_hand_rounding"}


def _loss(problem: Problem, **changes: object) -> Problem:
    network = problem.network
    assert network is not None
    assert network.loss is not None
    return problem._replace(network=network._replace(loss=network.loss._replace(**changes)))


def _biases(problem: Problem, **changes: object) -> Problem:
    network = problem.network
    assert network is not None
    layers = tuple(layer._replace(bias=layer.bias._replace(**changes)) for layer in network.layers)
    return problem._replace(network=network._replace(layers=layers))


CONVENTIONS: dict[str, tuple[str, Callable[[Problem], Problem], tuple[str, ...]]] = {
    "without_half": ("exercise", lambda p: _loss(p, name="squared_error"), NAMES),
    "no_bias": ("exercise", lambda p: _biases(p, kind="none", values=None), NAMES),
    "threshold": ("exercise", lambda p: _biases(p, kind="threshold"), NAMES),
    "outputs_mean": ("exercise", lambda p: _loss(p, outputs="mean"), NAMES),
    "sequential": (
        "exercise",
        lambda p: p._replace(conventions=p.conventions._replace(update_order="sequential")),
        ("dZ[3,1]", "dZ[3,2]", "dZ[3,3]", "dW[2,1,1]", "dW[2,2,2]"),
    ),
    "samples_sum": (
        "batch-weight-decay",
        lambda p: _loss(p, samples="sum"),
        ("L", "dW[1,1,1]", "dW[2,1,1]", "dB[2,1]"),
    ),
    "no_decay": (
        "batch-weight-decay",
        lambda p: _loss(p, penalty=None),
        ("L", "dW[1,1,1]", "dW[2,1,1]", "W'[1,1,1]"),
    ),
}


@pytest.mark.parametrize("key", CONVENTIONS)
def test_another_convention_is_found(key: str) -> None:
    name, change, names = CONVENTIONS[key]
    problem = shipped(name)
    results = found(problem, figures_of(change(problem), names, 6))
    assert "follows_under_convention" in {judged.verdict for judged in results}
    for judged in results:
        assert judged.verdict in ("agrees", "truncated", "follows_under_convention")
        for reason in judged.reasons:
            assert reason.key == f"published.convention.{key}"


def test_the_figures_after_ten_thousand_updates_need_frozen_biases() -> None:
    problem = shipped("sigmoid-2-2-2")
    late = tuple(figure for figure in problem.published if figure.after)
    results = found(_biases(problem, frozen=False), late)
    assert [judged.verdict for judged in results] == ["follows_under_convention"] * 3
    assert {judged.reasons[0].key for judged in results} == {"published.convention.frozen_bias"}


def test_an_arithmetic_that_only_repeats_the_figure_excuses_nothing() -> None:
    problem = shipped("sigmoid-2-2-1")
    (judged,) = found(problem, (Published(name="y3", value="0.512", origin="0.5 + 0.012"),))
    assert judged.verdict == "does_not_follow"
    assert [reason.key for reason in judged.reasons] == ["published.origin.unfounded"]


def test_what_the_calculation_does_not_have() -> None:
    problem = shipped("sigmoid-2-2-1")
    (judged,) = found(problem, (Published(name="dB[3,1]", value="0.5"),))
    assert (judged.verdict, judged.value, judged.sound) == ("not_found", None, False)


def test_an_accepted_verdict_that_has_changed_is_told() -> None:
    problem = shipped("sigmoid-2-2-1")
    (judged,) = found(problem, (Published(name="z3", value="0.755", accepted="does_not_follow"),))
    assert (judged.verdict, judged.changed, judged.sound) == ("agrees", True, False)


def test_a_figure_is_not_excused_by_rounding_to_fewer_decimals_than_it_has() -> None:
    # A[2,1] is 0.81757: with three decimals it would be printed as 0.818.
    (judged,) = found(shipped("exercise"), (Published(name="A[2,1]", value="0.8180"),))
    assert judged.verdict == "does_not_follow"
