"""The exercises on images, sequences, gates and descent, their numbers typed in once more.

`calculated(problem, updates)` gives every value met during each update, by identifier.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.lectures import images_by_hand, sequences_by_hand
from tests.lectures.by_hand import Net, Rows, Values, one_update, sigmoid
from tests.lectures.images_by_hand import Cnn, entries, slid

DIAGONAL: Rows = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
SMALL = Cnn([[1, 2], [3, 4]], DIAGONAL, 0, 1, 1)
SIX: Rows = [
    [0, 3, 1, 3, 0, 0], [2, 0, 1, 1, 3, 0], [0, 2, 0, 2, 3, 0],
    [0, 3, 0, 3, 0, 0], [2, 0, 0, 1, 0, 0], [0, 3, 0, 2, 1, 0],
]  # fmt: skip
LINE = Net(
    weights=[[[0.5]]],
    biases=[[0]],
    activations=["identity"],
    inputs=[[1], [2], [3], [4]],
    targets=[[3], [5], [6], [9]],
    loss="half",
    rate=0.05,
)
Run = Callable[[Any], tuple[Values, Any]]

LAYERED: dict[str, tuple[Any, Run]] = {
    "cnn-2x2": (SMALL, images_by_hand.one_update),
    "cnn-backward": (replace(SMALL, target=4, rate=0.01), images_by_hand.one_update),
    "conv-stride-padding": (
        entries("Z[2,1", slid(SIX, [[1, 0, -1]] * 3, 2, 1))
        | entries("A[2,1", slid(SIX, [[1, 0, -1]] * 3, 2, 1)),
        lambda values: (values, values),
    ),
    "rnn-forward": (
        {
            "W[1": [[0.5, 0.2], [-0.3, 0.4]], "R[2": [[0.1, -0.2], [0.6, 0.3]],
            "B[2": [0.1, -0.1], "W[2": [[0.7, 0.3], [-0.4, 0.8]], "B[3": [0.0, 0.2],
        },
        lambda w: sequences_by_hand.rnn([[1, 0], [0.5, 1], [0, -1]], w, "softmax"),
    ),
    "rnn-bptt": (
        {
            "W[1": [[0.5, -0.3]], "R[2": [[0.2, 0.1], [0.4, -0.6]], "B[2": [0.1, 0.0],
            "W[2": [[0.8], [-0.5]], "B[3": [0.2],
        },
        lambda w: sequences_by_hand.rnn(
            [[1], [0.5], [-1]], w, "identity", [[0.5], [0.3], [0]], 0.1
        ),
    ),
    "lstm-step": (
        {
            "Wi[1": [[0.6]], "Wf[1": [[0.4]], "Wo[1": [[0.7]], "Wg[1": [[0.9]],
            "Ri[2": [[0.1]], "Rf[2": [[-0.2]], "Ro[2": [[0.3]], "Rg[2": [[0.5]],
            "Bi[2": [0.0], "Bf[2": [1.0], "Bo[2": [0.1], "Bg[2": [-0.1],
            "W[2": [[1.5]], "B[3": [0.2],
        },
        lambda w: sequences_by_hand.lstm([1, -0.5], (0.1, 0.2), w, 0.8, 0.5),
    ),
    "swiglu": (
        {
            "Wg[1": [[0.5, -0.4], [0.3, 0.6]], "Wv[1": [[1.0, 0.2], [-0.6, 0.7]],
            "Bg[2": [0.1, 0.0], "Bv[2": [0.0, -0.2], "W[2": [[0.9], [-1.1]], "B[3": [0.3],
        },
        lambda w: sequences_by_hand.swiglu([1, 2], w, 0.5, 0.1),
    ),
    "attention-tiny": (
        {
            "Wq[1": [[1.0, 0.5], [0.0, 1.0]], "Wk[1": [[0.5, 0.0], [-1.0, 1.0]],
            "Wv[1": [[1.0, 2.0], [0.5, -1.0]],
        },
        lambda w: sequences_by_hand.attention([[1, 0], [0.5, 2]], w, [[1, 0], [0, 1]], 0.1),
    ),
    "momentum": ((1.0, 0.0), lambda state: momentum(*state)),
    "momentum-adam": ((1.0, 0.0, 0.0, 1), lambda state: adam(*state)),
}  # fmt: skip
SAMPLES = {"descent-batch-vs-stochastic": 4, "descent-stochastic": 1, "descent-mini-batch": 2}


def momentum(w: float, v: float) -> tuple[Values, tuple[float, float]]:
    """v' = 0.9 v - 0.1 · 2w."""
    velocity = 0.9 * v - 0.1 * 2 * w
    after = w + velocity
    return {"f": w * w, "dw": 2 * w, "vw'": velocity, "w'": after}, (after, velocity)


def adam(
    w: float, m: float, s: float, t: int
) -> tuple[Values, tuple[float, float, float, int]]:  # fmt: skip
    """Both moments of 2w, corrected for their start at 0."""
    g = 2 * w
    m, s = 0.9 * m + 0.1 * g, 0.999 * s + 0.001 * g * g
    m_hat, s_hat = m / (1 - 0.9**t), s / (1 - 0.999**t)
    after = w - 0.1 * m_hat / (math.sqrt(s_hat) + 1e-8)
    seen = {"f": w * w, "dw": g, "mw'": m, "sw'": s, "mhatw": m_hat, "shatw": s_hat}
    return seen | {"w'": after, "t'": t + 1}, (after, m, s, t + 1)


def activations() -> Values:
    """Value and slope of each activation at its point."""
    e = math.exp
    points = {
        "sigma": (0.5, sigmoid(0.5), sigmoid(0.5) * (1 - sigmoid(0.5))),
        "th": (0.5, math.tanh(0.5), 1 - math.tanh(0.5) ** 2),
        "r1": (2, 2, 1),
        "r2": (-1, 0, 0),
        "lr": (-1, -0.01, 0.01),
        "el": (-1, e(-1) - 1, e(-1)),
        "sp": (-1, math.log(1 + e(-1)), sigmoid(-1)),
        "sw": (-1, -sigmoid(-1), sigmoid(-1) - sigmoid(-1) * (1 - sigmoid(-1))),
    }
    seen: Values = {"s": sum(value for _, value, _ in points.values())}
    for place, (name, (_, value, slope)) in enumerate(points.items(), 1):
        seen |= {name: value, f"dz{place}": slope}
    return seen


def calculated(problem: str, updates: int) -> list[Values]:
    """Every value of each update in turn."""
    if problem == "activations":
        return [activations()]
    found = []
    if problem in SAMPLES:
        net, size = LINE, SAMPLES[problem]
        for update in range(updates):
            start = update * size % 4
            part = replace(net, inputs=LINE.inputs[start : start + size])
            part = replace(part, targets=(LINE.targets or [])[start : start + size])
            values, after = one_update(part)
            net = replace(net, weights=after.weights, biases=after.biases)
            found.append(values)
        return found
    state, run = LAYERED[problem]
    for _ in range(updates):
        values, state = run(state)
        found.append(values)
    return found
