"""The table of commands. Each reads its arguments and calls; nothing is calculated here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.cli.problems import problems
from bp_tutor.cli.solve import solve
from bp_tutor.cli.train import train
from bp_tutor.cli.why import why

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS: dict[str, Callable[..., Any]] = {
    "solve": solve,
    "why": why,
    "train": train,
    "problems": problems,
}
