"""`--only` and `--ask` take the letters of the course, and what is said back uses them."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.running import good, run
from tests.notations.test_kinds import OWN
from tests.quiz.talking import program


@pytest.fixture
def own(tmp_path: Path) -> str:
    file = tmp_path / "own.yaml"
    file.write_text(OWN, "utf-8")
    return str(file)


def test_solve_takes_both_letters(own: str) -> None:
    text = good("solve", own, "--only", "s,J")
    assert "s₁⁽¹⁾ = " in text
    assert "J = E₁" in text
    assert "h₁⁽¹⁾ = " not in text
    assert good("solve", own, "--only", "Z,L") == text


def test_a_worksheet_takes_both_letters(own: str, tmp_path: Path) -> None:
    sheets = []
    for ask in ("s,δ", "Z,dZ"):
        sheet = tmp_path / "sheet.md"
        good("worksheet", own, "--ask", ask, "-o", str(sheet), "--force")
        sheets.append(sheet.read_text("utf-8"))
    assert sheets[0] == sheets[1]
    assert "$s_{1}^{(1)}$ | $s_{2}^{(1)}$" in sheets[0]


def test_what_there_is_is_told_in_letters_that_can_be_typed(own: str) -> None:
    done = run("solve", own, "--only", "S2")
    assert done.code == 2
    assert "\"S2\" is no kind of quantity; there are s, h, E, J, dh, delta, dw, db, w', b'" in (
        done.err
    )


@pytest.mark.parametrize(("language", "options"), [("en", ()), ("zh", ()), ("en", ("--ascii",))])
def test_a_quiz_takes_them_and_says_them_back(
    own: str, tmp_path: Path, language: str, options: tuple[str, ...]
) -> None:
    typed = "0.333\nskip\n0.777\nquit\n"
    command = ["quiz", own, "--ask", "h,δ", "--lang", language, "--plain", *options]
    said = program(tmp_path, *command, typed=typed).stdout
    table = said[said.index("Result" if language == "en" else "结果") :]
    assert "\nh, " in table
    assert "--ask h" in table
    assert "--ask A" not in said
    assert "\nA, " not in table


def test_a_quiz_is_gone_on_with_in_another_notation(own: str, tmp_path: Path) -> None:
    program(tmp_path, "quiz", own, "--ask", "s", "--plain", typed="0.855\nquit\n")
    on = ["quiz", own, "--resume", "--notation", "layered", "--plain"]
    done = program(tmp_path, *on, typed="quit\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Z₂₂ = ?" in done.stdout
