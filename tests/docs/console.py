"""Console blocks: run as a reader would type them, and compared line by line.

A line that is only `…` stands for any lines left out.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterable
from difflib import SequenceMatcher
from pathlib import Path
from typing import NamedTuple

from tests.docs.blocks import ROOT, Block, blocks

LEFT_OUT = "…"
SEPARATOR = "\x1e"
PROMPT = "$ "


class Exchange(NamedTuple):
    """A command as typed, and what the document says it prints."""

    command: str
    output: list[str]


def exchanges(text: str) -> list[Exchange]:
    """The commands of a console block, each with the lines under it."""
    found: list[Exchange] = []
    for line in text.splitlines():
        if line.startswith(PROMPT):
            found.append(Exchange(line.removeprefix(PROMPT), []))
        else:
            assert found, f"a console block begins with a command, not with {line!r}"
            found[-1].output.append(line)
    return found


MADE = re.compile(r"(?:>|--out|-o)\s+([^\s'|]+)")


def made_before(block: Block) -> list[Block]:
    """The blocks before it, of the same document, that make files which it goes on with."""
    text, found = block.text, list[Block]()
    earlier = [one for one in blocks("console") if one.path == block.path and one.line < block.line]
    for one in reversed(earlier):
        names = {*MADE.findall(one.text)} - {*MADE.findall(text)}
        if any(re.search(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])", text) for name in names):
            found.insert(0, one)
            text += one.text
    return found


def run_block(block: Block, folder: Path, programs: Path | None = None) -> list[list[str]]:
    """What each command of a block prints, behind those before it that make its files."""
    before = [each.command for one in made_before(block) for each in exchanges(one.text)]
    commands = [*before, *(each.command for each in exchanges(block.text))]
    return run(commands, folder, programs=programs)[len(before) :]


def run(
    commands: list[str], folder: Path, program: Path = ROOT, programs: Path | None = None
) -> list[list[str]]:
    """What each command prints, run one after another in one shell.

    `program` is the checkout that runs, unless `programs` holds an installed `bp-tutor`.
    """
    kept = {"BP_TUTOR_HOME": str(folder / ".kept")}
    if programs is None:
        kept["PYTHONPATH"] = str(program)
        programs = _programs(folder)
    lines = []
    for command in commands:
        lines += [command, "code=$?", f"printf '{SEPARATOR}'", "(exit $code)"]
    done = subprocess.run(
        ["/bin/sh", "-c", "\n".join(lines)],
        cwd=folder,
        env={
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUTF8": "1",
            "LANG": "C.UTF-8",
            **kept,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    parts = done.stdout.decode().split(SEPARATOR)[:-1]
    return [[line.rstrip() for line in part.splitlines()] for part in parts]


def _programs(folder: Path) -> Path:
    """Where `bp-tutor` and `python` are those of the tests."""
    programs = folder / ".bin"
    programs.mkdir(exist_ok=True)
    start = "from bp_tutor.cli.app import main; main()"
    for name, arguments in (("bp-tutor", f'-c "{start}" "$@"'), ("python", '"$@"')):
        script = programs / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" {arguments}\n')
        script.chmod(0o755)
    return programs


def fits(told: list[str], printed: list[str]) -> bool:
    """Whether the printed lines are those that the document tells, but for lines left out."""
    pattern = "".join(
        r"(?:.*\n)*?" if line.strip() == LEFT_OUT else re.escape(line.rstrip()) + r"\n"
        for line in told
    )
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def refreshed(told: list[str], printed: list[str]) -> list[str]:
    """The told lines as they are printed now: each run of them moved to its likest place."""
    if LEFT_OUT not in (line.strip() for line in told):
        return printed
    new: list[str] = []
    start = 0
    runs = [list(run) for run in _runs(told)]
    for run_lines in runs:
        if run_lines == [LEFT_OUT]:
            new.append(LEFT_OUT)
            continue
        size = len(run_lines)
        places: Iterable[int] = range(start, len(printed))
        if run_lines is runs[0]:
            places = [0]
        elif run_lines is runs[-1]:
            places = [len(printed) - size]
        best = max(places, key=lambda at: _likeness(run_lines, printed[at : at + size]), default=0)
        new += printed[best : best + size]
        start = best + size
    return new


def _runs(told: list[str]) -> list[list[str]]:
    runs: list[list[str]] = [[]]
    for line in told:
        if line.strip() == LEFT_OUT:
            runs += [[LEFT_OUT], []]
        else:
            runs[-1].append(line)
    return [run for run in runs if run]


def _likeness(told: list[str], printed: list[str]) -> float:
    return SequenceMatcher(None, "\n".join(told), "\n".join(printed), autojunk=False).ratio()
