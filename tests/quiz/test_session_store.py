"""What is kept: every answer, whatever happens to the process or to the file."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from bp_tutor.quiz import Question, Verdict
from bp_tutor.quiz.store import Event, Header, Recorder, events_of, open_store, sessions, unfinished
from bp_tutor.quiz.store.opening import data_folder, store_path
from bp_tutor.quiz.store.schema import APPLICATION, VERSION
from bp_tutor.version import __version__
from tests.quiz.talking import ROOT, program, rows

QUESTION = Question("number", "Z[2,1]", "weighted_sum", 1, "quiz.prompt.number", (("name", "Z"),))
HEADER = Header("1", "exercise", "/e.yaml", "d", "layered", "en", 7, {"ask": ["Z"]}, (QUESTION,))
RIGHT = Verdict(right=True, credit=1.0, key="quiz.verdict.right")
EVENT = Event(0, "answer", QUESTION, "1.5", RIGHT, 1, 0, 1.0, (("Z[2,1]", 1.5),))


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "kept"
    monkeypatch.setenv("BP_TUTOR_HOME", str(folder))
    return folder


def connections(opened: object) -> sqlite3.Connection:
    connection = opened.connection  # type: ignore[attr-defined]
    assert isinstance(connection, sqlite3.Connection)
    return connection


def test_the_folder_is_the_one_named_or_the_users_own(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert data_folder() == home
    monkeypatch.delenv("BP_TUTOR_HOME")
    assert "bp-tutor" in str(data_folder())
    assert store_path().name == "progress.sqlite3"


def test_every_answer_is_kept_with_all_that_is_needed_to_understand_it(home: Path) -> None:
    done = program(home, "quiz", "sigmoid-2-2-2", "--ask", "Z", typed="0.1420\n\n0.5860\nquit\n")
    assert (done.returncode, done.stderr) == (0, "")
    found = rows(home, "SELECT app, problem, digest, state, language FROM sessions")
    digest = sha256((ROOT / "problems/sigmoid-2-2-2.yaml").read_bytes()).hexdigest()
    assert found == [(__version__, "sigmoid-2-2-2", digest, "left", "en")]
    answers = rows(home, "SELECT event, identifier, text, correct, credit, figures FROM answers")
    assert [row[:5] for row in answers] == [
        ("answer", "Z[2,1]", "0.1420", 0, 0.0),
        ("keep", "Z[2,1]", "", None, 0.0),
        ("answer", "Z[2,2]", "0.5860", 1, 1.0),
    ]
    assert json.loads(str(answers[0][5]))["Z[2,1]"] == pytest.approx(0.442)
    assert rows(home, "SELECT misconception, certainty FROM diagnoses") == [
        ("bias_left_out", "only")
    ]
    (mode,) = rows(home, "PRAGMA journal_mode")
    assert mode == ("wal",)


def test_nothing_is_kept_of_a_quiz_in_which_nothing_happened(home: Path) -> None:
    program(home, "quiz", "exercise", typed="quit\n")
    assert rows(home, "SELECT * FROM sessions") == []


def test_two_processes_write_side_by_side(home: Path) -> None:
    typed = "".join(f"{number}.001\n\n" for number in range(1, 41))
    command = [sys.executable, "-m", "bp_tutor", "quiz", "exercise", "--lang", "en"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BP_TUTOR_HOME": str(home)}
    running = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            cwd=ROOT, env=environment,
        )
        for _ in range(4)
    ]  # fmt: skip
    for process in running:
        assert process.stdin is not None
        process.stdin.write(typed.encode())
        process.stdin.close()
    for process in running:
        assert process.wait(timeout=120) == 0
        assert process.stderr is not None
        assert process.stderr.read() == b""
        assert process.stdout is not None
        assert b"not saved" not in process.stdout.read()
        process.stdout.close()
        process.stderr.close()
    counts = rows(home, "SELECT session, count(*) FROM answers GROUP BY session")
    assert [count for _, count in counts] == [80] * 4
    assert rows(home, "PRAGMA integrity_check") == [("ok",)]


@pytest.mark.parametrize("damaged", [False, True])
def test_many_processes_may_begin_at_once(home: Path, damaged: bool) -> None:
    if damaged:
        home.mkdir()
        (home / "progress.sqlite3").write_bytes(b"junk" * 999)
    script = (
        "from bp_tutor.quiz.store import Recorder, open_store\n"
        "from tests.quiz.test_session_store import EVENT, HEADER\n"
        "diary = Recorder(open_store(), HEADER)\n"
        "for _ in range(10):\n    diary.note(EVENT)\n"
        "diary.end('done')\n"
        "assert diary.complete\n"
        "diary.close()"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "BP_TUTOR_HOME": str(home)}
    running = [
        subprocess.Popen([sys.executable, "-c", script], cwd=ROOT, env=environment)
        for _ in range(6)
    ]
    assert [process.wait(timeout=120) for process in running] == [0] * 6
    assert rows(home, "SELECT count(*) FROM answers") == [(60,)]
    assert len(list(home.glob("progress.damaged-*.sqlite3"))) == int(damaged)
    assert not list(home.glob("*.lock"))


def test_a_killed_process_loses_only_the_answer_being_typed(home: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "bp_tutor", "quiz", "exercise", "--lang", "en"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT), "BP_TUTOR_HOME": str(home)},
    )
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"1.5\n0.100\n\n0.3")
    process.stdin.flush()
    heard = b""
    while b"Question 3" not in heard:
        heard += os.read(process.stdout.fileno(), 65536)
    process.kill()
    process.wait()
    process.stdin.close()
    process.stdout.close()
    kept = rows(home, "SELECT event, text FROM answers ORDER BY id")
    assert kept == [("answer", "1.5"), ("answer", "0.100"), ("keep", "")]
    done = program(home, "quiz", "--resume", typed="-0.9\nquit\n")
    assert "Question 3 of" in done.stdout
    assert "-0.9: right." in done.stdout
    assert "2 of 3" in done.stdout
    assert len(rows(home, "SELECT * FROM sessions")) == 1


@pytest.mark.parametrize(
    "content", [b"not a database at all" * 100, b"SQLite format 3\0" + b"x" * 5000]
)
def test_a_damaged_file_is_set_aside_and_never_overwritten(home: Path, content: bytes) -> None:
    home.mkdir()
    (home / "progress.sqlite3").write_bytes(content)
    done = program(home, "quiz", "exercise", typed="1.5\nquit\n")
    assert done.returncode == 0
    assert "was damaged" in " ".join(done.stdout.split())
    (aside,) = home.glob("progress.damaged-*.sqlite3")
    assert aside.read_bytes() == content
    assert str(aside.name) in done.stdout.replace("\n", "")
    assert len(rows(home, "SELECT * FROM answers")) == 1
    assert not list(home.glob("*.lock"))


def test_a_page_broken_in_the_middle_is_noticed(home: Path) -> None:
    program(home, "quiz", "exercise", typed="1.5\n" + "skip\n" * 60)
    path = home / "progress.sqlite3"
    whole = bytearray(path.read_bytes())
    whole[4096:12288] = b"\xff" * 8192
    path.write_bytes(whole)
    done = program(home, "quiz", "exercise", typed="1.5\nquit\n")
    assert "was damaged" in " ".join(done.stdout.split())
    (aside,) = home.glob("progress.damaged-*.sqlite3")
    assert aside.read_bytes() == bytes(whole)


def test_a_newer_file_is_set_aside(home: Path) -> None:
    program(home, "quiz", "exercise", typed="1.5\nquit\n")
    connection = sqlite3.connect(home / "progress.sqlite3")
    connection.execute(f"PRAGMA user_version = {VERSION + 1}")
    connection.execute("CREATE TABLE new_in_this_version (a)")
    connection.close()
    before = (home / "progress.sqlite3").read_bytes()
    done = program(home, "quiz", "exercise", typed="1.5\nquit\n")
    assert "newer bp-tutor" in " ".join(done.stdout.split())
    (aside,) = home.glob(f"progress.newer-{VERSION + 1}-*.sqlite3")
    assert aside.read_bytes() == before
    answers = rows(home, "SELECT text FROM answers ORDER BY id")
    assert answers == [("1.5",), ("1.5",)], "the one that could be read, and the new one"
    assert "1 answer of 1 quiz." in " ".join(done.stdout.split())


def test_a_database_of_something_else_is_left_whole(home: Path) -> None:
    home.mkdir()
    connection = sqlite3.connect(home / "progress.sqlite3")
    connection.execute("CREATE TABLE recipes (name TEXT)")
    connection.commit()
    connection.close()
    program(home, "quiz", "exercise", typed="1.5\nquit\n")
    (aside,) = home.glob("progress.damaged-*.sqlite3")
    other = sqlite3.connect(aside)
    assert other.execute("SELECT name FROM sqlite_master").fetchall() == [("recipes",)]
    other.close()


def test_what_lies_in_the_log_is_set_aside_as_well(home: Path) -> None:
    opened = open_store()
    Recorder(opened, HEADER).note(EVENT)
    assert (home / "progress.sqlite3-wal").stat().st_size > 0
    connections(opened).execute(f"PRAGMA user_version = {VERSION + 1}")
    again = open_store()
    connections(again).close()
    connections(opened).close()
    (aside,) = home.glob("progress.newer-*.sqlite3")
    kept = sqlite3.connect(aside)
    assert kept.execute("SELECT text FROM answers").fetchall() == [("1.5",)]
    kept.close()


def test_a_locked_file_is_tried_again_with_the_next_answer(home: Path) -> None:
    opened = open_store()
    diary = Recorder(opened, HEADER)
    other = sqlite3.connect(home / "progress.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    diary.note(EVENT)
    assert [trouble.key for trouble in diary.new_troubles()] == ["store.waiting"]
    diary.note(EVENT._replace(text="1.6"))
    assert diary.new_troubles() == []
    assert diary.written == 0
    other.execute("COMMIT")
    other.close()
    diary.note(EVENT._replace(text="1.7"))
    assert diary.complete
    found = connections(opened).execute("SELECT text FROM answers").fetchall()
    assert found == [("1.5",), ("1.6",), ("1.7",)]
    diary.end("done")
    connections(opened).close()


def test_a_file_locked_from_the_start_does_not_hold_up_the_quiz(home: Path) -> None:
    program(home, "quiz", "exercise", typed="1.5\nquit\n")
    other = sqlite3.connect(home / "progress.sqlite3", isolation_level=None)
    other.execute("PRAGMA journal_mode = DELETE")
    other.execute("BEGIN EXCLUSIVE")
    try:
        done = program(home, "quiz", "exercise", typed="1.5\nquit\n")
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert done.returncode == 0
    assert "Nothing is kept this time" in done.stdout
    assert "1.5: right." in done.stdout
    assert list(home.glob("progress.*-*.sqlite3")) == []
    assert len(rows(home, "SELECT * FROM sessions")) == 1


def test_where_nothing_can_be_written_the_quiz_goes_on(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    done = program(blocked / "inside", "quiz", "exercise", typed="1.5\nquit\n")
    assert done.returncode == 0
    assert "Nothing is kept this time" in done.stdout
    assert "1.5: right." in done.stdout
    assert "--resume" not in done.stdout


def test_a_read_only_file_can_still_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    opened = open_store()
    diary = Recorder(opened, HEADER)
    diary.note(EVENT)
    connections(opened).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections(opened).close()

    def refuse(_: sqlite3.Connection) -> None:
        error = sqlite3.OperationalError("attempt to write a readonly database")
        error.sqlite_errorcode = sqlite3.SQLITE_READONLY_DIRECTORY
        raise error

    # The superuser, who may run these tests, writes into read-only files.
    monkeypatch.setattr("bp_tutor.quiz.store.opening._writable", refuse)
    again = open_store()
    assert not again.kept
    assert [trouble.key for trouble in again.troubles] == ["store.not_kept"]
    saved = unfinished(again.connection)
    assert saved is not None
    assert saved.problem == "exercise"
    more = Recorder(again, HEADER)
    more.note(EVENT)
    assert not more.complete
    again.connection.close()


def test_a_file_that_breaks_during_a_quiz_loses_nothing_of_it(home: Path) -> None:
    opened = open_store()
    diary = Recorder(opened, HEADER)
    diary.note(EVENT)
    path = home / "progress.sqlite3"
    connections(opened).execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connections(opened).execute("PRAGMA journal_mode = DELETE")
    path.write_bytes(b"broken" * 2000)
    diary.note(EVENT._replace(text="1.6"))
    troubles = [trouble.key for trouble in diary.new_troubles()]
    assert troubles == ["store.damaged", "store.nothing_salvaged"]
    assert rows(home, "SELECT text FROM answers") == [("1.5",), ("1.6",)]
    diary.opened.connection.close()


def test_sessions_are_read_back_as_they_were_written() -> None:
    opened = open_store()
    diary = Recorder(opened, HEADER)
    diary.note(EVENT)
    diary.end("left")
    (saved,) = sessions(opened.connection)
    assert saved.questions == HEADER.questions
    assert saved.options == HEADER.options
    assert (saved.seed, saved.path, saved.state) == (7, "/e.yaml", "left")
    assert unfinished(opened.connection, "/e.yaml") == saved
    assert unfinished(opened.connection, "/other.yaml") is None
    (noted,) = events_of(opened.connection, saved.id)
    assert (noted.text, noted.tries, noted.credit) == ("1.5", 1, 1.0)
    application = opened.connection.execute("PRAGMA application_id").fetchone()
    assert application == (APPLICATION,)
    opened.connection.close()


def test_any_text_can_be_written() -> None:
    opened = open_store()
    diary = Recorder(opened, HEADER)
    for text in ("\x00", "\ud800", "'; DROP TABLE answers; --", "中文", "x" * 10_000):
        diary.note(EVENT._replace(text=text))
    assert diary.complete
    assert diary.new_troubles() == []
    opened.connection.close()
