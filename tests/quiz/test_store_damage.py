"""Damage anywhere in the file of progress: no traceback, and no row lost that could be read."""

# ruff: noqa: S311, S608 - our own tables, and chance that is no secret

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bp_tutor.quiz.store import open_store
from bp_tutor.quiz.store.schema import COLUMNS
from tests.quiz.damage import NAME, TABLES, damage, lost, made, readable, run

TYPED = "1\n0.5\n\nhint\nshow\ngiven\nback\nquit\n"
COMMANDS = (
    ("progress", "--lang", "zh"),
    ("progress", "--export", "all.json"),
    ("progress", "--forget"),
    ("quiz",),
    ("quiz", "--resume"),
    ("quiz", "exercise", "--ask", "Z"),
)
SAID = ("was damaged", "newer bp-tutor", "database of something else")


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("sound"))


@pytest.fixture
def spoilt(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path))


@settings(max_examples=20, deadline=None)
@given(seed=st.integers(0, 2**32), command=st.sampled_from(COMMANDS))
def test_damage_at_random_places(sound: Path, seed: int, command: tuple[str, ...]) -> None:
    chance = Random(seed)
    with TemporaryDirectory() as folder:
        path = Path(shutil.copy(sound, folder))
        damage(path, chance)
        before = readable(path)
        done = run(path.parent, "progress")
        assert (done.code, done.err) == (0, "")
        assert list(lost(before, path)) == []
        again = run(path.parent, "progress")
        assert not any(said in flat(again.out) for said in SAID), "said once"
        done = run(
            path.parent, *(word.replace("all", f"{folder}/all") for word in command), typed=TYPED
        )
        assert done.code in (0, 2)
        assert "Traceback" not in done.out + done.err


def flat(text: str) -> str:
    return " ".join(text.split())


def change(path: Path, statement: str) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(statement)


def aside(path: Path) -> Path:
    (found,) = path.parent.glob("progress.damaged-*.sqlite3")
    return found


@pytest.mark.parametrize(
    ("statement", "gone"),
    [
        ("UPDATE sessions SET options = 'x'", 0),
        ("UPDATE sessions SET questions = '[[1]]'", 0),
        ("UPDATE sessions SET started = 'yesterday'", 0),
        ("UPDATE sessions SET problem = CAST(X'ff' AS TEXT)", 0),
        ("UPDATE answers SET text = CAST(X'31ff' AS TEXT) WHERE id = 1", 0),
        ("UPDATE answers SET at = '' WHERE id < 5", 0),
        ("UPDATE answers SET figures = '{' WHERE id = 2", 0),
        ("UPDATE answers SET rule = X'ff' WHERE id = 3", 1),
        ("UPDATE answers SET credit = 'much' WHERE id IN (3, 4)", 2),
        ("UPDATE answers SET credit = 1e300 WHERE id = 3", 1),
        ("DELETE FROM sessions", 0),
        ("DROP TABLE diagnoses", 0),
        ("DROP TABLE sessions", 0),
        ("DROP INDEX answers_by_session", 0),
        ("ALTER TABLE sessions DROP COLUMN app", 0),
        ("ALTER TABLE answers DROP COLUMN at", 0),
        ("ALTER TABLE answers DROP COLUMN understood", 0),
        ("UPDATE sqlite_master SET sql = 'nonsense' WHERE name = 'diagnoses_by_answer'", 0),
    ],
)
def test_one_damage_each(spoilt: Path, statement: str, gone: int) -> None:
    answers = len(readable(spoilt)["answers"]) - gone
    change(spoilt, statement)
    content = spoilt.read_bytes()
    done = run(spoilt.parent, "progress")
    assert (done.code, done.err) == (0, "")
    assert "was damaged" in flat(done.out)
    assert aside(spoilt).name in done.out.replace("\n", "")
    assert f"{answers} answers of 4 quizzes." in flat(done.out)
    assert aside(spoilt).read_bytes() == content
    assert len(readable(spoilt)["answers"]) == answers
    exported = run(spoilt.parent, "progress", "--export", str(spoilt.parent / "all.json"))
    assert exported.code == 0
    data = json.loads((spoilt.parent / "all.json").read_text("utf-8"))
    assert sum(len(session["answers"]) for session in data["sessions"]) == answers


def test_answers_without_their_session_still_count(spoilt: Path) -> None:
    before = run(spoilt.parent, "progress").out.partition("Quizzes")[0]
    change(spoilt, "DELETE FROM sessions")
    after = run(spoilt.parent, "progress").out
    assert before in after


def test_no_later_answer_gets_the_number_of_a_lost_one(spoilt: Path) -> None:
    number = readable(spoilt)["diagnoses"][-1]["answer"]
    change(spoilt, f"DELETE FROM answers WHERE id >= {number}")
    change(spoilt, "UPDATE sqlite_sequence SET seq = 1")
    change(spoilt, "UPDATE answers SET figures = 'x' WHERE id = 1")
    run(spoilt.parent, "quiz", "exercise", typed="1\nquit\n")
    assert max(row["id"] for row in readable(spoilt)["answers"]) > number


@pytest.mark.parametrize("content", [b"", b"x", b"no database" * 999, b"SQLite format 3\0" * 99])
def test_what_is_no_database(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / NAME
    path.write_bytes(content)
    done = run(tmp_path, "quiz", "exercise", typed="1\nquit\n")
    assert done.code == 0
    assert ("was damaged" in flat(done.out)) == bool(content)
    assert len(readable(path)["answers"]) == 1


@pytest.mark.parametrize("kind", ["folder", "pipe", "link to a folder"])
def test_what_is_no_file(tmp_path: Path, kind: str) -> None:
    path = tmp_path / NAME
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        (path / "inside").mkdir(parents=True)
    else:
        path.symlink_to(tmp_path)
    done = run(tmp_path, "quiz", "exercise", typed="1\nquit\n")
    assert "there is a folder or something else that is no file" in flat(done.out)
    assert len(readable(path)["answers"]) == 1
    assert aside(path).exists()


def test_a_newer_file_is_told_from_a_damaged_one(spoilt: Path) -> None:
    change(spoilt, "PRAGMA user_version = 99")
    before = readable(spoilt)
    assert "newer bp-tutor" in flat(run(spoilt.parent, "progress").out)
    assert list(lost(before, spoilt)) == []


def test_a_damaged_file_that_cannot_be_set_aside_is_read(
    spoilt: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    change(spoilt, "UPDATE sessions SET options = 'x' WHERE id = 1")
    # The superuser, who may run these tests, may rename anything.
    monkeypatch.setattr("bp_tutor.quiz.store.opening.set_aside", refuse)
    done = run(spoilt.parent, "progress")
    assert "Nothing is kept this time" in flat(done.out)
    assert "1 entry in it could not be read" in flat(done.out)
    assert "weighted sum" in done.out


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_nobody_else_may_read_what_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    monkeypatch.setenv("BP_TUTOR_HOME", str(home))
    before = os.umask(0)
    try:
        opened = open_store()
        opened.connection.execute("DELETE FROM sessions")
        assert mode(home) == 0o700
        names = {path.name: mode(path) for path in home.iterdir()}
        assert names == dict.fromkeys((NAME, f"{NAME}-wal", f"{NAME}-shm"), 0o600)
        opened.connection.close()
        (home / NAME).chmod(0o644)
        open_store().connection.close()
        assert mode(home / NAME) == 0o600
        (home / NAME).chmod(0o644)
        change(home / NAME, "PRAGMA user_version = 7")
        open_store().connection.close()
        assert {mode(path) for path in home.iterdir()} == {0o600}
        assert len(list(home.iterdir())) == 2
    finally:
        os.umask(before)


def test_the_columns_are_those_of_the_tables(sound: Path) -> None:
    with closing(sqlite3.connect(sound)) as connection:
        for table in TABLES:
            names = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
            assert names == [column.name for column in COLUMNS[table]]
