"""Exercises on normalisation, dropout, tokens and heads, their numbers typed in once more.

Each is worked out with NumPy by the formulas of its source, the way
back among them; of two heads the gradients are central differences.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from bp_tutor.problem import find_problem, load_problem
from bp_tutor.solve import Run, solve

Array = NDArray[np.float64]
Arrays = dict[str, Array]


def batch_normalisation() -> Arrays:
    """Ioffe and Szegedy (2015), algorithm 1 and the derivatives below it."""
    x, w = np.array([[1, 0], [0, 1], [2, 2]]), np.array([[1.0], [2]])
    gamma, beta, epsilon, count = 2, 1, 0.001, 3
    z = x @ w
    mean, variance = z.mean(), ((z - z.mean()) ** 2).mean()
    root = np.sqrt(variance + epsilon)
    normal = (z - mean) / root
    y = gamma * normal + beta
    dy = (y - np.array([[0], [0], [2]])) / count
    # All three ways by which a value reaches the loss, taken together.
    dz = gamma / root / count * (count * dy - dy.sum() - normal * (dy * normal).sum())
    dw = x.T @ dz
    return {
        "A[3]": y, "dZ[2]": dz, "dW[1]": dw, "W'[1]": w - 0.1 * dw,
        "dgamma[3]": (dy * normal).sum(), "dB[3]": dy.sum(),
        "Mr'[3]": 0.1 * mean, "Sr'[3]": 0.9 + 0.1 * variance * 3 / 2,
    }  # fmt: skip


def dropout() -> Arrays:
    x, mask = np.array([[1.0, 2]]), np.array([1, 0, 1])
    z = x @ [[1, 0.5, -1], [0.5, 1, 2]] + [0, 0.5, 0.5]
    hidden = np.maximum(z, 0) * mask / 0.5
    out = np.array([[0.5], [1], [-0.25]])
    delta = hidden @ out + 0.1 - 1
    dz = (delta @ out.T) * mask / 0.5 * (z > 0)
    return {
        "A[3]": hidden, "dZ[4]": delta, "dZ[2]": dz, "dW[3]": hidden.T @ delta, "dW[1]": x.T @ dz,
        "B'[2]": [0, 0.5, 0.5] - 0.01 * dz,
    }  # fmt: skip


def word2vec() -> Arrays:
    """Mikolov et al. (2013): p − y, and of the embedding the row of the word alone."""
    table = np.array([[0.2, -0.4], [1, 0.5], [-0.5, 0.3], [0.1, 0.8]])
    out = np.array([[0.5, -1, 1, 0], [1, 0.4, 0.2, -0.6]])
    row = table[1:2]
    powers = np.exp(row @ out)
    delta = powers / powers.sum() - np.eye(4)[2:3]
    gradient = np.zeros_like(table)
    gradient[1] = (delta @ out.T)[0]
    return {
        "A[2]": row, "dZ[3]": delta, "dW[2]": row.T @ delta, "dW[1]": gradient,
        "W'[1]": table - 0.5 * gradient, "L": -np.log(powers[0, 2] / powers.sum()),
    }  # fmt: skip


X = np.array([[1.0, 0], [1, 1]])
PARTS = {
    "Wq": np.array([[1.0, 0, 0, 1], [0, 1, 1, 1]]),
    "Wk": np.array([[1.0, 1, 2, 0], [0, 1, 0, 1]]),
    "Wv": np.array([[1.0, 2], [3, -1]]),
    "Wo": np.array([[1.0, 0], [0.5, 1]]),
}


def two_heads(parts: Arrays) -> Array:
    """Heads side by side, then the output projection: Vaswani et al. (2017), section 3.2.2."""
    found = []
    for query, key, value in zip(
        *(np.split(X @ parts[name], 2, axis=1) for name in ("Wq", "Wk", "Wv")), strict=True
    ):
        scores = query @ key.T / np.sqrt(2)
        scores[0, 1] = -np.inf
        powers = np.exp(scores)
        found.append(powers / powers.sum(1, keepdims=True) @ value)
    return np.concatenate(found, 1) @ parts["Wo"]


def multi_head_attention() -> Arrays:
    def loss(parts: Arrays) -> float:
        return float(((two_heads(parts) - [[2, 1], [3, 2]]) ** 2).sum() / 2)

    wanted = {"A[2]": two_heads(PARTS), "L": np.array(loss(PARTS))}
    for name, whole in PARTS.items():
        gradient = np.zeros_like(whole)
        for index in np.ndindex(whole.shape):
            step = np.zeros_like(whole)
            step[index] = 1e-5
            up, down = (loss(PARTS | {name: whole + way * step}) for way in (1, -1))
            gradient[index] = (up - down) / 2e-5
        halves = np.split(gradient, 2, axis=0 if name == "Wo" else 1)
        wanted |= {f"d{name}[1,{head}]": half for head, half in enumerate(halves, 1)}
    return wanted


BY_HAND: dict[str, Callable[[], Arrays]] = {
    "batch-normalisation": batch_normalisation,
    "dropout": dropout,
    "word2vec": word2vec,
    "multi-head-attention": multi_head_attention,
}


def numbers_in(run: Run, name: str) -> tuple[float, ...]:
    return next(values for quantity, values in run.values.items() if quantity.name == name)


@pytest.mark.parametrize("name", BY_HAND)
def test_the_exercise_is_worked_out_as_by_hand(name: str) -> None:
    run = solve(load_problem(find_problem(name))).runs[0]
    for array, wanted in BY_HAND[name]().items():
        expected = np.asarray(wanted).flatten().tolist()
        assert numbers_in(run, array) == pytest.approx(expected, rel=1e-7, abs=1e-9), array
