"""The symbols of weights and biases as an author would type them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.notations import Structure, Symbols, load_notation
from bp_tutor.notations.names import names_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def parameters(notation: str, units: tuple[int, ...]) -> Iterator[tuple[int, str, list[str]]]:
    """For every layer after the inputs its number, `W` or `B`, and the names in the file."""
    names = names_of(Symbols(load_notation(notation), Structure(units=units)))
    for layer in range(2, len(units) + 1):
        for symbol, number in (("W", layer - 1), ("B", layer)):
            array = names.addresses.array(f"{symbol}[{number}]")
            assert array is not None
            yield layer, symbol, sorted(map(names.typed, array.addresses()), key=_counted)


def _counted(name: str) -> list[int]:
    """The numbers in a name: the course lists w2 before w10."""
    return [int(number) for number in re.findall(r"\d+", name)]


def weight_order(notation: str) -> str:
    """How the course writes a matrix of weights."""
    return load_notation(notation).weight_order
