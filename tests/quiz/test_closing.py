"""What a quiz says before and after: answers through a pipe, how the mark comes about."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.quiz.talking import program


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("BP_TUTOR_HOME", str(tmp_path))
    return tmp_path


def quiz(home: Path, *options: str, typed: str) -> str:
    return " ".join(program(home, "quiz", *options, typed=typed).stdout.split())


def test_what_to_practise_keeps_the_seed_and_the_level(home: Path) -> None:
    said = quiz(home, "sigmoid-2-2-1", "--seed", "7", "--count", "1", typed="skip\n")
    assert "bp-tutor quiz sigmoid-2-2-1 --seed 7 --ask z" not in said, "skipped, not weak"
    said = quiz(home, "sigmoid-2-2-1", "--seed", "7", "--count", "1", typed="show\n")
    assert said.endswith(" bp-tutor quiz sigmoid-2-2-1 --seed 7 --ask z")
    said = quiz(
        home, "sigmoid-2-2-1", "--level", "formulas", "--count", "1", typed="x1*w31\n\nquit\n"
    )
    assert said.endswith(" bp-tutor quiz sigmoid-2-2-1 --level formulas --ask z")
    said = quiz(home, "sigmoid-2-2-1", "--count", "1", typed="show\n")
    assert said.endswith(" bp-tutor quiz sigmoid-2-2-1 --ask z")


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_command_to_practise_is_whole_and_asks_for_the_same(home: Path, language: str) -> None:
    options = ["--seed", "7", "--layer", "3", "--level", "formulas", "--form", "matrix"]
    shown = program(home, "quiz", "exercise", *options, "--lang", language, typed="show\n" * 9)
    lines = shown.stdout.splitlines()
    command = "  bp-tutor quiz exercise --seed 7 --layer 3 --level formulas --form matrix --ask "
    assert any(line.startswith(command) for line in lines), lines[-5:]
    assert "  bp-tutor variant exercise --seed 7 -o mine.yaml" in lines
    again = next(line for line in lines if line.startswith(command)).split()[3:]
    asked = program(home, "quiz", *again[:-2], "--ask", again[-1], "--lang", language, typed="q\n")
    assert asked.returncode == 0, asked.stderr


def test_a_quiz_that_waits_is_told_with_its_command(home: Path) -> None:
    quiz(home, "sigmoid-2-2-1", "--count", "2", typed="show\nquit\n")
    lines = program(home, "quiz", "sigmoid-2-2-1", typed="quit\n").stdout.splitlines()
    assert "  bp-tutor quiz sigmoid-2-2-1 --resume" in lines


def test_a_quiz_that_goes_on_keeps_its_seed(home: Path) -> None:
    quiz(home, "sigmoid-2-2-1", "--seed", "7", "--count", "2", typed="show\nquit\n")
    said = quiz(home, "--resume", typed="skip\n")
    assert "bp-tutor quiz sigmoid-2-2-1 --seed 7 --ask z" in said


@pytest.mark.parametrize("typed", ["hint\nshow\nwhy\nquit\n"])
@pytest.mark.parametrize(("language", "bias"), [("en", "bias"), ("zh", "偏置")])
def test_no_bias_is_spoken_of_where_there_is_none(
    home: Path, typed: str, language: str, bias: str
) -> None:
    asked = ("--lang", language, "--ask", "Z", typed)
    without = quiz(home, "linear-2-2-1", *asked[:-1], typed=typed)
    title, _, talk = without.partition(" 1")
    assert bias in title, "the title says that there are none"
    assert bias not in talk
    assert bias in quiz(home, "sigmoid-2-2-2", *asked[:-1], typed=typed).partition(" 1")[2]


def test_how_the_mark_comes_about_is_said(home: Path) -> None:
    # z3 = 0.35*0.1 + 0.9*0.8 = 0.755 at the second try: half of one mark of two; z4 at once.
    typed = "0.751\n0.755\n0.68\n"
    said = quiz(home, "sigmoid-2-2-1", "--ask", "Z", "--count", "2", typed=typed)
    assert "z 2 2 1 0 75 %" in said
    assert "1.5 of 2 (75 %)" in said
    assert "each further try 50 % of what is left" in said
    at_once = quiz(home, "sigmoid-2-2-1", "--ask", "Z", "--count", "2", typed="0.755\n0.68\n")
    assert "2 of 2 (100 %)" in at_once
    assert "each further try" not in at_once


def test_parts_of_a_matrix_are_said_to_count(home: Path) -> None:
    # z3 = 0.755 and z4 = 0.68; one of the two is wrong.
    typed = "[0.755; 0.701]\n\nquit\n"
    asked = ("sigmoid-2-2-1", "--form", "matrix", "--ask", "Z", "--count", "1")
    said = quiz(home, *asked, typed=typed)
    assert "0.5 of 1 (50 %)" in said
    assert "each right entry earns its part of the mark" in said


def test_a_pipe_is_told_what_its_lines_are(home: Path) -> None:
    said = quiz(home, "sigmoid-2-2-1", "--count", "1", typed="quit\n")
    assert "After a wrong answer the next line is another try" in said
    assert "答错之后，下一行算作重答" in quiz(home, "sigmoid-2-2-1", "--lang", "zh", typed="")


def test_json_counts_second_tries(home: Path) -> None:
    done = program(home, "quiz", "sigmoid-2-2-1", "--count", "1", "--json", typed="0.751\n0.755\n")
    (row,) = json.loads(done.stdout)["by_kind"]
    assert (row["right"], row["again"], row["credit"]) == (1, 1, 0.5)
