"""Which figures of the lectures hold, and how: judged by plain loops, not by the tutor."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from bp_tutor.problem import load_problem
from tests.lectures.by_hand import one_update, sigmoid
from tests.lectures.exercises import NETS, expected, linear_by_hand
from tests.solve.by_loops import decay_of

PROBLEMS = Path(__file__).parents[2] / "problems"
FILES = {
    path.stem: yaml.safe_load(path.read_text(encoding="utf-8"))
    for path in sorted(PROBLEMS.glob("*.yaml"))
}
SYMBOLS = {
    "sigmoid-2-2-1": {
        "z3": "Z[2,1]", "z4": "Z[2,2]", "z5": "Z[3,1]",
        "y3": "A[2,1]", "y4": "A[2,2]", "y5": "A[3,1]", "C": "L",
        "w31": "W[1,1,1]", "w32": "W[1,2,1]", "w41": "W[1,1,2]", "w42": "W[1,2,2]",
        "w53": "W[2,1,1]", "w54": "W[2,2,1]",
    },
    "sigmoid-2-2-2": {
        "net_h1": "Z[2,1]", "net_h2": "Z[2,2]", "net_o1": "Z[3,1]", "net_o2": "Z[3,2]",
        "out_h1": "A[2,1]", "out_h2": "A[2,2]", "out_o1": "A[3,1]", "out_o2": "A[3,2]",
        "E_total": "L", "w1+": "W'[1,1,1]",
    },
}  # fmt: skip
"""The course's symbols for what the figures are about."""

AGREES, CUT, CARRIED = "agrees", "cut off instead of rounded", "from its own printed figures"
CARRIED_CUT, WRONG = "from its own printed figures, cut off", "does not follow"

NOT_PLAIN = {
    "linear-2-2-1": {
        CARRIED: """2:A[2,1]=0.93 2:A[3,1]=0.2571 2:dZ[3,1]=-0.7429 2:-eta*dZ[3,1]=0.037145
            2:stepW[2,1,1]=0.034545 2:W'[2,1,1]=0.2089 2:stepW[1,1,1]=0.0104
            2:stepW[1,1,2]=0.0111 2:stepW[1,2,1]=0.0156 2:stepW[1,2,2]=0.0167
            2:W'[1,2,2]=0.1167 3:A[2,1]=0.998 3:A[2,2]=0.63 3:A[2,1]*W[2,1,1]=0.2085
            3:A[2,2]*W[2,2,1]=0.1198 3:A[3,1]=0.3283""",
        # The products of the first update, not formed again with the new weights.
        WRONG: """2:A[1,1]*W[2,1,1]=0.28 2:A[1,1]*W[2,2,1]=0.30
            2:A[1,2]*W[2,1,1]=0.42 2:A[1,2]*W[2,2,1]=0.45""",
    },
    # The statement that is to be found wrong.
    "mlp-shapes": {WRONG: "1:rows(W[2])=32 1:columns(W[2])=16"},
    "sigmoid-2-2-1": {
        CUT: "1:y4=0.663",
        CARRIED: "1:C=0.01805",
        CARRIED_CUT: "1:dW[2,1,1]=0.02763",
        WRONG: """1:dW[2,2,1]=0.02711 1:W'[1,1,1]=0.096 1:W'[1,1,2]=0.396 1:W'[1,2,2]=0.589
            2:C=0.165 100:C=5.92e-07 101:w31=0.0993309 101:w32=0.6425254 101:w41=0.3993309
            101:w42=0.4425254 101:w53=-0.30032342 101:w54=0.31508797""",
    },
    "sigmoid-2-2-2": {
        CUT: """1:out_h1=0.608 1:out_o1=0.625 1:E[1]=0.195 1:E[2]=0.081 1:A[3,1]-Y[1]=0.625
            1:A[3,2]-Y[2]=-0.403 1:A[3,2]*(1-A[3,2])=0.240 1:dZ[3,2]*W[2,1,2]=-0.009
            1:dA[2,1]=0.019 1:w1+=0.099 10001:out_o2=0.991""",
        CARRIED: "1:E_total=0.27741",
    },
}
"""Every figure that is not simply the right value, rounded: `update:name=value`."""


def figures() -> list[tuple[str, dict[str, Any]]]:
    """Every printed figure, as (problem, entry)."""
    return [(name, figure) for name, file in FILES.items() for figure in file.get("published", ())]


def met_in(figure: dict[str, Any]) -> int:
    """The update in which the figure is met."""
    return int(figure["after"] + 1 if "after" in figure else figure.get("update", 1))


def exact(problem: str, figure: dict[str, Any]) -> float:
    """What the figure's quantity is without any rounding."""
    if figure["name"].startswith(("rows(", "columns(")):
        return shapes()[figure["name"]]
    values = expected(problem, met_in(figure))
    if problem in NETS:
        values["eta"] = NETS[problem].rate
    name = SYMBOLS.get(problem, {}).get(figure["name"], figure["name"])
    quantity = r"[A-Za-z]+'?\[[\d,]+\]|\beta\b|\bL\b"
    return arithmetic(re.sub(quantity, lambda match: f"({values[match[0]]!r})", name))


def shapes() -> dict[str, float]:
    """Rows and columns in a network 16-32-16-1 where h = W x + b, with columns for vectors."""
    units = [16, 32, 16, 1]
    found: dict[str, float] = {}
    for layer, count in enumerate(units, start=1):
        sizes = {f"A[{layer}]": (count, 1), f"B[{layer}]": (count, 1)}
        if layer < len(units):
            sizes[f"W[{layer}]"] = (units[layer], count)
        for name, (rows, columns) in sizes.items():
            found |= {f"rows({name})": rows, f"columns({name})": columns}
    return found


def arithmetic(text: str) -> float:
    return float(eval(text, {"__builtins__": {}, "exp": math.exp}))  # noqa: S307


def verdict(problem: str, figure: dict[str, Any]) -> str:
    """How the printed figure comes about."""
    printed = Decimal(figure["value"])
    tries = [(exact(problem, figure), AGREES, CUT)]
    if "from" in figure:
        tries.append((arithmetic(figure["from"]), CARRIED, CARRIED_CUT))
    for value, whole, cut in tries:
        for rounding, result in ((ROUND_HALF_UP, whole), (ROUND_DOWN, cut)):
            if Decimal(repr(round(value, 14))).quantize(printed, rounding) == printed:
                return result
    return WRONG


def test_each_printed_figure_holds_as_far_as_we_know() -> None:
    found: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for problem, figure in figures():
        label = f"{met_in(figure)}:{figure['name'].replace(' ', '')}={figure['value']}"
        found[problem][verdict(problem, figure)].add(label)
    for problem, verdicts in found.items():
        verdicts.pop(AGREES, None)
        known = {name: set(text.split()) for name, text in NOT_PLAIN.get(problem, {}).items()}
        assert verdicts == known, problem


def test_each_printed_figure_says_on_which_page_it_stands() -> None:
    """Save those of lecture 004, whose slides cannot be counted in what is left of them."""
    for problem, figure in figures():
        unnumbered = FILES[problem]["source"]["lecture"] == "004"
        assert ("page" in figure) != unnumbered, (problem, figure["name"])


@pytest.mark.parametrize("problem", NETS)
def test_the_file_holds_the_lecture_s_numbers(problem: str) -> None:
    net, network = NETS[problem], load_problem(PROBLEMS / f"{problem}.yaml").network
    assert network is not None
    assert network.samples == tuple(map(tuple, net.inputs))
    assert network.targets == (net.targets and tuple(map(tuple, net.targets)))
    assert (network.learning_rate or 0) == net.rate
    assert (decay_of(network.loss) if network.loss else 0) == net.decay
    assert [layer.activation for layer in network.layers] == net.activations
    for layer, matrix, row in zip(network.layers, net.weights, net.biases, strict=True):
        assert layer.weights == tuple(map(tuple, matrix))
        sign = -1 if layer.bias.kind == "threshold" else 1
        shown = None if row is None else tuple(sign * value for value in row)
        assert layer.bias.values == (shown and shown[:1] if layer.bias.shared else shown)


def test_rounding_by_hand_gives_the_first_update_of_lecture_002() -> None:
    values = linear_by_hand()
    printed = {
        figure["name"]: float(figure["value"])
        for figure in FILES["linear-2-2-1"]["published"]
        if met_in(figure) == 1 and figure["name"] in values and figure["name"] != "L"
    }
    assert printed.items() <= {name: round(v, 12) for name, v in values.items()}.items()
    assert linear_by_hand(2)["A[3,1]"] == 0.2571


def test_lecture_003_gave_both_hidden_units_the_same_step() -> None:
    """A row of output errors times a column of slopes: a whole matrix where a vector was meant."""
    first, second, x = [[0.1, 0.8], [0.4, 0.6]], [0.3, 0.9], [0.35, 0.9]
    costs = []
    for _ in range(100):
        y = [sigmoid(row[0] * x[0] + row[1] * x[1]) for row in first]
        out = sigmoid(second[0] * y[0] + second[1] * y[1])
        costs.append((out - 0.5) ** 2 / 2)
        delta = (out - 0.5) * out * (1 - out)
        mixed = sum(x[i] * y[i] * (1 - y[i]) for i in (0, 1))
        first = [[row[j] - delta * second[j] * mixed for j in (0, 1)] for row in first]
        second = [second[j] - delta * y[j] for j in (0, 1)]
    assert [round(v, 7) for v in first[0]] == [0.0993309, 0.6425254]
    assert [round(v, 7) for v in first[1]] == [0.3993309, 0.4425254]
    assert [round(v, 8) for v in second] == [-0.30032342, 0.31508797]
    assert costs[-1] == pytest.approx(5.929e-07, rel=1e-3)


@pytest.mark.parametrize("problem", [name for name, net in NETS.items() if net.loss])
def test_gradients_here_are_central_differences(problem: str) -> None:
    net, step = NETS[problem], 1e-5
    values = expected(problem)
    for i, matrix in enumerate(net.weights):
        for j, row in enumerate(matrix):
            for k in range(len(row)):
                losses = []
                for sign in (1, -1):
                    weights = [[list(r) for r in m] for m in net.weights]
                    weights[i][j][k] += sign * step
                    losses.append(one_update(replace(net, weights=weights))[0]["L"])
                slope = (losses[0] - losses[1]) / (2 * step)
                assert values[f"dW[{i + 1},{j + 1},{k + 1}]"] == pytest.approx(slope, abs=1e-9)


def test_the_step_networks_compute_their_truth_tables() -> None:
    gates, xor = expected("logic-gates"), expected("xor")
    outputs = [[gates[f"A[2,{unit}]@{row}"] for row in range(1, 5)] for unit in (1, 2, 3)]
    assert outputs == [[0, 0, 0, 1], [1, 1, 1, 0], [0, 1, 1, 1]]
    assert [xor[f"A[3,1]@{row}"] for row in range(1, 5)] == [0, 1, 1, 0]


def test_the_sigmoid_network_learns_xor() -> None:
    values = expected("xor-sigmoid", 1001)
    assert values["L"] == pytest.approx(0.005737, abs=1e-6)
    assert [round(values[f"A[3,1]@{row}"]) for row in range(1, 5)] == [0, 1, 1, 0]
