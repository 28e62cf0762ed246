"""Questions as the course writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.quiz import Context


class Called:
    """Answers by the symbols of the course, `Z₂₁`; of a later update `Z₂₁#2`."""

    def __init__(self, contexts: Sequence[Context]) -> None:
        self._contexts = contexts
        self._known: dict[str, str] = {}

    def __getitem__(self, full_name: str) -> str:
        if full_name not in self._known:
            name, sign, update = full_name.partition("#")
            context = self._contexts[int(update or 1) - 1]
            entry, array = context.graph.find(name), context.graph.array(name)
            if entry is not None:
                name = context.page.name(*entry)
            elif array is not None:
                name = context.page.name(array, None)
            self._known[full_name] = f"{name}{sign}{update}"
        return self._known[full_name]
