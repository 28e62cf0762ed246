"""The entries in the formulas of mistakes, with what is the same of them for every student."""

from __future__ import annotations

from functools import cached_property
from operator import itemgetter
from typing import TYPE_CHECKING

from bp_tutor.solve.rounding import round_quickly

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.formula import Address
    from bp_tutor.quiz.entry_graph import EntryGraph

Numbers = tuple[float, ...]
"""One for each of the entries."""


class Leaves:
    """Entries of an update, with their values as nobody's answer has changed them."""

    def __init__(self, addresses: tuple[Address, ...], graph: EntryGraph) -> None:
        self.addresses, self.graph = addresses, graph
        self._whole: Leaves | None = None
        self._taken: Callable[[Numbers], Numbers] | None = None
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
        return tuple(map(self.graph.printed, self.addresses, self.exact))

    def taken_from(self, whole: Leaves) -> Callable[[Numbers], Numbers] | None:
        """Their numbers out of those of others; None where not all of them are there."""
        if whole is self:
            return tuple
        if self._whole is not whole:
            places = {address: place for place, address in enumerate(whole.addresses)}
            found = [places.get(address) for address in self.addresses]
            self._whole, self._taken = whole, None
            if None not in found and len(found) > 1:
                self._taken = itemgetter(*found)
        return self._taken

    def short(self, figures: int) -> Numbers:
        """What is calculated, rounded to so many figures."""
        if figures not in self._short:
            self._short[figures] = tuple(
                round_quickly(value, figures, significant=True) if calculated else value
                for value, calculated in zip(self.exact, self.calculated, strict=True)
            )
        return self._short[figures]
