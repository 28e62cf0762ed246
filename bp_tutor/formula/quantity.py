"""Quantities and addresses: the named arrays that formulas speak of, and single numbers in them."""

from __future__ import annotations

from enum import Enum
from itertools import islice, product
from math import inf
from typing import TYPE_CHECKING, NamedTuple, NoReturn, Self

if TYPE_CHECKING:
    from collections.abc import Iterator

    Index = tuple[int, ...]

SAMPLE = "sample"
ONE = "one"
"""An axis of length 1 that is there for broadcasting only and never shown."""

VALUE, DERIVATIVE, UPDATED, STEP = "", "d", "'", "step"
OUTSIDE = "g"
"""The part of a derivative that comes from outside a layer through time, not by a later step."""
STARTS = (DERIVATIVE, OUTSIDE)
"""What a backward pass may start at, where it is given."""


class Role(Enum):
    """What a quantity is to its network: said where it is made, never read off its letter.

    What is derived from it has its role as well: the derivative of a weighted sum is a delta.
    """

    INPUT = "input"
    WEIGHT = "weight"
    RECURRENT_WEIGHT = "recurrent weight"
    """Of a state by itself, one step later: known by its own layer, not by the one it leaves."""
    EDGE = "weight of an edge"
    """A weight by itself: known by the layer and unit that its edge leaves and by those it reaches,
    the layer that it reaches left out where that is the next one."""
    BIAS = "bias"
    SCALE = "scale"
    """Learnt numbers that are no weights, such as factors: they are not decayed."""
    INITIAL_STATE = "initial state"
    INITIAL_CELL_STATE = "initial cell state"
    RUNNING = "running value"
    """What a layer keeps from update to update by a formula of its own."""
    FIXED = "fixed"
    """Numbers of a layer that nothing changes: which units are dropped, waves for positions."""
    CELL_STATE = "cell state"
    """What a layer through time keeps for itself."""
    WEIGHTED_SUM = "weighted sum"
    SCORE = "score"
    """What softmax makes shares of: removed by a mask it is minus infinity."""
    SHARE = "share"
    """What softmax makes of scores; removed by a mask it is 0."""
    GATE = "gate"
    """What an activation makes inside a layer."""
    ACTIVATION = "activation"
    """What an activation makes and the layer hands on."""
    OUTPUT = "output"
    """What a layer hands on otherwise: pooled, flattened, blended."""
    INNER = "inner"
    """Any other value on the way through a layer."""
    TARGET = "target"
    OUTPUT_LOSS = "output loss"
    LOSS = "loss"
    LOSS_PART = "loss part"
    LOSS_WEIGHT = "loss weight"
    """How much the loss of an output counts, beside those of others."""
    MEASURE = "measure"
    RATE = "learning rate"
    DECAY = "weight decay"
    SETTING = "setting"
    """A number of the optimiser: its parameters, the count of updates."""
    LEAF = "leaf"
    """A given number of a computation graph."""
    NODE = "node"
    """A value that a computation graph calculates."""
    HELPER = "helper"
    """A name that a calculation needs for itself; no reader sees it."""


WEIGHTS = (Role.WEIGHT, Role.RECURRENT_WEIGHT, Role.EDGE)
SIGNALS = (Role.INPUT, Role.ACTIVATION, Role.OUTPUT)
"""What reaches a layer: the inputs, and what each layer hands on."""
CELL_STATES = (Role.CELL_STATE, Role.INITIAL_CELL_STATE)
FIRST_STATES = (Role.INITIAL_STATE, Role.INITIAL_CELL_STATE)
OVER_LAYERS = 4
"""How many numbers the place of an edge over layers has: `W[2,1,4,3]`."""
OF_OUTPUTS = (Role.TARGET, Role.OUTPUT_LOSS, Role.LOSS_WEIGHT)
"""What stands beside the outputs, counted as they are: its place is the time step."""


class Quantity(str):
    """A named array, known by its name and shape alone.

    `symbol` is the canonical letter (`Z`, `A`, `W`, `B`, `E`, `L`, `Y`, `eta`, or a
    name of a computation graph), `place` its layer (1 is the input; `W[1]` is known by
    the layer that it leaves), `axes` what each dimension counts (`sample`, `unit`,
    `from`, `to`, `one`, ...). `kind` tells a value from its derivative of the loss
    (`dZ[2]`), its value after the update (`W'[1]`) and its step (`stepW[1]`). What a mask has
    `removed` is no number: no line gives it, and nobody is asked for it.
    """

    # It is the text of its name and shape, which is hashed once and compared without Python:
    # what a student answered is looked up by quantities some hundred times an answer.

    __slots__ = ("_before", "axes", "kind", "name", "place", "removed", "role", "shape", "symbol")

    symbol: str
    place: tuple[int, ...]
    shape: tuple[int, ...]
    axes: tuple[str, ...]
    kind: str
    role: Role
    removed: frozenset[Index]
    name: str
    """The canonical name, `dZ[2]`."""
    _before: str
    """What stands before the index in the name of an entry, `dZ[2,`."""

    def __new__(
        cls,
        symbol: str,
        place: tuple[int, ...] = (),
        shape: tuple[int, ...] = (),
        axes: tuple[str, ...] = (),
        kind: str = VALUE,
        role: Role = Role.HELPER,
        removed: frozenset[Index] = frozenset(),
    ) -> Self:
        put = object.__setattr__
        bare = head_of(symbol, kind)
        numbers = ",".join(map(str, place))
        name = f"{bare}[{numbers}]" if numbers else bare
        self = super().__new__(cls, f"{name} {shape}")
        put(self, "symbol", symbol)
        put(self, "place", place)
        put(self, "shape", shape)
        put(self, "axes", axes)
        put(self, "kind", kind)
        put(self, "role", role)
        put(self, "removed", removed)
        put(self, "name", name)
        put(self, "_before", f"{bare}[{numbers}," if numbers else f"{bare}[")
        return self

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"{name} of a quantity does not change")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r}, {self.shape})"

    @property
    def head(self) -> str:
        """The name without its numbers, `dZ`: what all layers' quantities of a kind share."""
        return self.name.partition("[")[0]

    @property
    def layer(self) -> int | None:
        """The number of the layer it belongs to; None where it belongs to none, as a loss."""
        if not self.place or self.role in OF_OUTPUTS:
            return None
        if self.role is Role.EDGE and len(self.place) == OVER_LAYERS:
            return self.place[2]
        return self.place[0] + (self.role in (Role.WEIGHT, Role.EDGE))

    @property
    def step(self) -> int | None:
        """The number of its time step, where there are several."""
        if self.role is Role.EDGE:
            return None
        steps = self.place if self.role in OF_OUTPUTS else self.place[1:]
        return steps[0] if steps else None

    @property
    def is_weight(self) -> bool:
        """Whether it is a weight, or what is derived from one."""
        return self.role in WEIGHTS

    @property
    def is_delta(self) -> bool:
        """Whether it is the derivative by a weighted sum."""
        return self.role is Role.WEIGHTED_SUM and self.kind == DERIVATIVE

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
        if kind == self.kind:
            return self
        return Quantity(
            self.symbol, self.place, self.shape, self.axes, kind, self.role, self.removed
        )

    @property
    def of_one_sample(self) -> Quantity:
        """The same array as it is for one sample alone."""
        shape = tuple(
            1 if axis == SAMPLE else length
            for axis, length in zip(self.axes, self.shape, strict=True)
        )
        if shape == self.shape:
            return self
        return Quantity(self.symbol, self.place, shape, self.axes, self.kind, self.role)

    @property
    def transposed(self) -> Quantity:
        """The same array with rows and columns exchanged, under the same name."""
        removed = frozenset(index[::-1] for index in self.removed)
        shape, axes = self.shape[::-1], self.axes[::-1]
        return Quantity(self.symbol, self.place, shape, axes, self.kind, self.role, removed)

    @property
    def instead(self) -> float:
        """What stands where a mask has removed something: no score, no share, no derivative."""
        return -inf if self.role is Role.SCORE and self.kind == VALUE else 0.0

    def places(self) -> Iterator[Index]:
        """Every index in row-major order, counted from 0; of what is removed as well."""
        return product(*(range(length) for length in self.shape))

    def indices(self) -> Iterator[Index]:
        """Every index at which there is a number, in row-major order, counted from 0."""
        if not self.removed:
            return self.places()
        return (index for index in self.places() if index not in self.removed)

    def whole(self, numbers: Iterator[float]) -> tuple[float, ...]:
        """Everything that stands in it in row-major order; `numbers` gives those of `indices`."""
        if not self.removed:
            return tuple(islice(numbers, self.size))
        return tuple(
            self.instead if index in self.removed else next(numbers) for index in self.places()
        )

    def addresses(self) -> Iterator[Address]:
        """Every number of it in row-major order."""
        return (Address(self, index) for index in self.indices())

    def row_major(self, index: Index) -> int:
        """The place of an entry among all of them, counted from 0."""
        if len(index) == 2:  # nearly all; a loop over the axes takes three times as long
            return index[0] * self.shape[1] + index[1]
        place = 0
        for position, length in zip(index, self.shape, strict=True):
            place = place * length + position
        return place

    def shown_index(self, index: Index) -> tuple[Index, int | None]:
        """What a reader sees of `index`, counted from 1: the places, and the sample if several."""
        places: list[int] = []
        sample = None
        for axis, length, position in zip(self.axes, self.shape, index, strict=True):
            if axis == SAMPLE:
                sample = position + 1 if length > 1 else None
            elif axis != ONE:
                places.append(position + 1)
        return tuple(places), sample

    def identifier(self, index: Index) -> str:
        """The canonical identifier of one entry: `W[1,2,3]`, or `Z[2,1]@4` for sample 4."""
        places, sample = self.shown_index(index)
        name = f"{self._before}{','.join(map(str, places))}]" if places else self.name
        return name if sample is None else f"{name}@{sample}"


def in_graph(name: str, shape: tuple[int, ...] = (), role: Role = Role.NODE) -> Quantity:
    """A quantity of a computation graph: one number, or an array of rows and columns."""
    axes = tuple(
        axis if length > 1 else ONE for axis, length in zip(("row", "column"), shape, strict=False)
    )
    return Quantity(name, (), shape, axes, role=role)


def head_of(symbol: str, kind: str) -> str:
    """The name of a quantity without its numbers: `dZ`, `W'`, `vw'`."""
    prefix = kind.removesuffix(UPDATED)
    return f"{prefix}{symbol}{kind[len(prefix) :]}"


class Address(NamedTuple):
    """Where one number stands: its quantity, and its index there, counted from 0.

    >>> weights = Quantity("W", (1,), (3, 2), ("from", "to"), role=Role.WEIGHT)
    >>> address = Address(weights, (2, 0))
    >>> address.identifier, address.offset, address.role.value
    ('W[1,3,1]', 4, 'weight')
    """

    quantity: Quantity
    index: Index = ()  # type: ignore[assignment]  # not the method of tuples

    @property
    def identifier(self) -> str:
        """Its canonical spelling, by which it is known everywhere: `W[1,2,3]`, `Z[2,1]@4`."""
        return self.quantity.identifier(self.index)

    @property
    def offset(self) -> int:
        """Its place among the numbers of its quantity, in row-major order."""
        return self.quantity.row_major(self.index)

    @property
    def role(self) -> Role:
        """What its quantity is to the network."""
        return self.quantity.role

    @property
    def numbers(self) -> Index:
        """The numbers that a reader sees beside those of the quantity, counted from 1."""
        return self.quantity.shown_index(self.index)[0]

    @property
    def sample(self) -> int | None:
        """The sample that it belongs to, counted from 1; None where there are not several."""
        return self.quantity.shown_index(self.index)[1]

    def as_kind(self, kind: str) -> Address:
        """The same place in the derivative, the updated value or the step."""
        return Address(self.quantity.as_kind(kind), self.index)


class PartialDerivative(Quantity):
    """The derivative of one number by another, `dA[2,1]/dZ[2,1]`: a number of its own."""

    __slots__ = ("of", "over")

    of: Address
    over: Address

    def __new__(cls, of: Address, over: Address) -> Self:
        self = super().__new__(cls, f"d{of.identifier}/d{over.identifier}")
        object.__setattr__(self, "of", of)
        object.__setattr__(self, "over", over)
        return self

    @property
    def head(self) -> str:
        """The whole name: it has no numbers of its own."""
        return self.name
