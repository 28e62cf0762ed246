"""What is worked out once and kept: for each key that is asked for, or until an answer changes."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from bp_tutor.formula import Address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Set

    from bp_tutor.formula import Quantity

Key = TypeVar("Key")
Made = TypeVar("Made")


class Kept(dict[Key, Made]):
    """What `make` gives for each key that was asked for; `kept[key]` makes it the first time.

    >>> squares = Kept(lambda number: number**2)
    >>> squares[3], squares
    (9, {3: 9})
    """

    def __init__(self, make: Callable[[Key], Made]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, key: Key) -> Made:
        made = self[key] = self._make(key)
        return made


class Remembered(dict[Key, Made]):
    """At most so many things that are as well worked out again; then it begins anew."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self._most = most

    def __setitem__(self, key: Key, made: Made) -> None:
        if len(self) >= self._most:
            self.clear()
        super().__setitem__(key, made)


class once_each(Generic[Key, Made]):  # noqa: N801 - a decorator, as `cached_property` is
    """A method of one argument that keeps what it gave for each, in its object.

    From the second time on it is as fast as looking into a dictionary.
    """

    def __init__(self, make: Callable[[Any, Key], Made]) -> None:
        self._make = make
        self.__doc__ = make.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: object, owner: type | None = None) -> Callable[[Key], Made]:
        look_up = Kept(partial(self._make, instance)).__getitem__
        vars(instance)[self._name] = look_up
        return look_up


class Following(dict[Address, Made]):
    """What was worked out of entries from a student's answers, until one of these changes."""

    def __init__(self) -> None:
        super().__init__()
        self._quantities: set[Quantity] = set()

    def __setitem__(self, address: Address, made: Made) -> None:
        self._quantities.add(address.quantity)
        super().__setitem__(address, made)

    def forget(self, changed: Address, below: Set[Quantity]) -> None:
        """Keep nothing of a changed entry, and of the quantities below it."""
        if not self:
            return
        self.pop(changed, None)
        if not self._quantities.isdisjoint(below):
            self._quantities -= below
            for one in [entry for entry in self if entry.quantity in below]:
                del self[one]


def work_out(
    address: Address,
    known: dict[Address, Made],
    needed: Callable[[Address], Iterable[Address]],
    make: Callable[[Address], Made],
) -> Made:
    """What `make` gives for an entry once all that it is `needed` for it is known.

    With a stack, for through time recursion goes deep.
    """
    waiting = [address]
    while waiting:
        last = waiting[-1]
        if last not in known:
            missing = [one for one in needed(last) if one not in known]
            if missing:
                waiting += missing
                continue
            known[last] = make(last)
        waiting.pop()
    return known[address]
