"""The JSON is the trace: its schema, its formulas, its arithmetic."""

from __future__ import annotations

import ast
import json
import math
import operator
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from bp_tutor.formula import CANONICAL, Entry, parse, spell
from bp_tutor.problem import find_problem, load_problem
from bp_tutor.solve import solve
from tests.cli.running import PROBLEMS, SMALL, good, run, strict, trace_of

SCHEMAS = Path(__file__).parents[1] / "output"
TRAINABLE = (
    "batch-weight-decay", "exercise", "linear-2-2-1", "linear-regression", "sigmoid-2-2-1",
    "sigmoid-2-2-2", "softmax-cross-entropy", "xor-sigmoid",
)  # fmt: skip

OPERATORS: dict[type, Callable[..., Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.Pow: operator.pow, ast.USub: operator.neg,
    ast.Gt: operator.gt, ast.GtE: operator.ge, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Eq: operator.eq,
}  # fmt: skip
FUNCTIONS: dict[str, Callable[..., float]] = {
    "exp": math.exp, "log": math.log, "sqrt": math.sqrt, "abs": abs, "max": max, "min": min,
    "tanh": math.tanh, "sin": math.sin, "cos": math.cos, "I": float,
    "winner": lambda place, *values: float(values.index(max(values)) + 1 == place),
}  # fmt: skip


def validator(name: str) -> Draft202012Validator:
    schema = json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def arithmetic(text: str) -> float:
    """What a line of arithmetic comes to, worked out by nothing of the tutor's own."""

    def value(node: ast.expr) -> Any:
        match node:
            case ast.Constant():
                return node.value
            case ast.BinOp():
                return OPERATORS[type(node.op)](value(node.left), value(node.right))
            case ast.UnaryOp():
                return OPERATORS[type(node.op)](value(node.operand))
            case ast.Compare():
                return OPERATORS[type(node.ops[0])](value(node.left), value(node.comparators[0]))
            case ast.Call(func=ast.Name(name)):
                return FUNCTIONS[name](*map(value, node.args))
        raise AssertionError(ast.dump(node))

    return float(value(ast.parse(text, mode="eval").body))


MOST = 100
"""Entries of a step that are held against the schema: the first and the last ones."""


@pytest.mark.parametrize("name", PROBLEMS)
def test_every_trace_fits_the_schema(name: str) -> None:
    trace = trace_of(name)
    for step in [*trace["steps"], *trace.get("after", [])]:
        if len(step["entries"]) > MOST:
            step["entries"] = [*step["entries"][: MOST // 2], *step["entries"][-MOST // 2 :]]
    validator("trace").validate(trace)


@pytest.mark.parametrize("name", SMALL)
def test_numbers_put_in_come_to_the_value(name: str) -> None:
    document = trace_of(name)
    by_hand = document["conventions"]["rounding"] != "exact"
    for step in [*document["steps"], *document.get("after", [])]:
        for entry in step["entries"]:
            if entry["value"] is None:
                assert "substituted" not in entry
                continue
            worked_out = arithmetic(entry["substituted"])
            close = 0.006 if by_hand else 1e-9
            assert worked_out == pytest.approx(entry["value"], rel=close, abs=close), entry


@pytest.mark.parametrize("name", SMALL)
def test_formulas_are_read_back(name: str) -> None:
    known: dict[str, Entry] = {}
    for run_of_one in solve(load_problem(find_problem(name))).runs:
        for quantity in run_of_one.quantities():
            for index in quantity.indices():
                known[quantity.identifier(index)] = Entry(quantity, index)
    for step in trace_of(name)["steps"]:
        for entry in step["entries"]:
            formula = parse(entry["formula"], known.__getitem__)
            assert spell(formula, CANONICAL) == entry["formula"]


def test_steps_follow_the_calculation() -> None:
    steps = trace_of("exercise")["steps"]
    order = ["forward", "loss", "backward", "gradient", "update"]
    phases = [order.index(step["phase"]) for step in steps]
    assert phases == sorted(phases)
    first = steps[0]
    assert (first["quantity"], first["layer"], first["rule"]) == ("Z", 2, "weighted_sum")
    assert first["matrix"] == "Z[2] = A[1] @ W[1] + B[2]"
    assert first["entries"][0] == {
        "id": "Z[2,1]",
        "name": "Z₂₁",
        "formula": "A[1,1]*W[1,1,1] + A[1,2]*W[1,2,1] + A[1,3]*W[1,3,1] + B[2,1]",
        "substituted": "1*0.5 + 0*(-0.2) + 1*0.8 + 0.2",
        "value": 1.5,
    }


def test_samples_and_updates_are_told_apart() -> None:
    batch = trace_of("batch-weight-decay")
    assert batch["steps"][0]["entries"][0]["id"] == "Z[2,1]@1"
    twice = trace_of("linear-2-2-1", "--updates", "2")
    assert {step["update"] for step in twice["steps"]} == {1, 2}


def test_a_part_can_be_asked_for() -> None:
    part = trace_of("exercise", "--only", "dW", "--layer", "4")
    assert [step["matrix"] for step in part["steps"]] == ["dW[3] = A[3].T @ dZ[4]"]
    one = trace_of("exercise", "--entry", "δW₁₁₁")
    assert [e["id"] for step in one["steps"] for e in step["entries"]] == ["dW[1,1,1]"]
    assert "after" not in one
    validator("trace").validate(one)


def test_symbols_alone_have_no_values() -> None:
    document = trace_of("three-class-3-2-3")
    assert {e["value"] for step in document["steps"] for e in step["entries"]} == {None}
    assert document["verified"] is None


@pytest.mark.parametrize("name", TRAINABLE)
def test_every_training_fits_the_schema(name: str) -> None:
    document = strict(good("train", name, "--updates", "20", "--json"))
    validator("training").validate(document)
    assert [point["updates"] for point in document["losses"]] == [0, 1, 2, 5, 10, 20]


def test_a_training_ends_where_the_updates_end() -> None:
    document = strict(good("train", "sigmoid-2-2-2", "--updates", "3", "--json"))
    last = trace_of("sigmoid-2-2-2", "--updates", "3")
    after = {e["id"]: e["value"] for step in last["after"] for e in step["entries"]}
    for identifier in ("A[3,1]", "A[3,2]", "L"):
        assert document["final"][identifier] == pytest.approx(after[identifier], rel=1e-12)
    updated = {
        e["id"].replace("'", ""): e["value"]
        for step in last["steps"]
        if step["update"] == 3 and step["quantity"] == "W'"
        for e in step["entries"]
    }
    for identifier, value in updated.items():
        assert document["final"][identifier] == pytest.approx(value, rel=1e-12)
    assert document["final"]["B[2]" if "B[2]" in document["final"] else "B[2,1]"] == 0.3


def test_csv_holds_the_same_losses() -> None:
    lines = good("train", "exercise", "--updates", "5", "--csv").splitlines()
    document = strict(good("train", "exercise", "--updates", "5", "--json"))
    assert lines[0] == "updates,L"
    rows = [line.split(",") for line in lines[1:]]
    assert [(int(a), float(b)) for a, b in rows] == [
        (point["updates"], point["L"]) for point in document["losses"]
    ]
    assert run("train", "exercise", "--csv", "--json").code == 2
