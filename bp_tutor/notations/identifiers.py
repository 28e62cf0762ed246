"""Canonical identifiers of a network's quantities: taken apart, checked, put together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import DERIVATIVE, ONE, SAMPLE, STEP, UPDATED, VALUE, Quantity
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.notations.structure import Structure

FIRST_LAYER = {"A": 1, "Z": 2, "B": 2, "W": 1}
"""Canonical letters that are counted by layers, and the first layer that has them."""
KINDS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys("WB", (VALUE, DERIVATIVE, UPDATED, STEP)),
    **dict.fromkeys("AZEL", (VALUE, DERIVATIVE)),
    **dict.fromkeys(("Y", "eta", "lambda"), (VALUE,)),
}
"""What there is of each letter: values, derivatives, updated values, steps."""
SAMPLED = frozenset("AZEYL")
"""Letters that differ from sample to sample."""
_PLACE = re.compile("0|[1-9][0-9]*")
_CANONICAL = re.compile(
    r"(d|step|)(A|Z|W|B|E|L|Y|eta|lambda)('?)(?:\[([\d, ]*)\])?(?:@([1-9]\d*))?"
)


class Identifier(Frozen):
    """One entry, or with fewer numbers a whole array: `dZ[2,1]@3` taken apart."""

    symbol: str
    numbers: tuple[int, ...] = ()
    """The layer first, where there is one; counted from 1."""
    kind: str = VALUE
    sample: int | None = None

    def __str__(self) -> str:
        numbers = ",".join(map(str, self.numbers))
        prefix, mark = ("", "'") if self.kind == UPDATED else (self.kind, "")
        sample = "" if self.sample is None else f"@{self.sample}"
        return f"{prefix}{self.symbol}{mark}" + (f"[{numbers}]" if numbers else "") + sample

    def exists(self, structure: Structure) -> bool:
        """Whether the network has it."""
        if self.kind not in KINDS.get(self.symbol, ()):
            return False
        if self.sample is not None and not (
            self.symbol in SAMPLED and 0 < self.sample <= structure.samples
        ):
            return False
        if self.symbol == "L" and self.sample is not None and self.kind != VALUE:
            return False
        limits = self._limits(structure)
        if limits is None or len(self.numbers) not in (self._places(), len(limits)):
            return False
        return all(0 < number <= most for number, most in zip(self.numbers, limits, strict=False))

    def _places(self) -> int:
        return int(self.symbol in FIRST_LAYER)

    def _limits(self, structure: Structure) -> tuple[int, ...] | None:
        """The largest number there may be at each place; None where there is no such layer."""
        if not structure.units:
            return () if self.symbol in ("L", "eta", "lambda") else None
        if self.symbol not in FIRST_LAYER:
            return (structure.units[-1],) if self.symbol in "EY" else ()
        if not self.numbers:
            return None
        layer = self.numbers[0]
        last = structure.depth - (self.symbol == "W")
        if not FIRST_LAYER[self.symbol] <= layer <= last:
            return None
        if self.symbol == "W":
            return last, structure.units[layer - 1], structure.units[layer]
        units = structure.biases(layer) if self.symbol == "B" else structure.units[layer - 1]
        return last, units

    def entry(self, structure: Structure) -> tuple[Quantity, tuple[int, ...] | None]:
        """The quantity and the index from 0 (None: the whole array) that it stands for."""
        places = self._places()
        place, numbers = self.numbers[:places], tuple(n - 1 for n in self.numbers[places:])
        limits = self._limits(structure) or ()
        shape = limits[places:]
        axes: tuple[str, ...] = ("unit",)
        index: tuple[int, ...] | None = numbers
        if self.symbol == "W":
            axes = ("from", "to")
        elif self.symbol == "B":
            axes, shape, index = (ONE, *axes), (1, *shape), (0, *numbers)
        elif self.symbol == "L" and self.sample is not None:
            axes, shape, index = (SAMPLE,), (structure.samples,), (self.sample - 1,)
        elif self.symbol in SAMPLED and self.symbol != "L":
            axes, shape = (SAMPLE, *axes), (structure.samples, *shape)
            index = ((self.sample or 1) - 1, *numbers)
        else:
            axes = ()
        if len(self.numbers) < len(limits):
            index = None
        return Quantity(self.symbol, place, shape, axes, self.kind), index


def canonical(text: str, structure: Structure) -> Identifier | None:
    """The identifier that `text` is, if it is one and the network has it."""
    found = _CANONICAL.fullmatch(text.strip())
    if found is None or (found[1] and found[3]):
        return None
    numbers = (found[4] or "").replace(" ", "")
    if found[4] is not None and not all(map(_PLACE.fullmatch, numbers.split(","))):
        return None
    sample = int(found[5]) if found[5] else None
    identifier = Identifier(
        found[2],
        tuple(int(number) for number in numbers.split(",")) if numbers else (),
        UPDATED if found[3] else found[1],
        None if sample == 1 and structure.samples == 1 else sample,
    )
    return identifier if identifier.exists(structure) else None
