"""Which wires a step runs along, where wires stand for no value but lead from array to array."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.pictures.shapes import Route, Wire

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from bp_tutor.pictures.shapes import Scene


def arrays_of(keys: Iterable[str], names: Container[str]) -> set[str]:
    """The arrays among `names` that entries belong to: `Z[2]` of `Z[2,1]@3`."""
    found = set()
    for key in keys:
        if key in names:
            found.add(key)
        head, bracket, inside = key.partition("@")[0].rstrip("]").partition("[")
        numbers = inside.split(",") if bracket else []
        for count in range(len(numbers)):
            name = f"{head}[{','.join(numbers[:count])}]" if count else head
            if name in names:
                found.add(name)
    return found


class Routes:
    """The wires of a picture that lead from array to array, numbered from 0."""

    def __init__(self, scene: Scene) -> None:
        self._routes = [route for _, route in wires_with_routes(scene)]
        self._names = {name for route in self._routes for name in (*route.start, *route.goal)}

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self._routes)

    def used(self, gives: Iterable[str], uses: Iterable[str]) -> frozenset[int]:
        """The wires along which a step runs that works out some values from others.

        Forward it runs from what it uses to what it makes, backward from the derivatives that
        it uses to those that it makes.
        """
        if not self._routes:
            return frozenset()
        made, known = arrays_of(gives, self._names), arrays_of(uses, self._names)
        there = {
            number
            for number, route in enumerate(self._routes)
            if made & route.made and known & route.start
        }
        back = {
            number: bool(known & route.goal)
            for number, route in enumerate(self._routes)
            if made & route.back
        }
        first = [route for route in self._routes if made & route.back]
        if not any(back.values()) and not any(known & route.back for route in first):
            # The first derivative of all is 1 and is not written.
            return frozenset(there | set(back))
        return frozenset(there | {number for number, along in back.items() if along})


def wires_with_routes(scene: Scene) -> Iterator[tuple[Wire, Route]]:
    """The wires in question, in the order of their numbers."""
    for shape in scene.shapes:
        if isinstance(shape, Wire) and shape.route is not None:
            yield shape, shape.route
