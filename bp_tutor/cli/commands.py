"""The table of commands. Each reads its arguments and calls; nothing is calculated here."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

COMMANDS = (
    "solve",
    "why",
    "draw",
    "train",
    "page",
    "quiz",
    "progress",
    "mark",
    "variant",
    "worksheet",
    "check",
    "new",
    "schema",
    "problems",
)
"""The commands, in the order of the help; each is the function of its name in its module."""


def command_named(name: str) -> Callable[..., Any]:
    """The function of a command; its module is read only now."""
    found: Callable[..., Any] = getattr(import_module(f"bp_tutor.cli.{name}"), name)
    return found
