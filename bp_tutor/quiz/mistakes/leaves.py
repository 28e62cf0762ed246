"""The entries in the formulas of mistakes, with what is the same of them for every student."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bp_tutor.solve.rounding import round_quickly

if TYPE_CHECKING:
    from bp_tutor.formula import Address
    from bp_tutor.quiz.entry_graph import EntryGraph
    from bp_tutor.quiz.mistakes.printed import PrintedValues

Numbers = tuple[float, ...]
"""One for each of the entries."""


class Leaves:
    """Entries of an update, with their values as nobody's answer has changed them."""

    def __init__(
        self, addresses: tuple[Address, ...], graph: EntryGraph, printed: PrintedValues
    ) -> None:
        self.addresses, self.graph, self._printed = addresses, graph, printed
        self._short: dict[int, Numbers] = {}
        self.quantities = tuple(dict.fromkeys(address.quantity for address in addresses))
        places = {quantity: place for place, quantity in enumerate(self.quantities)}
        self.places = tuple(places[address.quantity] for address in addresses)
        """Which of the quantities each belongs to."""

    @cached_property
    def calculated(self) -> tuple[bool, ...]:
        """Whether each is calculated, here or in an update before."""
        return tuple(map(self.graph.is_calculated, self.addresses))

    @cached_property
    def exact(self) -> Numbers:
        """The values in the trace."""
        return tuple(map(self.graph.exact, self.addresses))

    @cached_property
    def printed(self) -> Numbers:
        """As the page prints them."""
        return tuple(map(self._printed.of, self.addresses, self.exact))

    def short(self, figures: int) -> Numbers:
        """What is calculated, rounded to so many figures."""
        if figures not in self._short:
            self._short[figures] = tuple(
                round_quickly(value, figures, significant=True) if calculated else value
                for value, calculated in zip(self.exact, self.calculated, strict=True)
            )
        return self._short[figures]
