"""The algorithm in plain loops: run, it gives the numbers of the derivation."""

from __future__ import annotations

import ast
import io
from collections.abc import Callable, Iterable
from contextlib import redirect_stdout
from itertools import product
from math import isclose
from pathlib import Path
from typing import Any

import pytest

from bp_tutor.explain import View
from bp_tutor.formula import Quantity
from bp_tutor.formula.quantity import ONE, SAMPLE
from bp_tutor.output.code import code_of
from bp_tutor.output.code.libraries import CodeError
from bp_tutor.output.code.loops import LoopWriter
from bp_tutor.problem import Problem
from bp_tutor.solve import solve
from bp_tutor.words import cells
from tests.cli.running import good, run
from tests.code.drawn import NOTATIONS, dense_problems, trained_problems
from tests.code.running import page_for
from tests.explain.paper import NAMES, problem_of

REFUSED = (
    "code.loops.rounding",
    "code.loops.numbers",
    "code.loops.batches_differ",
    "code.no_loops",
)


def ran(text: str) -> dict[str, Any]:
    """The variables of a program after it ran."""
    tree = ast.parse(text)
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    assert {getattr(node, "module", None) for node in imports} <= {"math", "random"}
    space: dict[str, Any] = {"__name__": "__main__"}
    with redirect_stdout(io.StringIO()):
        exec(compile(tree, "<program>", "exec"), space)  # noqa: S102 - the tutor wrote it
    return space


def entry(values: Any, array: Quantity, index: tuple[int, ...]) -> float:
    """One number in lists that count from 1: layer, sample, then the other places."""
    places = []
    if array.place and array.head not in ("Y", "E"):
        places.append(array.place[0])
    pairs = list(zip(array.axes, index, strict=True))
    places += [at + 1 for axis, at in pairs if axis == SAMPLE and array.samples > 1]
    places += [at + 1 for axis, at in pairs if axis not in (SAMPLE, ONE)]
    for place in places:
        if isinstance(values, list):
            values = values[place]
    assert isinstance(values, int | float)
    return float(values)


def compare(problem: Problem, updates: int) -> int:
    """Run the program of a problem; how many numbers agree with the trace."""
    page, trace = page_for(problem), solve(problem, updates)
    space = ran(code_of("python", page, trace, View()))
    names = LoopWriter(page, trace).names
    last = trace.runs[-1]
    overwritten = {old for old, _ in last.program.next_values}
    overwritten |= {line.quantity for line in last.program.model.asides}
    # What is only written into other lines has no line here either.
    overwritten |= {
        line.quantity for line in last.program.lines if line.inlined and line.phase == "backward"
    }
    found = 0
    for array, numbers in last.values.items():
        if array in overwritten or names.array(array) not in space:
            continue
        for index, expected in zip(product(*map(range, array.shape)), numbers, strict=True):
            value = entry(space[names.array(array)], array, index)
            assert isclose(value, expected, rel_tol=1e-9, abs_tol=1e-12), (array, index)
            found += 1
    assert unheld(space, names.array, (*last.values, *overwritten)) == []
    return found


def unheld(
    space: dict[str, Any], name_of: Callable[[Quantity], str], arrays: Iterable[Quantity]
) -> list[str]:
    """Lists of values and derivatives for layers that have none."""
    held: dict[str, set[int]] = {}
    for array in arrays:
        if array.place and array.head not in ("Y", "E"):
            held.setdefault(name_of(array), set()).add(array.place[0])
    return [
        f"{name}[{layer}]"
        for name, layers in held.items()
        for layer, values in enumerate(space.get(name, ()))
        if layer and isinstance(values, list) and layer not in layers
    ]


def refusal(problem: Problem, updates: int) -> str:
    """Why there is no program; empty where there is one, which was run and compared."""
    try:
        assert compare(problem, updates) > 3
    except CodeError as error:
        return error.key
    return ""


@pytest.mark.parametrize("name", NAMES)
def test_the_program_of_every_problem(name: str) -> None:
    problem = problem_of(name)
    network = problem.network
    layers = network.layers if network is not None else ()
    dense = bool(layers) and all(layer.wired or layer.entrywise for layer in layers)
    found = refusal(problem, min(problem.updates, 3))
    assert found in (("", *REFUSED[:2]) if dense else ("code.loops.graph", "code.loops.layer"))


def test_programs_of_random_problems() -> None:
    found = [
        refusal(problem._replace(notation=NOTATIONS[place % len(NOTATIONS)]), 1)
        for place, problem in enumerate(dense_problems(30))
    ]
    assert set(found) <= {"", *REFUSED}
    assert found.count("") > 20


def test_every_optimiser_over_several_updates() -> None:
    found = [refusal(problem, 3) for problem in trained_problems(3)]
    assert set(found) <= {"", "code.loops.layer", *REFUSED}
    assert found.count("") >= 6


def test_it_reads_as_the_lecture_writes_it() -> None:
    """Lecture 000: the loops of the forward pass, of the deltas, of the gradients."""
    text = good("solve", "exercise", "--code", "python")
    for lines in (
        (
            "for i in range(2, n + 1):",
            "    for k in range(1, N[i] + 1):",
            "        Z[i][k] = B[i][k]",
            "        for j in range(1, N[i - 1] + 1):",
            "            Z[i][k] += A[i - 1][j] * W[i - 1][j][k]",
            "        A[i][k] = sigmoid(Z[i][k])",
        ),
        ("dZ[n][j] = (A[n][j] - Y[j]) * A[n][j] * (1 - A[n][j])",),
        (
            "for i in range(n - 1, 1, -1):",
            "            total += dZ[i + 1][k] * W[i][j][k]",
            "        dZ[i][j] = A[i][j] * (1 - A[i][j]) * total",
        ),
        ("dW[i][j][k] = A[i][j] * dZ[i + 1][k]",),
        ("W[i][j][k] -= lr * dW[i][j][k]",),
    ):
        at = 0
        for line in lines:
            at = text.index(line, at)
    assert "import numpy" not in text


def test_what_has_no_loops_is_refused_by_name() -> None:
    for name, word in (
        ("cnn-2x2", "convolution"),
        ("graph-chain-rule", "graph"),
        ("mlp-shapes", "numbers"),
        ("linear-2-2-1", "rounds"),
    ):
        done = run("solve", name, "--code", "python")
        assert done.code == 2
        assert word in done.err
        assert not done.out
        assert "--code numpy" in done.err
    refused = run("solve", "cnn-2x2", "--code", "pseudo", "--lang", "zh").err
    assert "（卷积）" in refused


LECTURE = (
    "For i = 2 … n",
    "    For k = 1 … N_i",
    "        Z_ik = B_ik",
    "        For j = 1 … N_(i-1)",
    "            Z_ik += A_(i-1)j·W_(i-1)jk",
    "        A_ik = σ(Z_ik)",
    "    δZ_nj = (A_nj − Y_j)·A_nj·(1 − A_nj)",
    "For i = n−1 … 2",
    "            S += δZ_(i+1)k·W_ijk",
    "        δZ_ij = A_ij·(1 − A_ij)·S",
    "            δW_ijk = A_ij·δZ_(i+1)k",
    "        δB_ij = δZ_ij",
    "            W_ijk −= λ·δW_ijk",
    "        B_ij −= λ·δB_ij",
)
"""Lecture 000, both algorithms."""


def test_in_words_as_the_lecture_has_it() -> None:
    for language, loop in (("en", "For"), ("zh", "对")):
        lines = iter(good("solve", "exercise", "--code", "pseudo", "--lang", language).splitlines())
        for line in LECTURE:
            assert line.replace("For", loop) in lines, line


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_words_of_every_dense_problem(language: str) -> None:
    for name in NAMES:
        network = problem_of(name).network
        done = run("solve", name, "--code", "pseudo", "--lang", language)
        if network is None or not all(layer.wired or layer.entrywise for layer in network.layers):
            assert (done.code, done.out) == (2, "")
            continue
        assert done.code == 0, done.err
        assert "code." not in done.out
        sentences = [line for line in done.out.splitlines() if " = " not in line]
        assert max(map(cells, sentences)) <= 90
    assert good("solve", "exercise", "--code", "pseudo", "--ascii").isascii()


def test_files(tmp_path: Path) -> None:
    good("solve", "exercise", "--code", "pseudo", "-o", str(tmp_path / "a.txt"))
    assert "δZ_nj" in (tmp_path / "a.txt").read_text("utf-8")
    assert run("solve", "exercise", "--code", "pseudo", "-o", str(tmp_path / "a.py")).code == 2
    good("solve", "exercise", "--code", "python", "-o", str(tmp_path / "a.py"))
