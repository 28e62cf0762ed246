"""The lists of a program of loops: one name for each letter of the course, whatever its layer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import DERIVATIVE, OF_OUTPUTS, UPDATED, VALUE
from bp_tutor.output.code.libraries import PYTHON
from bp_tutor.output.code.names import NEW, RESERVED, identifier

if TYPE_CHECKING:
    from bp_tutor.formula import Quantity
    from bp_tutor.formula.indexed import Indexed, Place
    from bp_tutor.formula.node import Index
    from bp_tutor.notations import Symbols

OWN = frozenset(("i", "j", "k", "l", "m", "n", "N", "s", "room", "counted", "shown", "total",
                 "rates", "batch", "batches", "update"))  # fmt: skip
"""Names that loops have for themselves."""


class LoopNames:
    """Spells formulas with letters for their indices as Python: `W[i][j][k]`; a speller."""

    style = PYTHON

    def __init__(self, symbols: Symbols, kept: dict[Quantity, Quantity]) -> None:
        """`kept` are new values that have a list of their own."""
        self.symbols = symbols
        self.kept = {new.head for new in kept}
        self._of: dict[str, str] = {}

    def array(self, quantity: Quantity) -> str:
        """The list that holds the quantities of a letter; new values take the old ones' place."""
        if quantity.kind.endswith(UPDATED) and quantity.head not in self.kept:
            quantity = quantity.as_kind(quantity.kind.removesuffix(UPDATED))
        if quantity.head not in self._of:
            self._of[quantity.head] = self._free(quantity)
        return self._of[quantity.head]

    def _free(self, quantity: Quantity) -> str:
        if quantity.kind.endswith(UPDATED):
            old = quantity.as_kind(quantity.kind.removesuffix(UPDATED))
            return self.array(old) + NEW
        if quantity.kind != VALUE:
            value = self.array(quantity.as_kind(VALUE))
            prefix = "d" if quantity.kind == DERIVATIVE else quantity.kind
            return self._first_free(prefix + value, identifier(quantity.head))
        return self._first_free(self._letters(quantity), identifier(quantity.symbol))

    def _first_free(self, *choices: str) -> str:
        taken = set(self._of.values()) | RESERVED | OWN
        for name in (*choices, *(f"{choices[-1]}_" for _ in "1")):
            if name.isidentifier() and name not in taken:
                return name
        return f"{choices[-1]}_list"

    def _letters(self, quantity: Quantity) -> str:
        """The course's letters without an index."""
        if not quantity.shape:
            return identifier(self.symbols.name(quantity, None, "ascii"))
        by_role = self.symbols.notation.entry.get(quantity.symbol, {})
        template = by_role.get("hidden") or by_role.get("all")
        base = "" if template is None else "".join(p for p in template.base if isinstance(p, str))
        return self.symbols.notation.spelling.ascii(base) or quantity.symbol

    def layered(self, quantity: Quantity) -> bool:
        """Whether there is one for each layer."""
        return bool(quantity.place) and quantity.role not in OF_OUTPUTS

    def name(self, quantity: Quantity, index: Index | None) -> str:
        """A plain number."""
        return self.array(quantity)

    def indexed(self, node: Indexed) -> str:
        """`W[i][j][k]`."""
        places = [node.layer, node.sample, *node.places]
        written = "".join(f"[{self.place(place)}]" for place in places if place is not None)
        return self.array(node.like) + written

    def place(self, place: Place) -> str:
        """`i + 1`."""
        return place.text().replace("+", " + ").replace("-", " - ")

    def bound(self, letter: str, layer: Place | None) -> str:
        """`N[i]`."""
        return letter if layer is None else f"{letter}[{self.place(layer)}]"
