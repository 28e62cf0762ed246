"""Some of the spoilt files of `fuzz.py`, always the same; `make fuzz` looks at 3,000."""

from __future__ import annotations

import sys
from random import Random

import pytest

from tests.hostile.fuzz import apart, spoilt

COUNT = 30


@pytest.mark.skipif(sys.platform == "win32", reason="processes are not parted like this there")
@pytest.mark.parametrize("number", range(COUNT))
def test_no_command_breaks_down_over_a_spoilt_file(number: int) -> None:
    assert apart(number) == []


def test_files_are_spoilt_by_their_number_alone() -> None:
    first = [spoilt(Random(number)) for number in range(COUNT)]  # noqa: S311
    assert first == [spoilt(Random(number)) for number in range(COUNT)]  # noqa: S311
    assert len(set(first)) == COUNT
