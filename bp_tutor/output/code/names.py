"""The variables of a program: the course's own symbols as Python takes them."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from typing import TYPE_CHECKING

from bp_tutor.formula import FUNCTIONS, PRIMITIVES
from bp_tutor.formula.quantity import UPDATED

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.formula import Quantity, Style
    from bp_tutor.formula.node import Index
    from bp_tutor.notations import Symbols

_LAYER = re.compile(r"\^\((\w+)\)")
"""A layer written above, `W^(1)`: there is room for it beside the letter."""
_SIGNS = re.compile(r"\W+")
RESERVED = frozenset(
    (
        *keyword.kwlist,
        *dir(builtins),
        *FUNCTIONS,
        *PRIMITIVES,
        "np", "torch", "F", "math", "rng", "show", "same", "drawn", "by_hand", "round_by_hand",
        "winner", "optimiser", "value", "group", "update", "batches", "TINY", "NOISE",
        "PAPER_FIGURES", "WIDE", "ROUND_DOWN", "ROUND_HALF_UP", "Random",
        "Decimal", "Context", "cos", "pi", "prod", "isfinite",
        "sliding_window_view",
    )
)  # fmt: skip
"""Names that mean something else in a program."""
NEW = "_new"
ALL = "_all"


class Names:
    """Gives each quantity a variable of its own, and spells formulas with them."""

    def __init__(self, symbols: Symbols, style: Style) -> None:
        self.symbols = symbols
        self.style = style
        self._of: dict[str, str] = {}
        self._spelled_as: dict[str, str] = {}
        self._taken = set(RESERVED)

    def take(self, quantities: Iterable[Quantity]) -> None:
        """Name the quantities in this order; the first ones have the shortest names."""
        for quantity in quantities:
            self.variable(quantity)

    def variable(self, quantity: Quantity) -> str:
        """The variable that holds a quantity."""
        if quantity.name not in self._of:
            self._of[quantity.name] = self._free(quantity)
        return self._of[quantity.name]

    def spell_as(self, quantity: Quantity, text: str) -> None:
        """In formulas, write a quantity as `text` instead of a variable of its own."""
        self._spelled_as[quantity.name] = text

    def name(self, quantity: Quantity, index: Index | None) -> str:
        """A variable, or one entry of it."""
        place = f"[{', '.join(map(str, index))}]" if index else ""
        return (self._spelled_as.get(quantity.name) or self.variable(quantity)) + place

    def _free(self, quantity: Quantity) -> str:
        if quantity.kind.endswith(UPDATED):
            stem = self.variable(quantity.as_kind(quantity.kind.removesuffix(UPDATED))) + NEW
        else:
            stem = identifier(self.symbols.name(quantity, None, "ascii"))
        choices = (stem, f"{stem}_", identifier(quantity.name))
        name = next((one for one in choices if one.isidentifier() and self._is_free(one)), "")
        count = 1
        while not name:
            count += 1
            trial = f"{identifier(quantity.name)}_{count}"
            name = trial if self._is_free(trial) else ""
        self._taken |= {name, name + NEW, name + ALL}
        return name

    def _is_free(self, name: str) -> bool:
        # The new value of a weight, and the values of all samples, are named after it.
        return name not in self._taken or (name.endswith(NEW) and name not in self._of.values())


def identifier(symbol: str) -> str:
    """A symbol in ASCII spelling as a word of Python: `dL/dW^(1)` is `dL_dW1`."""
    if symbol.startswith("-"):
        return f"minus_{identifier(symbol[1:])}"
    text = unicodedata.normalize("NFKC", _LAYER.sub(r"\1", symbol))
    word = _SIGNS.sub("_", text).strip("_")
    return word if word.isidentifier() else f"_{word}"
