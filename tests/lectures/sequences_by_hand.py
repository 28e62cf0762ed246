"""Recurrent and gated layers by plain loops, forward and back through every step."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from tests.lectures.by_hand import Row, Rows, Values, sigmoid

Weights = dict[str, Any]
"""Arrays by identifiers without their last numbers, `W[1` or `R[2`: matrices from-to, or rows."""


def named(arrays: Weights, mark: str = "", prefix: str = "") -> Values:
    """Every entry of matrices and rows by its identifier."""
    found: Values = {}
    for name, array in arrays.items():
        letter, _, rest = name.partition("[")
        for place, value in flat(array):
            found[f"{prefix}{letter}{mark}[{rest},{place}]"] = value
    return found


def flat(array: Any) -> Iterator[tuple[str, float]]:
    """The entries of a matrix or a row, counted from 1."""
    for i, item in enumerate(array, 1):
        if isinstance(item, list):
            for j, value in enumerate(item, 1):
                yield f"{i},{j}", value
        else:
            yield f"{i}", item


def zeros(array: Any) -> Any:
    return [zeros(item) if isinstance(item, list) else 0.0 for item in array]


def moved(arrays: Weights, gradients: Weights, rate: float) -> Weights:
    """Each number less its share of the gradient."""

    def step(array: Any, gradient: Any) -> Any:
        if isinstance(array, list):
            return [step(a, g) for a, g in zip(array, gradient, strict=True)]
        return array - rate * gradient

    return {name: step(array, gradients[name]) for name, array in arrays.items()}


def weighted(x: Row, w: Rows, b: Row | None = None) -> Row:
    """x times w, plus b."""
    return [
        sum(x[j] * w[j][k] for j in range(len(w))) + (b[k] if b else 0.0) for k in range(len(w[0]))
    ]


def back(delta: Row, w: Rows) -> Row:
    """The errors that go back through w."""
    return [sum(delta[k] * w[j][k] for k in range(len(delta))) for j in range(len(w))]


def add_outer(gradient: Rows, x: Row, delta: Row) -> None:
    for j, value in enumerate(x):
        for k, d in enumerate(delta):
            gradient[j][k] += value * d


def add_to(gradient: Row, delta: Row) -> None:
    for k, d in enumerate(delta):
        gradient[k] += d


def put(seen: Values, name: str, row: Row) -> None:
    """Take down a row under `Z[2,1`."""
    seen.update({f"{name},{k}]": value for k, value in enumerate(row, 1)})


def rnn(
    xs: Rows, w: Weights, outer: str, targets: Rows | None = None, rate: float = 0.0
) -> tuple[Values, Weights]:
    """Elman's layer with tanh from state 0, a dense layer at each step, half squared errors."""
    seen: Values = {}
    states, outputs = [[0.0] * len(w["R[2"])], []
    for t, x in enumerate(xs, 1):
        kept = weighted(states[-1], w["R[2"])
        z = [a + c for a, c in zip(weighted(x, w["W[1"], w["B[2"]), kept, strict=True)]
        states.append([math.tanh(v) for v in z])
        s = weighted(states[-1], w["W[2"], w["B[3"])
        total = sum(math.exp(v) for v in s)
        outputs.append([math.exp(v) / total for v in s] if outer == "softmax" else s)
        put(seen, f"Z[2,{t}", z)
        put(seen, f"A[2,{t}", states[-1])
        put(seen, f"Z[3,{t}", s)
        put(seen, f"A[3,{t}", outputs[-1])
    if targets is None:
        return seen, w
    g = {name: zeros(array) for name, array in w.items()}
    later, seen["L"] = [0.0] * len(w["R[2"]), 0.0
    for t in range(len(xs), 0, -1):
        delta = [a - y for a, y in zip(outputs[t - 1], targets[t - 1], strict=True)]
        losses = [d**2 / 2 for d in delta]
        seen["L"] += sum(losses)
        put(seen, f"E[{t}", losses)
        put(seen, f"dA[3,{t}", delta)
        put(seen, f"dZ[3,{t}", delta)
        dh = [a + c for a, c in zip(back(delta, w["W[2"]), later, strict=True)]
        dz = [d * (1 - h * h) for d, h in zip(dh, states[t], strict=True)]
        put(seen, f"dA[2,{t}", dh)
        put(seen, f"dZ[2,{t}", dz)
        add_outer(g["W[2"], states[t], delta)
        add_to(g["B[3"], delta)
        add_outer(g["W[1"], xs[t - 1], dz)
        add_outer(g["R[2"], states[t - 1], dz)
        add_to(g["B[2"], dz)
        later = back(dz, w["R[2"])
    after = moved(w, g, rate)
    return seen | named(g, prefix="d") | named(after, "'"), after


GATES = ("i", "f", "o", "g")


def lstm(
    xs: Row, start: tuple[float, float], w: Weights, target: float, rate: float
) -> tuple[Values, Weights]:
    """One LSTM unit, a dense unit on its last state, half squared error."""
    seen: Values = {}
    h, c = [start[0]], [start[1]]
    open_: list[dict[str, float]] = [{}]
    for t, x in enumerate(xs, 1):
        gates = {}
        for gate in GATES:
            z = x * w[f"W{gate}[1"][0][0] + h[-1] * w[f"R{gate}[2"][0][0] + w[f"B{gate}[2"][0]
            gates[gate] = math.tanh(z) if gate == "g" else sigmoid(z)
            seen[f"Z{gate}[2,{t},1]"] = z
            seen[f"{gate.upper()}[2,{t},1]"] = gates[gate]
        open_.append(gates)
        c.append(gates["f"] * c[-1] + gates["i"] * gates["g"])
        h.append(gates["o"] * math.tanh(c[-1]))
        seen |= {f"C[2,{t},1]": c[-1], f"T[2,{t},1]": math.tanh(c[-1]), f"A[2,{t},1]": h[-1]}
    out = h[-1] * w["W[2"][0][0] + w["B[3"][0]
    delta = out - target
    seen |= {"Z[3,1]": out, "A[3,1]": out, "E[1]": delta**2 / 2, "L": delta**2 / 2}
    seen |= {"dA[3,1]": delta, "dZ[3,1]": delta}
    g = {name: zeros(array) for name, array in w.items()}
    g["W[2"][0][0], g["B[3"][0] = delta * h[-1], delta
    dh, dc_later = delta * w["W[2"][0][0], 0.0
    for t in range(len(xs), 0, -1):
        gates, squashed = open_[t], math.tanh(c[t])
        dt = dh * gates["o"]
        dc = dt * (1 - squashed**2) + dc_later
        errors = {
            "i": dc * gates["g"], "f": dc * c[t - 1], "o": dh * squashed, "g": dc * gates["i"],
        }  # fmt: skip
        seen |= {f"dA[2,{t},1]": dh, f"dT[2,{t},1]": dt, f"dC[2,{t},1]": dc}
        dh = 0.0
        for gate in GATES:
            a = gates[gate]
            dz = errors[gate] * (1 - a * a if gate == "g" else a * (1 - a))
            seen[f"d{gate.upper()}[2,{t},1]"], seen[f"dZ{gate}[2,{t},1]"] = errors[gate], dz
            g[f"W{gate}[1"][0][0] += dz * xs[t - 1]
            g[f"R{gate}[2"][0][0] += dz * h[t - 1]
            g[f"B{gate}[2"][0] += dz
            dh += dz * w[f"R{gate}[2"][0][0]
        dc_later = dc * gates["f"]
    after = moved(w, g, rate)
    return seen | named(g, prefix="d") | named(after, "'"), after


def swiglu(x: Row, w: Weights, target: float, rate: float) -> tuple[Values, Weights]:
    """swish(x Wg + Bg) times (x Wv + Bv), a dense unit behind, half squared error."""
    seen: Values = {}
    gate, value = (weighted(x, w[f"W{n}[1"], w[f"B{n}[2"]) for n in "gv")
    opened = [z * sigmoid(z) for z in gate]
    a = [g * v for g, v in zip(opened, value, strict=True)]
    (out,) = weighted(a, w["W[2"], w["B[3"])
    delta = out - target
    da = [delta * w["W[2"][k][0] for k in range(len(a))]
    dg = [d * v for d, v in zip(da, value, strict=True)]
    dv = [d * g for d, g in zip(da, opened, strict=True)]
    dz = [
        d * (sigmoid(z) + z * sigmoid(z) * (1 - sigmoid(z))) for d, z in zip(dg, gate, strict=True)
    ]
    for name, row in (("Zg[2", gate), ("Zv[2", value), ("G[2", opened), ("A[2", a), ("dA[2", da),
                      ("dG[2", dg), ("dZv[2", dv), ("dZg[2", dz), ("Z[3", [out]), ("A[3", [out]),
                      ("dA[3", [delta]), ("dZ[3", [delta])):  # fmt: skip
        put(seen, name, row)
    seen |= {"E[1]": delta**2 / 2, "L": delta**2 / 2}
    g = {name: zeros(array) for name, array in w.items()}
    add_outer(g["W[2"], a, [delta])
    add_to(g["B[3"], [delta])
    for n, error in (("g", dz), ("v", dv)):
        add_outer(g[f"W{n}[1"], x, error)
        add_to(g[f"B{n}[2"], error)
    after = moved(w, g, rate)
    return seen | named(g, prefix="d") | named(after, "'"), after


def attention(xs: Rows, w: Weights, targets: Rows, rate: float) -> tuple[Values, Weights]:
    """Scaled dot products, softmax over rows, half squared errors at all positions."""
    q, k, v = ([weighted(x, w[f"W{n}[1"]) for x in xs] for n in "qkv")
    root, n = math.sqrt(len(q[0])), len(xs)
    s = [[sum(a * c for a, c in zip(one, key, strict=True)) / root for key in k] for one in q]
    p = [[math.exp(value) / sum(math.exp(other) for other in row) for value in row] for row in s]
    out = [weighted(row, v) for row in p]
    da = [[a - y for a, y in zip(*rows, strict=True)] for rows in zip(out, targets, strict=True)]
    dp = [[sum(d * c for d, c in zip(row, value, strict=True)) for value in v] for row in da]
    ds = []
    for i in range(n):
        mean = sum(p[i][j] * dp[i][j] for j in range(n))
        ds.append([p[i][j] * (dp[i][j] - mean) for j in range(n)])
    dv, dq, dk = zeros(v), zeros(q), zeros(k)
    for i in range(n):
        for j in range(n):
            for unit, error in enumerate(da[i]):
                dv[j][unit] += p[i][j] * error
            for unit in range(len(q[0])):
                dq[i][unit] += ds[i][j] * k[j][unit] / root
                dk[j][unit] += ds[i][j] * q[i][unit] / root
    g = {name: zeros(array) for name, array in w.items()}
    for i, x in enumerate(xs):
        for name, errors in (("Wq[1", dq), ("Wk[1", dk), ("Wv[1", dv)):
            add_outer(g[name], x, errors[i])
    losses = [[d**2 / 2 for d in row] for row in da]
    after = moved(w, g, rate)
    seen = named({"Q[2": q, "K[2": k, "V[2": v, "S[2": s, "P[2": p, "A[2": out})
    seen |= named({"A[2": da, "P[2": dp, "S[2": ds, "Q[2": dq, "K[2": dk, "V[2": dv}, prefix="d")
    seen |= {f"E[{place}]": value for place, value in flat(losses)}
    seen["L"] = sum(map(sum, losses))
    return seen | named(g, prefix="d") | named(after, "'"), after
