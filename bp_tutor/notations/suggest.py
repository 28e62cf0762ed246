"""Names that a problem has, to tell whoever typed one that it has not."""

from __future__ import annotations

import re
from difflib import get_close_matches
from itertools import islice
from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import DERIVATIVE, UPDATED, VALUE
from bp_tutor.notations.identifiers import FIRST_LAYER, Identifier
from bp_tutor.notations.typed import typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.notations.symbols import Symbols

MOST = 1_500
"""Names that are compared."""
MOST_LISTED = 12
CLOSE, LONGEST = 0.75, 60


def meant(symbols: Symbols, text: str) -> tuple[str, tuple[str, ...]]:
    """The name that was probably meant, or else names to choose from.

    Where only the numbers are others, all names of that kind are to choose from.
    """
    names = _all_names(symbols, text)
    family = tuple(name for name in names if _letters(name) == _letters(text))
    if len(family) > 1:
        return "", tuple(sorted(family, key=_numbers))
    by_lower = {name.lower(): name for name in names}
    close = get_close_matches(text.lower(), by_lower, 1, CLOSE) if len(text) < LONGEST else []
    return (by_lower[close[0]], ()) if close else ("", names)


def listed(names: tuple[str, ...]) -> str:
    """Some of them, for a sentence."""
    return ", ".join(names[:MOST_LISTED]) + ", ..." * (len(names) > MOST_LISTED)


def _letters(name: str) -> str:
    return re.sub(r"[\d_,\[\]^()]", "", name).lower()


def _numbers(name: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", name)]


def _all_names(symbols: Symbols, like: str) -> tuple[str, ...]:
    """The names of values, then those of derivatives and of updated weights, as one types them."""
    names, loss = symbols.structure.names, symbols.structure.loss
    if names:
        return (*names, *(f"d{loss}/d{name}" for name in names if name != loss))
    return tuple(
        dict.fromkeys(
            typed(symbols, str(identifier), like)
            for identifier in islice(_identifiers(symbols), MOST)
        )
    )


def _identifiers(symbols: Symbols) -> Iterator[Identifier]:
    """Single entries of a network of units, in the order of the calculation."""
    structure = symbols.structure
    for kind in (VALUE, DERIVATIVE, UPDATED):
        for letter in ("Z", "A", "W", "B"):
            for layer in range(1, structure.depth + 1):
                if FIRST_LAYER[letter] <= layer:
                    yield from _entries(symbols, letter, layer, kind)
        for letter in ("E", "Y"):
            for unit in range(1, (structure.units or (0,))[-1] + 1):
                found = Identifier(letter, (unit,), kind)
                if found.exists(structure):
                    yield found
        found = Identifier("L", (), kind)
        if kind == VALUE and found.exists(structure):
            yield found


def _entries(symbols: Symbols, letter: str, layer: int, kind: str) -> Iterator[Identifier]:
    units = symbols.structure.units
    ends = (
        [(a, b) for a in range(1, units[layer - 1] + 1) for b in range(1, units[layer] + 1)]
        if letter == "W" and layer < len(units)
        else [(a,) for a in range(1, units[layer - 1] + 1)]
    )
    for numbers in ends:
        found = Identifier(letter, (layer, *numbers), kind)
        if found.exists(symbols.structure):
            yield found
