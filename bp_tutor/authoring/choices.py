"""What a drawn number may become: values like those that are given, and which go together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from decimal import ROUND_CEILING, Decimal
from typing import TYPE_CHECKING, TypeAlias

from bp_tutor.authoring.draw import LARGEST_SEED, Stream
from bp_tutor.formula.atoms import plain
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bp_tutor.authoring.problem_text import Place

    Choices: TypeAlias = "Grid | Fixed"
    """What a number may become."""


ZERO, HALF, ONE = Decimal(0), Decimal("0.5"), Decimal(1)
_STEPS = ((HALF, 3, 2), (ONE / 10, 1, ONE / 10), (ONE / 20, 2, HALF), (ONE / 100, 1, ONE / 100))
"""Steps of a grid; how many given numbers must lie on it, and how large one must be at least."""
LEAST_STEPS, LEAST_HALVES, LEAST_WHOLE = 8, 4, 5
"""A grid has at least so many values on a side; fewer are enough where it is coarse."""
MOST_WHOLE = 20
"""Larger whole numbers go in steps of ten, hundred, ..."""


MOST_STEPS = 10_000_000
"""A grid has at most so many values on a side; a finer one is made coarser."""


class Grid(Frozen):
    """Multiples of a step; where they are millions, only those that are asked for are made."""

    step: Decimal
    parts: tuple[range, ...]
    """Which multiples."""

    def __len__(self) -> int:
        return sum(map(len, self.parts))

    def __getitem__(self, place: int) -> Decimal:
        for part in self.parts:
            if place < len(part):
                return self.step * part[place]
            place -= len(part)
        raise IndexError(place)

    def __iter__(self) -> Iterator[Decimal]:
        return (self.step * count for part in self.parts for count in part)

    def text(self, place: int) -> str:
        """One of its values, as it is written in a file."""
        return plain(float(self[place]))

    def places(self, texts: Iterable[str]) -> list[int]:
        """Where those of some texts stand that are on it, in order."""
        counts = (Decimal(text) / self.step for text in texts)
        found = []
        for count in (int(count) for count in counts if _is_whole(count)):
            before = 0
            for part in self.parts:
                if count in part:
                    found.append(before + part.index(count))
                before += len(part)
        return sorted(found)

    def between(
        self, least: float | None, most: float | None, also: Iterable[Decimal] = ()
    ) -> Grid:
        """Those above `least` and below `most`, and those of some others that are on it."""
        more = {int(count) for value in also if _is_whole(count := value / self.step)}
        parts = []
        for part in self.parts:
            first = 0 if least is None else bisect_right(part, least, key=self._value)
            last = len(part) if most is None else bisect_left(part, most, key=self._value)
            kept = part[first : max(first, last)]
            parts += [kept] if kept else []
            parts += [
                range(count, count + 1) for count in more if count in part and count not in kept
            ]
        return Grid(self.step, tuple(sorted(parts, key=lambda part: part.start)))

    def _value(self, count: int) -> float:
        return float(self.step * count)


def like(values: Iterable[Decimal], *, zero: bool = False, whole: int = LEAST_WHOLE) -> Grid:
    """Values on the grid of the given ones and of about their size.

    Negative ones only where some are given, 0 only with `zero`. Whole numbers stay whole, and
    go at least up to `whole`.

    >>> [str(value) for value in like([Decimal("0.3"), Decimal("0.9")])]
    ['0.1', '0.2', '0.3', '0.4', '0.5', '0.6', '0.7', '0.8', '0.9']
    """
    given = list(values)
    step = step_of(given)
    least = whole if step >= ONE else LEAST_HALVES if step == HALF else LEAST_STEPS
    step, most = _bounded(step, largest(given))
    count = max(least, most)
    low = -count if any(value < 0 for value in given) else 1
    parts = (range(low, 0), range(int(zero)), range(1, count + 1))
    return Grid(step, tuple(part for part in parts if part))


def _bounded(step: Decimal, most: Decimal) -> tuple[Decimal, int]:
    """A step, and how many of it reach up to a number; a larger step where they are too many."""
    while (count := most / step) > MOST_STEPS:
        step *= 10
    return step, int(count.to_integral_value(ROUND_CEILING))


def step_of(values: Sequence[Decimal]) -> Decimal:
    """The step of the grid on which the values lie; a coarse one where they lie on none."""
    most = largest(values)
    if all(map(_is_whole, values)):
        return ONE if most <= MOST_WHOLE else ONE.scaleb(most.adjusted() - 1)
    for step, least, size in _STEPS:
        if len(values) >= least and most >= size and all(_is_whole(v / step) for v in values):
            return step
    return ONE.scaleb(min(-1, most.adjusted() if most.scaleb(-most.adjusted()) >= 3
                          else most.adjusted() - 1))  # fmt: skip


def _is_whole(value: Decimal) -> bool:
    """Whether there is nothing behind the point; of numbers of any size, unlike `value % 1`."""
    return value == value.to_integral_value()


def largest(values: Iterable[Decimal]) -> Decimal:
    """The size of the largest."""
    return max((abs(value) for value in values), default=ZERO)


def resized(value: Decimal) -> Grid:
    """Values of the same sign and about the same size, from half to one and a half of it."""
    step = ONE / 10 if abs(value) >= ONE / 4 else ONE.scaleb(value.adjusted() - 1)
    step, _ = _bounded(step, abs(value))
    low, high = (int(abs(value) * factor / step) for factor in (HALF, ONE + HALF))
    # There is nothing of the size of 0.
    counts = range(max(low, 1), high + 1) if value else range(1)
    return Grid(step, (counts if value >= 0 else range(-counts.start, -counts.stop, -1),))


def probable(values: Sequence[Decimal]) -> Grid:
    """Values from 0 to 1 on the grid of given ones; the ends only where one of them is given."""
    parts = [value for value in values if not _is_whole(value)] or [ONE / 10]
    step, most = _bounded(min(step_of(parts), ONE / 10), ONE)
    edges = any(value in (ZERO, ONE) for value in values)
    return Grid(step, (range(most + 1) if edges else range(1, most),))


def is_binary(values: Iterable[Decimal]) -> bool:
    """Whether all are 0 or 1, or all -1 or 1, and none is missing."""
    found = set(values)
    return bool(found) and (found <= {ZERO, ONE} or found <= {-ONE, ONE})


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


class DrawGroup(Frozen):
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
) -> Iterator[DrawGroup]:
    """A group for each quantity, its entries in row-major order however the file spells them."""
    groups: dict[str, list[tuple[tuple[int, ...], int]]] = {}
    for number in numbers:
        place = places[number]
        if place.entries:
            quantity, index = place.entries[0]
            groups.setdefault(quantity.name, []).append((index, number))
        elif place.role == "learning_rate":
            groups.setdefault("eta", []).append(((number,), number))
    for label, entries in groups.items():
        ordered = tuple(number for _, number in sorted(entries))
        own = tuple(choices[number] for number in ordered)
        rows = {index[:1] for index, _ in entries}
        yield DrawGroup(label, ordered, own, apart=len(rows) == 1 and _go_apart(label, own))


def _go_apart(label: str, choices: tuple[Choices, ...]) -> bool:
    """Biases and inputs that are equal hide who takes the wrong one; of 0 and 1 there are two."""
    binary = any(len(own.places(ends)) == len(own) for own in choices for ends in _ENDS)
    return (label == "A[1]" or label.startswith("B")) and not binary
