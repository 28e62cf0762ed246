"""Whole sessions of the program: through pipes, in a real terminal, killed and gone on with."""

from __future__ import annotations

import json
import os
import shlex
import signal
import sys
from pathlib import Path

import pexpect
import pytest

from tests.quiz.talking import BEGIN, ROOT, program, right_answers, rows, session_of

RIGHT = {"en": "8 of 8 (100 %)", "zh": "8 / 8（100 %）"}
QUIT = {"en": "quit", "zh": "退出"}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("options", [(), ("--plain",), ("--ascii",), ("--width", "40")])
def test_a_full_session_through_a_pipe(
    tmp_path: Path, language: str, options: tuple[str, ...]
) -> None:
    session, _ = session_of("sigmoid-2-2-2")
    typed = "".join(f"{answer}\n" for answer in right_answers(session))
    command = ["quiz", "sigmoid-2-2-2", "--ask", "Z,A", "--lang", language, *options]
    done = program(tmp_path, *command, typed=typed)
    assert (done.returncode, done.stderr) == (0, "")
    assert RIGHT[language] in done.stdout
    assert "\x1b" not in done.stdout
    assert "\\x" not in done.stdout, "a space that is firm is no control character"
    assert "\\u" not in done.stdout
    if "--ascii" in options and language == "en":
        assert done.stdout.isascii()
    assert rows(tmp_path, "SELECT state FROM sessions") == [("done",)]


def test_end_of_input_ends_in_order(tmp_path: Path) -> None:
    done = program(tmp_path, "quiz", "exercise", typed="1.5")
    assert done.returncode == 0
    assert "1 of 1 (100 %)" in done.stdout
    assert "Go on with: bp-tutor quiz exercise --resume" in done.stdout
    assert rows(tmp_path, "SELECT state FROM sessions") == [("left",)]


def test_bytes_that_are_no_text_end_in_no_error(tmp_path: Path) -> None:
    junk = b"\xff\xfe\x00\n" + b"(" * 300_000 + b"\n1.5\nquit\n"
    done = program(tmp_path, "quiz", "exercise", typed=junk)
    assert (done.returncode, done.stderr) == (0, "")
    assert "1.5: right." in done.stdout


def test_json_leaves_standard_output_to_the_result(tmp_path: Path) -> None:
    done = program(tmp_path, "quiz", "exercise", "--json", typed="1.5\nquit\n")
    data = json.loads(done.stdout)
    assert (data["schema"], data["state"]) == ("bp-tutor/quiz/1", "left")
    assert (data["score"], data["asked"]) == (1, 1)
    assert "Question 1" in done.stderr


def test_shuffled_questions_come_from_the_seed(tmp_path: Path) -> None:
    command = ("quiz", "exercise", "--shuffle", "--count", "5", "--seed")
    texts = [program(tmp_path, *command, seed, typed="skip\n" * 5).stdout for seed in "112"]
    assert texts[0].splitlines()[-6:] == texts[1].splitlines()[-6:]
    asked = [[line for line in text.splitlines() if "Question" in line] for text in texts]
    assert asked[0] == asked[1] != asked[2]


def test_resuming_keeps_the_shuffled_order(tmp_path: Path) -> None:
    first = program(tmp_path, "quiz", "exercise", "--shuffle", "--count", "6", typed="skip\n" * 2)
    asked = [line for line in first.stdout.splitlines() if line.startswith("Question 3")]
    again = program(tmp_path, "quiz", "exercise", "--resume", typed="quit\n")
    assert asked[0] in again.stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("quiz", "exersise"), "did you mean 'exercise'?"),
        (("quiz", "exercise", "--ask", "Q"), '"Q" is no kind of quantity'),
        (("quiz", "exercise", "--layer", "9"), "the layers go from 1 to 4"),
        (("quiz", "exercise", "--level", "hard"), "numbers, formulas, shapes, mixed"),
        (("quiz", "exercise", "--count", "0"), "a whole number from 1"),
        (("quiz", "given-deltas", "--level", "shapes"), "nothing of this problem can be asked"),
        (("quiz", "--resume"), "there is no quiz to go on with"),
        (
            ("progress", "--export", "x", "--forget"),
            "choose one of --export, --import and --forget",
        ),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    done = program(tmp_path, *arguments)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


def test_a_changed_problem_is_not_gone_on_with(tmp_path: Path) -> None:
    problem = tmp_path / "own.yaml"
    problem.write_bytes((ROOT / "problems/sigmoid-2-2-1.yaml").read_bytes())
    home = tmp_path / "home"
    program(home, "quiz", str(problem), typed="skip\n")
    problem.write_text(problem.read_text(encoding="utf-8").replace("0.35", "0.36"), "utf-8")
    done = program(home, "quiz", "--resume")
    assert done.returncode == 2
    assert "has changed" in done.stderr
    problem.unlink()
    assert "not there any more" in program(home, "quiz", "--resume").stderr


def test_without_a_problem_there_is_a_menu(tmp_path: Path) -> None:
    done = program(tmp_path, "quiz", typed="nonsense\nexersise\nexercise\n1.5\nquit\n")
    assert 'There is no "nonsense" here.' in done.stdout
    assert "did you mean 'exercise'?" in done.stdout
    assert "1.5: right." in done.stdout
    menu = program(tmp_path, "quiz", typed="1\nquit\n").stdout
    assert "1  go on with exercise" in menu
    assert "Question 2 of" in menu
    assert program(tmp_path, "quiz", "--lang", "zh", typed="退出\n").returncode == 0


def begin(child: pexpect.spawn, language: str = "en") -> None:
    """Read the exercise, and press Enter."""
    child.expect_exact(BEGIN[language])
    child.sendline("")


def spawn(home: Path, *arguments: str, language: str = "en") -> pexpect.spawn:
    environment = {
        "PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", ""), "PYTHONUTF8": "1",
        "LANG": "C.UTF-8", "TERM": "xterm", "BP_TUTOR_HOME": str(home),
    }  # fmt: skip
    return pexpect.spawn(
        sys.executable,
        ["-m", "bp_tutor", *arguments, "--lang", language],
        env=environment,
        cwd=str(ROOT),
        encoding="utf-8",
        timeout=60,
        dimensions=(40, 100),
    )


SAID = {
    "en": ("Question 1 of 8", "right", "would explain it", "Question 3 of 8", "Result"),
    "zh": ("第 1 题（共 8 题）", "正确", "可能的原因", "第 3 题（共 8 题）", "结果"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("option", ["--hints", "--plain"])
def test_a_session_in_a_terminal_is_killed_and_gone_on_with(
    tmp_path: Path, language: str, option: str
) -> None:
    session, _ = session_of("sigmoid-2-2-2")
    answers = right_answers(session)
    first, right, reason, third, result = SAID[language]
    child = spawn(tmp_path, "quiz", "sigmoid-2-2-2", "--ask", "Z,A", option, language=language)
    begin(child, language)
    child.expect_exact(first)
    child.expect_exact("> ")
    child.sendline(answers[0])
    child.expect_exact(right)
    child.expect_exact("> ")
    # The weighted sum again: the activation is left out.
    child.sendline("0.4420")
    child.expect_exact(reason)
    child.expect_exact("> ")
    child.sendline("")
    child.expect_exact(third)
    child.expect_exact("> ")
    child.send("0.66")
    child.kill(signal.SIGKILL)
    child.wait()
    child.close()

    child = spawn(tmp_path, "quiz", "--resume", option, language=language)
    begin(child, language)
    child.expect_exact(third)
    for answer in answers[2:]:
        child.expect_exact("> ")
        child.sendline(answer)
    child.expect_exact(result)
    child.expect(pexpect.EOF)
    heard = child.before or ""
    child.close()
    assert child.exitstatus == 0
    assert ("7 of 8" if language == "en" else "7 / 8") in heard
    assert rows(tmp_path, "SELECT state FROM sessions") == [("done",)]


@pytest.mark.parametrize(("keys", "code"), [("\x03", 130), ("\x04", 0)])
def test_control_keys_end_in_order_with_everything_saved(
    tmp_path: Path, keys: str, code: int
) -> None:
    child = spawn(tmp_path, "quiz", "exercise")
    begin(child)
    child.expect_exact("> ")
    child.sendline("1.5")
    child.expect_exact("Question 2")
    child.expect_exact("> ")
    child.send(keys)
    child.expect_exact("Result")
    child.expect(pexpect.EOF)
    heard = child.before or ""
    child.close()
    assert child.exitstatus == code
    assert "Traceback" not in heard
    assert "1 of 1 (100 %)" in heard
    assert rows(tmp_path, "SELECT event FROM answers") == [("answer",)]
    assert rows(tmp_path, "SELECT state FROM sessions") == [("left",)]


def test_a_quiz_is_gone_on_with_as_the_program_says(tmp_path: Path) -> None:
    """Also of a file in another folder, whose name a shell would take apart."""
    folder = tmp_path / "class 5"
    folder.mkdir()
    copied = folder / "李雷.yaml"
    copied.write_bytes((ROOT / "problems" / "exercise.yaml").read_bytes())
    done = program(tmp_path, "quiz", str(copied), "--width", "200", typed="1.5\nquit\n")
    said = next(line for line in done.stdout.splitlines() if "--resume" in line)
    typed = shlex.split(said.partition("bp-tutor ")[2])
    again = program(tmp_path, *typed, typed="quit\n")
    assert again.returncode == 0, (typed, again.stderr)
    assert "Question 2" in again.stdout


@pytest.mark.parametrize("name", ["given-deltas", "chain-2-2-1", "mlp-shapes"])
def test_formulas_are_asked_for_where_nothing_has_a_number(tmp_path: Path, name: str) -> None:
    done = program(tmp_path, "quiz", name, typed="quit\n")
    assert "so formulas are asked for (--level formulas)" in done.stdout
    assert done.returncode == program(tmp_path, "quiz", "exercise", typed="quit\n").returncode
