"""Papers shared out among processes or a cluster come back as one process marks them."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from concurrent.futures import CancelledError, Executor, Future
from concurrent.futures.process import BrokenProcessPool
from math import tanh
from pathlib import Path
from typing import Any

import pytest

from bp_tutor.api.exercises import recipe_of
from bp_tutor.marking import Crew, Exercise, Outcome, Task, cluster, paper, sharing
from bp_tutor.problem import load_problem
from bp_tutor.quiz.batch import mark_rows
from bp_tutor.tables import Student
from bp_tutor.tables.answers import Answer, Paper
from bp_tutor.words import load_words
from tests.cli.running import run
from tests.tables.classes import ASKED, PROBLEM, draw, values

NAMES = "number,name\n" + "".join(f"{number},Student {number}\n" for number in range(1, 13))


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sharing, "ANSWERS", 7)


def test_several_processes_write_what_one_does() -> None:
    """With own numbers, wrong and unreadable answers, none at all, and somebody on no list."""
    listed = draw(NAMES)
    lines = [",".join(("number", *(f'"{name}"' for name in ASKED)))]
    for place, row in enumerate(listed[:-1]):
        right = values(Path("homework", row["file"]))
        cells = [f"{value * (1.3 if place % 3 == 0 else 1):.5f}" for value in right.values()]
        if place % 4 == 1:
            cells[place % 5] = ("", "nonsense", "0.5!")[place // 4 % 3]
        lines.append(",".join((row["number"], *cells)))
    lines.insert(4, "99,1,2,3,4,5")
    Path("a.csv").write_text("\n".join(lines), encoding="utf-8")
    command = "mark", "p.yaml", "a.csv", "--list", "homework/p-list.csv"
    for form in ("--json", "--ascii"):
        alone = run(*command, form)
        assert alone.code == 2
        assert "right" in alone.out
        assert run(*command, form, "--workers", "2") == alone


def test_only_one_sort_of_workers_is_used() -> None:
    Path("p.yaml").write_text(PROBLEM, encoding="utf-8")
    Path("a.csv").write_text("student,id,value\nAda,L,1\n", encoding="utf-8")
    command = "mark", "p.yaml", "a.csv"
    for options in (("--workers", "0"), ("--workers", "2", "--dask", "tcp://127.0.0.1:1")):
        done = run(*command, *options)
        assert done.code > 2 or (done.code == 2 and done.out == ""), done
        assert "--workers" in done.err
    done = run(*command, "--dask", "nonsense://1")
    assert "nonsense://1" in done.err
    assert done.out == ""


def tasks() -> list[Task | Outcome]:
    Path("p.yaml").write_text(PROBLEM, encoding="utf-8")
    recipe = recipe_of(load_problem(Path("p.yaml")), load_words("en"), "unicode")
    right = values(Path("p.yaml"))
    exercise = Exercise(recipe)
    found: list[Task | Outcome] = []
    for number in range(40):
        student = Student(name=f"student {number}")
        if number % 9 == 5:
            found.append(Outcome(student, [], []))
            continue
        # Some follow from a wrong value, some are wrong by themselves.
        given = [value + 0.2 * (number % 5 == at) for at, value in enumerate(right.values())]
        if number % 5 == 0:
            given[2] = tanh(given[0])
        answers = [
            Answer(number * 5 + at, number + 2, at, f"{value:.4f}")
            for at, value in enumerate(given)
        ]
        found.append(Task(exercise, Paper(student, [answers])))
    return found


def shared(crew: Crew, meanwhile: Callable[[], object] = lambda: None) -> list[Outcome]:
    """Everything as a crew marks it; something happens when the first comes back."""
    found: list[Outcome] = []
    for outcome in crew.outcomes(tasks(), ASKED, {}, ""):
        if not found:
            meanwhile()
        found.append(outcome)
    return found


def test_equal_papers_are_marked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever handed them in, and wherever they stand in the file."""
    marked = []

    def counting(*given: Any) -> Any:
        marked.append(given)
        return mark_rows(*given)

    monkeypatch.setattr(paper, "mark_rows", counting)
    outcomes = shared(Crew())
    assert {outcome.student.name for outcome in outcomes} == {f"student {at}" for at in range(40)}
    lines = [mark.answer.line for outcome in outcomes for mark in outcome.marks]
    assert lines == [at + 2 for at in range(40) if at % 9 != 5 for _ in ASKED]
    assert len(marked) == 5
    by_kind = [{tuple(mark.result for mark in outcomes[at].marks)
                for at in range(kind, 40, 5) if at % 9 != 5} for kind in range(5)]  # fmt: skip
    assert [len(results) for results in by_kind] == [1] * 5


class Unreliable(Executor):
    """Of four batches it does one, breaks at one, takes one back, and refuses one."""

    def __init__(self) -> None:
        self.asked = 0

    def submit(self, work: Any, /, *arguments: Any, **named: Any) -> Future[Any]:
        self.asked += 1
        future: Future[Any] = Future()
        if self.asked % 4 == 0:
            raise BrokenProcessPool("gone")
        if self.asked % 4 == 1:
            future.set_result(work(*arguments, **named))
        elif self.asked % 4 == 2:
            future.set_exception(BrokenProcessPool("gone"))
        else:
            future.set_exception(CancelledError())
        return future


def test_what_workers_do_not_give_back_is_marked_here() -> None:
    crew = Crew(Unreliable(), 2)
    alone = shared(Crew())
    assert shared(crew) == alone
    assert [outcome.student.name for outcome in alone] == [f"student {at}" for at in range(40)]
    results = {mark.result for outcome in alone for mark in outcome.marks}
    assert results == {"right", "carried", "wrong"}
    assert crew.failed >= 4
    assert "gone" in crew.reason or "Cancelled" in crew.reason


def test_a_cluster_loses_nothing_when_a_worker_is_killed() -> None:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=2, host="127.0.0.1", dashboard_address=None
    ) as local:
        pids = [worker.pid for worker in local.workers.values()]
        assert len(set(pids) | {os.getpid()}) == 3
        with cluster(local.scheduler_address) as crew:
            assert crew.size == 4
            found = shared(crew, lambda: os.kill(pids[0], signal.SIGKILL))
    assert crew.failed == 0, crew.reason
    assert found == shared(Crew())
