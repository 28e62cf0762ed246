"""Where the program starts."""

from __future__ import annotations

import gc
import sys

YOUNG = 50_000
"""So many new objects before Python looks for garbage that holds itself together."""


def main() -> None:
    """Run the command line."""
    # Python's usual 700 makes it look through everything a hundred times while a short run
    # only loads and builds, and once more at the end, right before all of it goes away.
    gc.set_threshold(YOUNG)
    try:
        from bp_tutor.cli.app import main as run

        run()
    except KeyboardInterrupt:
        # The key was pressed while the program was still loading.
        sys.exit(130)
    finally:
        gc.freeze()
