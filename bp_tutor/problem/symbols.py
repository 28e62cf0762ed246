"""The course's own symbols, read back while a file is read; loaded only where one stands."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bp_tutor.notations.symbols import Symbols
    from bp_tutor.problem.model import Names


class Reader:
    """Reads symbols of one problem in its notation."""

    def __init__(self, notation: str) -> None:
        self.notation = notation
        self._structure: dict[str, Any] = {}

    def bind(
        self, units: tuple[int, ...], samples: int, names: Names, shared: tuple[int, ...]
    ) -> None:
        """Take down the structure of a network."""
        self._structure = {
            "units": units,
            "samples": samples,
            "unit_names": names.units,
            "weight_names": names.weights,
            "shared_biases": shared,
        }

    def bind_graph(self, names: tuple[str, ...], loss: str) -> None:
        """Take down the names of a computation graph."""
        self._structure = {"names": names, "loss": loss}

    @cached_property
    def _symbols(self) -> Symbols:
        from bp_tutor.notations import Structure, load_notation

        return load_notation(self.notation).bind(Structure(**self._structure))

    @property
    def bound(self) -> bool:
        """Whether anything can be read yet."""
        return bool(self._structure)

    def read(self, text: str) -> str | None:
        """The canonical identifier of a symbol; None if it is none."""
        return self._symbols.read(text) if self._structure else None


def known_notations() -> tuple[str, ...]:
    """The names of all notations."""
    from bp_tutor.notations import notation_names

    return notation_names()
