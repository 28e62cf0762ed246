"""The symbols of one problem in one notation: spelled, and read back."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from bp_tutor.notations.writing import SymbolWriter

if TYPE_CHECKING:
    from bp_tutor.formula.addresses import Meaning
    from bp_tutor.notations.reading import SymbolReader


class Symbols(SymbolWriter):
    """Spells every entry of one problem in one notation, and reads it back.

    >>> from bp_tutor.formula import Quantity
    >>> from bp_tutor.notations import Structure, load_notation
    >>> symbols = Symbols(load_notation("layered"), Structure(units=(3, 3, 2)))
    >>> weights = Quantity("W", (1,), (3, 3), ("from", "to"))
    >>> symbols.name(weights, (0, 2)), symbols.name(weights), symbols.read("W_113")
    ('W₁₁₃', 'W₁', 'W[1,1,3]')
    """

    @cached_property
    def reader(self) -> SymbolReader:
        """What reads symbols; made when the first one is typed."""
        from bp_tutor.notations.reading import SymbolReader

        return SymbolReader(self)

    def read(self, text: str) -> str | None:
        """The canonical identifier of a symbol that somebody typed; None if it is none.

        Canonical identifiers are always understood. Where there are several samples and
        none is named, the identifier names none either.
        """
        found = self.reader.read(text)
        return None if found is None else found.identifier

    def own(self, text: str) -> Meaning | None:
        """What a symbol that the file gives to something without an index stands for."""
        return self.reader.own(text) if self.notation.own else None
