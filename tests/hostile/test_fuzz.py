"""Some of the spoilt files of `fuzz.py`, always the same; `make fuzz` looks at 3,000."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from random import Random

import pytest

from tests.hostile.fuzz import spoilt

ROOT = Path(__file__).parents[2]
COUNT = 12


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not parted like this there")
def test_no_command_breaks_down_over_a_spoilt_file() -> None:
    # In a process that holds nothing else, since memory is measured; time only by `make fuzz`.
    done = subprocess.run(
        [sys.executable, "-m", "tests.hostile.fuzz", str(COUNT), "0", "inf"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, f"{COUNT} files, 0 findings\n"), done


def test_files_are_spoilt_by_their_number_alone() -> None:
    first = [spoilt(Random(number)) for number in range(COUNT)]  # noqa: S311
    assert first == [spoilt(Random(number)) for number in range(COUNT)]  # noqa: S311
    assert len(set(first)) == COUNT
