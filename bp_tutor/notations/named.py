"""What a network has that is spelled, as far as a mix-up of names could show in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import DERIVATIVE, VALUE
from bp_tutor.notations.identifiers import FIRST_LAYER, KINDS, SAMPLED, Identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.notations.structure import Structure

FIRST = 12
"""Of a wide layer the first units and the last: with them indices get two digits."""
ALL_KINDS = 2
"""Of so many units in a layer steps and updated values are looked at as well."""


def named_entries(structure: Structure, *, all_kinds: bool = True) -> Iterator[Identifier]:
    """Arrays and entries, of every kind or values alone; of large layers, some."""
    for symbol in KINDS:
        layers = range(1, structure.depth + 1) if symbol in FIRST_LAYER else (None,)
        for layer in layers:
            place = () if layer is None else (layer,)
            for numbers in ((), *_numbers(symbol, layer, structure)):
                value = Identifier(symbol, (*place, *numbers))
                kinds = KINDS[symbol] if all_kinds else (VALUE,)
                yield from _of_kinds(value, numbers, kinds, structure)


def _of_kinds(
    value: Identifier, numbers: tuple[int, ...], kinds: tuple[str, ...], structure: Structure
) -> Iterator[Identifier]:
    """The value and what is derived from it, as far as there is such a thing."""
    samples: tuple[int | None, ...] = (None,)
    if structure.samples > 1 and numbers and value.symbol in SAMPLED:
        samples = (1, structure.samples)
    for kind in kinds:
        if kind not in (VALUE, DERIVATIVE) and any(number > ALL_KINDS for number in numbers):
            continue
        for sample in samples[: len(samples) if len(kinds) > 1 else 1]:
            found = value._replace(kind=kind, sample=sample)
            if found.exists(structure):
                yield found


def _numbers(symbol: str, layer: int | None, structure: Structure) -> Iterator[tuple[int, ...]]:
    if symbol in ("L", "eta", "lambda") or not structure.units:
        return
    for unit in _some(structure.units[(layer or structure.depth) - 1]):
        if symbol != "W":
            yield (unit,)
        elif layer is not None and layer < structure.depth:
            for target in _some(structure.units[layer]):
                yield unit, target


def _some(count: int) -> tuple[int, ...]:
    return tuple(sorted({*range(1, min(count, FIRST) + 1), count}))
