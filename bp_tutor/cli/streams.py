"""Standard streams that are closed, or that nothing more can be written to."""

from __future__ import annotations

import os
import sys
from typing import Any


def open_all() -> None:
    """A stream in the place of each that was closed before the start (`>&-`).

    Python has None for them, and the next file that is opened would take their number: what
    is printed would go into it. Reading from these gives nothing, and writing to standard
    output fails as it does for other programs.
    """
    # The lowest number that is free is taken, so they are opened in their order.
    if sys.stdin is None:
        sys.stdin = _opened(os.O_RDONLY, "r")
    if sys.stdout is None:
        sys.stdout = _opened(os.O_RDONLY, "w")
    if sys.stderr is None:
        sys.stderr = _opened(os.O_WRONLY, "w")


def _opened(rights: int, mode: str) -> Any:
    number = os.open(os.devnull, rights)
    return open(number, mode, encoding="utf-8", errors="replace")  # noqa: PTH123


def let_go() -> None:
    """Send nowhere what is still to be written, so that Python does not complain at its end."""
    number = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(number, stream.fileno())
    os.close(number)
