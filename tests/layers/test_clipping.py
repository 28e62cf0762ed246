"""Clipping of gradients by value and by norm: in front of any optimiser, over several updates."""

from __future__ import annotations

import json
from math import hypot, sqrt
from textwrap import dedent

import pytest

from bp_tutor.problem import Problem, ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve
from bp_tutor.solve.check import check
from bp_tutor.solve.training import train
from tests.code.running import deviation, run_all, write


def graph(**more: object) -> Problem:
    """f(u, w) = 3u² + 4w², whose gradient at (1, 1) is (6, 8), of length 10."""
    part = {
        "values": {"u": 1, "w": 1}, "formulas": {"f": "3*u**2 + 4*w**2"}, "differentiate": "f",
        "with_respect_to": ["u", "w"], "learning_rate": 0.1, **more,
    }  # fmt: skip
    return read_problem(json.dumps({"graph": part}))


def network(clipping: object, **more: object) -> Problem:
    layer = {"units": 2, "weights": [[0.3, -0.2], [0.5, 0.4]], "bias": [0.1, -0.1]}
    file = {
        "network": {"inputs": 2, "weight_order": "from-to", "layers": [layer]},
        "inputs": [[1, 0.5], [2, -1]], "targets": [[3, -0.5], [0, 1]],
        "loss": "half_squared_error", "learning_rate": 0.1, "clipping": clipping, **more,
    }  # fmt: skip
    return read_problem(json.dumps(file))


@pytest.mark.parametrize(
    ("clipping", "steps"),
    [
        ({"value": 7}, (6, 7)),
        ({"value": 10}, (6, 8)),
        ({"value": 0.5}, (0.5, 0.5)),
        ({"norm": 5}, (3, 4)),
        ({"norm": 10}, (6, 8)),
        ({"norm": 20}, (6, 8)),
    ],
)
def test_one_update(clipping: object, steps: tuple[float, float]) -> None:
    run = solve(graph(clipping=clipping)).runs[0]
    for name, gradient in zip("uw", steps, strict=True):
        assert run.step(f"g{name}").value == pytest.approx((gradient,))
        assert run.step(f"{name}'").value == pytest.approx((1 - 0.1 * gradient,))
    if "norm" in str(clipping):
        assert run.step("norm").value == pytest.approx((10,))


def test_gradients_of_nought_stay_so() -> None:
    part = {"values": {"u": 0, "w": 0}, "clipping": {"norm": 1}}
    run = solve(graph(**part)).runs[0]
    assert run.step("u'").value == (0,)
    assert run.step("norm").value == (0,)


def test_an_optimiser_sees_what_is_left() -> None:
    u = w = 1.0
    v = [0.0, 0.0]
    problem = graph(clipping={"norm": 5}, optimiser={"momentum": {"mu": 0.5}})
    for run in solve(problem, 4).runs:
        gradients = (6 * u, 8 * w)
        factor = min(1.0, 5 / hypot(*gradients))
        v = [0.5 * one - 0.1 * g * factor for one, g in zip(v, gradients, strict=True)]
        u, w = u + v[0], w + v[1]
        assert run.step("u'").value == pytest.approx((u,))
        assert run.step("w'").value == pytest.approx((w,))


@pytest.mark.parametrize("clipping", [{"value": 0.4}, {"norm": 0.7}])
@pytest.mark.parametrize("more", [{}, {"conventions": {"delta": "descent"}}, {"batch": 1}])
def test_a_network(clipping: dict[str, float], more: dict[str, object]) -> None:
    problem = network(clipping, optimiser="adam", updates=3, **more)
    trace = solve(problem, 3)
    for run in trace.runs:
        found = check(run)
        assert found is not None
        assert found.failed == ()
        sign = -1 if "conventions" in more else 1
        names = ("W[1]", "B[2]")
        gradients = {name: [sign * d for d in run.step(f"d{name}").value or ()] for name in names}
        length = sqrt(sum(d * d for each in gradients.values() for d in each))
        for name, each in gradients.items():
            if "value" in clipping:
                right = [max(-0.4, min(0.4, d)) for d in each]
            else:
                right = [d * min(1.0, 0.7 / length) for d in each]
            assert run.step(f"g{name}").value == pytest.approx(right)
    last = train(problem, 3, (3,)).last
    assert trace.after is not None
    for quantity in trace.runs[0].program.model.trained:
        assert last.values[quantity] == pytest.approx(trace.after.values[quantity], rel=1e-9)


@pytest.mark.parametrize("clipping", [{"value": 0.4}, {"norm": 0.7}])
def test_programs_clip_as_well(clipping: object) -> None:
    problem = network(clipping, updates=2)
    written = write(problem, 2)
    (ran,) = run_all([written.text])
    assert deviation(written, ran) < 1e-9
    assert "torch.optim" not in write(problem, 2, "pytorch").text


@pytest.mark.parametrize(
    ("clipping", "key"),
    [
        ({"norm": 0}, "problem.found"),
        ({"value": -1}, "problem.found"),
        ({"norm": 1, "value": 1}, "problem.two_regularisers"),
        ({}, "problem.found"),
        ("norm", "problem.found"),
        ({"nrom": 1}, "problem.unknown_key"),
    ],
)
def test_what_cannot_be_is_told_once_and_where(clipping: object, key: str) -> None:
    for made in (network, lambda clipping: graph(clipping=clipping)):
        with pytest.raises(ProblemError) as told:
            made(clipping)
        (mistake,) = told.value.mistakes
        assert mistake.key == key
        assert "clipping" in mistake.path


def test_without_a_rate_there_is_nothing_to_clip() -> None:
    with pytest.raises(ProblemError, match="clipping_without_rate"):
        read_problem("graph: {values: {w: 1}, formulas: {f: w*w}, differentiate: f, "
                     "with_respect_to: [w], clipping: {norm: 1}}")  # fmt: skip


def test_its_letters_belong_to_it() -> None:
    with pytest.raises(ProblemError, match="reserved_name"):
        graph(clipping={"norm": 1}, values={"u": 1, "w": 1, "norm": 2})


def test_the_norm_does_not_go_with_updates_one_after_another() -> None:
    order = {"conventions": {"update_order": "sequential"}}
    with pytest.raises(ProblemError, match="sequential_with_norm"):
        network({"norm": 1}, **order)
    problem = network({"value": 0.1}, **order)
    assert solve(problem).runs[0].step("gB[2]").value is not None
    text = """
        graph: {values: {w: 1}, formulas: {f: w*w}, differentiate: f, with_respect_to: [w],
                learning_rate: 0.1, clipping: {norm: 1}}
        conventions: {update_order: sequential}
    """
    with pytest.raises(ProblemError, match="sequential_with_norm"):
        read_problem(dedent(text))
