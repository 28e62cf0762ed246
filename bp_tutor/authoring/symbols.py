"""The symbols of weights and biases as an author would type them."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from bp_tutor.formula import Quantity
from bp_tutor.notations import Structure, load_notation, typed

if TYPE_CHECKING:
    from collections.abc import Iterator


def parameters(notation: str, units: tuple[int, ...]) -> Iterator[tuple[int, str, list[str]]]:
    """For every layer after the inputs its number, `W` or `B`, and the names in the file."""
    symbols = load_notation(notation).bind(Structure(units=units))
    for layer, (before, after) in enumerate(pairwise(units), 2):
        weights = Quantity("W", (layer - 1,), (before, after), ("from", "to"))
        biases = Quantity("B", (layer,), (1, after), ("one", "unit"))
        for quantity in (weights, biases):
            names = [typed(symbols, quantity.identifier(index)) for index in quantity.indices()]
            yield layer, quantity.symbol, sorted(names, key=_counted)


def _counted(name: str) -> list[int]:
    """The numbers in a name: the course lists w2 before w10."""
    return [int(number) for number in re.findall(r"\d+", name)]


def weight_order(notation: str) -> str:
    """How the course writes a matrix of weights."""
    return load_notation(notation).weight_order
