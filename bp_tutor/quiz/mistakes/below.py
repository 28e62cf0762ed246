"""An update calculated again from some point on, with other numbers there."""

from __future__ import annotations

from array import array
from functools import cached_property
from math import isfinite
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.entry_line import as_code
from bp_tutor.quiz.kept import once_each

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bp_tutor.formula import Address, Quantity
    from bp_tutor.quiz.entry_graph import EntryGraph

    Rounding = Callable[[float], float]


class _Part(NamedTuple):
    """The lines of one quantity as one function."""

    inputs: Callable[[list[float]], Sequence[float]]
    """Its numbers out of all values."""
    run: Callable[..., tuple[float, ...]]
    place: slice
    """Where the values that it gives stand."""


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
        parts = map(self._part, self._calculated)
        return self._through(parts, [0.0] * len(self.entries), rounding)

    def changed(
        self, values: array[float], by: Mapping[Address, float], rounding: Rounding | None = None
    ) -> array[float] | None:
        """The same values with these numbers put in, and with what follows from them.

        They are the `values` with this very rounding: what has the same numbers put in stays.
        """
        found = values.tolist()
        for address, number in by.items():
            found[self.places[address]] = number if rounding is None else rounding(number)
        parts = self._parts_below(frozenset(address.quantity for address in by))
        return self._through(parts, found, rounding, values.tolist())

    @once_each
    def _parts_below(self, changed: frozenset[Quantity]) -> tuple[_Part, ...]:
        """The lines that depend on some quantities, in their order."""
        below = {one for quantity in changed for one in self._graph.results(quantity)}
        return tuple(self._part(one) for one in self._calculated if one in below)

    def _through(
        self,
        parts: Iterable[_Part],
        values: list[float],
        rounding: Rounding | None,
        before: list[float] | None = None,
    ) -> array[float] | None:
        """The values with those of some quantities worked out anew, in their order.

        Where a line has the numbers that it had `before`, its value is what it was.
        """
        known = [*values, *self._given.values()]
        known_before = None if before is None else [*before, *self._given.values()]
        try:
            for inputs, run, place in parts:
                numbers = inputs(known)
                if known_before is not None and numbers == inputs(known_before):
                    continue
                found = run(1, *numbers)
                known[place] = found if rounding is None else map(rounding, found)
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
        places = [self._all_places[entry] for entry in entries]
        start = self.places[next(quantity.addresses())]
        return _Part(
            _taking(places),
            as_code(entries, [line.formula for line in lines]),
            slice(start, start + len(lines)),
        )


def _taking(places: Sequence[int]) -> Callable[[list[float]], Sequence[float]]:
    """The numbers at some places of a list."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda numbers: [numbers[place] for place in places]
