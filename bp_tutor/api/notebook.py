"""In a notebook: `%load_ext bp_tutor`, and a problem file in a cell under `%%bp_tutor`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bp_tutor.api.problem import load

if TYPE_CHECKING:
    from bp_tutor.api.derivation import Derivation


def load_ipython_extension(shell: Any) -> None:
    """Give a notebook the magic `%%bp_tutor`, which solves the problem file in its cell."""
    shell.register_magic_function(solve_cell, "cell", "bp_tutor")


def solve_cell(line: str, cell: str) -> Derivation:
    """The derivation of the problem in a cell; behind the magic may stand `zh`, or `--lang zh`.

    Raises:
        BpTutorError: the problem has mistakes.
    """
    asked = line.strip()
    option = re.fullmatch(r"--lang[\s=]\s*(\S+)", asked)
    return load(f"{cell}\n", lang=option[1] if option else asked or None).solve()
