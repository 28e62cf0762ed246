"""Where the program starts: the process, before anything of the program is loaded."""

from __future__ import annotations

import gc
import os
import sys
from typing import Any

YOUNG = 50_000
"""So many new objects before Python looks for garbage that holds itself together."""


def main() -> None:
    """Run the command line."""
    # Python's usual 700 makes it look through everything a hundred times while a short run
    # only loads and builds, and once more at the end, right before all of it goes away.
    gc.set_threshold(YOUNG)
    _open_all()
    try:
        from bp_tutor.cli.app import main as run

        run()
    except KeyboardInterrupt:
        # The key was pressed while the program was still loading.
        sys.exit(130)
    finally:
        gc.freeze()


def _open_all() -> None:
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
    return os.fdopen(number, mode, encoding="utf-8", errors="replace")
