"""The values of an update as they stand on the page, each rounded once."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bp_tutor.formula import Address
    from bp_tutor.quiz.entry_graph import EntryGraph


class PrintedValues:
    """The values of an update as they stand on the page."""

    def __init__(self, graph: EntryGraph) -> None:
        self._graph = graph
        self._printed: dict[Address, float] = {}

    def of(self, address: Address, value: float) -> float:
        """A value as the page prints it; what is given stands there in full."""
        graph = self._graph
        if not graph.is_calculated(address):
            return value
        if value != graph.exact(address):
            return graph.page.settings.shown(graph.run, address.quantity, value).value
        if address not in self._printed:
            self._printed[address] = graph.page.settings.result(graph.run, *address).value
        return self._printed[address]
