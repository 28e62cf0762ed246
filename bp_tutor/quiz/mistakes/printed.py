"""The values of an update as they stand on the page, each rounded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bp_tutor.formula import Address
    from bp_tutor.quiz.entry_graph import EntryGraph


MOST_KEPT = 10_000


class PrintedValues:
    """The values of an update as they stand on the page."""

    def __init__(self, graph: EntryGraph) -> None:
        self._graph = graph
        self._printed: dict[tuple[Address, float], float] = {}

    def of(self, address: Address, value: float) -> float:
        """A value as the page prints it; what is given stands there in full."""
        graph = self._graph
        if not graph.is_calculated(address):
            return value
        known = self._printed.get((address, value))
        if known is None:
            if len(self._printed) > MOST_KEPT:
                self._printed.clear()
            known = graph.page.settings.shown(graph.run, address.quantity, value).value
            self._printed[address, value] = known
        return known
