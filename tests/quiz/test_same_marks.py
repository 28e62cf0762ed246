"""The same answers earn the same marks: in a network and in its graph, in matrices and tables."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import exp, tanh
from random import Random
from typing import NamedTuple

import pytest

from bp_tutor.problem.load import read_problem
from bp_tutor.quiz import Context, NotUnderstood, Question, StudentAnswers, mark, understand
from bp_tutor.quiz.batch import mark_all, question_of
from bp_tutor.quiz.kinds.formula_text import ENTRY
from tests.quiz.networks import context_of_problem

NETWORK = """
title: a network
network:
  inputs: 2
  weight_order: from-to
  layers:
    - {{units: 2, activation: {hidden}, weights: [[{w1}, {w2}], [{w3}, {w4}]], bias: [{b1}, {b2}]}}
    - {{units: 1, activation: {last}, weights: [[{v1}], [{v2}]], bias: [{c}]}}
loss: half_squared_error
inputs: [[{x1}, {x2}]]
targets: [[{t}]]
learning_rate: {eta}
"""
GRAPH = """
title: the graph of the same network
graph:
  values: {{x1: {x1}, x2: {x2}, w1: {w1}, w2: {w2}, w3: {w3}, w4: {w4}, b1: {b1}, b2: {b2},
           v1: {v1}, v2: {v2}, c: {c}, t: {t}}}
  formulas:
    z1: x1*w1 + x2*w3 + b1
    z2: x1*w2 + x2*w4 + b2
    h1: {hidden}(z1)
    h2: {hidden}(z2)
    s: h1*v1 + h2*v2 + c
    a: {last}(s)
    E: 1/2*(a - t)**2
  differentiate: E
  with_respect_to: [w1, w2, w3, w4, b1, b2, v1, v2, c]
  learning_rate: {eta}
"""
VALUES = {
    "A[1,1]": "x1", "A[1,2]": "x2", "W[1,1,1]": "w1", "W[1,1,2]": "w2", "W[1,2,1]": "w3",
    "W[1,2,2]": "w4", "B[2,1]": "b1", "B[2,2]": "b2", "W[2,1,1]": "v1", "W[2,2,1]": "v2",
    "B[3,1]": "c", "Y[1]": "t", "Z[2,1]": "z1", "Z[2,2]": "z2", "A[2,1]": "h1", "A[2,2]": "h2",
    "Z[3,1]": "s", "A[3,1]": "a",
}  # fmt: skip
"""A value's name in the network, and in the graph."""
TRAINED = ("w1", "w2", "w3", "w4", "b1", "b2", "v1", "v2", "c")
IN_GRAPH = {
    **VALUES,
    "L": "E",
    **{f"d{name}": f"d{node}" for name, node in VALUES.items() if node not in ("x1", "x2", "t")},
    **{f"{name[0]}'{name[1:]}": f"{node}'" for name, node in VALUES.items() if node in TRAINED},
}
SLOPES: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda a: a * (1 - a),
    "tanh": lambda a: 1 - a * a,
    "relu": lambda a: float(a > 0),
}
FUNCTIONS: dict[str, Callable[[float], float]] = {
    "sigmoid": lambda z: 1 / (1 + exp(-z)), "tanh": tanh, "relu": lambda z: max(z, 0.0),
}  # fmt: skip


class Both(NamedTuple):
    """The network and its graph, and every value by the names of the graph."""

    network: Context
    graph: Context
    values: dict[str, float]
    hidden: str
    last: str


def both(seed: int) -> Both:
    draw = Random(seed)  # noqa: S311
    hidden, last = draw.choice(("sigmoid", "tanh", "relu")), draw.choice(("sigmoid", "tanh"))
    v = {name: round(draw.uniform(-0.9, 0.9), 2) for name in TRAINED}
    v |= {name: round(draw.uniform(0.2, 0.9), 2) for name in ("x1", "x2", "t", "eta")}
    texts = {name: str(value) for name, value in v.items()} | {"hidden": hidden, "last": last}
    contexts = [context_of_problem(read_problem(text.format(**texts))) for text in (NETWORK, GRAPH)]
    return Both(contexts[0], contexts[1], worked_out(v, hidden, last), hidden, last)


def worked_out(given: dict[str, float], hidden: str, last: str, **wrong: float) -> dict[str, float]:
    """Every value by hand; each wrong one is gone on with."""
    v = dict(given)

    def put(name: str, value: float) -> None:
        v[name] = wrong.get(name, value)

    put("z1", v["x1"] * v["w1"] + v["x2"] * v["w3"] + v["b1"])
    put("z2", v["x1"] * v["w2"] + v["x2"] * v["w4"] + v["b2"])
    put("h1", FUNCTIONS[hidden](v["z1"]))
    put("h2", FUNCTIONS[hidden](v["z2"]))
    put("s", v["h1"] * v["v1"] + v["h2"] * v["v2"] + v["c"])
    put("a", FUNCTIONS[last](v["s"]))
    put("E", (v["a"] - v["t"]) ** 2 / 2)
    put("da", v["a"] - v["t"])
    put("ds", v["da"] * SLOPES[last](v["a"]))
    for number in "12":
        put(f"dh{number}", v["ds"] * v[f"v{number}"])
        put(f"dz{number}", v[f"dh{number}"] * SLOPES[hidden](v[f"h{number}"]))
    for node, delta, source in (
        ("w1", "dz1", "x1"), ("w2", "dz2", "x1"), ("w3", "dz1", "x2"), ("w4", "dz2", "x2"),
        ("v1", "ds", "h1"), ("v2", "ds", "h2"),
    ):  # fmt: skip
        put(f"d{node}", v[delta] * v[source])
    for node, delta in (("b1", "dz1"), ("b2", "dz2"), ("c", "ds")):
        put(f"d{node}", v[delta])
    for node in TRAINED:
        put(f"{node}'", v[node] - v["eta"] * v[f"d{node}"])
    return v


class Marked(NamedTuple):
    key: str
    right: bool
    carried: bool
    first_wrong: str


def marks(context: Context, answers: list[tuple[str, str]]) -> list[Marked]:
    """How each answer is marked, under the names of the graph."""
    asked = []
    for name, text in answers:
        question = question_of([context], name)
        assert isinstance(question, Question), (name, question)
        asked.append((question, text))
    found = []
    for (question, _), one in zip(asked, mark_all([context], asked), strict=True):
        verdict = one.verdict
        assert verdict is not None, (question.identifier, one.refused)
        first = verdict.first_wrong or ""
        found.append(
            Marked(verdict.key, verdict.right, verdict.carried, IN_GRAPH.get(first, first))
        )
    return found


def text_of(value: float, figures: int) -> str:
    return f"{value:#.{figures}g}"


def asked_in(
    names: list[str], values: dict[str, float], figures: int
) -> list[list[tuple[str, str]]]:
    """The same answers under the names of the network and of the graph."""
    return [
        [(name, text_of(values[IN_GRAPH[name]], figures)) for name in names],
        [(IN_GRAPH[name], text_of(values[IN_GRAPH[name]], figures)) for name in names],
    ]


SLIPS = ["da", "dh1", "z1", "h2", "s", "a", "ds", "dz2", "dv1", "dw3"]
CALCULATED = [name for name, node in IN_GRAPH.items() if node not in (*TRAINED, "x1", "x2", "t")]


@pytest.mark.parametrize(("seed", "figures"), list(product(range(6), (4, 6))))
def test_numbers_in_a_network_and_in_its_graph(seed: int, figures: int) -> None:
    pair = both(seed)
    draw = Random(seed + 1_000)  # noqa: S311
    right = asked_in(CALCULATED, pair.values, figures)
    found = [marks(pair.network, right[0]), marks(pair.graph, right[1])]
    assert found[0] == found[1]
    assert all(one.right and not one.carried for one in found[0])
    for node in draw.sample(SLIPS, 2):
        slipped = {node: pair.values[node] * 1.3 + 0.1}
        values = worked_out(pair.values, pair.hidden, pair.last, **slipped)
        # All answers; some of them; only those from the slip on.
        some = [name for name in CALCULATED if IN_GRAPH[name] == node or draw.random() < 0.5]
        for names in (CALCULATED, some):
            answers = asked_in(names, values, figures)
            in_network, in_graph = marks(pair.network, answers[0]), marks(pair.graph, answers[1])
            assert in_network == in_graph, (node, names)
            wrong = [name for name, one in zip(names, in_network, strict=True) if not one.right]
            kept = [name for name in wrong if in_network[names.index(name)].key[-7:] != "trivial"]
            assert [IN_GRAPH[name] for name in kept] == [node]


@pytest.mark.parametrize("seed", range(6))
def test_formulas_in_a_network_and_in_its_graph(seed: int) -> None:
    pair = both(seed)
    slope = {"sigmoid": "{h}*(1 - {h})", "tanh": "(1 - {h}^2)", "relu": "I({z} > 0)"}
    last = slope[pair.last].format(h="A[3,1]", z="Z[3,1]")
    hidden = slope[pair.hidden].format(h="A[2,1]", z="Z[2,1]")
    cases = [
        ("Z[2,1]", "A[1,1]*W[1,1,1] + A[1,2]*W[1,2,1] + B[2,1]", True),
        ("Z[2,1]", "A[1,1]*W[1,1,1] + A[1,2]*W[1,1,2] + B[2,1]", False),
        ("Z[3,1]", "A[2,1]*W[2,1,1] + A[2,2]*W[2,2,1] + B[3,1]", True),
        ("Z[3,1]", "Z[2,1]*W[2,1,1] + Z[2,2]*W[2,2,1] + B[3,1]", False),
        ("A[2,1]", f"{pair.hidden}(Z[2,1])", True),
        ("A[2,1]", "Z[2,1]", False),
        ("L", "(A[3,1] - Y[1])^2/2", True),
        ("L", "(A[3,1] - Y[1])^2", False),
        ("dZ[3,1]", f"(A[3,1] - Y[1])*{last}", True),
        ("dZ[3,1]", f"dA[3,1]*{last}", True),
        ("dZ[3,1]", "A[3,1] - Y[1]", False),
        ("dZ[3,1]", f"(Y[1] - A[3,1])*{last}", False),
        ("dZ[2,1]", f"dZ[3,1]*W[2,1,1]*{hidden}", True),
        ("dZ[2,1]", f"dA[2,1]*{hidden}", True),
        ("dZ[2,1]", "dZ[3,1]*W[2,1,1]", False),
        ("dZ[2,1]", f"dZ[3,1]*W[2,2,1]*{hidden}", False),
        ("dA[2,1]", "dZ[3,1]*W[2,1,1]", True),
        ("dW[1,2,1]", "dZ[2,1]*A[1,2]", True),
        ("dW[1,2,1]", "dZ[2,1]*A[1,1]", False),
        ("dB[2,2]", "dZ[2,2]", True),
        ("W'[2,1,1]", "W[2,1,1] - eta*dW[2,1,1]", True),
        ("W'[2,1,1]", "W[2,1,1] + eta*dW[2,1,1]", False),
    ]
    for name, text, right in cases:
        assert formula_is_right(pair.network, name, text) == right, (name, text)
        node, other = IN_GRAPH[name], text
        for own in sorted(IN_GRAPH, key=len, reverse=True):
            other = other.replace(own, IN_GRAPH[own])
        assert formula_is_right(pair.graph, node, other) == right, (node, other)


def formula_is_right(context: Context, identifier: str, text: str) -> bool:
    question = Question(ENTRY, identifier, "", 1, "", (("name", identifier),))
    return mark(question, understand(question, text, context), StudentAnswers(context)).right


ARRAYS = {
    "Z[2]": ["Z[2,1]", "Z[2,2]"], "A[2]": ["A[2,1]", "A[2,2]"], "dZ[2]": ["dZ[2,1]", "dZ[2,2]"],
    "dW[1]": ["dW[1,1,1]", "dW[1,1,2]", "dW[1,2,1]", "dW[1,2,2]"],
    "W'[1]": ["W'[1,1,1]", "W'[1,1,2]", "W'[1,2,1]", "W'[1,2,2]"],
}  # fmt: skip


@pytest.mark.parametrize(("seed", "figures"), list(product(range(5), (4, 6))))
def test_the_entries_of_a_matrix_are_marked_as_numbers_are(seed: int, figures: int) -> None:
    pair = both(seed)
    draw = Random(seed)  # noqa: S311
    before = draw.choice((None, "z1", "h2", "ds"))
    slipped = {} if before is None else {before: pair.values[before] * 1.3 + 0.1}
    values = worked_out(pair.values, pair.hidden, pair.last, **slipped)
    first = [(name, text) for name, text in asked_in(CALCULATED, values, figures)[0]
             if IN_GRAPH[name] == before]  # fmt: skip
    for array, entries in ARRAYS.items():
        if before is not None and before in (IN_GRAPH[entry] for entry in entries):
            continue
        texts = [text_of(values[IN_GRAPH[entry]], figures) for entry in entries]
        spoilt = draw.randrange(len(texts))
        for own in (texts, [*texts[:spoilt], "0.7777", *texts[spoilt + 1 :]]):
            single = marks(pair.network, [*first, *zip(entries, own, strict=True)])[len(first) :]
            half = len(own) // 2
            rows = [own] if len(own) == 2 else [own[:half], own[half:]]
            matrix = "[" + "; ".join(", ".join(row) for row in rows) + "]"
            asked = [question_of([pair.network], name) for name, _ in first]
            asked.append(question_of([pair.network], array))
            questions = [one for one in asked if isinstance(one, Question)]
            whole = mark_all(
                [pair.network],
                list(zip(questions, [*(text for _, text in first), matrix], strict=True)),
            )[-1].verdict
            assert whole is not None
            wrong = [e for e, one in zip(entries, single, strict=True) if not one.right]
            assert list(whole.wrong_entries) == wrong, (array, matrix)
            assert whole.right == (not wrong)
            assert whole.carried == any(one.carried for one in single) or wrong


@pytest.mark.parametrize("seed", range(5))
def test_the_lines_of_the_table_are_marked_as_numbers_are(seed: int) -> None:
    pair = both(seed)
    names = ["dZ[3,1]", "dZ[2,1]", "dZ[2,2]"]
    for spoilt in (None, "ds", "dz2"):
        slipped = {} if spoilt is None else {spoilt: pair.values[spoilt] * 1.3 + 0.1}
        values = worked_out(pair.values, pair.hidden, pair.last, **slipped)
        answers = asked_in(names, values, 5)[0]
        single = marks(pair.network, answers)
        table = Question("table", "backward", "", 1, "", (("name", ""), ("names", "")))
        text = "\n".join(f"{name} = {number}" for name, number in answers)
        try:
            found = mark(table, understand(table, text, pair.network), StudentAnswers(pair.network))
        except NotUnderstood as refused:
            raise AssertionError(text) from refused
        wrong = [name for name, one in zip(names, single, strict=True) if not one.right]
        assert list(found.wrong_entries) == wrong
