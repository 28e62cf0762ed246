"""The table of commands. Each reads its arguments and calls; nothing is calculated here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bp_tutor.cli.problems import problems
from bp_tutor.cli.solve import solve
from bp_tutor.cli.train import train
from bp_tutor.cli.why import why

COMMANDS: dict[str, Callable[..., Any]] = {
    "solve": solve,
    "why": why,
    "train": train,
    "problems": problems,
}
