"""The one reader of names: what somebody typed, as an entry of what a calculation has."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.formula.addresses import Addresses, Meaning
from bp_tutor.formula.quantity import DERIVATIVE, PartialDerivative, Role
from bp_tutor.formula.tokens import upright
from bp_tutor.notations.letters import DERIVED, linear, quotient
from bp_tutor.notations.structure import everything_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.formula.quantity import Address, Quantity
    from bp_tutor.notations.symbols import Symbols

MOST_SPELLED = 3_000
"""Entries whose names are compared with what was typed, where no rule reads it."""
TYPED = ("ascii", "unicode")
"""The styles in which names are typed."""
_SAMPLE = re.compile(r"@([1-9][0-9]{0,5})\s*$")
_LIKE = str.maketrans("⟨⟩《》〈〉′’‘ˈ", "<><><>''''")


EMPTY = ("[]", "()", "{}")
"""Brackets in which an index is missing."""


class Names:
    """Every name of one calculation, read and spelled."""

    def __init__(self, symbols: Symbols, quantities: Iterable[Quantity]) -> None:
        self.symbols = symbols
        self.quantities = tuple(q for q in quantities if not isinstance(q, PartialDerivative))
        one_sample = symbols.structure.samples == 1
        self.addresses = Addresses(self.quantities, one_sample=one_sample)
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
            return self.addresses.read(own.identifier)
        if any(pair in text for pair in EMPTY):
            return None
        return (
            self.addresses.read(text)
            or self._in_notation(text)
            or self._as_spelled().get(_compared(text))
            or self._of_sample(text)
            or self._derived(text)
        )

    def _in_notation(self, text: str) -> Meaning | None:
        found = self.symbols.reader.read(text)
        if found is None:
            return None
        of_loss = found.quantity.role is Role.LOSS and not found.quantity.shape
        if of_loss and self.addresses.decayed and _SAMPLE.search(text):
            return None
        meaning = self.addresses.read(found.identifier)
        return None if meaning is None or meaning.short else meaning

    def _of_sample(self, text: str) -> Meaning | None:
        """`E@2`: the only loss of a sample, or that of all its outputs together."""
        marked = _SAMPLE.search(text)
        if marked is None:
            return None
        whole = self._meaning(text[: marked.start()])
        losses = None if whole is None else whole.array
        if losses is None or losses.role is not Role.OUTPUT_LOSS or losses.kind:
            return None
        if losses.size == losses.samples:
            numbers = losses.shown_index((0,) * len(losses.shape))[0]
            return self.addresses.at(losses.head, (*losses.place, *numbers), int(marked[1]))
        return self.addresses.read(f"L@{marked[1]}")

    def _derived(self, text: str) -> Meaning | None:
        """A value's name with a δ or d in front, or below that of the loss in a quotient.

        It is so only where that is the name of nothing else.
        """
        of = self.symbols.reader.under_loss(text) if "/" in text else None
        if of is None:
            of = text[1:].lstrip() if text[:1] in DERIVED else ""
        value = self._meaning(of) if of else None
        return self.addresses.of_kind(value, DERIVATIVE)

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

    def unread(self, text: str) -> str:
        """The part of a name that is the name of nothing: of a quotient one of its sides.

        The loss is always one, also where what follows the given values is not known.
        """
        of = self.symbols.reader.under_loss(text) if "/" in text else None
        sides = (quotient(text) or (text,)) if of is None else (of,)
        return next((side for side in sides if self.read(side) is None), text)

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
        identifier = key.identifier
        name = self.symbols.name(*key, "ascii")
        # Without an underscore of its own a name may have one before its numbers.
        spread = re.sub(r"(?<=[^\W\d_])(?=\d)", "_", name, count=1) if "_" in like else name
        spellings = [spread, name] if "_" not in name else [name]
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
    return Names(symbols, everything_of(symbols.structure))
