"""Places that are drawn together: what a stream of lots gives each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.draw import LARGEST_SEED, Stream
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.authoring.places import Place


class Lot(Frozen):
    """Places that are drawn from one stream, one after another."""

    label: str
    places: tuple[int, ...]
    choices: tuple[tuple[str, ...], ...] = ()
    """For each place; empty where the places of each row exchange their numbers, or where a
    seed is drawn."""
    rows: tuple[tuple[int, ...], ...] = ()
    texts: tuple[str, ...] = ()
    apart: bool = False
    """Whether no two are equal, as far as there are enough choices."""

    def draw(self, seed: int, attempt: int) -> Iterator[tuple[int, str]]:
        """The new text of each place."""
        stream = Stream(seed, attempt, self.label)
        if self.rows:
            for row in self.rows:
                for place, other in zip(row, stream.order(len(row)), strict=True):
                    yield self.places[place], self.texts[row[other]]
            return
        taken: set[str] = set()
        for at, place in enumerate(self.places):
            if self.choices:
                free = [text for text in self.choices[at] if text not in taken] if taken else ()
                text = stream.one_of(free or self.choices[at])
                if self.apart:
                    taken.add(text)
                yield place, text
            else:
                yield place, str(stream.below(LARGEST_SEED + 1))


def alike(
    places: tuple[Place, ...], numbers: list[int], choices: dict[int, tuple[str, ...]]
) -> Iterator[Lot]:
    """A lot for each quantity, its entries in row-major order however the file spells them."""
    lots: dict[str, list[tuple[tuple[int, ...], int]]] = {}
    for number in numbers:
        place = places[number]
        if place.entries:
            quantity, index = place.entries[0]
            lots.setdefault(quantity.name, []).append((index, number))
        elif place.role == "learning_rate":
            lots.setdefault("eta", []).append(((number,), number))
    for label, entries in lots.items():
        ordered = tuple(number for _, number in sorted(entries))
        own = tuple(choices[number] for number in ordered)
        rows = {index[:1] for index, _ in entries}
        yield Lot(label, ordered, own, apart=len(rows) == 1 and _go_apart(label, own))


def _go_apart(label: str, choices: tuple[tuple[str, ...], ...]) -> bool:
    """Biases and inputs that are equal hide who takes the wrong one; of 0 and 1 there are two."""
    binary = any(set(own) <= values for own in choices for values in ({"0", "1"}, {"-1", "1"}))
    return (label == "A[1]" or label.startswith("B")) and not binary
