"""Progress that comes from elsewhere: taken in once, gone on with, and nothing of it lost."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from bp_tutor.problem import find_problem
from bp_tutor.quiz.store import (
    Merged,
    NotProgressError,
    Opened,
    all_unfinished,
    exported,
    merge,
    open_in_memory,
)
from tests.cli.running import run
from tests.quiz.talking import program


@pytest.fixture(scope="module")
def progress(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A quiz with a mistake that was recognised, a hint and a right answer, as it is exported."""
    home = tmp_path_factory.mktemp("home")
    program(home, "quiz", "exercise", "--ask", "Z", typed="1.3\nhint\n1.5\nskip\nq\n")
    run("progress", "--export", str(home / "all.json"), BP_TUTOR_HOME=str(home))
    return json.loads((home / "all.json").read_text(encoding="utf-8"))


def kept(*several: Any) -> tuple[Opened, list[Merged]]:
    opened = open_in_memory()
    return opened, [merge(opened.connection, data) for data in several]


def sessions_in(opened: Opened) -> Any:
    return exported(opened.connection, "")["sessions"]


def shortened(progress: Any, count: int) -> Any:
    found = deepcopy(progress)
    found["sessions"][0]["answers"] = found["sessions"][0]["answers"][:count]
    return found


def test_what_is_taken_in_is_what_was_written(progress: Any) -> None:
    opened, counts = kept(progress, progress)
    assert counts == [(1, 0, 0), (0, 1, 0)]
    assert sessions_in(opened) == progress["sessions"]
    assert len(progress["sessions"][0]["answers"]) == 4
    assert any(answer["diagnoses"] for answer in progress["sessions"][0]["answers"])


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_quiz_goes_on_where_it_went_on_and_never_back(progress: Any, count: int) -> None:
    forward, counts = kept(shortened(progress, count), progress)
    assert counts == [(1, 0, 0), (1, 0, 0)]
    backward, counts = kept(progress, shortened(progress, count))
    assert counts == [(1, 0, 0), (0, 1, 0)]
    assert sessions_in(forward) == sessions_in(backward) == progress["sessions"]


def test_of_a_quiz_that_went_on_in_two_places_both_are_kept(progress: Any) -> None:
    other = deepcopy(progress)
    other["sessions"][0]["answers"][-1]["text"] = "elsewhere"
    opened, counts = kept(progress, other, other, progress)
    assert counts == [(1, 0, 0), (1, 0, 0), (0, 1, 0), (0, 1, 0)]
    texts = [session["answers"][-1]["text"] for session in sessions_in(opened)]
    assert texts == [progress["sessions"][0]["answers"][-1]["text"], "elsewhere"]


def test_no_cell_of_another_kind_gets_in(progress: Any) -> None:
    """Each cell in turn is made a list, which no column holds but that of the questions."""
    session, tried = progress["sessions"][0], 0
    rows = (("sessions", session), ("answers", session["answers"][0]),
            ("diagnoses", session["answers"][0]["diagnoses"][0]))  # fmt: skip
    for table, row in rows:
        for name in row:
            if name == "id":
                continue
            spoilt = deepcopy(progress)
            found = spoilt["sessions"][0]
            found = found if table == "sessions" else found["answers"][0]
            found = found if table != "diagnoses" else found["diagnoses"][0]
            found[name] = [["x"]]
            opened, counts = kept(spoilt)
            assert (counts, sessions_in(opened)) == ([(0, 0, 1)], []), name
            tried += 1
    assert tried > 30


@pytest.mark.parametrize("data", [None, [], {}, {"schema": "other/1", "sessions": []},
                                  {"schema": "bp-tutor/progress/1", "sessions": 3}])  # fmt: skip
def test_something_else_is_refused(data: object) -> None:
    with pytest.raises(NotProgressError):
        kept(data)


def test_progress_of_a_page_is_gone_on_with_at_the_terminal(progress: Any, tmp_path: Path) -> None:
    """A page knows the exercise by its sum alone, and the terminal finds the file by it."""
    of_page, file = deepcopy(progress), tmp_path / "page.json"
    of_page["sessions"][0]["path"] = "exercise.yaml"
    file.write_text(json.dumps(of_page), encoding="utf-8")
    home = {"BP_TUTOR_HOME": str(tmp_path / "home")}
    done = run("progress", "--import", str(file), **home)
    assert (done.code, done.err) == (0, "")
    assert "quizzes: 1; known before: 0" in done.out
    from bp_tutor.quiz.store import open_store

    store = open_store(path=tmp_path / "home" / "progress.sqlite3")
    (saved,) = all_unfinished(store.connection)
    assert saved.path == str(find_problem("exercise").resolve())
    for text in ("[1, 2", '{"schema": "other/1"}', "\x00"):
        file.write_text(text, encoding="utf-8")
        refused = run("progress", "--import", str(file), **home)
        assert refused.code != 0
        assert "progress or a page" in refused.err
    missing = run("progress", "--import", str(tmp_path / "none.json"), **home)
    assert missing.code != 0
    assert "no such file" in missing.err
