"""Places that are drawn together: what a stream of lots gives each of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from bp_tutor.authoring.draw import LARGEST_SEED, Stream
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bp_tutor.authoring.likeness import Grid
    from bp_tutor.authoring.places import Place

    Choices: TypeAlias = "Grid | Fixed"
    """What a number may become."""

_ENDS = (("0", "1"), ("-1", "1"))


class Fixed(Frozen):
    """Choices that are listed."""

    texts: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.texts)

    def text(self, place: int) -> str:
        """One of them."""
        return self.texts[place]

    def places(self, texts: Iterable[str]) -> list[int]:
        """Where some texts stand among them, in order."""
        wanted = set(texts)
        return [place for place, text in enumerate(self.texts) if text in wanted]


class Lot(Frozen):
    """Places that are drawn from one stream, one after another."""

    label: str
    places: tuple[int, ...]
    choices: tuple[Choices, ...] = ()
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
                text = _drawn(self.choices[at], taken, stream)
                if self.apart:
                    taken.add(text)
                yield place, text
            else:
                yield place, str(stream.below(LARGEST_SEED + 1))


def _drawn(choices: Choices, taken: set[str], stream: Stream) -> str:
    """One of the choices that nobody has, while there are any."""
    gone = choices.places(taken) if taken else []
    if len(gone) == len(choices):
        gone = []
    place = stream.below(len(choices) - len(gone))
    for other in gone:
        place += other <= place
    return choices.text(place)


def alike(
    places: tuple[Place, ...], numbers: list[int], choices: Mapping[int, Choices]
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


def _go_apart(label: str, choices: tuple[Choices, ...]) -> bool:
    """Biases and inputs that are equal hide who takes the wrong one; of 0 and 1 there are two."""
    binary = any(len(own.places(ends)) == len(own) for own in choices for ends in _ENDS)
    return (label == "A[1]" or label.startswith("B")) and not binary
