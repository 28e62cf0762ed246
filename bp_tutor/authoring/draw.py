"""Drawing at random, the same everywhere and for ever: the first scheme, `SCHEME` 1.

A draw depends on its seed and its labels alone. Each label has a stream of its own, so a
layer more changes no other layer's numbers. The stream is made of the SHA-256 sums of the text

    bp-tutor/1/<seed>/<label>/.../<counter>

in UTF-8, the counter going up from 0; each sum gives four whole numbers of 64 bits, the first
byte the highest. A number below `n` is the remainder by `n` of the first of them that is below
the largest multiple of `n`. Nothing here depends on Python's own generator, on a machine's
floating point, on the order of a dictionary or on the time.

Whatever has been handed out under a seed must stay. So nothing of this scheme is changed: a
better one gets the next number, which is written into every variant. A test holds some draws.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    One = TypeVar("One")

SCHEME = 1
WITH_GIVEN = 2
"""The first scheme, where what a file gives beside is drawn as well: once it stayed."""
SPAN = 2**64
LARGEST_SEED = 999_999_999


class Stream:
    """Random numbers, one after another.

    >>> Stream(7, "W[1]").below(100), Stream(7, "W[1]").below(100)
    (4, 4)
    """

    def __init__(self, seed: int, *labels: object) -> None:
        self._start = "/".join(["bp-tutor", str(SCHEME), str(seed), *map(str, labels), ""])
        self._counter = 0
        self._waiting: list[int] = []

    def whole(self) -> int:
        """A whole number of 64 bits."""
        if not self._waiting:
            sums = sha256(f"{self._start}{self._counter}".encode()).digest()
            self._counter += 1
            self._waiting = [int.from_bytes(sums[at : at + 8], "big") for at in (24, 16, 8, 0)]
        return self._waiting.pop()

    def below(self, count: int) -> int:
        """A whole number from 0 to `count` - 1, each as likely as the others."""
        most = SPAN - SPAN % count
        while (found := self.whole()) >= most:
            pass
        return found % count

    def one_of(self, choices: Sequence[One]) -> One:
        """One of some things."""
        return choices[self.below(len(choices))]

    def order(self, count: int) -> list[int]:
        """The numbers from 0 to `count` - 1 in random order (Fisher and Yates)."""
        found = list(range(count))
        for last in range(count - 1, 0, -1):
            other = self.below(last + 1)
            found[last], found[other] = found[other], found[last]
        return found


def seed_of(name: str, start: int = 0) -> int:
    """The seed that belongs to a name: whoever joins the list later changes nobody's."""
    return Stream(start, "name", name).below(LARGEST_SEED) + 1
