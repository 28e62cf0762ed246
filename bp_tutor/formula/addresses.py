"""Canonical identifiers read back: what `dZ[2,1]@3` means among the quantities there are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import ONE, SAMPLE, VALUE, Address, Quantity
from bp_tutor.formula.tokens import upright
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.formula.quantity import Index

LOSS = "L"
LOSS_PARTS = ("L_data", "L_decay")
"""What the loss is the sum of, where weights decay."""
_NUMBER = "(?:0|[1-9][0-9]{0,6})"
_IDENTIFIER = re.compile(
    rf"([^\[\]@]+)(?:\[({_NUMBER}(?:,{_NUMBER})*)\])?(?:@([1-9][0-9]{{0,5}}))?"
)
_TYPED = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {ord(" "): None}
"""What a keyboard may give for a plain character."""


class Identifier(Frozen):
    """A canonical identifier taken apart: `dZ[2,1]@3` is `dZ`, (2, 1), sample 3."""

    head: str
    numbers: Index = ()
    sample: int | None = None

    def __str__(self) -> str:
        numbers = f"[{','.join(map(str, self.numbers))}]" if self.numbers else ""
        return f"{self.head}{numbers}" + ("" if self.sample is None else f"@{self.sample}")


def taken_apart(text: str) -> Identifier | None:
    """A text of the form of an identifier, whether there is such a quantity or not."""
    found = _IDENTIFIER.fullmatch(upright(text).translate(_TYPED))
    if found is None:
        return None
    numbers = tuple(map(int, found[2].split(","))) if found[2] else ()
    return Identifier(found[1], numbers, int(found[3]) if found[3] else None)


class Meaning(Frozen):
    """What a name means: one entry, that of each sample where it names none, or an array."""

    quantity: Quantity
    indices: tuple[Index, ...] = ()
    """Empty: the whole array."""
    short: bool = False
    """Whether it is an array of one time step, as if its step were a number of the entry."""

    @property
    def key(self) -> Address | None:
        """The one entry that it means, if it is one."""
        return Address(self.quantity, self.indices[0]) if len(self.indices) == 1 else None

    @property
    def first(self) -> tuple[Quantity, Index | None]:
        """The quantity with the first index that it means; with None for a whole array."""
        return self.quantity, self.indices[0] if self.indices else None

    @property
    def array(self) -> Quantity | None:
        """The whole array that it means, if it is one."""
        return None if self.indices else self.quantity

    @property
    def keys(self) -> tuple[Address, ...]:
        """The entries that it can mean."""
        indices = self.indices or tuple(self.quantity.indices())
        return tuple(Address(self.quantity, index) for index in indices)

    @property
    def identifier(self) -> str:
        """The canonical identifier; without a sample where it names none."""
        if not self.indices:
            return self.quantity.name
        text = self.quantity.identifier(self.indices[0])
        return text.partition("@")[0] if len(self.indices) > 1 else text


class Addresses:
    """The quantities of one calculation, by their canonical names.

    `one_sample` says that the calculation has a single sample, so that `@1` may stand behind
    what belongs to it.

    >>> weights = Quantity("W", (1,), (3, 2), ("from", "to"))
    >>> Addresses([weights]).find("W[1,3,2]") == (weights, (2, 1))
    True
    """

    def __init__(self, quantities: Iterable[Quantity], *, one_sample: bool = False) -> None:
        self.quantities = tuple(quantities)
        self._one_sample = one_sample
        self._by_name: dict[str, Quantity] = {}
        self._by_head: dict[str, list[Quantity]] = {}
        for quantity in self.quantities:
            self._by_name.setdefault(quantity.name, quantity)
            self._by_head.setdefault(quantity.head, []).append(quantity)
        self._order = {quantity: place for place, quantity in enumerate(self.quantities)}

    def array(self, name: str) -> Quantity | None:
        """The quantity with a canonical name such as `dW[2]`."""
        return self._by_name.get(name)

    def has(self, name: str) -> bool:
        """Whether a quantity, or all of a kind, have a canonical name: `dZ[2]`, `dZ`."""
        return name in self._by_name or name in self._by_head

    def order(self, address: Address) -> tuple[int, int]:
        """Sorts addresses as they are calculated: by quantity, then row by row."""
        return self._order[address.quantity], address.offset

    def find(self, identifier: str) -> Address | None:
        """The one number behind an identifier; of an array of a single number, that number."""
        found = self.read(identifier)
        if found is None:
            return None
        return found.keys[0] if found.quantity.size == 1 else found.key

    def read(self, text: str) -> Meaning | None:
        """What a canonical identifier means; None where it is none of these."""
        exact = self._by_name.get(text)
        if exact is not None and not exact.shape:
            return Meaning(exact, ((),))
        found = taken_apart(text)
        return None if found is None else self.at(found.head, found.numbers, found.sample)

    def at(self, head: str, numbers: Index, sample: int | None = None) -> Meaning | None:
        """The same for an identifier taken apart: `dZ`, (2, 1), sample 3."""
        for quantity in self._by_head.get(head, ()):
            places = len(quantity.place)
            if numbers[:places] != quantity.place:
                continue
            if indices := self._indices(quantity, numbers[places:], sample):
                return Meaning(quantity, indices)
        if sample is not None:
            return None
        array = self._by_name.get(str(Identifier(head, numbers)))
        return Meaning(array, (), short=array.step is not None) if array and array.shape else None

    def of_kind(self, value: Meaning | None, kind: str) -> Meaning | None:
        """What is derived from a value, where there is such a thing."""
        if value is None or value.quantity.kind != VALUE:
            return None
        derived = value.quantity.as_kind(kind)
        return value._replace(quantity=derived) if derived in self._order else None

    def _indices(self, quantity: Quantity, numbers: Index, sample: int | None) -> tuple[Index, ...]:
        """The indices of an entry with these numbers: one, or one for each sample."""
        rest = list(numbers)
        spot: int | None = None
        index: list[int] = []
        for at, (axis, length) in enumerate(zip(quantity.axes, quantity.shape, strict=True)):
            number = 1
            if axis == SAMPLE:
                spot = at
            elif axis != ONE:
                number = rest.pop(0) if rest else 0
            if not 1 <= number <= length:
                return ()
            index.append(number - 1)
        if rest or (sample is not None and not self._is_sample(quantity, sample)):
            return ()
        if spot is None or quantity.samples == 1:
            return (tuple(index),)
        if sample is None:
            # The losses of the samples have no name together: theirs is that of their sum.
            if not quantity.place and len(quantity.axes) == quantity.axes.count(ONE) + 1:
                return ()
            samples = range(quantity.samples)
        else:
            samples = range(sample - 1, sample)
        return tuple((*index[:spot], each, *index[spot + 1 :]) for each in samples)

    def _is_sample(self, quantity: Quantity, sample: int) -> bool:
        if quantity.samples > 1:
            return 1 <= sample <= quantity.samples
        if sample != 1 or not self._one_sample:
            return False
        return SAMPLE in quantity.axes or (quantity.name == LOSS and not self.decayed)

    @property
    def decayed(self) -> bool:
        """Whether the loss of the only sample is not the whole loss."""
        return any(part in self._by_name for part in LOSS_PARTS)
