"""An update calculated again from some point on, with other numbers there."""

from __future__ import annotations

from array import array
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING

from bp_tutor.formula import Address, Entry, Quantity, replace
from bp_tutor.formula.compiling import compile_scalars

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bp_tutor.formula import Formula
    from bp_tutor.quiz.entry_graph import EntryGraph

    Rounding = Callable[[float], float]


class Recalculation:
    """All lines of an update as one function, in which any entry can be given another number."""

    def __init__(self, graph: EntryGraph) -> None:
        self._graph = graph
        self._put_in: Mapping[str, float] = {}
        self._rounding: Rounding | None = None

    @cached_property
    def entries(self) -> tuple[Address, ...]:
        """Everything that is calculated, in the order of the calculation."""
        return tuple(
            address
            for quantity, step in self._graph.steps.items()
            if step.value is not None
            for address in quantity.addresses()
        )

    @cached_property
    def places(self) -> dict[Address, int]:
        """Where each of them stands among the values."""
        return {address: place for place, address in enumerate(self.entries)}

    def values(
        self, changed: Mapping[Address, float], rounding: Rounding | None = None
    ) -> array[float] | None:
        """The values of all entries with these put in; None where one has none.

        On paper each is rounded before it is used again (`rounding`).
        """
        self._put_in = {self._names[address].name: value for address, value in changed.items()}
        self._rounding = rounding
        try:
            found = self._run(1, *self._given)
        except (ValueError, OverflowError, ZeroDivisionError):
            return None
        return array("d", found) if all(map(isfinite, found)) else None

    @cached_property
    def _names(self) -> dict[Address, Quantity]:
        """A number of its own for each entry."""
        return {address: Quantity("m", (place,)) for address, place in self.places.items()}

    @cached_property
    def _inputs(self) -> dict[Address, Quantity]:
        graph = self._graph
        given = [quantity for quantity in graph.run.values if quantity not in graph.steps]
        entries = [address for quantity in given for address in quantity.addresses()]
        return {address: Quantity("g", (place,)) for place, address in enumerate(entries)}

    @cached_property
    def _given(self) -> tuple[float, ...]:
        return tuple(map(self._graph.exact, self._inputs))

    @cached_property
    def _run(self) -> Callable[..., tuple[float, ...]]:
        known = {**self._inputs, **self._names}

        def named(node: Formula) -> Formula | None:
            if not isinstance(node, Entry):
                return None
            return Entry(known[Address(node.quantity, node.index)], ())

        lines = [
            (self._names[address], replace(self._graph.formula(address), named))
            for address in self.entries
        ]
        names = list(self._names.values())
        return compile_scalars(list(self._inputs.values()), lines, names, (), self._chosen)

    def _chosen(self, quantity: Quantity, number: float) -> float:
        """The number that was put in for an entry, else its own."""
        found = self._put_in.get(quantity.name, number)
        return found if self._rounding is None else self._rounding(found)
