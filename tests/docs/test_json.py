"""Every field of the JSON output stands in its description."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bp_tutor.explain import symbols_of
from bp_tutor.output.json_trace import trace_json
from bp_tutor.output.json_training import training_json
from bp_tutor.problem import Problem, find_problem, list_problems, load_problem
from bp_tutor.reader import plain, read_file
from bp_tutor.solve import solve
from bp_tutor.solve.training import train
from tests.docs.blocks import ROOT
from tests.quiz.talking import program

DESCRIPTION = (ROOT / "docs" / "reference" / "json.md").read_text(encoding="utf-8")
TOLD = set(re.findall(r"`([\w/-]+)`", DESCRIPTION))
LETTERS = set(re.findall(r"`([A-Za-z]+)(?:\[[^`]*)?`", DESCRIPTION))
OWN_NAMES = {"given", "final", "title", "by_quantity"}
"""Fields whose keys are identifiers or languages."""
SMALL = ["batch-weight-decay", "exercise", "given-deltas", "graph-chain-rule", "linear-2-2-1"]


def fields(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from fields(item)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key not in OWN_NAMES:
                yield from fields(inner)


@pytest.mark.parametrize("name", SMALL)
def test_every_field_of_a_trace_is_described(name: str) -> None:
    problem = load_problem(find_problem(name))
    text, _ = trace_json(solve(problem), symbols_of(problem))
    document = json.loads(text)
    assert set(fields(document)) <= TOLD
    assert {document["schema"], *(step["phase"] for step in document["steps"])} <= TOLD


def test_every_field_of_a_training_is_described() -> None:
    problem = load_problem(find_problem("linear-regression"))
    document = json.loads(training_json(train(problem, 2), problem.name, 2))
    assert set(fields(document)) <= TOLD
    assert document["schema"] in TOLD


def letters(problem: Problem) -> set[str]:
    """What the identifiers of values begin with."""
    steps = solve(problem).runs[0].steps
    values = [step.quantity for step in steps if step.line.phase in {"forward", "loss"}]
    return {re.split(r"[\[@']", quantity.name)[0] for quantity in values}


@pytest.mark.parametrize("name", [path.stem for path in list_problems()])
def test_every_letter_of_a_network_is_described(name: str) -> None:
    problem = load_problem(find_problem(name))
    assert problem.network is None or letters(problem) <= LETTERS


def test_every_field_of_a_quiz_and_of_progress_is_described(tmp_path: Path) -> None:
    """A quiz with a right, a wrong, an ambiguous and a shown answer, and a small question."""
    typed = "1.5\nskip\nskip\nskip\n-0.100\nb\nremedy\na\nhint\nshow\nquit\n"
    done = program(tmp_path, "quiz", "exercise", "--json", typed=typed)
    quiz = json.loads(done.stdout)
    assert quiz["misconceptions"]
    assert quiz["remedies"]
    assert set(fields(quiz)) <= TOLD
    assert quiz["schema"] in TOLD
    assert {one["state"] for one in quiz["questions"]} <= TOLD
    file = tmp_path / "all.json"
    program(tmp_path, "progress", "--export", str(file))
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert kept["schema"] in TOLD
    for session in kept["sessions"]:
        assert session.keys() <= TOLD
        for answer in session["answers"]:
            assert answer.keys() <= TOLD
            assert answer["event"] in TOLD
            assert all(found.keys() <= TOLD for found in answer["diagnoses"])
    events = {answer["event"] for answer in kept["sessions"][0]["answers"]}
    assert events == {"answer", "skip", "told", "remedy", "hint", "show"}


def test_every_field_of_marks_is_described(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "reference" / "marking.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`([\w/-]+)`", text))
    path = tmp_path / "a.csv"
    rows = 'student,id,value\nada,"Z[2,1]",1.3000\nada,"Z[2]","[1.5, -0.9, 0.4]"\nada,x,1\n'
    path.write_text(rows, encoding="utf-8")
    document = json.loads(program(tmp_path, "mark", "exercise", str(path), "--json").stdout)
    assert document["answers"][0]["diagnoses"]
    assert document["bad_rows"]
    assert set(fields(document)) <= told
    assert document["schema"] in told


def test_every_verdict_is_described() -> None:
    text = (ROOT / "docs" / "reference" / "marking.md").read_text(encoding="utf-8")
    words: Any = plain(read_file(ROOT / "bp_tutor" / "words" / "en.yaml"))
    verdicts = words["quiz"]["verdict"].keys() - {"only", "one_of"}
    assert verdicts <= set(re.findall(r"`(\w+)`", text))
