"""A full disk, a closed stream, a reader that has left: a word and an exit code, no traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import ROOT

FULL = Path("/dev/full")
pytestmark = pytest.mark.skipif(not FULL.exists(), reason="no disk that is always full")

ANSWERS = 'student,id,value\nada,"dZ[4,1]",-0.0819\n'
LINES = [
    ("solve", "exercise"),
    ("solve", "exercise", "--json"),
    ("solve", "exercise", "--format", "typ"),
    ("solve", "exercise", "--code", "numpy"),
    ("why", "exercise", "Z[2,1]"),
    ("mark", "exercise", "a.csv"),
    ("mark", "exercise", "a.csv", "--csv"),
    ("mark", "exercise", "a.csv", "--json"),
    ("quiz", "exercise"),
    ("check", "exercise"),
    ("check", "exercise", "--json"),
    ("variant", "exercise"),
    ("train", "exercise", "--csv"),
    ("page", "exercise", "-o", "a.html"),
    ("worksheet", "exercise", "-o", "a.typ"),
    ("progress",),
    ("problems",),
    ("schema",),
    ("--help",),
    ("--version",),
]
"""Each command, as it prints something."""


def started(
    folder: Path, line: tuple[str, ...], shell: str = "", lang: str = "en_GB.UTF-8"
) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own, behind what a shell says of its streams."""
    environment = {
        "PYTHONPATH": str(ROOT), "PATH": os.environ.get("PATH", ""), "LANG": lang,
        "HOME": str(folder), "PYTHONIOENCODING": "utf-8",
    }  # fmt: skip
    (folder / "a.csv").write_text(ANSWERS, encoding="utf-8")
    command = ["/bin/sh", "-c", f'"$@" {shell}', "sh", sys.executable, "-m", "bp_tutor", *line]
    return subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        check=False, timeout=120,
    )  # fmt: skip


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_a_full_disk_behind_standard_output(line: tuple[str, ...], tmp_path: Path) -> None:
    done = started(tmp_path, line, ">/dev/full")
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1] == "cannot write the output (the disk is full)"
    assert b"Traceback" not in done.stderr
    assert b"Exception" not in done.stderr


def test_it_is_said_in_the_language_of_the_reader(tmp_path: Path) -> None:
    done = started(tmp_path, ("solve", "exercise"), ">/dev/full", lang="zh_CN.UTF-8")
    assert done.stderr.decode() == "无法写出结果（磁盘已满）\n"


@pytest.mark.parametrize("line", [("solve", "exercise"), ("variant", "exercise"), ("progress",)])
def test_standard_output_that_is_closed(line: tuple[str, ...], tmp_path: Path) -> None:
    done = started(tmp_path, line, ">&-")
    assert done.returncode == 2
    assert done.stderr.decode().splitlines()[-1] == "cannot write the output (it is closed)"


@pytest.mark.parametrize(
    "shell", [">/dev/full 2>/dev/full", "2>&- >&- <&-", ">/dev/full 2>&-", "2>/dev/full >&-"]
)
def test_nobody_hears_anything(shell: str, tmp_path: Path) -> None:
    done = started(tmp_path, ("solve", "exercise"), shell)
    assert (done.returncode, done.stdout, done.stderr) == (2, b"", b"")


def test_what_is_printed_never_gets_into_a_file_that_took_the_place_of_a_stream(
    tmp_path: Path,
) -> None:
    done = started(tmp_path, ("page", "exercise", "-o", "a.html"), ">&- 2>&- <&-")
    assert done.returncode == 2
    assert (tmp_path / "a.html").read_text(encoding="utf-8").endswith("</html>\n")


def test_a_reader_that_has_seen_enough(tmp_path: Path) -> None:
    done = started(tmp_path, ("solve", "lstm-step", "--updates", "20"), "| head -1")
    assert done.stderr == b""
    assert len(done.stdout.splitlines()) == 1


@pytest.mark.parametrize("stream", ["/dev/full"])
@pytest.mark.parametrize(
    "line",
    [
        ("solve", "exercise", "--format", "md", "-o"),
        ("solve", "exercise", "--json", "-o"),
        ("schema", "-o"),
        ("variant", "exercise", "-o"),
        ("progress", "--export"),
    ],
    ids=" ".join,
)
def test_a_file_on_a_full_disk(line: tuple[str, ...], stream: str, tmp_path: Path) -> None:
    done = started(tmp_path, (*line, stream))
    assert done.returncode == 2
    said = done.stderr.decode().splitlines()[-1]
    assert said == "cannot write /dev/full (the disk is full)"
