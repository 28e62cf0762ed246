"""Somebody to talk to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from bp_tutor.explain import Block, Presentation


class Talk(Protocol):
    """Somebody to talk to, line by line."""

    def say(self, text: str, look: str = "") -> None:
        """A sentence."""

    def show(self, block: Block, reader: Presentation | None = None) -> None:
        """A line of a derivation or a table, as a reader sees them; a table of texts needs none."""

    def ask(self, prompt: str) -> str | None:
        """A line that was typed; None at the end of input."""
