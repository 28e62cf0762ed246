"""An update calculated again from some point on, with other numbers there."""

from __future__ import annotations

from array import array
from functools import cached_property
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.entry_line import as_code
from bp_tutor.quiz.kept import once_each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bp_tutor.formula import Address, Quantity
    from bp_tutor.quiz.entry_graph import EntryGraph

    Rounding = Callable[[float], float]


class _Part(NamedTuple):
    """The lines of one quantity as one function."""

    inputs: tuple[int, ...]
    """Where its numbers stand among the values."""
    run: Callable[..., tuple[float, ...]]
    start: int
    """Where the values that it gives begin."""


class Recalculation:
    """The lines of an update as functions, so that what is below a changed entry is known soon."""

    def __init__(self, graph: EntryGraph) -> None:
        self._graph = graph

    @cached_property
    def _calculated(self) -> tuple[Quantity, ...]:
        steps = self._graph.steps.items()
        return tuple(quantity for quantity, step in steps if step.value is not None)

    @cached_property
    def entries(self) -> tuple[Address, ...]:
        """Everything that is calculated, in the order of the calculation."""
        return tuple(entry for quantity in self._calculated for entry in quantity.addresses())

    @cached_property
    def places(self) -> dict[Address, int]:
        """Where each of them stands among the values."""
        return {address: place for place, address in enumerate(self.entries)}

    def values(self, rounding: Rounding | None = None) -> array[float] | None:
        """The values of all entries; None where one has none.

        On paper each is rounded before it is used again (`rounding`).
        """
        return self._through(self._calculated, [0.0] * len(self.entries), rounding)

    def changed(
        self, values: array[float], by: Mapping[Address, float], rounding: Rounding | None = None
    ) -> array[float] | None:
        """The same values with these numbers put in, and with what follows from them."""
        found = values.tolist()
        for address, number in by.items():
            found[self.places[address]] = number if rounding is None else rounding(number)
        quantities = {address.quantity for address in by}
        below = {one for quantity in quantities for one in self._graph.results(quantity)}
        return self._through((one for one in self._calculated if one in below), found, rounding)

    def _through(
        self, quantities: Iterable[Quantity], values: list[float], rounding: Rounding | None
    ) -> array[float] | None:
        """The values with those of some quantities worked out anew, in their order."""
        known = [*values, *self._given.values()]
        try:
            for quantity in quantities:
                inputs, run, start = self._part(quantity)
                found = run(1, *[known[place] for place in inputs])
                if rounding is not None:
                    found = tuple(map(rounding, found))
                known[start : start + len(found)] = found
        except (ValueError, OverflowError, ZeroDivisionError):
            return None
        calculated = known[: len(values)]
        return array("d", calculated) if all(map(isfinite, calculated)) else None

    @cached_property
    def _given(self) -> dict[Address, float]:
        """What is given; it stands behind the values."""
        graph = self._graph
        given = [quantity for quantity in graph.run.values if quantity not in graph.steps]
        return {entry: graph.exact(entry) for one in given for entry in one.addresses()}

    @cached_property
    def _all_places(self) -> dict[Address, int]:
        return {address: place for place, address in enumerate((*self.entries, *self._given))}

    @once_each
    def _part(self, quantity: Quantity) -> _Part:
        lines = [self._graph.line(entry) for entry in quantity.addresses()]
        entries = tuple(dict.fromkeys(entry for line in lines for entry in line.entries))
        return _Part(
            tuple(self._all_places[entry] for entry in entries),
            as_code(entries, [line.formula for line in lines]),
            self.places[next(quantity.addresses())],
        )
