"""One pass of `transformer-block`, forward and back, written for it in plain NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from bp_tutor.problem import find_problem, load_problem
from bp_tutor.solve import Run, solve

Array = Any
Arrays = dict[str, Array]
HEADS = 2
EPSILON = 1e-5
ATTENTION, FIRST, SECOND, OUT = 2, 5, 6, 8
"""The numbers of the weights of attention, of both feed-forward layers, and of the output."""


def normalised(rows: Array) -> tuple[Array, Array]:
    """Each row with mean 0 and variance 1, and what it was divided by."""
    centred = rows - rows.mean(1, keepdims=True)
    spread = np.sqrt((centred * centred).mean(1, keepdims=True) + EPSILON)
    return centred / spread, spread


def normalised_back(upstream: Array, rows: Array, spread: Array) -> Array:
    """The derivative by what was normalised to `rows`."""
    mean = upstream.mean(1, keepdims=True)
    return (upstream - mean - rows * (upstream * rows).mean(1, keepdims=True)) / spread


def softmax(logits: Array) -> Array:
    powers = np.exp(logits - logits.max(1, keepdims=True))
    return powers / powers.sum(1, keepdims=True)


def gradients_of(a: Arrays) -> tuple[float, Arrays]:
    """The loss, and its derivative by each array; `a` has them by their canonical names."""
    found: Arrays = {}
    x = a["A[1]"]
    n2, spread2 = normalised(x)
    a2 = n2 * a["gamma[2]"] + a["B[2]"]
    mask = np.where(np.tri(len(x)) > 0, 0.0, -np.inf)
    a3, kept = np.zeros_like(x), []
    for head in range(1, HEADS + 1):
        names = [f"W{part}[{ATTENTION},{head}]" for part in "qkvo"]
        wq, wk, wv, wo = (a[name] for name in names)
        q, k, v = a2 @ wq, a2 @ wk, a2 @ wv
        root = np.sqrt(q.shape[1])
        shares = softmax(q @ k.T / root + mask)
        mixed = shares @ v
        a3 = a3 + mixed @ wo
        kept.append((names, q, k, v, root, shares, mixed))
    a4 = x + a3
    n5, spread5 = normalised(a4)
    a5 = n5 * a["gamma[5]"] + a["B[5]"]
    z6 = a5 @ a[f"W[{FIRST}]"] + a["B[6]"]
    a6 = np.maximum(z6, 0)
    a8 = a4 + a6 @ a[f"W[{SECOND}]"] + a["B[7]"]
    shares9 = softmax(a8 @ a[f"W[{OUT}]"])
    loss = -(a["Y"] * np.log(shares9)).sum()

    d9 = shares9 - a["Y"]
    found[f"W[{OUT}]"] = a8.T @ d9
    d8 = d9 @ a[f"W[{OUT}]"].T
    found[f"W[{SECOND}]"], found["B[7]"] = a6.T @ d8, d8.sum(0)
    d6 = d8 @ a[f"W[{SECOND}]"].T * (z6 > 0)
    found[f"W[{FIRST}]"], found["B[6]"] = a5.T @ d6, d6.sum(0)
    d5 = d6 @ a[f"W[{FIRST}]"].T
    found["gamma[5]"], found["B[5]"] = (d5 * n5).sum(0), d5.sum(0)
    d4 = d8 + normalised_back(d5 * a["gamma[5]"], n5, spread5)
    d2 = np.zeros_like(x)
    for (wq, wk, wv, wo), q, k, v, root, shares, mixed in kept:
        found[wo] = mixed.T @ d4
        dmixed = d4 @ a[wo].T
        dshares = dmixed @ v.T
        dscores = shares * (dshares - (dshares * shares).sum(1, keepdims=True)) / root
        dq, dk, dv = dscores @ k, dscores.T @ q, shares.T @ dmixed
        found[wq], found[wk], found[wv] = a2.T @ dq, a2.T @ dk, a2.T @ dv
        d2 = d2 + dq @ a[wq].T + dk @ a[wk].T + dv @ a[wv].T
    found["gamma[2]"], found["B[2]"] = (d2 * n2).sum(0), d2.sum(0)
    found["A[1]"] = d4 + normalised_back(d2 * a["gamma[2]"], n2, spread2)
    return float(loss), found


def solved() -> Run:
    """The problem solved, with the gradients of its inputs as well."""
    problem = load_problem(find_problem("transformer-block"))
    assert problem.network is not None
    network = problem.network._replace(ask_inputs=True)
    return solve(problem._replace(network=network)).runs[0]


def arrays_of(run: Run) -> Arrays:
    """All that is given, by canonical names."""
    given = (quantity for quantity in run.program.model.given if quantity in run.values)
    return {each.name: np.array(run.values[each]).reshape(each.shape) for each in given}
