"""Which part of a derivation is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.formula import Quantity
    from bp_tutor.solve import Step


GENERAL = "general"
FORMS = ("index", "matrix", "both", GENERAL)
"""Entry by entry, whole arrays, both; or each kind of step once, with letters for indices."""
DETAILS = ("formula", "numbers", "full")


class View(Frozen):
    """Which part of the derivation is asked for, and in which form."""

    only: tuple[str, ...] = ()
    """Canonical letters such as `dZ`; empty for all."""
    layers: tuple[int, ...] = ()
    entries: tuple[str, ...] = ()
    """Canonical identifiers of entries (for all samples where none is named) or of arrays."""
    detail: str = "full"
    form: str = "index"

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.only or self.layers or self.entries)

    def shows(self, step: Step) -> bool:
        """Whether a step is asked for; what is written into other lines only by its name."""
        quantity = step.quantity
        if self.entries:
            return self.wants_some(quantity)
        if self.only:
            if quantity.head not in self.only:
                return False
        elif not step.line.is_written:
            return False
        return not self.layers or layer_of(quantity) in self.layers

    def wants(self, quantity: Quantity, index: tuple[int, ...]) -> bool:
        """Whether one entry is asked for."""
        if not self.entries:
            return True
        identifier = quantity.identifier(index)
        # The loss of a sample, L@2, is no part of what L names.
        if identifier.partition("@")[0] == quantity.name and identifier != quantity.name:
            return identifier in self.entries
        if quantity.name in self.entries:
            return True
        return identifier in self.entries or identifier.partition("@")[0] in self.entries

    def wants_some(self, quantity: Quantity) -> bool:
        """Whether any entry of a quantity is asked for."""
        heads = {entry.partition("@")[0].partition("[")[0] for entry in self.entries}
        asked = quantity.head in heads or quantity.name in self.entries
        return asked and any(self.wants(quantity, index) for index in quantity.indices())


def layer_of(quantity: Quantity) -> int:
    """The layer whose section a quantity belongs to: weights to the layer that they enter."""
    return quantity.layer or 0
