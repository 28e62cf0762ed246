"""Each mistake of the grammar, in exercises of every family: wrong numbers worked out by hand.

What a mistake gives is arithmetic of this file alone, on numbers of its own forward and backward
passes; the program is only asked for the name of the mistake.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import cosh, exp, log, log10, sqrt, tanh
from pathlib import Path

import numpy as np
import pytest

from bp_tutor.problem import load_problem
from bp_tutor.quiz import Context, Question, StudentAnswers, mark, understand
from bp_tutor.quiz.kinds import KINDS
from tests.quiz.networks import context_of_problem

Wrong = Callable[[Callable[[str], float]], float]
"""A number worked out wrongly from the values of the exercise, by their names."""
EXERCISES = Path(__file__).parent / "exercises"


def sigmoid(z: float) -> float:
    return 1 / (1 + exp(-z))


@cache
def opened(name: str) -> tuple[Context, dict[str, Question]]:
    context = context_of_problem(load_problem(EXERCISES / f"{name}.yaml"))
    questions = (*KINDS["number"].make(context), *KINDS["update"].make(context))
    return context, {question.identifier: question for question in questions}


def names_of(exercise: str, identifier: str, value: float) -> list[str]:
    """The mistakes that are named for a wrong number with eight digits."""
    context, questions = opened(exercise)
    question = questions[identifier]
    understood = understand(question, f"{value:#.8g}", context)
    verdict = mark(question, understood, StudentAnswers(context))
    assert not verdict.right
    return [each.misconception for each in verdict.diagnoses]


# A net of three sigmoid units with a binary cross-entropy: cross-entropy.yaml

X = (0.6, 0.9)
W1 = ((0.4, -0.6), (0.3, 0.8))
B1 = (0.1, -0.2)
W2, B2 = (0.9, -0.5), 0.3
RATE = 0.5
Z1 = [X[0] * W1[0][j] + X[1] * W1[1][j] + B1[j] for j in (0, 1)]
A1 = [sigmoid(z) for z in Z1]
Z2 = A1[0] * W2[0] + A1[1] * W2[1] + B2
A2 = sigmoid(Z2)
ERROR = A2 - 1
SLOPES = [a * (1 - a) for a in A1]
D1 = [ERROR * W2[j] * SLOPES[j] for j in (0, 1)]

DENSE = [
    ("Z[2,1]", X[0] * 0.4 + X[1] * 0.3, "bias_left_out"),
    ("Z[2,1]", X[0] * 0.4 + X[1] * 0.3 - 0.1, "bias_subtracted"),
    ("Z[2,1]", X[1] * 0.3 + 0.1, "path_left_out"),
    ("Z[2,1]", -X[0] * 0.4 + X[1] * 0.3 + 0.1, "sign_of_term"),
    ("Z[2,1]", X[0] * 0.4 + X[1] * -0.6 + 0.1, "weights_transposed"),
    ("Z[2,1]", X[0] * 0.4 + X[1] * 0.8 + 0.1, "other_weight"),
    ("Z[3,1]", Z1[0] * W2[0] + Z1[1] * W2[1] + B2, "activation_left_out"),
    ("Z[3,1]", X[0] * W2[0] + X[1] * W2[1] + B2, "wrong_layer"),
    ("A[2,1]", 1 / (1 + exp(Z1[0])), "exponent_sign"),
    ("A[2,1]", exp(-Z1[0]), "exponential_alone"),
    ("A[2,1]", tanh(Z1[0]), "other_activation"),
    ("E[1]", -log10(A2), "logarithm_base"),
    ("E[1]", log(A2), "minus_lost"),
    ("dZ[3,1]", 1 - A2, "error_turned"),
    ("dZ[3,1]", ERROR * A2 * (1 - A2), "slope_kept"),
    ("dZ[3,1]", Z2 - 1, "activation_left_out"),
    ("dZ[3,1]", A2, "target_left_out"),
    ("dZ[3,1]", -log(A2), "loss_for_error"),
    ("dZ[2,1]", ERROR * W2[0], "slope_left_out"),
    ("dZ[2,1]", ERROR * SLOPES[0], "weight_left_out"),
    ("dZ[2,1]", W2[0] * SLOPES[0], "error_left_out"),
    ("dZ[2,1]", D1[0] * SLOPES[0], "slope_twice"),
    ("dZ[2,1]", D1[0] * W2[0], "factor_twice"),
    ("dZ[2,1]", ERROR * W2[0] * A1[0], "slope_in_part"),
    ("dZ[2,1]", ERROR * W2[0] * (1 - A1[0] ** 2), "other_slope"),
    ("dZ[2,1]", ERROR * W2[0] * Z1[0] * (1 - Z1[0]), "slope_misplaced"),
    ("dZ[2,1]", ERROR * (W2[0] - RATE * ERROR * A1[0]) * SLOPES[0], "updated_weights"),
    ("dZ[2,1]", ERROR * ERROR * A1[0] * SLOPES[0], "gradient_for_value"),
    ("dZ[2,1]", -D1[0], "sign_of_delta"),
    ("dZ[2,1]", SLOPES[0], "factor_alone"),
    ("dW[1,1,2]", D1[1], "input_left_out"),
    ("dW[1,1,2]", X[0], "error_left_out"),
    ("dW[1,1,2]", X[1] * D1[0], "rows_and_columns"),
    ("dW[1,1,2]", -RATE * X[0] * D1[1], "step_for_gradient"),
    ("dW[1,1,2]", -0.6 - RATE * X[0] * D1[1], "new_for_gradient"),
    ("dW[1,1,2]", X[0] * Z1[1], "value_for_derivative"),
    ("dW[1,1,2]", X[0] * ERROR * W2[1], "derivative_for_delta"),
    ("dW[1,1,2]", A1[1] * D1[1], "own_output_for_input"),
    ("dW[2,1,1]", Z1[0] * ERROR, "activation_left_out"),
    ("dW[2,1,1]", A1[0] * ERROR * SLOPES[0], "slope_on_top"),
    ("dW[1,1,2]", X[0] * D1[1] * SLOPES[1], "slope_on_top"),
    ("dB[2,1]", D1[0] * SLOPES[0], "slope_on_top"),
    ("W'[1,1,2]", -0.6 + RATE * X[0] * D1[1], "step_added"),
    ("W'[1,1,2]", -0.6 - X[0] * D1[1], "rate_left_out"),
    ("W'[1,1,2]", X[0] * D1[1], "gradient_for_step"),
    ("W'[1,1,2]", -0.6, "old_value"),
    ("W'[1,1,2]", -0.6 - RATE * D1[1], "delta_for_gradient"),
    ("W'[1,1,2]", -0.6 - RATE * X[1] * D1[0], "other_gradient"),
    ("W'[1,1,2]", -0.6 - RATE * A1[1] * ERROR, "other_gradient"),
]


@pytest.mark.parametrize(("identifier", "value", "key"), DENSE)
def test_in_a_dense_network(identifier: str, value: float, key: str) -> None:
    assert key in names_of("cross-entropy", identifier, value)


# The same rewrites where there are no layers: numbered-graph.yaml

N = {"x1": 0.7, "x2": -0.4, "w1": 0.3, "w2": 0.8, "w3": -0.6, "w4": 0.5, "v1": 0.9, "v2": -0.7}
NZ1, NZ2 = N["w1"] * N["x1"] + N["w2"] * N["x2"], N["w3"] * N["x1"] + N["w4"] * N["x2"]
NA1, NA2 = sigmoid(NZ1), tanh(NZ2)
OUT = sigmoid(N["v1"] * NA1 + N["v2"] * NA2)
NERROR = OUT - 0.25
DA1 = NERROR * OUT * (1 - OUT) * N["v1"]
DA2 = NERROR * OUT * (1 - OUT) * N["v2"]

GRAPH = [
    ("dz1", DA1, "slope_left_out"),
    ("dz1", DA1 * NZ1 * (1 - NZ1), "slope_misplaced"),
    ("dz1", DA1 * (1 - NA1**2), "other_slope"),
    ("dz1", DA1 * (NA1 * (1 - NA1)) ** 2, "slope_twice"),
    ("dz2", DA2 * NA2 * (1 - NA2), "other_slope"),
    ("dz2", DA2 * (1 - NA2), "slope_in_part"),
    ("dw1", DA1 * N["x1"], "derivative_for_delta"),
    ("dw1", DA1 * NA1 * (1 - NA1), "input_left_out"),
    ("dw1", DA1 * NA1 * (1 - NA1) * N["x2"], "other_name"),
    ("dv1", NERROR * NA1, "slope_left_out"),
    ("do", 0.25 - OUT, "error_turned"),
    ("do", 2 * NERROR, "factor_two"),
    ("do", NERROR / 2, "factor_half"),
    ("dw1", DA1 * NA1 * (1 - NA1) * N["w1"], "own_value_for_factor"),
    ("do", (OUT - 0.25) ** 2 / 2, "loss_for_error"),
    ("do", OUT, "target_left_out"),
    ("da1", DA1 / N["v1"] * N["v2"], "other_weight"),
    ("da1", DA1 / N["v1"], "weight_left_out"),
    ("z1", N["w3"] * N["x1"] + N["w2"] * N["x2"], "other_weight"),
    ("w1'", 0.3 - 0.4 * DA2 * (1 - NA2**2) * N["x2"], "other_gradient"),
    ("L", (OUT - 0.25) / 2, "power_left_out"),
    ("L", (OUT - 0.25) ** 2, "factor_two"),
    ("z1", N["w1"] * N["x1"], "path_left_out"),
    ("a1", 1 / (1 + exp(NZ1)), "exponent_sign"),
    ("w1'", 0.3 + 0.4 * DA1 * NA1 * (1 - NA1) * 0.7, "step_added"),
    ("w1'", 0.3 - DA1 * NA1 * (1 - NA1) * 0.7, "rate_left_out"),
    ("w1'", 0.3 - 0.4 * DA1 * NA1 * (1 - NA1), "delta_for_gradient"),
]


@pytest.mark.parametrize(("identifier", "value", "key"), GRAPH)
def test_in_a_computation_graph(identifier: str, value: float, key: str) -> None:
    assert key in names_of("numbered-graph", identifier, value)


# Two recurrent units over two steps: two-step-pair.yaml

RX = np.array([[0.9], [-0.5]])
U = np.array([[0.5, -0.3]])
R = np.array([[0.4, 0.1], [-0.2, 0.6]])
V = np.array([[0.7, 0.3], [-0.8, 0.9]])
RY = np.array([[0.3, -0.4], [-0.2, 0.6]])
H1 = np.tanh(RX[0] @ U)
H2 = np.tanh(RX[1] @ U + H1 @ R)
E1, E2 = H1 @ V - RY[0], H2 @ V - RY[1]
T2 = (V @ E2) * (1 - H2**2)
T1 = (R @ T2 + V @ E1) * (1 - H1**2)

THROUGH_TIME = [
    ("dZ[2,1,1]", ((V @ E1) * (1 - H1**2))[0], "through_time_left_out"),
    ("dZ[2,1,1]", ((R @ T2) * (1 - H1**2))[0], "paths_left_out"),
    ("dZ[2,1,1]", ((R.T @ T2 + V @ E1) * (1 - H1**2))[0], "weights_transposed"),
    ("dZ[2,1,2]", (R @ T2 + V @ E1)[1], "slope_left_out"),
    ("Z[2,2,1]", (RX[1] @ U)[0], "through_time_left_out"),
    ("dR[2,1,2]", H1[0] * T1[1] + H2[0] * T2[1], "same_step_state"),
    ("dW[1,1,1]", RX[0, 0] * T1[0], "path_left_out"),
    ("dW[1,1,1]", T1[0] + T2[0], "input_left_out"),
    ("dW[1,1,1]", (RX[0, 0] * T1[0] + RX[1, 0] * T2[0]) / 2, "mean_put_in"),
    ("dZ[2,1,1]", ((U[0] @ T2) + (V @ E1)[0]) * (1 - H1[0] ** 2), "other_part"),
    ("Z[2,2,1]", (RX[0] @ U + H1 @ R)[0], "other_step"),
    ("dZ[2,2,1]", (V @ E2)[0] * (1 - H1[0] ** 2), "other_step"),
    ("dW[1,1,1]", RX[1, 0] * T1[0] + RX[0, 0] * T2[0], "other_step"),
    ("dW[1,1,1]", RX[1, 0] * T1[0], "other_step"),
    ("Z[2,2,2]", (RX[1] @ U + R @ H1)[1], "weights_transposed"),
    ("Z[2,2,1]", (RX[1] @ U)[0] + H1[0] * U[0, 0] + H1[1] * R[1, 0], "other_part"),
]


@pytest.mark.parametrize(("identifier", "value", "key"), THROUGH_TIME)
def test_through_time(identifier: str, value: float, key: str) -> None:
    assert key in names_of("two-step-pair", identifier, float(value))


# A convolution with average pooling: pooled.yaml

IMAGE = np.array([
    [0.3, 0.8, -0.2, 0.5], [0.9, 0.1, 0.4, -0.7], [0.2, -0.6, 0.7, 0.35],
    [0.15, 0.45, -0.3, 0.6], [0.55, -0.1, 0.25, 0.65],
])  # fmt: skip
KERNEL = np.array([[0.4, -0.3, 0.2], [0.1, 0.6, -0.5]])
SLID = np.array([
    [(IMAGE[i : i + 2, j : j + 3] * KERNEL).sum() + 0.1 for j in (0, 1)] for i in range(4)
])  # fmt: skip
MAPS = np.tanh(SLID)
POOLED = np.array([MAPS[0:2].mean(), MAPS[2:4].mean()])
PZ = POOLED @ np.array([0.7, -0.4]) + 0.2
DP = (sigmoid(PZ) - 1) * sigmoid(PZ) * (1 - sigmoid(PZ)) * np.array([0.7, -0.4])

DZ = np.repeat(np.repeat(DP[:, None], 2, axis=0), 2, axis=1) / 4 * (1 - MAPS**2)

IMAGES = [
    ("Z[2,1,1,1]", (IMAGE[0:2, 0:3] * KERNEL[::-1, ::-1]).sum() + 0.1, "kernel_turned"),
    ("A[3,1,1,1]", MAPS[0:2].sum(), "mean_lost"),
    ("A[3,1,1,1]", MAPS[0:2].max(), "other_pooling"),
    ("dZ[2,1,1,1]", DP[0] * (1 - MAPS[0, 0] ** 2), "mean_lost"),
    ("dZ[2,1,1,1]", DP[0] / 4, "slope_left_out"),
    ("dW[1,1,1,1,2]", (IMAGE[0:4, 1:3] * DZ[::-1, ::-1]).sum(), "kernel_turned"),
    ("Z[2,1,1,1]", (IMAGE[0:2, 0:3] * KERNEL).sum() + 0.2, "wrong_layer"),
]


@pytest.mark.parametrize(("identifier", "value", "key"), IMAGES)
def test_in_an_image(identifier: str, value: float, key: str) -> None:
    assert key in names_of("pooled", identifier, float(value))


# Attention and an optimiser, among the problems that come with the program


@pytest.mark.parametrize(
    ("problem", "identifier", "wrong", "key"),
    [
        ("attention-tiny", "P[2,1,1]", lambda v: exp(v("S[2,1,1]")), "softmax_not_normalised"),
        (
            "attention-tiny",
            "P[2,1,1]",
            lambda v: v("S[2,1,1]") / (v("S[2,1,1]") + v("S[2,1,2]")),
            "exponential_left_out",
        ),
        (
            "attention-tiny",
            "S[2,1,2]",
            lambda v: v("Q[2,1,1]") * v("K[2,2,1]") + v("Q[2,1,2]") * v("K[2,2,2]"),
            "scale_left_out",
        ),
        (
            "attention-tiny",
            "P[2,1,2]",
            lambda v: exp(v("S[2,1,2]")) / (exp(v("S[2,1,2]")) + exp(v("S[2,2,2]"))),
            "softmax_axis",
        ),
        ("attention-tiny", "P[2,1,2]", lambda v: v("S[2,1,2]"), "activation_left_out"),
        (
            "attention-tiny",
            "A[2,1,1]",
            lambda v: v("P[2,1,1]") * v("V[2,1,1]") + v("P[2,2,1]") * v("V[2,2,1]"),
            "weights_transposed",
        ),
        ("attention-tiny", "S[2,1,2]", lambda v: v("S[2,1,2]") / sqrt(2), "scaled_by_length"),
        ("attention-tiny", "S[2,1,2]", lambda v: v("S[2,2,1]"), "rows_and_columns"),
        (
            "multi-head-attention",
            "H[2,1,2,1]",
            lambda v: v("P[2,2,2,1]") * v("V[2,1,1,1]") + v("P[2,2,2,2]") * v("V[2,1,2,1]"),
            "other_head",
        ),
        (
            "multi-head-attention",
            "P[2,1,1,1]",
            # Of the second position's key, 1·1 + 0·2 over the root of 2, as of the first one's.
            lambda _: exp(1 / sqrt(2)) / (2 * exp(1 / sqrt(2))),
            "mask_left_out",
        ),
        ("dropout", "A[3,2]", lambda v: v("A[2,2]") / 0.5, "dropped_kept"),
        ("word2vec", "dZ[3,3]", lambda v: v("Y[3]") - v("A[3,3]"), "error_turned"),
        (
            "batch-normalisation",
            "dZ[2,1]@1",
            lambda v: v("dD[3,1]@1") + v("dM[3,1]"),
            "mean_lost",
        ),
        ("momentum-adam", "mw'", lambda v: 0.9 * v("dw"), "share_exchanged"),
        ("momentum-adam", "sw'", lambda v: 0.001 * v("dw"), "power_left_out"),
        ("momentum-adam", "w'", lambda v: v("w") - v("eta") * v("dw"), "plain_step"),
        (
            "momentum-adam",
            "w'",
            lambda v: v("w") - v("eta") * v("mw'") / (sqrt(v("shatw")) + 1e-8),
            "correction_left_out",
        ),
    ],
)  # fmt: skip
def test_in_attention_and_optimisers(problem: str, identifier: str, wrong: Wrong, key: str) -> None:
    path = Path(__file__).parents[2] / "problems" / f"{problem}.yaml"
    context = context_of_problem(load_problem(path))
    questions = (*KINDS["number"].make(context), *KINDS["update"].make(context))
    question = next(one for one in questions if one.identifier == identifier)

    def value(name: str) -> float:
        address = context.graph.find(name)
        assert address is not None
        return context.graph.exact(address)

    understood = understand(question, f"{wrong(value):#.8g}", context)
    verdict = mark(question, understood, StudentAnswers(context))
    assert not verdict.right
    assert key in [each.misconception for each in verdict.diagnoses]


def test_the_numbers_of_this_file_are_those_of_the_program() -> None:
    """Where nothing is done wrongly, both say the same."""
    for exercise, identifier, number in (
        ("cross-entropy", "dZ[2,1]", D1[0]),
        ("numbered-graph", "da1", DA1),
        ("two-step-pair", "dZ[2,1,1]", float(T1[0])),
        ("pooled", "A[3,1,1,1]", float(POOLED[0])),
    ):
        context, _ = opened(exercise)
        address = context.graph.find(identifier)
        assert address is not None
        assert context.graph.exact(address) == pytest.approx(number, rel=1e-12)
    assert 1 - tanh(0.3) ** 2 == pytest.approx(1 / cosh(0.3) ** 2)


# Gates and a cell state: gated-pair.yaml


@pytest.mark.parametrize(
    ("identifier", "wrong", "key"),
    [
        (
            "C[2,2,1]",
            lambda v: v("F[2,2,1]") * v("C[2,1,1]") + v("I[2,2,1]") * v("Zg[2,2,1]"),
            "activation_left_out",
        ),
        ("A[2,2,1]", lambda v: v("O[2,2,1]") * v("C[2,2,1]"), "activation_left_out"),
        (
            "C[2,2,1]",
            lambda v: v("I[2,2,1]") * v("C[2,1,1]") + v("F[2,2,1]") * v("G[2,2,1]"),
            "other_part",
        ),
        ("A[2,2,1]", lambda v: v("F[2,2,1]") * v("T[2,2,1]"), "other_part"),
        ("A[2,2,1]", lambda v: v("O[2,2,1]") + v("T[2,2,1]"), "other_operation"),
        (
            "dZi[2,2,1]",
            lambda v: v("dA[2,2,1]") * v("G[2,2,1]") * v("I[2,2,1]") * (1 - v("I[2,2,1]")),
            "other_part",
        ),
        ("dBi[2,1]", lambda v: sum(v(f"dZf[2,{t},1]") for t in (1, 2, 3)), "other_part"),
        ("dZo[2,3,1]", lambda v: v("dA[2,3,1]") * v("T[2,3,1]"), "slope_left_out"),
        (
            "dZf[2,2,1]",
            lambda v: v("dC[2,2,1]") * v("C[2,2,1]") * v("F[2,2,1]") * (1 - v("F[2,2,1]")),
            "same_step_state",
        ),
    ],
)
def test_in_gates(identifier: str, wrong: Wrong, key: str) -> None:
    context, _ = opened("gated-pair")

    def value(name: str) -> float:
        address = context.graph.find(name)
        assert address is not None
        return context.graph.exact(address)

    assert key in names_of("gated-pair", identifier, wrong(value))
