"""A real terminal: colours, widths, pipes that close, and the interrupt key."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time

import pexpect
import pytest

from tests.cli.running import ROOT, good

COLOUR = re.compile(r"\x1b\[[0-9;]*m")
ENVIRONMENT = {
    "PYTHONPATH": str(ROOT),
    "PATH": os.environ.get("PATH", ""),
    "LANG": "en_GB.UTF-8",
    "PYTHONIOENCODING": "utf-8",
    "TERM": "xterm-256color",
}


def on_a_terminal(*arguments: str, columns: int = 80, **environment: str) -> str:
    """What a terminal of so many columns receives."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "bp_tutor", *arguments],
        env={**ENVIRONMENT, **environment},
        dimensions=(50, columns),
        encoding="utf-8",
        timeout=60,
    )
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    return str(child.before).replace("\r\n", "\n")


@pytest.mark.parametrize("form", ["index", "matrix"])
def test_colours_come_and_change_nothing_else(form: str) -> None:
    shown = on_a_terminal("solve", "exercise", "--form", form)
    assert len(COLOUR.findall(shown)) > 100
    plain = "\n".join(row.rstrip() for row in COLOUR.sub("", shown).split("\n"))
    assert plain == good("solve", "exercise", "--form", form)
    assert "\x1b" not in COLOUR.sub("", shown)


def test_colours_can_be_turned_off() -> None:
    plain = good("solve", "exercise")
    assert on_a_terminal("solve", "exercise", NO_COLOR="1") == plain
    assert on_a_terminal("solve", "exercise", "--no-color") == plain


def test_an_empty_no_color_says_nothing() -> None:
    assert COLOUR.search(on_a_terminal("solve", "exercise", NO_COLOR=""))


def test_the_page_is_as_wide_as_the_terminal_but_no_wider_than_is_good() -> None:
    for columns, width in ((60, 60), (100, 100), (180, 100), (30, 40)):
        shown = on_a_terminal("solve", "exercise", columns=columns, NO_COLOR="1")
        assert shown == good("solve", "exercise", "--width", str(width))


def test_markup_is_shown_as_it_is(tmp_path: object) -> None:
    source = (ROOT / "problems" / "graph-chain-rule.yaml").read_text(encoding="utf-8")
    path = f"{tmp_path}/t.yaml"
    with open(path, "w", encoding="utf-8") as file:  # noqa: PTH123
        file.write(f"title: '[bold]x[/bold] [/]'\n{source[source.index('graph:') :]}")
    assert "[bold]x[/bold] [/]" in COLOUR.sub("", on_a_terminal("solve", path))


def test_a_long_training_shows_a_bar_and_takes_it_away() -> None:
    shown = on_a_terminal("train", "sigmoid-2-2-2", "--updates", "2000000", "--no-plot")
    assert "Training" in shown
    after = shown[shown.rindex("Loss") :]
    assert "2000000" in after
    assert "━" not in after


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    for line in ("solve digits-784 --json", "solve exercise", "problems", "train exercise"):
        done = subprocess.run(
            ["/bin/sh", "-c", f"'{sys.executable}' -m bp_tutor {line} | head -n 1"],
            env=ENVIRONMENT,
            capture_output=True,
            check=False,
            timeout=60,
        )
        assert done.stderr == b""
        assert done.stdout.count(b"\n") == 1


def test_the_interrupt_key_ends_it_quietly() -> None:
    child = subprocess.Popen(
        [sys.executable, "-m", "bp_tutor", "train", "sigmoid-2-2-2", "--updates", "90000000"],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    time.sleep(1.5)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    assert (child.returncode, out, err) == (130, b"", b"")
