"""The course's own symbols, read back while a file is read; loaded only where one stands."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.formula import Quantity
    from bp_tutor.notations.names import Names as Named
    from bp_tutor.notations.symbols import Symbols
    from bp_tutor.problem.model import Names, OwnName

_CANONICAL = r"(?:d|step)?[A-Z][a-z]?'?\[([0-9]{1,5})(?:,[0-9]{1,5}){0,4}\](?:@[0-9]{1,6})?"


MOST_NAMED = 300
"""Names of units and weights that are held against each other."""


@lru_cache(maxsize=4)
def _symbols(name: str, own: tuple[OwnName, ...], **structure: Any) -> Symbols:
    """The symbols of a structure; variants of one problem share them."""
    from bp_tutor.notations import Structure, Symbols, laid_over, load_notation

    return Symbols(laid_over(load_notation(name), own), Structure(**structure))


class Reader:
    """Reads symbols of one problem in its notation; one that is not `known` reads nothing."""

    def __init__(self, notation: str, own: tuple[OwnName, ...] = (), *, known: bool = True) -> None:
        self.notation, self.own, self.known = notation, own, known
        self._structure: dict[str, Any] = {}
        self._layers = 0

    def bind(
        self,
        units: tuple[int, ...],
        samples: int,
        names: Names,
        shared: tuple[int, ...],
        *,
        plain: bool = True,
        edges: tuple[Quantity, ...] = (),
        gaps: tuple[int, ...] = (),
        states: tuple[str, ...] = (),
        scalars: tuple[str, ...] = (),
    ) -> None:
        """Take down the structure of a network."""
        for worked_out in ("symbols", "names"):
            self.__dict__.pop(worked_out, None)
        self._structure = {
            "states": states,
            "scalars": scalars,
            "units": units,
            "samples": samples,
            "unit_names": names.units,
            "weight_names": names.weights,
            "shared_biases": shared,
            "edges": edges,
            "gaps": gaps,
        }
        self._layers = 0 if plain else len(units)

    def bind_graph(
        self,
        names: tuple[str, ...],
        loss: str,
        states: tuple[str, ...] = (),
        scalars: tuple[str, ...] = (),
    ) -> None:
        """Take down the names of a computation graph."""
        self._structure = {"names": names, "loss": loss, "states": states, "scalars": scalars}

    @cached_property
    def symbols(self) -> Symbols:
        """The symbols of the problem."""
        return _symbols(self.notation, self.own, **self._structure)

    @property
    def plain(self) -> bool:
        """Whether all layers are dense, so that there are no letters but the usual ones."""
        return not self._layers

    @property
    def bound(self) -> bool:
        """Whether anything can be read yet."""
        return bool(self._structure)

    @property
    def names_units(self) -> bool:
        """Whether the file names a few units or weights, or nodes by letters beyond ASCII.

        Whoever makes names for hundreds does it by program, and counts them.
        """
        units, weights, nodes = map(self._structure.get, ("unit_names", "weight_names", "names"))
        count = sum(map(len, units or ())) + len(weights or ())
        return 0 < count <= MOST_NAMED or not "".join(nodes or ()).isascii()

    def read(self, text: str) -> str | None:
        """The canonical identifier of a symbol; None if it is none."""
        if not self._structure:
            return None
        return self.symbols.read(text) or self._canonical(text)

    def typed(self, identifier: str, like: str) -> str:
        """How a file that says `like` elsewhere would name a canonical identifier."""
        address = self.names.addresses.find(identifier)
        return identifier if address is None else self.names.typed(address, like)

    @cached_property
    def names(self) -> Named:
        """Every name of the problem; where not all layers are dense, the structure has not all."""
        from bp_tutor.notations.names import names_of

        return names_of(self.symbols)

    def names_of(self, quantities: Iterable[Quantity]) -> Named:
        """Every name of some quantities, whichever layers they are of."""
        from bp_tutor.notations.names import Names

        return Names(self.symbols, quantities)

    def turned(self, text: str) -> tuple[str, str, str] | None:
        """Of a weight whose indices stand the wrong way round: what is said, and what was meant.

        That is its name, and its canonical identifier.
        """
        if not self.plain:
            return None
        from bp_tutor.notations.suggest import hint

        found = hint(self.names, text)
        meaning = self.names.read(found.near) if found.key.startswith("turned") else None
        if meaning is None or meaning.quantity.kind:
            return None
        return f"naming.{found.key}", found.near, meaning.identifier

    def _canonical(self, text: str) -> str | None:
        """An identifier of a layer that is not dense: `Z[2,1,2,2]`, `dRf[3,1,1]`."""
        match = re.fullmatch(_CANONICAL, text)
        return text if match and 1 <= int(match[1]) <= self._layers else None


def known_notations() -> tuple[str, ...]:
    """The names of all notations."""
    from bp_tutor.notations import notation_names

    return notation_names()
