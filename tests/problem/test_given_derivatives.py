"""Derivatives that are given: which may stand side by side, and what they lead to."""

from __future__ import annotations

import math
from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.problem import ProblemError
from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve
from bp_tutor.solve.check import check
from tests.cli.running import good

if TYPE_CHECKING:
    from pathlib import Path

SIGMOID = """graph:
  values: {{x: 2, w: -1.5}}
  formulas: {{z: w*x, a: sigmoid(z), b: z**2}}
  given: {{{given}}}
  with_respect_to: [w]
"""


def keys_of(text: str) -> list[str]:
    """What is wrong with a file; empty where nothing is."""
    try:
        read_problem(text)
    except ProblemError as error:
        return [mistake.key for mistake in error.mistakes]
    return []


@pytest.mark.parametrize("values", list(product(("0.5", "δ"), ("2", "ε"))))
def test_a_given_derivative_that_follows_from_another_is_refused(values: tuple[str, str]) -> None:
    one, other = values
    for upstream, later in (("z", "a"), ("z", "b"), ("w", "a")):
        both = (f"dL/d{upstream}: {one}", f"dL/d{later}: {other}")
        for order in (both, both[::-1]):
            assert keys_of(SIGMOID.format(given=", ".join(order))) == ["problem.given_follows"]
    assert keys_of(SIGMOID.format(given=f"dL/da: {one}, dL/db: {other}")) == []


def test_given_derivatives_of_separate_paths_are_added_up() -> None:
    trace = solve(read_problem(SIGMOID.format(given="dL/da: 0.5, dL/db: 2")))
    (run,) = trace.runs

    def total(w: float) -> float:
        return 0.5 / (1 + math.exp(-2 * w)) + 2 * (2 * w) ** 2

    slope = (total(-1.5 + 1e-5) - total(-1.5 - 1e-5)) / 2e-5
    values = {step.quantity.name: step.value for step in run.steps}
    found = values["dw"]
    assert found is not None
    assert found[0] == pytest.approx(slope, rel=1e-7)
    compared = check(run)
    assert compared is not None
    assert not compared.failed


@st.composite
def links(draw: st.DrawFn) -> list[tuple[int, ...]]:
    """For each formula the nodes in it, of which the first three are leaves."""
    return [
        tuple(sorted(draw(st.sets(st.integers(0, place - 1), min_size=1, max_size=3))))
        for place in range(3, 3 + draw(st.integers(1, 5)))
    ]


def ways(nets: list[tuple[int, ...]], start: int, end: int) -> int:
    """How many paths there are, counted from the end."""
    if start == end:
        return 1
    return sum(ways(nets, start, below) for below in nets[end - 3]) if end >= 3 else 0


@settings(max_examples=30, deadline=None)
@given(nets=links(), data=st.data())
def test_only_paths_decide(nets: list[tuple[int, ...]], data: st.DataObject) -> None:
    """Two given derivatives stand beside each other, and a leaf leads to one, or it is said."""
    nodes = st.integers(0, len(nets) + 2)
    starts = data.draw(st.lists(nodes, min_size=1, max_size=3, unique=True))
    asked = data.draw(st.lists(nodes, min_size=1, max_size=3, unique=True))
    formulas = ", ".join(
        f"n{place}: {' + '.join(f'2*n{used}' for used in net)}" for place, net in enumerate(nets, 3)
    )
    text = (
        f"graph:\n  values: {{n0: 1, n1: 2, n2: 3}}\n  formulas: {{{formulas}}}\n"
        f"  given: {{{', '.join(f'dL/dn{start}: 0.5' for start in starts)}}}\n"
        f"  with_respect_to: [{', '.join(f'n{name}' for name in asked)}]\n"
    )
    follow = [one for one in starts if any(ways(nets, one, end) for end in starts if end != one)]
    lost = [name for name in asked if not any(ways(nets, name, end) for end in starts)]
    wanted = ["problem.given_follows"] * len(follow) + ["problem.no_path"] * len(lost)
    assert sorted(keys_of(text)) == wanted


ASKED_AGAIN = """graph:
  values: {w: -1.5}
  formulas: {z: w**2}
  given: {dL/dw: 2}
  with_respect_to: [w]
  learning_rate: 0.1
"""


def test_a_given_derivative_that_is_asked_for_is_not_worked_out_again(tmp_path: Path) -> None:
    path, answers = tmp_path / "again.yaml", tmp_path / "answers.csv"
    path.write_text(ASKED_AGAIN, encoding="utf-8")
    # By hand: -1.5 - 0.1*2 = -1.7.
    answers.write_text("student,id,value\nA,z,2.25\nA,w',-1.7\n", encoding="utf-8")
    shown = good("solve", str(path), "--ascii")
    assert "dL/dw = dL/dw" not in shown
    assert "w' = w - eta*dL/dw = -1.5 - 0.1*2 = -1.7" in shown
    assert "2 of 2 answers right" in good("mark", str(path), str(answers))
