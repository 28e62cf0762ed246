"""Derivatives by arrays of a network that are given: where they may stand, what follows."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from bp_tutor.problem import ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve
from bp_tutor.solve.check import check
from tests.cli.running import good, run
from tests.code.running import run_all

if TYPE_CHECKING:
    from pathlib import Path

    from bp_tutor.solve import Run

Array = Any


def run_of(text: str) -> Run:
    (run,) = solve(read_problem(text)).runs
    compared = check(run)
    assert compared is not None
    assert compared.checked
    assert not compared.failed
    assert not compared.undecided
    return run


def array(run: Run, name: str) -> Array:
    """The numbers of a quantity, in its shape."""
    quantity = next(each for each in run.values if each.name == name)
    return np.array(run.values[quantity]).reshape(quantity.shape)


IMAGE = [[1, 0, 0.5], [0.2, 0.4, -0.3], [0, 0.2, 0.4]]
KERNEL = [[2, 1], [-1, 1]]
UPSTREAM = [[1, 0], [1, 2]]
CONVOLUTION = f"""network:
  inputs: {{channels: 1, height: 3, width: 3}}
  weight_order: from-to
  layers:
    - {{convolution: {{channels: 1, kernel: 2}}, weights: {KERNEL}, bias: [0], activation: sigmoid}}
inputs: {IMAGE}
given: {{"NAME": {UPSTREAM}}}
gradients_of_inputs: true
"""


def convolved(image: Array, kernel: Array) -> Array:
    """Cross-correlation by loops."""
    rows, columns = len(image) - 1, len(image[0]) - 1
    out = np.zeros((rows, columns))
    for row in range(rows):
        for column in range(columns):
            for down in range(2):
                for across in range(2):
                    out[row, column] += image[row + down][column + across] * kernel[down][across]
    return out


def differences(function: Any, at: Array) -> Array:
    """Central differences of a function of an array."""
    at = np.array(at, dtype=float)
    found = np.zeros(at.shape)
    for index in np.ndindex(*at.shape):
        up, down = at.copy(), at.copy()
        up[index] += 1e-6
        down[index] -= 1e-6
        found[index] = (function(up) - function(down)) / 2e-6
    return found


@pytest.mark.parametrize("name", ["dA[2]", "dL/dA[2]", "∂L/∂A[2]"])
def test_the_backward_pass_of_a_convolution_begins_at_a_given_derivative(name: str) -> None:
    run = run_of(CONVOLUTION.replace("NAME", name))

    def stands_for(image: Array, kernel: Array) -> float:
        outputs = 1 / (1 + np.exp(-convolved(image, kernel)))
        return float((np.array(UPSTREAM) * outputs).sum())

    by_kernel = differences(lambda kernel: stands_for(IMAGE, kernel), KERNEL)
    by_image = differences(lambda image: stands_for(image, KERNEL), IMAGE)
    np.testing.assert_allclose(array(run, "dW[1]")[0, 0], by_kernel, atol=1e-8)
    np.testing.assert_allclose(array(run, "dA[1]")[0, 0], by_image, atol=1e-8)


def test_the_derivative_by_the_sums_of_a_convolution_passes_no_activation() -> None:
    run = run_of(CONVOLUTION.replace("NAME", "dZ[2]"))
    # The gradient of the kernel is the image correlated with what is given.
    np.testing.assert_allclose(array(run, "dW[1]")[0, 0], convolved(IMAGE, UPSTREAM), atol=1e-12)


SAMPLES = [[0.35, 0.9], [1, -0.5], [0.2, 0.7]]
FIRST, SECOND = [[0.1, 0.8], [0.4, 0.6]], [[0.3, -0.2], [0.9, 0.5]]
DELTAS = [[0.5, -0.2], [0.1, 0.3], [-0.4, 0.6]]
DENSE = f"""network:
  inputs: 2
  weight_order: from-to
  layers:
    - {{units: 2, activation: sigmoid, weights: {FIRST}, bias: [0.1, 0.2]}}
    - {{units: 2, activation: tanh, weights: {SECOND}, bias: [0.3, 0]}}
inputs: {SAMPLES}
given: {{"dZ[3]": {DELTAS}}}
learning_rate: 0.1
"""


def dense_gradients(deltas: Array) -> tuple[Array, Array, Array]:
    """The gradients of both matrices and of the first biases, by plain NumPy."""
    inputs = np.array(SAMPLES)
    hidden = 1 / (1 + np.exp(-(inputs @ np.array(FIRST) + [0.1, 0.2])))
    before = deltas @ np.array(SECOND).T * hidden * (1 - hidden)
    return hidden.T @ deltas, inputs.T @ before, before.sum(axis=0)


def test_deltas_of_a_batch_add_up_and_are_learnt_from() -> None:
    run = run_of(DENSE)
    second, first, biases = dense_gradients(np.array(DELTAS))
    np.testing.assert_allclose(array(run, "dW[2]"), second, atol=1e-12)
    np.testing.assert_allclose(array(run, "dW[1]"), first, atol=1e-12)
    np.testing.assert_allclose(array(run, "dB[2]")[0], biases, atol=1e-12)
    np.testing.assert_allclose(array(run, "W'[1]"), np.array(FIRST) - 0.1 * first, atol=1e-12)


@pytest.mark.parametrize(
    ("name", "sign"), [("dZ[3]", 1), ("dL/dZ[3]", -1)], ids=["as told", "as a derivative"]
)
def test_deltas_that_point_downhill_are_given_as_they_are_told(name: str, sign: int) -> None:
    """With delta: descent, δ is −∂L/∂Z; whoever writes ∂L/∂Z means the derivative."""
    descent = DENSE.replace("dZ[3]", name) + "conventions: {delta: descent}\n"
    run = run_of(descent)
    _, first, _ = dense_gradients(sign * np.array(DELTAS))
    np.testing.assert_allclose(array(run, "dW[1]"), first, atol=1e-12)
    np.testing.assert_allclose(array(run, "W'[1]"), np.array(FIRST) + 0.1 * first, atol=1e-12)


NAMED = f"""notation: net-out
network:
  inputs: [i1, i2]
  weight_order: from-to
  layers:
    - {{units: [h1, h2], activation: sigmoid, weights: {FIRST}, bias: [0.1, 0.2]}}
    - {{units: [o1, o2], activation: tanh, weights: {SECOND}, bias: [0.3, 0]}}
inputs: {SAMPLES[0]}
given: {{GIVEN}}
"""


@pytest.mark.parametrize(
    "given",
    [
        "δ_o1: 0.5, δ_o2: -0.2",
        "delta_o2: -0.2, delta_o1: 0.5",
        '"dZ[3,2]": -0.2, "dL/dnet_o1": 0.5',
        '"dZ[3]": [0.5, -0.2]',
    ],
)
def test_numbers_are_given_by_every_name(given: str) -> None:
    run = run_of(NAMED.replace("{GIVEN}", f"{{{given}}}"))
    np.testing.assert_allclose(array(run, "dZ[3]")[0], DELTAS[0], atol=0)


RECURRENT = """network:
  inputs: {steps: 3, units: 1}
  weight_order: from-to
  layers:
    - recurrent: {units: 1, returns: all}
      activation: tanh
      weights: [[0.5]]
      recurrent_weights: [[-0.8]]
      bias: [0.1]
    - {units: 1, weights: [[2]], bias: [0]}
inputs: [[1], [-2], [0.5]]
given: {"dZ[3]": [[0.5], [1], [-0.3]]}
"""


def test_derivatives_at_every_step_go_back_through_time() -> None:
    run = run_of(RECURRENT)

    def stands_for(weight: float) -> float:
        state, total = 0.0, 0.0
        for number, upstream in zip((1, -2, 0.5), (0.5, 1, -0.3), strict=True):
            state = math.tanh(0.5 * number + weight * state + 0.1)
            total += upstream * 2 * state
        return total

    slope = (stands_for(-0.8 + 1e-6) - stands_for(-0.8 - 1e-6)) / 2e-6
    assert array(run, "dR[2]").item() == pytest.approx(slope, abs=1e-8)


def test_symbols_alone_are_given_too() -> None:
    text = DENSE.replace(str(DELTAS), "null").replace("learning_rate: 0.1\n", "")
    (run,) = solve(read_problem(text)).runs
    lines = {step.quantity.name: step for step in run.steps}
    assert lines["dW[2]"].value is None
    assert lines["Z[3]"].value is not None
    assert "dZ[3]" not in lines


def test_nothing_is_learnt_without_a_learning_rate() -> None:
    run = run_of(DENSE.replace("learning_rate: 0.1\n", ""))
    assert not run.program.next_values


def test_programs_begin_at_what_is_given(tmp_path: Path) -> None:
    path = tmp_path / "dense.yaml"
    path.write_text(DENSE.replace("learning_rate: 0.1\n", ""), encoding="utf-8")
    _, first, _ = dense_gradients(np.array(DELTAS))
    texts = [good("solve", str(path), "--code", form) for form in ("numpy", "python")]
    by_numpy, by_loops = run_all(texts)
    assert not by_numpy.failed
    assert not by_loops.failed
    arrays: dict[str, Array] = by_numpy.values | by_loops.values
    np.testing.assert_allclose(arrays["dW1"], first, atol=1e-12)
    found = [row[1:] for row in arrays["dW"][1][1:]]
    np.testing.assert_allclose(found, first, atol=1e-12)


def test_questions_hints_and_marks_know_what_is_given(tmp_path: Path) -> None:
    path, answers = tmp_path / "dense.yaml", tmp_path / "answers.csv"
    path.write_text(NAMED.replace("{GIVEN}", '{"dZ[3]": [0.5, -0.2]}'), encoding="utf-8")
    hidden = 1 / (1 + math.exp(-(0.35 * 0.1 + 0.9 * 0.4 + 0.1)))
    delta = (0.5 * 0.3 + 0.2 * 0.2) * hidden * (1 - hidden)
    answers.write_text(f'student,id,value\nA,"dZ[2,1]",{delta:.6f}\n', encoding="utf-8")
    assert "1 of 1 answer right" in good("mark", str(path), str(answers))
    tree = good("why", str(path), "dZ[2,1]", "--ascii")
    assert "given: delta_o1 = 0.5" in tree
    written = json.loads(good("solve", str(path), "--format", "json"))
    assert written["given"]["dZ[3,1]"] == 0.5


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("learning_rate: 0.1", "targets: [[1, 0], [0, 1], [1, 1]]"), "given_and_loss"),
        (("learning_rate: 0.1", "loss: squared_error"), "given_and_loss"),
        (("learning_rate: 0.1", "learning_rate: 0.1\nupdates: 2"), "given_once"),
        ((str(DELTAS), "[[0.5, -0.2], [0.1, 0.3]]"), "given_samples"),
        ((str(DELTAS), "[[0.5], [0.1], [1]]"), "given_count"),
        ((str(DELTAS), "[[0.5, 0.1, 1], [-0.2, 0.3, 2]]"), "given_turned"),
        (("dZ[3]", "dZ[4]"), "no_such_array"),
        (("dZ[3]", "dW[1]"), "given_gradient"),
        ((f'"dZ[3]": {DELTAS}', f'"dZ[3]": {DELTAS}, "dA[3]": {DELTAS}'), "given_follows"),
        ((f'"dZ[3]": {DELTAS}', f'"dZ[3]": {DELTAS}, "dL/dZ[3]": {DELTAS}'), "name_twice"),
    ],
)
def test_what_does_not_fit_is_told(change: tuple[str, str], key: str) -> None:
    with pytest.raises(ProblemError) as told:
        read_problem(DENSE.replace(*change))
    assert [mistake.key for mistake in told.value.mistakes] == [f"problem.{key}"]


def test_a_step_is_refused_only_where_the_derivative_passes_it() -> None:
    text = DENSE.replace("tanh", "step")
    read_problem(text)
    with pytest.raises(ProblemError) as told:
        read_problem(text.replace("dZ[3]", "dA[3]"))
    assert [mistake.key for mistake in told.value.mistakes] == ["problem.no_slope"]


def test_deltas_of_all_steps_cannot_be_given_whole() -> None:
    with pytest.raises(ProblemError) as told:
        read_problem(RECURRENT.replace("dZ[3]", "dZ[2]"))
    (mistake,) = told.value.mistakes
    assert mistake.key == "problem.given_through_time"
    assert (mistake.values["layer"], mistake.values["last"]) == (2, "dZ[2,3]")


THROUGH_TIME = """network:
  inputs: {steps: 2, units: 1}
  weight_order: from-to
  layers:
    - recurrent: {units: 2, returns: RETURNS}
      activation: tanh
      weights: [[0.5, -0.3]]
      recurrent_weights: [[-0.8, 0.2], [0.4, 0.6]]
      bias: [0.1, 0]
inputs: [[[1], [-2]], [[0.5], [3]]]
given: {"dA[2]": GIVEN}
"""
EACH_STEP = [[[0.5, 0.2], [-0.3, 1]], [[0, -0.4], [0.7, 0.1]]]
LAST_STEP = [[-0.3, 1], [0.7, 0.1]]


@pytest.mark.parametrize(
    ("returns", "given", "outside"),
    [
        ("all", EACH_STEP, EACH_STEP),
        ("last", LAST_STEP, [[[0, 0], LAST_STEP[0]], [[0, 0], LAST_STEP[1]]]),
    ],
)
def test_what_comes_from_outside_at_each_step_is_added_to_what_comes_through_time(
    returns: str, given: Any, outside: Any
) -> None:
    run = run_of(THROUGH_TIME.replace("RETURNS", returns).replace("GIVEN", str(given)))

    def stands_for(weights: Array) -> float:
        state, total = np.zeros((2, 2)), 0.0
        for step, inputs in enumerate(([[1.0], [0.5]], [[-2.0], [3.0]])):
            state = np.tanh(np.array(inputs) @ [[0.5, -0.3]] + state @ weights + [0.1, 0])
            total += float((np.array(outside)[:, step] * state).sum())
        return total

    weights = np.array([[-0.8, 0.2], [0.4, 0.6]])
    slopes = np.zeros((2, 2))
    for place in np.ndindex(2, 2):
        moved = np.zeros((2, 2))
        moved[place] = 1e-6
        slopes[place] = (stands_for(weights + moved) - stands_for(weights - moved)) / 2e-6
    np.testing.assert_allclose(array(run, "dR[2]"), slopes, atol=1e-8)
    found = check(run)
    assert found is not None
    assert (found.checked, found.failed) == (8, ())


def test_the_part_from_outside_has_a_name_wherever_it_stands(tmp_path: Path) -> None:
    path = tmp_path / "outside.yaml"
    text = RECURRENT.replace("dZ[3]", "dA[2]").replace(
        "    - {units: 1, weights: [[2]], bias: [0]}\n", ""
    )
    path.write_text(text, encoding="utf-8")
    shown = good("solve", str(path), "--ascii")
    assert "g_A21<1> = 0.5, g_A21<2> = 1, g_A21<3> = -0.3" in shown
    assert "= dL/dZ21<2>*dZ21<2>/dA21<1>*dA21<1>/dZ21<1>\n" in shown
    assert "+ g_A21<1>*dA21<1>/dZ21<1>\n" in shown
    assert "= (dZ21<2>*R211 + g_A21<1>)*(1 - A21<1>**2)" in shown
    states = [0.0]
    for number in (1, -2, 0.5):
        states.append(math.tanh(0.5 * number - 0.8 * states[-1] + 0.1))
    delta = 0.0
    for upstream, state in zip((-0.3, 1, 0.5), reversed(states), strict=False):
        delta = (upstream - 0.8 * delta) * (1 - state**2)
    answers = tmp_path / "answers.csv"
    answers.write_text(f'student,id,value\nA,"dZ[2,1,1]",{delta:.6f}\n', encoding="utf-8")
    assert "1 of 1 answer right" in good("mark", str(path), str(answers))


# Values that are given.

HIDDEN = f"""network:
  inputs: 2
  weight_order: from-to
  layers:
    - {{units: 2, activation: sigmoid}}
    - {{units: 2, activation: sigmoid, weights: {SECOND}, bias: [0.3, 0]}}
inputs: {SAMPLES[:2]}
given: {{"A[2]": [[0.6, 0.7], [0.2, 0.9]]}}
targets: [[0.5, 1], [0, 0.3]]
loss: half_squared_error
"""


def behind(hidden: Array) -> tuple[Array, Array]:
    """Deltas of the hidden layer by its outputs, and those of the outputs, averaged: NumPy."""
    outputs = 1 / (1 + np.exp(-(hidden @ np.array(SECOND) + [0.3, 0])))
    deltas = (outputs - np.array([[0.5, 1], [0, 0.3]])) * outputs * (1 - outputs) / 2
    return deltas @ np.array(SECOND).T * hidden * (1 - hidden), deltas


def test_hidden_values_are_taken_as_they_stand_on_both_ways() -> None:
    """The weights before them are unknown, and their gradients follow all the same."""
    (run,) = solve(read_problem(HIDDEN)).runs
    hidden = np.array([[0.6, 0.7], [0.2, 0.9]])
    before, deltas = behind(hidden)
    np.testing.assert_allclose(array(run, "dZ[2]"), before, atol=1e-12)
    np.testing.assert_allclose(array(run, "dW[2]"), hidden.T @ deltas, atol=1e-12)
    np.testing.assert_allclose(array(run, "dW[1]"), np.array(SAMPLES[:2]).T @ before, atol=1e-12)
    names = {step.quantity.name for step in run.steps}
    assert not {"Z[2]", "A[2]"} & names
    compared = check(run)
    assert compared is not None
    assert [quantity.name for quantity in compared.beyond] == ["dW[1]", "dB[2]"]
    assert not compared.failed


def test_where_all_is_known_the_gradients_are_compared_without_the_given_values() -> None:
    """Rounded activations beside the weights that they come from: both passes use them."""
    known = HIDDEN.replace(
        "activation: sigmoid}", f"activation: sigmoid, weights: {FIRST}, bias: [0.1, 0.2]}}", 1
    )
    run = run_of(known)
    before, _ = behind(np.array([[0.6, 0.7], [0.2, 0.9]]))
    np.testing.assert_allclose(array(run, "dZ[2]"), before, atol=1e-12)
    compared = check(run)
    assert compared is not None
    assert compared.recalculated
    assert compared.checked == 12


LOGITS = """network:
  inputs: 2
  weight_order: from-to
  layers:
    - {units: 3, activation: softmax, bias: none}
given: {"NAME": NUMBERS}
targets: [0, 1, 0]
loss: LOSS
"""


@pytest.mark.parametrize("fused", [True, False])
@pytest.mark.parametrize("name", ["Z[2]", "A[2]"])
def test_a_loss_begins_at_given_logits_or_probabilities(name: str, *, fused: bool) -> None:
    logits = np.array([1.5, -0.5, 0.2])
    shares = np.exp(logits) / np.exp(logits).sum()
    numbers = logits if name == "Z[2]" else shares
    loss = "cross_entropy" if fused else "{name: cross_entropy, fused: false}"
    text = LOGITS.replace("NAME", name).replace("NUMBERS", str(numbers.tolist()))
    run = run_of(text.replace("LOSS", loss))
    assert array(run, "L").item() == pytest.approx(-math.log(shares[1]), abs=1e-12)

    def total(z: Array) -> float:
        return float(np.log(np.exp(z).sum()) - z[1])

    np.testing.assert_allclose(array(run, "dZ[2]")[0], differences(total, logits), atol=1e-8)


def test_what_was_not_worked_out_is_not_asked() -> None:
    problem = read_problem(HIDDEN)
    (run,) = solve(problem).runs
    assert all(step.value is not None for step in run.steps)


def test_values_are_refused_where_they_cannot_hold(tmp_path: Path) -> None:
    path = tmp_path / "hidden.yaml"
    path.write_text(HIDDEN, encoding="utf-8")
    assert "cannot be trained" in run("train", str(path)).err
    assert "--code numpy" in run("solve", str(path), "--code", "pytorch").err
    for change, key in (
        (("loss: half", "updates: 2\nloss: half"), "given_once"),
        (("[[0.6, 0.7], [0.2, 0.9]]", "null"), "found"),
        (("targets: [[0.5, 1], [0, 0.3]]\n", ""), "no_targets"),
        (("inputs: [[0.35, 0.9], [1, -0.5]]\n", "inputs: [0.35, 0.9]\n"), "sample_count"),
    ):
        with pytest.raises(ProblemError) as told:
            read_problem(HIDDEN.replace(*change))
        assert f"problem.{key}" in [mistake.key for mistake in told.value.mistakes]
