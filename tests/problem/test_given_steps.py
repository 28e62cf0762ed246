"""An optimiser's step on gradients that are given, and from where it starts."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bp_tutor.problem import ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve
from bp_tutor.solve.training import train
from tests.cli.running import good, run
from tests.code.running import run_all
from tests.problem.test_given_arrays import array, differences, run_of

if TYPE_CHECKING:
    from pathlib import Path

    from bp_tutor.solve import Run

STEPS = """graph:
  values: {w: 1.2, u: -0.4}
  given: {GIVEN}
  learning_rate: 0.1
  optimiser: OPTIMISER
updates: 3
"""
ADAM = "{adam: {beta1: 0.8, beta2: 0.9, epsilon: 0.001}}"
GRADIENTS = (0.5, -0.3, 0.7)


def runs_of(given: str, optimiser: str, updates: int = 3) -> tuple[Run, ...]:
    text = STEPS.replace("{GIVEN}", f"{{{given}}}").replace("OPTIMISER", optimiser)
    return solve(read_problem(text), updates).runs


def value(run: Run, name: str) -> float:
    return next(numbers[0] for each, numbers in run.values.items() if each.name == name)


def adam(w: float, gradients: tuple[float, ...], m: float = 0, s: float = 0, t: int = 1) -> float:
    """The weight after a step on each gradient, by the definition of Adam."""
    for count, gradient in enumerate(gradients, t):
        m = 0.8 * m + 0.2 * gradient
        s = 0.9 * s + 0.1 * gradient**2
        w -= 0.1 * (m / (1 - 0.8**count)) / (math.sqrt(s / (1 - 0.9**count)) + 0.001)
    return w


def test_gradients_are_given_for_each_update() -> None:
    runs = runs_of(f"dL/dw: {list(GRADIENTS)}, dL/du: 2", ADAM)
    for count, each in enumerate(runs, 1):
        assert value(each, "dw") == GRADIENTS[count - 1]
        assert value(each, "w'") == pytest.approx(adam(1.2, GRADIENTS[:count]), abs=1e-12)
        assert value(each, "u'") == pytest.approx(adam(-0.4, (2,) * count), abs=1e-12)
    # Both corrected moments are lines of their own.
    assert value(runs[0], "mhatw") == pytest.approx(0.5, abs=1e-12)
    assert value(runs[0], "shatw") == pytest.approx(0.25, abs=1e-12)


def test_the_last_gradient_of_a_list_stays() -> None:
    *_, last = runs_of("dL/dw: [0.5, -0.3]", ADAM)
    assert value(last, "w'") == pytest.approx(adam(1.2, (0.5, -0.3, -0.3)), abs=1e-12)


def test_an_optimiser_goes_on_from_where_it_was() -> None:
    (first,) = runs_of("dL/dw: 0.5, m_w: 0.2, s_w: 0.04, t: 3", ADAM, 1)
    assert value(first, "w'") == pytest.approx(adam(1.2, (0.5,), 0.2, 0.04, 3), abs=1e-12)
    (first,) = runs_of("dL/dw: 0.5, v_w: -0.2", "{momentum: {mu: 0.5}}", 1)
    # By hand: v' = 0.5*(-0.2) - 0.1*0.5 = -0.15.
    assert value(first, "w'") == pytest.approx(1.05, abs=1e-12)


def test_a_start_stands_beside_a_loss_as_well() -> None:
    text = """graph:
  values: {w: 3}
  formulas: {f: w**2}
  differentiate: f
  with_respect_to: [w]
  given: {v_w: 1}
  learning_rate: 0.1
  optimiser: {momentum: {mu: 0.5}}
"""
    (first,) = solve(read_problem(text)).runs
    # By hand: v' = 0.5*1 - 0.1*6 = -0.1.
    assert value(first, "w'") == pytest.approx(2.9, abs=1e-12)


def test_what_is_given_is_told_and_drawn_only_where_there_is_something(tmp_path: Path) -> None:
    path = tmp_path / "steps.yaml"
    text = STEPS.replace("{GIVEN}", "{dL/dw: [0.5, -0.3], dL/du: 2, v_w: -0.2}")
    path.write_text(text.replace("OPTIMISER", "momentum"), encoding="utf-8")
    shown = good("solve", str(path), "--updates", "2", "--ascii")
    assert "dL/dw in turn: 0.5, -0.3" in shown
    assert "v_w = -0.2\n" in shown
    assert "v_u = 0" not in shown
    assert "v_w' = mu*v_w - eta*dL/dw = 0.9*(-0.2) - 0.1*0.5 = -0.23" in shown
    good("page", str(path), "-o", str(tmp_path / "steps.html"))
    good("worksheet", str(path), "-o", str(tmp_path / "sheet.md"))
    assert "nothing to train" in run("train", str(path)).err
    varied = good("variant", str(path), "--seed", "3")
    assert "dL/dw: [0.5, -0.3]" not in varied
    assert "v_w: -0." in varied


def test_programs_take_each_gradient_in_turn(tmp_path: Path) -> None:
    path = tmp_path / "steps.yaml"
    text = STEPS.replace("{GIVEN}", f"{{dL/dw: {list(GRADIENTS)}}}").replace("OPTIMISER", ADAM)
    path.write_text(text, encoding="utf-8")
    (ran,) = run_all([good("solve", str(path), "--code", "numpy", "--updates", "3")])
    assert not ran.failed
    assert ran.values["w"] == pytest.approx(adam(1.2, GRADIENTS), abs=1e-12)
    by_torch = good("solve", str(path), "--code", "pytorch", "--updates", "3")
    assert "w = torch.tensor(1.2, requires_grad=True)" in by_torch
    assert "torch.optim.Adam" in by_torch
    path.write_text(text.replace("dL/dw:", "m_w: 0.1, dL/dw:"), encoding="utf-8")
    assert "torch.optim" not in good("solve", str(path), "--code", "pytorch")


def test_figures_of_later_updates_are_checked(tmp_path: Path) -> None:
    path = tmp_path / "steps.yaml"
    text = STEPS.replace("{GIVEN}", f"{{dL/dw: {list(GRADIENTS)}}}").replace("OPTIMISER", ADAM)
    right, wrong = adam(1.2, GRADIENTS), adam(1.2, (0.5, 0.5, 0.5))
    for number, verdict in ((right, "agree: 1"), (wrong, "do not follow: 1")):
        figure = f'published:\n  - {{name: "w", value: "{number:.4f}", after: 3}}\n'
        path.write_text(text + figure, encoding="utf-8")
        done = run("check", str(path))
        assert verdict in done.out, done


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ("dL/dw: 0.5, v_w: 1", "unknown_state"),
        ("dL/dw: 0.5, m_u: 1", "unknown_state"),
        ("dL/dw: 0.5, t: 0", "found"),
        ("dL/dw: 0.5, t: 1.5", "found"),
        ("dL/dw: 0.5, m_w: δ", "found"),
        ("dL/dw: [0.5, δ]", "found"),
        ("m_w: 0.5", "unknown_state"),
        ("dw: 0.5", "unknown_state"),
    ],
)
def test_what_does_not_fit_is_told(given: str, key: str) -> None:
    with pytest.raises(ProblemError) as told:
        read_problem(STEPS.replace("{GIVEN}", f"{{{given}}}").replace("OPTIMISER", ADAM))
    assert f"problem.{key}" in {mistake.key for mistake in told.value.mistakes}


def test_gradients_of_several_updates_need_a_learning_rate() -> None:
    with pytest.raises(ProblemError) as told:
        read_problem(
            "graph:\n  values: {w: 1}\n  formulas: {z: 2*w}\n  given: {dL/dw: [1, 2]}\n"
            "  with_respect_to: [w]\n"
        )
    assert {mistake.key for mistake in told.value.mistakes} == {"problem.given_for_updates"}
    with pytest.raises(ProblemError) as told:
        read_problem("graph:\n  values: {w: 1}\n  given: {dL/dw: 2}\n")
    assert {mistake.key for mistake in told.value.mistakes} == {"problem.missing_key"}


# The same in a network.

WEIGHTS, VELOCITIES = [[0.1, 0.8], [0.4, 0.6]], [[0.01, 0.03], [0.02, -0.04]]
NETWORK = """network:
  inputs: 2
  weight_order: ORDER
  layers:
    - {units: 2, activation: sigmoid, weights: WEIGHTS, bias: [0.1, 0.2]}
inputs: [0.35, 0.9]
targets: [0.5, 1]
loss: half_squared_error
learning_rate: 0.1
optimiser: OPTIMISER
given: {GIVEN}
"""


def network(given: str, optimiser: str = "{momentum: {mu: 0.5}}", order: str = "from-to") -> str:
    turned = np.array(WEIGHTS).T.tolist() if order == "to-from" else WEIGHTS
    text = NETWORK.replace("ORDER", order).replace("WEIGHTS", str(turned))
    return text.replace("OPTIMISER", optimiser).replace("GIVEN", given)


def momentum(updates: int) -> tuple[Any, Any]:
    """Weights and biases after some updates with momentum, in plain NumPy."""
    inputs, targets = np.array([[0.35, 0.9]]), np.array([[0.5, 1]])
    weights, biases = np.array(WEIGHTS), np.array([0.1, 0.2])
    velocity, other = np.array(VELOCITIES), np.array([0.05, -0.1])
    for _ in range(updates):
        outputs = 1 / (1 + np.exp(-(inputs @ weights + biases)))
        deltas = (outputs - targets) * outputs * (1 - outputs)
        velocity = 0.5 * velocity - 0.1 * inputs.T @ deltas
        other = 0.5 * other - 0.1 * deltas[0]
        weights, biases = weights + velocity, biases + other
    return weights, biases


@pytest.mark.parametrize("order", ["from-to", "to-from"])
def test_velocities_are_written_as_their_weights_are(order: str) -> None:
    rows = VELOCITIES if order == "from-to" else np.array(VELOCITIES).T.tolist()
    text = network(f'"vW[1]": {rows}, "vB[2]": [0.05, -0.1]', order=order)
    weights, biases = momentum(1)
    (first,) = solve(read_problem(text)).runs
    np.testing.assert_allclose(array(first, "W'[1]"), weights, atol=1e-12)
    np.testing.assert_allclose(array(first, "B'[2]")[0], biases, atol=1e-12)


def test_training_starts_from_the_velocities_too() -> None:
    single = ", ".join(
        f'"vW[1,{source},{target}]": {VELOCITIES[source - 1][target - 1]}'
        for source in (1, 2)
        for target in (1, 2)
    )
    problem = read_problem(network(f'{single}, "vB[2]": [0.05, -0.1]') + "updates: 7\n")
    weights, _ = momentum(7)
    np.testing.assert_allclose(array(train(problem, 7).last, "W[1]"), weights, atol=1e-12)
    last = solve(problem, 7).runs[-1]
    np.testing.assert_allclose(array(last, "W'[1]"), weights, atol=1e-12)


def test_the_count_of_updates_goes_on() -> None:
    text = network("t: 4", "{adam: {beta1: 0.8, beta2: 0.9, epsilon: 0.001}}")
    (first,) = solve(read_problem(text)).runs
    gradient = array(first, "dW[1]")[0, 1]
    wanted = adam(WEIGHTS[0][1], (gradient,), t=4)
    assert array(first, "W'[1]")[0, 1] == pytest.approx(wanted, abs=1e-12)


def test_kernels_have_velocities_as_well() -> None:
    text = """network:
  inputs: {channels: 1, height: 2, width: 2}
  layers:
    - {convolution: {channels: 1, kernel: 2}, weights: [[1, 2], [3, 4]], bias: none}
    - flatten
inputs: [[0.5, 1], [-1, 2]]
targets: [3]
learning_rate: 0.1
optimiser: {momentum: {mu: 0.5}}
given: {"vW[1]": [[0.1, 0], [0, -0.2]]}
"""
    (first,) = solve(read_problem(text)).runs
    # By hand: z = 0.5 + 2 - 3 + 8 = 7.5, so the delta is 4.5 and the gradient 4.5 times the image.
    wanted = [[1 + 0.05 - 0.225, 2 - 0.45], [3 + 0.45, 4 - 0.1 - 0.9]]
    np.testing.assert_allclose(array(first, "W'[1]")[0, 0], wanted, atol=1e-12)


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ('"vW[3]": [[1, 2], [3, 4]]', "no_such_array"),
        ('"mW[1]": [[1, 2], [3, 4]]', "no_such_array"),
        ('"vW[1]": [[1, 2, 3], [4, 5, 6]]', "weights_shape"),
        ('"vW[1,1,1]": 1', "given_missing"),
        ('"vB[2]": [1, 2, 3]', "row_count"),
        ('"vB[2]": null', "found"),
        ("t: 2", "no_count"),
    ],
)
def test_a_start_that_does_not_fit_is_told(given: str, key: str) -> None:
    with pytest.raises(ProblemError) as told:
        read_problem(network(given))
    assert [mistake.key for mistake in told.value.mistakes] == [f"problem.{key}"]


# First states of recurrent layers, a row a sample.

STATES = """network:
  inputs: {steps: 2, units: 1}
  weight_order: from-to
  layers:
    - recurrent: {units: 2, returns: last, initial: INITIAL}
      activation: tanh
      weights: [[0.1, 0.2]]
      recurrent_weights: [[0.1, 0.8], [0.4, 0.6]]
      bias: [0.1, 0.2]
    - {units: 1, weights: [[0.3], [0.9]], bias: [0.3]}
inputs: [[[1], [2]], [[-1], [0.5]]]
targets: [[1], [0]]
loss: half_squared_error
learning_rate: 0.1
"""
SEQUENCES: list[list[float]] = [[1, 2], [-1, 0.5]]
FIRST_STATES = [[0.1, -0.2], [0.5, 0.3]]


def loss_of_states(recurrent: Any, samples: tuple[int, ...] = (0, 1)) -> float:
    """The mean loss over samples, each from its own first state, by loops."""
    total: Any = 0.0
    for sample in samples:
        state: Any = np.array(FIRST_STATES[sample])
        for number in SEQUENCES[sample]:
            state = np.tanh(number * np.array([0.1, 0.2]) + state @ recurrent + [0.1, 0.2])
        output = state @ [0.3, 0.9] + 0.3
        total += (output - (1, 0)[sample]) ** 2 / 2
    return float(total / len(samples))


def test_each_sample_starts_from_its_own_state() -> None:
    run = run_of(STATES.replace("INITIAL", str(FIRST_STATES)))
    recurrent = np.array([[0.1, 0.8], [0.4, 0.6]])
    assert array(run, "L").item() == pytest.approx(loss_of_states(recurrent), abs=1e-12)
    slopes = differences(loss_of_states, recurrent)
    np.testing.assert_allclose(array(run, "dR[2]"), slopes, atol=1e-8)


def test_a_batch_takes_the_states_of_its_samples() -> None:
    text = STATES.replace("INITIAL", str(FIRST_STATES)) + "batch: online\nupdates: 2\n"
    first, second = solve(read_problem(text), 2).runs
    recurrent = np.array([[0.1, 0.8], [0.4, 0.6]])
    assert array(first, "L").item() == pytest.approx(loss_of_states(recurrent, (0,)), abs=1e-12)
    np.testing.assert_allclose(array(second, "A[2,0]"), FIRST_STATES[1:], atol=0)


def test_one_state_still_serves_all_samples() -> None:
    shared = run_of(STATES.replace("INITIAL", "[0.5, 0.3]"))
    nested = run_of(STATES.replace("INITIAL", "[[0.5, 0.3], [0.5, 0.3]]"))
    np.testing.assert_allclose(array(shared, "dR[2]"), array(nested, "dR[2]"), atol=1e-15)


@pytest.mark.parametrize(
    ("initial", "key"),
    [("[[1, 2], [3, 4], [5, 6]]", "given_samples"), ("[[1, 2, 3], [4, 5, 6]]", "row_count"),
     ("[1, 2, 3]", "row_count")],
)  # fmt: skip
def test_states_that_do_not_fit_are_told(initial: str, key: str) -> None:
    with pytest.raises(ProblemError) as told:
        read_problem(STATES.replace("INITIAL", initial))
    assert [mistake.key for mistake in told.value.mistakes] == [f"problem.{key}"]
