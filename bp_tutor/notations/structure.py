"""The shape of a network: what it has, and how its units, weights and biases are counted."""

from __future__ import annotations

from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import (
    DERIVATIVE,
    ONE,
    SAMPLE,
    STEP,
    UPDATED,
    VALUE,
    Quantity,
    Role,
    in_graph,
)
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

_UPDATED = (Role.WEIGHT, Role.EDGE, Role.BIAS)
_CONSTANT = (Role.TARGET, Role.RATE, Role.DECAY)
"""What nothing is differentiated by."""


class Structure(Frozen):
    """What a notation must know of a problem to name everything in it.

    `units` counts the units of each layer, inputs first. `unit_names` (a tuple a layer) and
    `weight_names` (canonical identifier, name) are the course's own, where the file gives
    them. `shared_biases` are the layers that share one bias, counted from 1. A computation
    graph gives its `names` instead, and in `loss` the name that is differentiated.
    """

    units: tuple[int, ...] = ()
    samples: int = 1
    unit_names: tuple[tuple[str, ...], ...] = ()
    weight_names: tuple[tuple[str, str], ...] = ()
    shared_biases: tuple[int, ...] = ()
    names: tuple[str, ...] = ()
    arrays: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Of these names, the shapes of those that are arrays."""
    loss: str = ""
    downhill: bool = False
    """Whether what is called a derivative is minus the derivative of the loss."""
    kinds: tuple[str, ...] = ()
    """What kind each layer is, the input left out; empty where all are dense."""
    sources: tuple[tuple[int, ...], ...] = ()
    """The layers from which each layer takes, the input left out; empty: each from the one before.
    """
    edges: tuple[Quantity, ...] = ()
    """The weights of edges by themselves."""
    gaps: tuple[int, ...] = ()
    """The layers into which no matrix of weights leads from the layer before."""
    alone: bool = False
    """Whether there is a loss alone: of a network the outputs only."""
    states: tuple[str, ...] = ()
    """What an optimiser works out for each weight: `v`, `v'`."""
    scalars: tuple[str, ...] = ()
    """Single numbers with a name of their own: parameters, measures, parts of the loss."""

    @property
    def depth(self) -> int:
        """The number of layers, which is also the number of the output layer."""
        return len(self.units)

    def sources_of(self, layer: int) -> tuple[int, ...]:
        """The layers whose outputs reach a layer."""
        return self.sources[layer - 2] if self.sources else (layer - 1,)

    def biases(self, layer: int) -> int:
        """How many biases a layer has."""
        return 1 if layer in self.shared_biases else self.units[layer - 1]

    def roles(self, layer: int) -> tuple[str, ...]:
        """What a layer is, the most special word first."""
        if layer == 1:
            return ("input",)
        if layer < self.depth:
            return ("hidden",)
        return ("only_output", "output") if self.units[-1] == 1 else ("output",)

    def layers(self, role: str) -> range:
        """The layers that have `role`."""
        if role in ("all", "shared"):
            return range(1, self.depth + 1)
        if role == "input":
            return range(1, 2)
        if role == "hidden":
            return range(2, self.depth)
        alone = role != "only_output" or self.units[-1:] == (1,)
        return range(self.depth, self.depth + 1) if alone and self.depth > 1 else range(0)


def values_of(structure: Structure) -> Iterator[Quantity]:
    """Every value of a dense network, layer by layer of each letter; or of a graph."""
    if not structure.units:
        shapes = dict(structure.arrays)
        yield from (in_graph(name, shapes.get(name, ())) for name in structure.names)
        yield Quantity("eta", role=Role.RATE)
        return
    units, rows = structure.units, (SAMPLE, "unit")
    for layer, (before, after) in enumerate(pairwise(units), 1):
        if layer + 1 not in structure.gaps:
            yield Quantity("W", (layer,), (before, after), ("from", "to"), role=Role.WEIGHT)
    yield from structure.edges
    for layer in range(2, structure.depth + 1):
        shape = (1, structure.biases(layer))
        yield Quantity("B", (layer,), shape, (ONE, "unit"), role=Role.BIAS)
    for layer, count in enumerate(units, 1):
        role = Role.INPUT if layer == 1 else Role.ACTIVATION
        yield Quantity("A", (layer,), (structure.samples, count), rows, role=role)
    for layer, count in enumerate(units[1:], 2):
        shape = (structure.samples, count)
        yield Quantity("Z", (layer,), shape, rows, role=Role.WEIGHTED_SUM)
    shape = (structure.samples, units[-1])
    yield Quantity("E", (), shape, rows, role=Role.OUTPUT_LOSS)
    yield Quantity("L", role=Role.LOSS)
    if structure.samples > 1:
        yield Quantity("L", (), (structure.samples,), (SAMPLE,), role=Role.LOSS)
    yield Quantity("Y", (), shape, rows, role=Role.TARGET)
    yield Quantity("eta", role=Role.RATE)
    yield Quantity("lambda", role=Role.DECAY)


def kinds_of(quantity: Quantity) -> tuple[str, ...]:
    """What there is of a value: itself, its derivative, its updated value, its step."""
    if quantity.role in _UPDATED or quantity.role is Role.NODE:
        return VALUE, DERIVATIVE, UPDATED, STEP
    of_samples = quantity.role is Role.LOSS and quantity.shape
    return (VALUE,) if quantity.role in _CONSTANT or of_samples else (VALUE, DERIVATIVE)


def everything_of(structure: Structure) -> Iterator[Quantity]:
    """Values and what is derived from them: also by the optimiser, and single numbers."""
    values = list(values_of(structure))
    yield from values
    for name in structure.scalars:
        bare = name.removesuffix(UPDATED)
        yield Quantity(bare, kind=name[len(bare) :], role=Role.SETTING)
    for kind in (DERIVATIVE, UPDATED, STEP):
        yield from (value.as_kind(kind) for value in values if kind in kinds_of(value))
    for kind in structure.states:
        yield from (value.as_kind(kind) for value in values if UPDATED in kinds_of(value))


def place(number: int, counts: list[int]) -> tuple[int, int] | None:
    """Where item `number` is when groups of `counts` items are counted through, from 1.

    >>> place(4, [2, 3])
    (2, 2)
    """
    if number < 1:
        return None
    for group, count in enumerate(counts, 1):
        if number <= count:
            return group, number
        number -= count
    return None


@cache
def _before(counts: tuple[int, ...]) -> tuple[int, ...]:
    total, before = 0, []
    for count in counts:
        before.append(total)
        total += count
    return tuple(before)


class Counting(Frozen):
    """Numbers given to units, weights and biases by counting through a network.

    `whole_network`: units are counted through all layers, else anew for inputs, hidden
    units and outputs. `by_source`: the weights that leave one unit follow each other,
    else those that arrive at one unit do.
    """

    structure: Structure
    whole_network: bool = False
    by_source: bool = False

    def unit(self, layer: int, unit: int) -> int:
        """The number of a unit."""
        return sum(self.structure.units[self._first(layer) - 1 : layer - 1]) + unit

    def unit_at(self, number: int, role: str) -> tuple[int, int] | None:
        """The layer and unit that have `number`, among the layers of `role`."""
        layers = self.structure.layers(role)
        if not layers:
            return None
        first = 1 if self.whole_network else layers[0]
        found = place(number, list(self.structure.units[first - 1 :]))
        if found is None or found[0] + first - 1 not in layers:
            return None
        return found[0] + first - 1, found[1]

    def _first(self, layer: int) -> int:
        return 1 if self.whole_network else self.structure.layers(self.structure.roles(layer)[0])[0]

    def weight(self, layer: int, source: int, target: int) -> int:
        """The number of the weight that leaves `layer`."""
        ahead, behind = self.structure.units[layer], self.structure.units[layer - 1]
        here = (source - 1) * ahead + target if self.by_source else (target - 1) * behind + source
        return _before(self._weights())[layer - 1] + here

    def weight_at(self, number: int) -> tuple[int, int, int] | None:
        """Layer, source and target of the weight that has `number`."""
        found = place(number, list(self._weights()))
        if found is None:
            return None
        layer, rest = found[0], found[1] - 1
        if self.by_source:
            source, target = divmod(rest, self.structure.units[layer])
        else:
            target, source = divmod(rest, self.structure.units[layer - 1])
        return layer, source + 1, target + 1

    def _weights(self) -> tuple[int, ...]:
        units = self.structure.units
        return tuple(a * b for a, b in pairwise(units))

    def bias(self, layer: int, unit: int) -> int:
        """The number of a bias; a shared one counts once."""
        return sum(self._biases()[: layer - 2]) + unit

    def bias_at(self, number: int) -> tuple[int, int] | None:
        """Layer and unit of the bias that has `number`."""
        found = place(number, self._biases())
        return None if found is None else (found[0] + 1, found[1])

    def _biases(self) -> list[int]:
        return [self.structure.biases(layer) for layer in range(2, self.structure.depth + 1)]
