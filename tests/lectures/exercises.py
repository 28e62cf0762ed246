"""The lectures' exercises, their numbers typed in once more so that a slip in a file shows.

`expected(problem, update)` gives every value met during that update, by canonical identifier.
"""

from __future__ import annotations

from functools import cache

from tests.lectures.by_hand import Net, Rows, Values, one_update, rounded, weight_entries
from tests.lectures.layer_exercises import LAYERED, calculated

TRUTH_TABLE: Rows = [[0, 0], [0, 1], [1, 0], [1, 1]]
S, NONE, STEP = "sigmoid", "identity", "step"
NETS = {
    "exercise": Net(
        weights=[
            [[0.5, 0.2, -0.5], [-0.2, 0.3, 0.4], [0.8, -0.6, 0.4]],
            [[0.5, -0.1, 0.6], [-0.2, 0.1, 0.2], [-0.5, 0.4, 0.6]],
            [[0.3, -0.2], [0.5, 0.2], [0.2, 0.4]],
        ],
        biases=[[0.2, -0.5, 0.4], [0.6, 0.6, 0.6], [0.8, 0.2]],
        activations=[S, S, S],
        inputs=[[1, 0, 1]],
        targets=[[0.9, 0.1]],
        loss="half",
        rate=0.1,
    ),
    "forward-4-3-1": Net(
        weights=[
            [[0.5, 0.2, -0.5], [-0.2, 0.3, 0.4], [0.8, -0.6, 0.4], [0.6, 0.5, -0.1]],
            [[0.6], [-0.2], [0.1]],
        ],
        biases=[[0.2, -0.5, 0.4], [0.6]],
        activations=[S, S],
        inputs=[[1, 0, 1, 1]],
    ),
    "linear-regression": Net([[[0.8]]], [[0.2]], [NONE], [[1.5]], [[0.8]], "half", 0.1),
    "linear-2-2-1": Net(
        weights=[[[0.11, 0.12], [0.21, 0.08]], [[0.14], [0.15]]],
        biases=[None, None],
        activations=[NONE, NONE],
        inputs=[[2, 3]],
        targets=[[1]],
        loss="half",
        rate=0.05,
    ),
    "sigmoid-2-2-1": Net(
        weights=[[[0.1, 0.4], [0.8, 0.6]], [[0.3], [0.9]]],
        biases=[None, None],
        activations=[S, S],
        inputs=[[0.35, 0.9]],
        targets=[[0.5]],
        loss="half",
        rate=1,
    ),
    "sigmoid-2-2-2": Net(
        weights=[[[0.1, 0.3], [0.2, 0.4]], [[0.2, 0.1], [0.3, 0.2]]],
        biases=[[0.3, 0.3], [0.2, 0.2]],
        activations=[S, S],
        inputs=[[0.02, 0.7]],
        targets=[[0, 1]],
        loss="half",
        rate=0.5,
        shared_frozen=True,
    ),
    "batch-weight-decay": Net(
        weights=[[[0.4, 0.2], [-0.3, 0.5]], [[0.6], [-0.4]]],
        biases=[[0.1, -0.2], [0.3]],
        activations=[S, S],
        inputs=[[0.5, 0.9], [1.5, 0.2], [0.3, 0.8], [1.2, 1.4]],
        targets=[[1], [0], [1], [0]],
        loss="half",
        rate=0.5,
        decay=0.01,
    ),
    "softmax-cross-entropy": Net(
        weights=[[[0.1306, 0.2329, -0.6], [0.2, 0.3, 0.3]]],
        biases=[None],
        activations=["softmax"],
        inputs=[[1, 2]],
        targets=[[1, 0, 0]],
        loss="cross",
        rate=0.1,
    ),
    # A threshold stands here as the bias that does the same.
    "logic-gates": Net(
        weights=[[[1, -1, 1], [1, -1, 1]]],
        biases=[[-1.5, 1.5, -0.5]],
        activations=[STEP],
        inputs=TRUTH_TABLE,
        threshold=True,
    ),
    "xor": Net(
        weights=[[[-1, 1], [-1, 1]], [[1], [1]]],
        biases=[[1.5, -0.5], [-1.5]],
        activations=[STEP, STEP],
        inputs=TRUTH_TABLE,
        threshold=True,
    ),
    "xor-sigmoid": Net(
        weights=[[[0.5, 0.9], [0.4, 1.0]], [[-1.2], [1.1]]],
        biases=[[0.8, -0.1], [0.3]],
        activations=[S, S],
        inputs=TRUTH_TABLE,
        targets=[[0], [1], [1], [0]],
        loss="binary",
        rate=2,
    ),
}
GRAPHS = {
    "graph-chain-rule": {"c": 3.0, "d": 2.0, "e": 6.0, "dc": 2.0, "dd": 3.0, "da": 2.0, "db": 5.0}
}


@cache
def net_before(problem: str, update: int) -> Net:
    """The network as it enters the given update."""
    net = NETS[problem]
    for _ in range(update - 1):
        net = one_update(net)[1]
    return net


def expected(problem: str, update: int = 1) -> Values:
    """Every value during the given update (from 1); values after n updates: update n + 1."""
    if problem in GRAPHS:
        return dict(GRAPHS[problem])
    if problem in LAYERED:
        return calculated(problem, update)[-1]
    return one_update(net_before(problem, update))[0]


def linear_by_hand(update: int = 1) -> Values:
    """The linear 2-2-1 with the lecture's rounding, each rounded value carried on.

    The output to 4 decimals; first-layer steps to 3 and weights to 2; second-layer steps and
    weights to 4; all else exact.
    """
    net = NETS["linear-2-2-1"]
    (x,), w, v = net.inputs, net.weights[0], net.weights[1]
    seen: Values = {}
    for _ in range(update):
        seen = {f"W{place}": value for place, value in weight_entries([w, v])}
        h = [rounded(x[0] * w[0][k] + x[1] * w[1][k], 4) for k in (0, 1)]
        out = rounded(h[0] * v[0][0] + h[1] * v[1][0], 4)
        delta = out - 1
        seen |= {"A[2,1]": h[0], "A[2,2]": h[1], "A[3,1]": out, "dZ[3,1]": delta}
        seen["L"] = delta**2 / 2
        back = -net.rate * delta
        steps = [
            [[rounded(back * v[k][0] * x[j], 3) for k in (0, 1)] for j in (0, 1)],
            [[rounded(back * h[k], 4)] for k in (0, 1)],
        ]
        seen |= {f"stepW{place}": value for place, value in weight_entries(steps)}
        w = [[rounded(w[j][k] + steps[0][j][k], 2) for k in (0, 1)] for j in (0, 1)]
        v = [[rounded(v[k][0] + steps[1][k][0], 4)] for k in (0, 1)]
        seen |= {f"W'{place}": value for place, value in weight_entries([w, v])}
    return seen
