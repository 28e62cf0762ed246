"""The one reader of names: what somebody typed, as an entry of what a calculation has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.formula.quantity import (
    DERIVATIVE,
    ONE,
    SAMPLE,
    STEP,
    UPDATED,
    VALUE,
    Address,
    PartialDerivative,
    Quantity,
)
from bp_tutor.formula.tokens import upright
from bp_tutor.notations.identifiers import FIRST_LAYER, KINDS, Identifier, canonical
from bp_tutor.notations.letters import linear
from bp_tutor.notations.quotient import quotient
from bp_tutor.notations.writing import OF_OUTPUTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bp_tutor.notations.structure import Structure
    from bp_tutor.notations.symbols import Symbols

    Index = tuple[int, ...]

MOST_SPELLED = 3_000
"""Entries whose names are compared with what was typed, where no rule reads it."""
TYPED = ("ascii", "unicode")
"""The styles in which names are typed."""
DERIVED = ("d", "δ", "∂")
"""What stands in front of a value's name to mean its derivative."""
PARTS = ("L_data", "L_decay")
"""What the loss is the sum of, where weights decay."""

_PLACE = "(?:0|[1-9][0-9]{0,4})"
_CANONICAL = re.compile(rf"([^\[\]@]+)(?:\[({_PLACE}(?:,{_PLACE})*)\])?(?:@([1-9][0-9]{{0,5}}))?")
_SAMPLE = re.compile(r"@([1-9][0-9]{0,5})\s*$")
_LIKE = str.maketrans("⟨⟩《》〈〉′’‘ˈ", "<><><>''''")


class Meaning(NamedTuple):
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


class Names:
    """Every name of one calculation, read and spelled."""

    def __init__(self, symbols: Symbols, quantities: Iterable[Quantity]) -> None:
        self.symbols = symbols
        self.quantities = tuple(q for q in quantities if not isinstance(q, PartialDerivative))
        self._by_name: dict[str, Quantity] = {}
        self._by_head: dict[str, list[Quantity]] = {}
        for quantity in self.quantities:
            self._by_name.setdefault(quantity.name, quantity)
            self._by_head.setdefault(quantity.name.partition("[")[0], []).append(quantity)
        self._spelled: dict[str, Meaning] | None = None
        self._read: dict[str, Meaning | None] = {}

    def read(self, text: str) -> Meaning | None:
        """What a name means: canonical, in the notation, or as the page spells it."""
        if text not in self._read:
            self._read[text] = self._meaning(upright(text).translate(_LIKE).strip())
        return self._read[text]

    def _meaning(self, text: str) -> Meaning | None:
        own = self.symbols.own(text)
        if own is not None:
            return self._canonical(own)
        return (
            self._canonical(text)
            or self._in_notation(text)
            or self._as_spelled().get(_compared(text))
            or self._of_sample(text)
            or self._derived(text)
        )

    def identified(self, identifier: str) -> Meaning | None:
        """What a canonical identifier means, and no other name."""
        return self._canonical(identifier)

    def has_array(self, name: str) -> bool:
        """Whether an array, or all of a kind, have a canonical name: `dZ[2]`, `dZ`."""
        return name in self._by_name or name in self._by_head

    def _canonical(self, text: str) -> Meaning | None:
        exact = self._by_name.get(text)
        if exact is not None and not exact.shape:
            return Meaning(exact, ((),))
        found = _CANONICAL.fullmatch(linear(text) if not text.isascii() else text.replace(" ", ""))
        if found is None:
            return None
        numbers = tuple(map(int, found[2].split(","))) if found[2] else ()
        sample = int(found[3]) if found[3] else None
        for quantity in self._by_head.get(found[1], ()):
            place = quantity.place
            if numbers[: len(place)] != place:
                continue
            indices = self._indices(quantity, numbers[len(place) :], sample)
            if indices:
                return Meaning(quantity, indices)
        array = self._by_name.get(found[0])
        if array is None or not array.shape:
            return None
        steps = array.place if array.symbol in OF_OUTPUTS else array.place[1:]
        return Meaning(array, (), short=bool(steps))

    def _indices(
        self, quantity: Quantity, numbers: tuple[int, ...], sample: int | None
    ) -> tuple[Index, ...]:
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
        if rest:
            return ()
        if sample is not None and not self._is_sample(quantity, sample):
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
        if sample != 1 or self.symbols.structure.samples != 1:
            return False
        return SAMPLE in quantity.axes or (quantity.name == "L" and not self._decayed)

    @property
    def _decayed(self) -> bool:
        """Whether the loss of the only sample is not the whole loss."""
        return any(part in self._by_name for part in PARTS)

    def _in_notation(self, text: str) -> Meaning | None:
        identifier = self.symbols.read(text)
        if identifier is None:
            return None
        found = canonical(identifier, self.symbols.structure)
        if found is None:
            quantity = self._by_name.get(identifier)
            return Meaning(quantity, ((),)) if quantity is not None and not quantity.shape else None
        if found.symbol == "L" and self._decayed and found.sample is None and _SAMPLE.search(text):
            return None
        places = int(found.symbol in FIRST_LAYER)
        numbers = found.numbers
        array = str(Identifier(found.symbol, numbers[:places], found.kind))
        for quantity in self._by_head.get(array.partition("[")[0], ()):
            if quantity.name != array:
                continue
            if len(numbers) == places and quantity.shape and found.sample is None:
                return Meaning(quantity)
            if indices := self._indices(quantity, numbers[places:], found.sample):
                return Meaning(quantity, indices)
        return None

    def _of_sample(self, text: str) -> Meaning | None:
        """`E@2`: the only loss of a sample, or that of all its outputs together."""
        marked = _SAMPLE.search(text)
        if marked is None:
            return None
        whole = self._meaning(text[: marked.start()])
        if whole is None or whole.array is None or whole.array.symbol != "E" or whole.array.kind:
            return None
        if whole.array.size == whole.array.samples:
            return self._canonical(
                f"{whole.array.identifier((0,) * 2).partition('@')[0]}@{marked[1]}"
            )
        return self._canonical(f"L@{marked[1]}")

    def _derived(self, text: str) -> Meaning | None:
        """A value's name with a δ or d in front, where that is the name of nothing else."""
        value = self._meaning(text[1:].lstrip()) if text[:1] in DERIVED and text[1:] else None
        if value is None or value.quantity.kind != VALUE:
            return None
        derivative = self._by_name.get(value.quantity.as_kind(DERIVATIVE).name)
        return None if derivative is None else value._replace(quantity=derivative)

    @property
    def spelled(self) -> dict[str, Meaning]:
        """Names as pages spell them: every one, where there are not too many."""
        return self._spelled_in(TYPED)

    def _spelled_in(self, styles: tuple[str, ...]) -> dict[str, Meaning]:
        names: dict[str, Meaning] = {}
        few, left = [], MOST_SPELLED
        for quantity in self.quantities:
            if quantity.size <= left:
                few.append(quantity)
                left -= quantity.size
        for style in styles:
            for quantity in few:
                if quantity.shape:
                    names.setdefault(self.symbols.name(quantity, None, style), Meaning(quantity))
                for index in quantity.indices():
                    name = self.symbols.name(quantity, index, style)
                    names.setdefault(name, Meaning(quantity, (index,)))
        return names

    def _as_spelled(self) -> dict[str, Meaning]:
        if self._spelled is None:
            self._spelled = {}
            for name, meaning in self._spelled_in((*TYPED, "latex")).items():
                self._spelled.setdefault(_compared(name), meaning)
        return self._spelled

    def quotient(self, text: str, sample: str = "") -> tuple[tuple[Address, Address], ...]:
        """The two entries of `∂A/∂Z`, for each sample that it can mean; empty if it is none.

        A sample that stands on either side, or else `sample`, is that of both.
        """
        sides = quotient(text)
        if sides is None:
            return ()
        marked = re.search(r"@([1-9][0-9]{0,5})", text)
        stated = marked[1] if marked else sample
        upper, lower = (self._side(side, stated) for side in sides)
        if not upper or not lower:
            return ()
        count = max(len(upper), len(lower))
        return tuple((upper[each % len(upper)], lower[each % len(lower)]) for each in range(count))

    def _side(self, text: str, sample: str) -> tuple[Address, ...]:
        found = self.read(text)
        if found is not None and len(found.indices) > 1 and sample:
            found = self.read(f"{text}@{sample}") or found
        if found is None or found.short:
            return ()
        if found.array is not None and found.array.size > 1:
            return ()
        return found.keys

    def typed(self, key: Address, like: str = "") -> str:
        """An entry's name in letters that every keyboard has; it is read as that entry.

        `like` is another name of the same file: whoever types `W_111` is told `W_121`, and
        whoever types canonical identifiers is told such.
        """
        quantity, index = key
        identifier: str = quantity.identifier(index)
        name: str = self.symbols.name(quantity, index, "ascii")
        # Without an underscore of its own a name may have one before its numbers.
        spread = re.sub(r"(?<=[^\W\d_])(?=\d)", "_", name, count=1) if "_" in like else name
        spellings: list[str] = [spread, name] if "_" not in name else [name]
        if "[" in like:
            spellings = []
        for other in (*spellings, identifier):
            found = self.read(other)
            if found is not None and found.key == key:
                return other
        return identifier


def _compared(name: str) -> str:
    return linear(name.translate(_LIKE))


def names_of(symbols: Symbols) -> Names:
    """The names of a graph, or of a network of which all layers are dense, by its structure."""
    return Names(symbols, _quantities(symbols.structure))


def _quantities(structure: Structure) -> Iterator[Quantity]:
    """Everything there can be, values first, then derivatives, then what an update gives."""
    arrays = list(_arrays(structure)) if structure.units else []
    values = [array.entry(structure)[0] for array in arrays if array.exists(structure)]
    leaves = [quantity for quantity in values if quantity.symbol in "WB"]
    if structure.names:
        values = leaves = [Quantity(name) for name in structure.names]
    yield from values
    for name in ("eta", *structure.scalars):
        bare = name.removesuffix(UPDATED)
        yield Quantity(bare, kind=name[len(bare) :])
    if structure.units:
        yield Quantity("lambda")
    if structure.units and structure.samples > 1:
        yield Identifier("L", (), VALUE, 1).entry(structure)[0]
    for quantity in values:
        if quantity.symbol in structure.names or DERIVATIVE in KINDS[quantity.symbol]:
            yield quantity.as_kind(DERIVATIVE)
    for kind in (UPDATED, STEP, *structure.states):
        for quantity in leaves:
            yield quantity.as_kind(kind)


def _arrays(structure: Structure) -> Iterator[Identifier]:
    for symbol in ("Z", "A", "W", "B"):
        for layer in range(1, structure.depth + 1):
            yield Identifier(symbol, (layer,))
    yield from map(Identifier, ("E", "Y", "L"))
