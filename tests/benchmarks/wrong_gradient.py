"""A student's 784-30-10 network on 64 samples, its hidden slope left out: what `debug` says."""

from __future__ import annotations

import numpy as np

import bp_tutor


def report() -> str:
    """The report on one update with a mistake in it."""
    draw = np.random.default_rng(0)
    x, y = draw.random((64, 784)), np.eye(10)[draw.integers(0, 10, 64)]
    w1, w2 = draw.normal(size=(784, 30)) * 0.05, draw.normal(size=(30, 10)) * 0.3
    b1, b2 = np.zeros(30), np.zeros(10)
    a1 = 1 / (1 + np.exp(-(x @ w1 + b1)))
    powers = np.exp(a1 @ w2 + b2)
    a2 = powers / powers.sum(axis=1, keepdims=True)
    d2 = (a2 - y) / 64
    d1 = d2 @ w2.T
    found = bp_tutor.debug(
        [("dense", 30, "sigmoid"), ("dense", 10, "softmax")],
        loss="cross_entropy",
        lang="en",
        arrays={
            "X": x, "Y": y, "W1": w1, "b1": b1, "W2": w2, "b2": b2, "A1": a1, "A2": a2,
            "dZ2": d2, "dW2": a1.T @ d2, "db2": d2.sum(axis=0), "dW1": x.T @ d1,
            "db1": d1.sum(axis=0),
        },
    )  # fmt: skip
    return found.text()


if __name__ == "__main__":
    print(report())
