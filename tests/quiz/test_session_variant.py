"""A quiz with a seed asks about the numbers of that variant, and goes on with the same."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from bp_tutor.problem.load import read_problem
from bp_tutor.solve import solve
from tests.quiz.talking import program, rows


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BP_TUTOR_HOME", str(tmp_path))
    return tmp_path


def test_the_numbers_are_those_of_the_variant(home: Path) -> None:
    first = program(home, "quiz", "exercise", "--seed", "7", "--ask", "Z", typed="skip\nquit\n")
    assert "(variant 7)" in first.stdout
    assert "bp-tutor variant exercise --seed 7" in " ".join(first.stdout.split())
    ((seed, options),) = rows(home, "SELECT seed, options FROM sessions")
    text = json.loads(str(options))["file"]
    assert seed == 7
    run = solve(read_problem(text)).runs[0]
    z = run.values[run.step("Z[2]").quantity]
    typed = f"{z[1]:.6f}\nquit\n"
    again = program(home, "quiz", "exercise", "--resume", typed=typed)
    assert "(variant 7)" in again.stdout
    assert re.search(r"0\.?\d*: right\.", again.stdout)
    answers = rows(home, "SELECT identifier, correct FROM answers WHERE event = 'answer'")
    assert answers == [("Z[2,2]", 1)]


def test_what_does_not_vary_is_asked_as_it_is(home: Path) -> None:
    done = program(
        home, "quiz", "chain-2-2-1", "--seed", "7", "--level", "formulas", typed="quit\n"
    )
    assert done.returncode == 0
    assert "variant" not in done.stdout
