"""The walk through a derivation on a real terminal."""

from __future__ import annotations

import os
import re
import signal
import sys
import termios
from typing import Any

import pexpect
import pytest

from tests.cli.running import ROOT, good, run

ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    "PATH": os.environ.get("PATH", ""),
    "LANG": "en_GB.UTF-8",
    "PYTHONIOENCODING": "utf-8",
    "TERM": "xterm-256color",
}
END = "\x1b[J"
"""What every page ends with."""
CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


class Terminal:
    """A walk on a terminal of some size."""

    def __init__(self, *arguments: str, rows: int = 24, columns: int = 80, **more: str) -> None:
        self.child: Any = pexpect.spawn(
            sys.executable,
            ["-m", "bp_tutor", "solve", *arguments, "--play"],
            env={**ENVIRONMENT, **more},
            dimensions=(rows, columns),
            encoding="utf-8",
            timeout=30,
        )
        self.before = termios.tcgetattr(self.child.child_fd)

    def page(self, keys: str = "") -> str:
        """What stands there once these keys were pressed."""
        self.child.send(keys)
        self.child.expect_exact(END)
        return CODES.sub("", str(self.child.before))

    def end(self, keys: str = "") -> int:
        """The exit code; the terminal must be as it was."""
        if keys:
            self.child.send(keys)
        self.child.expect(pexpect.EOF)
        rest = str(self.child.before)
        assert rest.count("\x1b[?25h") == rest.count("\x1b[?1049l") == 1
        assert termios.tcgetattr(self.child.child_fd)[:4] == self.before[:4]
        self.child.close()
        return int(self.child.exitstatus)


@pytest.mark.parametrize(("language", "step"), [("en", "Step {}/61"), ("zh", "第 {}/61 步")])
def test_forward_back_jump_and_quit(language: str, step: str) -> None:
    terminal = Terminal("exercise", "--lang", language)
    for keys, number in (
        ("", 1), (" ", 2), ("\x1b[C", 3), ("b", 2), ("]", 7), ("[", 1), ("G", 61), ("g", 1),
    ):  # fmt: skip
        assert step.format(number) in terminal.page(keys)
    for digit in "20":
        terminal.page(digit)
    page = terminal.page("\r")
    assert step.format(20) in page
    assert "δZ₄₁" in page
    assert "−0.01218" in page
    assert "A₁₁ = 1" in page
    assert "Home" in terminal.page("?")
    assert step.format(20) in terminal.page("?")
    assert terminal.end("q") == 0


def test_without_colours_signs_mark_the_unit() -> None:
    terminal = Terminal("exercise", "--no-color")
    assert "«A₂₁»" in terminal.page()
    assert terminal.end("q") == 0
    terminal = Terminal("exercise", "--no-color", "--ascii")
    page = terminal.page()
    assert "[A21]" in page
    assert page.isascii()
    assert terminal.end("q") == 0


@pytest.mark.parametrize(("key", "code"), [("\x03", 130), ("\x04", 0)])
def test_breaking_off_leaves_the_terminal_as_it_was(key: str, code: int) -> None:
    terminal = Terminal("exercise")
    terminal.page()
    assert terminal.end(key) == code


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_being_ended_leaves_the_terminal_as_it_was(number: int) -> None:
    terminal = Terminal("exercise")
    terminal.page()
    terminal.child.kill(number)
    assert terminal.end() == 128 + number


def test_several_updates_are_walked_through_with_their_own_numbers() -> None:
    terminal = Terminal("sigmoid-2-2-1", "--updates", "2", "--no-color")
    first = terminal.page()
    assert "Step 1/38" in first
    assert "w₃₁ = 0.1," in first
    for digit in "20":
        terminal.page(digit)
    second = terminal.page("\r")
    assert "Update 2" in second
    assert "w₃₁ = 0.09907" in second
    assert terminal.end("q") == 0


def test_an_update_higher_than_the_window_is_paged_through() -> None:
    terminal = Terminal("exercise", "--no-color")
    terminal.page()
    for key, part in (("G", 1), ("d", 2), ("\x1b[6~", 1), ("u", 2), ("\x1b[5~", 1)):
        assert f"part {part} of 2" in terminal.page(key)
    assert terminal.end("q") == 0


@pytest.mark.parametrize("joined", ["</dev/null", "| cat", "</dev/null | cat"])
def test_with_one_end_piped_the_whole_derivation_is_printed(joined: str) -> None:
    command = f"{sys.executable} -m bp_tutor solve graph-chain-rule --play --no-color {joined}"
    child = pexpect.spawn("/bin/sh", ["-c", command], env=ENVIRONMENT, encoding="utf-8", timeout=30)
    child.expect(pexpect.EOF)
    text = str(child.before).replace("\r", "")
    assert text == good("solve", "graph-chain-rule")


def test_a_change_of_size_draws_anew() -> None:
    terminal = Terminal("exercise", "--no-color")
    assert "▶" in terminal.page()
    terminal.child.setwinsize(10, 50)
    page = terminal.page()
    assert "▶" not in page
    assert page.count("\n") <= 9
    assert max(len(row.strip("\r")) for row in page.split("\n")) <= 50
    assert terminal.end("q") == 0


@pytest.mark.parametrize(
    ("arguments", "node"),
    [
        (["exercise", "--only", "dZ,dW"], "«A₄₁»"),
        (["graph-chain-rule", "--entry", "de/db"], "«b»= 1"),
    ],
)
def test_a_part_of_the_derivation_stands_below_the_picture_too(
    arguments: list[str], node: str
) -> None:
    terminal = Terminal(*arguments, "--no-color", rows=40)
    assert node in terminal.page()
    assert terminal.end("q") == 0


def test_a_simple_terminal_is_asked_line_by_line() -> None:
    child = pexpect.spawn(
        sys.executable,
        ["-m", "bp_tutor", "solve", "exercise", "--play", "--no-color"],
        env={**ENVIRONMENT, "TERM": "dumb"},
        encoding="utf-8",
        timeout=30,
    )
    for step, line in ((1, ""), (2, "20"), (20, "b"), (19, "q")):
        child.expect_exact("q quit: ")
        assert f"Step {step}/61" in child.before
        child.sendline(line)
    child.expect(pexpect.EOF)
    assert "\x1b[?1049h" not in child.before
    child.close()
    assert child.exitstatus == 0


def test_without_a_terminal_the_whole_derivation_is_printed() -> None:
    assert good("solve", "exercise", "--play") == good("solve", "exercise")


@pytest.mark.parametrize("other", [["--json"], ["--symbolic"], ["-o", "x.md"], ["--format", "md"]])
def test_what_cannot_be_walked_through_is_refused(other: list[str]) -> None:
    done = run("solve", "exercise", "--play", *other)
    assert done.code == 2
    assert "--play" in done.err
    assert other[0] in done.err
