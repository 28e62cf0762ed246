"""Time and memory of whole processes, with the standard library alone.

This process stays small: on Linux a child's peak memory starts at that of its parent.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

KIB_PER_UNIT = 1 if sys.platform.startswith("linux") else 1 / 1024
"""`ru_maxrss` counts KiB on Linux and bytes on macOS."""


@dataclass
class Runs:
    """What several runs of one command took."""

    seconds: list[float] = field(default_factory=list)
    mebibytes: list[float] = field(default_factory=list)
    failure: str = ""

    @property
    def time(self) -> float:
        return median(self.seconds)

    @property
    def memory(self) -> float:
        return max(self.mebibytes)


def run_once(command: Sequence[str]) -> tuple[float, float, str]:
    """Seconds, peak MiB, and what went wrong."""
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "", "COLUMNS": "80", "NO_COLOR": "1"}
    start = time.perf_counter()
    child = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=environment,
    )
    assert child.stderr is not None
    complaint = child.stderr.read().decode(errors="replace")
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    child.stderr.close()
    failure = ""
    if child.returncode:
        last = complaint.strip().splitlines()[-1:] or [""]
        failure = f"exit code {child.returncode}: {last[0]}"
    return seconds, usage.ru_maxrss * KIB_PER_UNIT / 1024, failure


def interleaved(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, Runs]:
    """Run every command in turn, `rounds` times, so that a slow minute hits all alike."""
    runs = {name: Runs() for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            if runs[name].failure:
                continue
            seconds, mebibytes, failure = run_once(command)
            runs[name].failure = failure
            if number:  # the first round only warms the caches
                runs[name].seconds.append(seconds)
                runs[name].mebibytes.append(mebibytes)
    return runs
