"""Dense networks by plain loops that share no code with the tutor.

A gradient here is the derivative of the whole loss, so `dZ` of a batch holds its 1/m already.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Row = list[float]
Rows = list[Row]
Values = dict[str, float]


@dataclass(frozen=True)
class Net:
    """A dense network: `weights[i][j][k]` leads from unit j of layer i to unit k of the next."""

    weights: list[Rows]
    biases: list[Row | None]
    activations: list[str]
    inputs: Rows
    targets: Rows | None = None
    loss: str = ""
    rate: float = 0.0
    decay: float = 0.0
    shared_frozen: bool = False
    """One bias a layer (its identifier is `B[2,1]`), never updated."""
    threshold: bool = False
    """The file gives thresholds: `B` is shown with the other sign."""


def one_update(net: Net) -> tuple[Values, Net]:
    """Every value of one full-batch update (mean over the samples), and the net after it."""
    seen = {f"W{place}": w for place, w in weight_entries(net.weights)}
    sign = -1 if net.threshold else 1
    for place, b in bias_entries(net.biases):
        if not (net.shared_frozen and place[-2] != "1"):
            seen[f"B{place}"] = sign * b
    grad_w = [[[net.decay * w for w in row] for row in m] for m in net.weights]
    grad_b = [None if b is None else [0.0] * len(b) for b in net.biases]
    losses = 0.0
    for s, x in enumerate(net.inputs):
        at = f"@{s + 1}" if len(net.inputs) > 1 else ""
        a = forward(net, x, seen, at)
        if net.targets is not None:
            losses += backward(net, a, net.targets[s], grad_w, grad_b, seen, at)
    if net.targets is None:
        return seen, net
    squares = sum(w * w for _, w in weight_entries(net.weights))
    seen["L"] = losses / len(net.inputs) + net.decay / 2 * squares
    return seen, updated(net, grad_w, grad_b, seen)


def forward(net: Net, x: Row, seen: Values, at: str) -> Rows:
    """The activations of every layer, the input first."""
    a = [x]
    for i, w in enumerate(net.weights):
        b = net.biases[i]
        z = [
            sum(a[i][j] * w[j][k] for j in range(len(w))) + (b[k] if b else 0.0)
            for k in range(len(w[0]))
        ]
        a.append(activate(net.activations[i], z))
        seen |= {f"Z[{i + 2},{k + 1}]{at}": v for k, v in enumerate(z)}
    seen |= {f"A[{i + 1},{k + 1}]{at}": v for i, row in enumerate(a) for k, v in enumerate(row)}
    return a


def backward(
    net: Net,
    a: Rows,
    y: Row,
    grad_w: list[Rows],
    grad_b: list[Row | None],
    seen: Values,
    at: str,
) -> float:
    """Add one sample's gradients to `grad_w` and `grad_b`; its loss."""
    count, kind = len(net.inputs), net.activations[-1]
    losses = [output_loss(net.loss, p, t) for p, t in zip(a[-1], y, strict=True)]
    seen |= {f"Y[{k + 1}]{at}": v for k, v in enumerate(y)}
    seen |= {f"E[{k + 1}]{at}": v for k, v in enumerate(losses)}
    delta = [output_delta(net.loss, p, t, kind) / count for p, t in zip(a[-1], y, strict=True)]
    for i in range(len(net.weights) - 1, -1, -1):
        seen |= {f"dZ[{i + 2},{k + 1}]{at}": v for k, v in enumerate(delta)}
        w, b = net.weights[i], grad_b[i]
        for k, d in enumerate(delta):
            if b is not None:
                b[k] += d
            for j in range(len(w)):
                grad_w[i][j][k] += a[i][j] * d
        back = [sum(d * w[j][k] for k, d in enumerate(delta)) for j in range(len(w))]
        if i > 0:
            seen |= {f"dA[{i + 1},{j + 1}]{at}": v for j, v in enumerate(back)}
            slopes = [v * (1 - v) if net.activations[i - 1] == "sigmoid" else 1 for v in a[i]]
            delta = [g * slope for g, slope in zip(back, slopes, strict=True)]
    return sum(losses)


def updated(net: Net, grad_w: list[Rows], grad_b: list[Row | None], seen: Values) -> Net:
    """The net after one step against the gradients."""
    for place, g in weight_entries(grad_w):
        seen[f"dW{place}"] = g
        seen[f"stepW{place}"] = -net.rate * g
        seen[f"W'{place}"] = seen[f"W{place}"] - net.rate * g
    biases = net.biases
    if not net.shared_frozen:
        for place, g in bias_entries(grad_b):
            seen[f"dB{place}"] = g
            seen[f"B'{place}"] = seen[f"B{place}"] - net.rate * g
        biases = [
            b and [seen[f"B'[{i + 2},{k + 1}]"] for k in range(len(b))]
            for i, b in enumerate(net.biases)
        ]
    weights = [
        [[seen[f"W'[{i + 1},{j + 1},{k + 1}]"] for k in range(len(row))] for j, row in enumerate(m)]
        for i, m in enumerate(net.weights)
    ]
    return replace(net, weights=weights, biases=biases)


def weight_entries(weights: list[Rows]) -> Iterator[tuple[str, float]]:
    """Each weight with its place, `[1,2,1]`."""
    for i, matrix in enumerate(weights):
        for j, row in enumerate(matrix):
            for k, value in enumerate(row):
                yield f"[{i + 1},{j + 1},{k + 1}]", value


def bias_entries(biases: list[Row | None]) -> Iterator[tuple[str, float]]:
    """Each bias with its place, `[2,1]`."""
    for i, row in enumerate(biases):
        for k, value in enumerate(row or []):
            yield f"[{i + 2},{k + 1}]", value


def sigmoid(z: float) -> float:
    """1/(1 + e^-z)."""
    return 1 / (1 + math.exp(-z))


def activate(name: str, z: Row) -> Row:
    """The activations of one layer."""
    if name == "softmax":
        total = sum(math.exp(v) for v in z)
        return [math.exp(v) / total for v in z]
    functions: dict[str, Callable[[float], float]] = {
        "sigmoid": sigmoid,
        "identity": lambda v: v,
        "step": lambda v: 1.0 if v >= 0 else 0.0,
    }
    return [functions[name](v) for v in z]


def output_loss(name: str, a: float, y: float) -> float:
    """The loss of one output."""
    if name == "half":
        return (a - y) ** 2 / 2
    if name == "binary":
        return -(y * math.log(a) + (1 - y) * math.log(1 - a))
    return -y * math.log(a)


def output_delta(name: str, a: float, y: float, activation: str) -> float:
    """dE/dz of one output; with cross-entropies sigmoid and softmax cancel to a - y."""
    return (a - y) * (a * (1 - a) if name == "half" and activation == "sigmoid" else 1.0)


def rounded(value: float, digits: int) -> float:
    """Rounded as on paper: a 5 goes up."""
    exact = Decimal(repr(round(value, 12)))
    return float(exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))
