"""Quantities: the named arrays that formulas speak of."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    Entry = tuple["Quantity", tuple[int, ...]]

SAMPLE = "sample"
ONE = "one"
"""An axis of length 1 that is there for broadcasting only and never shown."""

VALUE, DERIVATIVE, UPDATED, STEP = "", "d", "'", "step"


@dataclass(frozen=True, slots=True, eq=False)
class Quantity:
    """A named array, known by its name alone.

    `symbol` is the canonical letter (`Z`, `A`, `W`, `B`, `E`, `L`, `Y`, `eta`, or a
    name of a computation graph), `place` its layer (1 is the input; `W[1]` is known by
    the layer that it leaves), `axes` what each dimension counts (`sample`, `unit`,
    `from`, `to`, `one`, ...). `kind` tells a value from its derivative of the loss
    (`dZ[2]`), its value after the update (`W'[1]`) and its step (`stepW[1]`).
    """

    symbol: str
    place: tuple[int, ...] = ()
    shape: tuple[int, ...] = ()
    axes: tuple[str, ...] = ()
    kind: str = VALUE
    name: str = field(init=False)
    """The canonical name, `dZ[2]`."""
    _before: str = field(init=False, repr=False)
    """What stands before the index in the name of an entry, `dZ[2,`."""
    _hash: int = field(init=False, repr=False)

    def __post_init__(self) -> None:
        prefix = self.kind.removesuffix(UPDATED)
        bare = f"{prefix}{self.symbol}{self.kind[len(prefix) :]}"
        numbers = ",".join(map(str, self.place))
        name = f"{bare}[{numbers}]" if numbers else bare
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "_before", f"{bare}[{numbers}," if numbers else f"{bare}[")
        object.__setattr__(self, "_hash", hash((name, self.shape)))

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Quantity) and self.name == other.name and self.shape == other.shape
        )

    def __hash__(self) -> int:
        return self._hash

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        size = 1
        for length in self.shape:
            size *= length
        return size

    @property
    def samples(self) -> int:
        """How many samples it holds values for (1 where it does not depend on them)."""
        return self.shape[self.axes.index(SAMPLE)] if SAMPLE in self.axes else 1

    def as_kind(self, kind: str) -> Quantity:
        """The same array as derivative, updated value or step."""
        return Quantity(self.symbol, self.place, self.shape, self.axes, kind)

    def indices(self) -> Iterator[tuple[int, ...]]:
        """Every index in row-major order, counted from 0."""
        return product(*(range(length) for length in self.shape))

    def row_major(self, index: tuple[int, ...]) -> int:
        """The place of an entry among all of them, counted from 0."""
        if len(index) == 2:  # nearly all; a loop over the axes takes three times as long
            return index[0] * self.shape[1] + index[1]
        place = 0
        for position, length in zip(index, self.shape, strict=True):
            place = place * length + position
        return place

    def shown_index(self, index: tuple[int, ...]) -> tuple[tuple[int, ...], int | None]:
        """What a reader sees of `index`, counted from 1: the places, and the sample if several."""
        places: list[int] = []
        sample = None
        for axis, length, position in zip(self.axes, self.shape, index, strict=True):
            if axis == SAMPLE:
                sample = position + 1 if length > 1 else None
            elif axis != ONE:
                places.append(position + 1)
        return tuple(places), sample

    def identifier(self, index: tuple[int, ...]) -> str:
        """The canonical identifier of one entry: `W[1,2,3]`, or `Z[2,1]@4` for sample 4."""
        places, sample = self.shown_index(index)
        name = f"{self._before}{','.join(map(str, places))}]" if places else self.name
        return name if sample is None else f"{name}@{sample}"


@dataclass(frozen=True, slots=True, eq=False)
class Ratio(Quantity):
    """The derivative of one entry by another, `dA[2,1]/dZ[2,1]`: a number of its own."""

    upper: tuple[Quantity, tuple[int, ...]] | None = None
    lower: tuple[Quantity, tuple[int, ...]] | None = None

    @classmethod
    def of(cls, upper: Entry, lower: Entry) -> Ratio:
        """The derivative of `upper` by `lower`, each a quantity with an index from 0."""
        names = "/".join(f"d{quantity.identifier(index)}" for quantity, index in (upper, lower))
        return cls(names, upper=upper, lower=lower)
