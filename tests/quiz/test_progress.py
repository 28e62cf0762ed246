"""What is known and what is weak, by rule and by mistake."""

from __future__ import annotations

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bp_tutor.quiz import Diagnosis, Question, Verdict
from bp_tutor.quiz.reviews import Known, known
from bp_tutor.quiz.store import Event, Header, Recorder, open_store
from tests.quiz.talking import ROOT, program, rows

START = datetime(2026, 11, 2, 12, tzinfo=UTC)
QUESTIONS = tuple(
    Question("number", f"Z[2,{unit}]", rule, 1, "quiz.prompt.number")
    for unit, rule in enumerate(("weighted_sum", "activation"), 1)
)


@pytest.fixture(autouse=True)
def _home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BP_TUTOR_HOME", str(tmp_path))


def write(days: float, *earned: float, mistake: str = "", monkeypatch: pytest.MonkeyPatch) -> None:
    """One session, so many days after the start, with an answer to each question."""
    at = (START + timedelta(days=days)).isoformat(timespec="milliseconds")
    monkeypatch.setattr("bp_tutor.quiz.store.recorder.now", lambda: at)
    path = str(ROOT / "problems/exercise.yaml")
    header = Header("1", "exercise", path, "d", "layered", "en", 1, {}, QUESTIONS)
    opened = open_store()
    diary = Recorder(opened, header)
    for place, credit in enumerate(earned):
        found = (Diagnosis(mistake, "only", "A"),) if mistake and credit < 1 else ()
        verdict = Verdict(right=credit > 0, credit=credit, diagnoses=found)
        diary.note(Event(place, "answer", QUESTIONS[place], "1", verdict, tries=1, credit=credit))
    diary.end("done")
    opened.connection.close()


def found(days: float) -> dict[str, Known]:
    opened = open_store()
    standing = known(opened.connection, START + timedelta(days=days))
    opened.connection.close()
    assert [one.due for one in standing] == sorted(one.due for one in standing)
    return {one.key: one for one in standing}


def test_nothing_is_known_before_anything_was_asked() -> None:
    assert found(0) == {}


def test_each_rule_has_its_own_schedule(monkeypatch: pytest.MonkeyPatch) -> None:
    write(0, 1.0, 0.0, monkeypatch=monkeypatch)
    standing = found(0.1)
    assert standing["weighted_sum"].state == "known"
    assert standing["activation"].state == "weak"
    assert standing["activation"].due < standing["weighted_sum"].due
    assert standing["activation"].due == START + timedelta(days=1)
    assert not standing["activation"].is_due(START)
    assert standing["activation"].is_due(START + timedelta(days=1))


def test_what_is_remembered_again_comes_back_later(monkeypatch: pytest.MonkeyPatch) -> None:
    write(0, 1.0, monkeypatch=monkeypatch)
    first = found(0)["weighted_sum"].due - START
    write(first.days, 1.0, monkeypatch=monkeypatch)
    second = found(first.days)["weighted_sum"].due - START - first
    assert second > first


def test_what_was_known_becomes_shaky_with_time(monkeypatch: pytest.MonkeyPatch) -> None:
    write(0, 1.0, monkeypatch=monkeypatch)
    assert found(60)["weighted_sum"].state == "shaky"
    write(61, 0.7, monkeypatch=monkeypatch)
    assert found(61)["weighted_sum"].state == "shaky"


def test_a_mistake_is_reviewed_until_it_is_avoided(monkeypatch: pytest.MonkeyPatch) -> None:
    write(0, 1.0, 0.0, mistake="activation_left_out", monkeypatch=monkeypatch)
    mistake = found(0)["activation_left_out"]
    assert (mistake.state, mistake.kind, mistake.rules) == (
        "weak",
        "misconception",
        ("activation",),
    )
    write(1, 1.0, monkeypatch=monkeypatch)
    assert found(1)["activation_left_out"].state == "weak", "its rule was not asked for"
    write(2, 1.0, 1.0, monkeypatch=monkeypatch)
    assert found(2)["activation_left_out"].state == "shaky", "once may be luck"
    assert found(2)["activation"].state == "shaky"
    write(4, 1.0, 1.0, monkeypatch=monkeypatch)
    assert found(4)["activation_left_out"].state == "known"
    assert found(4)["activation"].state == "known"
    write(5, 1.0, 0.0, mistake="activation_left_out", monkeypatch=monkeypatch)
    assert found(5)["activation_left_out"].state == "weak"
    assert found(5)["activation_left_out"].times == 2


def test_two_mistakes_together_are_two_cards(monkeypatch: pytest.MonkeyPatch) -> None:
    write(0, 1.0, 0.0, mistake="bias_left_out+activation_left_out", monkeypatch=monkeypatch)
    assert {"bias_left_out", "activation_left_out"} <= found(0).keys()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_progress_shows_what_is_known_and_weak(tmp_path: Path, language: str) -> None:
    typed = "0.1420\n\n0.5860\nquit\n"
    program(tmp_path, "quiz", "sigmoid-2-2-2", "--ask", "Z", typed=typed)
    done = program(tmp_path, "progress", "--lang", language)
    assert (done.returncode, done.stderr) == (0, "")
    for word in {"en": ("weighted sum", "bias left out", "weak", "50 %", "unfinished"),
                 "zh": ("加权求和", "薄弱", "50 %", "未完成")}[language]:  # fmt: skip
        assert word in done.stdout
    assert program(tmp_path, "progress", "--plain").stdout.count("standing weak") == 1
    assert program(tmp_path, "progress", "--plain").stdout.count("standing still there") == 1


def test_nothing_to_show_is_said(tmp_path: Path) -> None:
    assert "No quiz has been answered yet." in program(tmp_path, "progress").stdout


def test_everything_can_be_exported_and_nothing_is_overwritten(tmp_path: Path) -> None:
    home, file = tmp_path / "home", tmp_path / "all.json"
    program(home, "quiz", "sigmoid-2-2-2", typed="0.1420\n\nquit\n")
    assert program(home, "progress", "--export", str(file)).returncode == 0
    data = json.loads(file.read_text(encoding="utf-8"))
    (session,) = data["sessions"]
    assert data["schema"] == "bp-tutor/progress/1"
    assert session["problem"] == "sigmoid-2-2-2"
    assert [answer["event"] for answer in session["answers"]] == ["answer", "keep"]
    first = session["answers"][0]
    assert (first["text"], first["correct"]) == ("0.1420", False)
    assert first["diagnoses"][0]["misconception"] == "bias_left_out"
    before = file.read_bytes()
    again = program(home, "progress", "--export", str(file))
    assert again.returncode == 2
    assert "exists already" in again.stderr
    assert file.read_bytes() == before
    assert program(home, "progress", "--export", str(tmp_path / "no/x")).returncode == 2


@pytest.mark.parametrize("typed", ["yes\n", "是\n", "no\n", "", "y\n"])
def test_everything_can_be_forgotten_after_asking(tmp_path: Path, typed: str) -> None:
    program(tmp_path, "quiz", "exercise", typed="1.23456\nquit\n")
    language = "zh" if typed == "是\n" else "en"
    done = program(tmp_path, "progress", "--forget", "--lang", language, typed=typed)
    assert done.returncode == 0
    gone = typed in ("yes\n", "是\n")
    assert rows(tmp_path, "SELECT count(*) FROM answers") == [(0 if gone else 1,)]
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("progress.sqlite3*"))
    assert (b"1.23456" not in kept) == gone


@pytest.mark.parametrize("language", ["en", "zh"])
def test_copies_that_were_set_aside_are_forgotten_as_well(tmp_path: Path, language: str) -> None:
    foreign = tmp_path / "progress.damaged-20260101-000000.sqlite3"
    other = sqlite3.connect(foreign)
    other.execute("CREATE TABLE recipes (name TEXT)")
    other.close()
    program(tmp_path, "quiz", "exercise", typed="1.23456\nquit\n")
    kept = tmp_path / "progress.sqlite3"
    newer = tmp_path / "progress.newer-99-20260101-000000.sqlite3"
    newer.write_bytes(kept.read_bytes())
    newer.with_name(f"{newer.name}-wal").write_bytes(b"1.23456")
    data = bytearray(kept.read_bytes())
    data[:16] = bytes(16)
    kept.write_bytes(data)
    program(tmp_path, "progress")
    (damaged,) = set(tmp_path.glob("progress.damaged-*.sqlite3")) - {foreign}
    no = program(tmp_path, "progress", "--forget", "--lang", language, typed="no\n")
    assert damaged.exists()
    assert newer.exists()
    yes = program(tmp_path, "progress", "--forget", "--lang", language, typed="yes\n")
    for done in (no, yes):
        told = "".join(done.stdout.split())
        assert str(damaged) in told
        assert str(newer) in told
        assert str(foreign) not in told
    assert ("2 copies" if language == "en" else "2 个") in yes.stdout
    assert b"1.23456" not in b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert foreign.exists()
    assert {path.name.partition("-")[0] for path in tmp_path.iterdir()} == {
        "progress.sqlite3", "progress.damaged"
    }  # fmt: skip
    again = program(tmp_path, "progress", "--forget", "--lang", language, typed="yes\n")
    assert ("set aside" if language == "en" else "副本") not in again.stdout


def test_what_is_due_is_offered_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(0, 1.0, 0.0, mistake="activation_left_out", monkeypatch=monkeypatch)
    done = program(tmp_path, "quiz", typed="1\nquit\n")
    due = done.stdout.partition("Due for review")[2]
    assert "activation" in due
    assert "practise what is due" in due
    assert "Question 1 of 10" in due


def test_a_result_and_the_progress_say_the_same_mark(tmp_path: Path) -> None:
    """A skipped question earns nothing in either; it shows nothing of its rule."""
    typed = "0.442\nskip\n0.1420\n\nskip\nq\n"
    done = program(tmp_path, "quiz", "sigmoid-2-2-2", "--ask", "Z", typed=typed)
    assert "1 of 4 (25 %)" in done.stdout
    shown = program(tmp_path, "progress").stdout
    assert "4 of 4" in shown
    assert "25 %" in shown
    assert "done" in shown, "there is no question left"
    assert program(tmp_path, "quiz", "--resume").returncode != 0


def test_what_is_chosen_in_a_small_question_is_no_mistake(tmp_path: Path) -> None:
    for letter in "abc":
        home = tmp_path / letter
        typed = f"0.1420\nremedy\n{letter}\nq\n"
        program(home, "quiz", "sigmoid-2-2-2", "--ask", "Z", typed=typed)
        (count,) = rows(home, "SELECT count(*) FROM answers WHERE event = 'remedy'")
        assert count == (1,)
        shown = program(home, "progress", "--plain").stdout
        assert shown.count("seen 1") == 1, "the bias alone was forgotten"


def test_earlier_quizzes_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(11):
        write(day, 1.0, 1.0, monkeypatch=monkeypatch)
    assert "And 1 earlier quiz;" in program(tmp_path, "progress").stdout
