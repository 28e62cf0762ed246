"""The symbols of one problem: every quantity's name in the course's own notation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import (
    DERIVATIVE,
    ONE,
    SAMPLE,
    STEP,
    UPDATED,
    VALUE,
    PartialDerivative,
    Quantity,
)
from bp_tutor.formula.style import style_named
from bp_tutor.notations.structure import Counting
from bp_tutor.notations.template import Slot, split_name
from bp_tutor.notations.writing import OF_OUTPUTS, state_name, writer

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.notations.notation import Notation, Table
    from bp_tutor.notations.reading import Reading
    from bp_tutor.notations.structure import Structure
    from bp_tutor.notations.template import Template

Index = tuple[int, ...]
Named = tuple[Quantity, Index | None]

PLACES = {"A": 1, "Z": 1, "B": 1, "E": 1, "Y": 1, "W": 2, "L": 0, "eta": 0, "lambda": 0}
"""Canonical letter -> how many numbers say which entry, beside the layer."""
LOSS = Quantity("L")


class Symbols:
    """Spells every entry of one problem in one notation, and reads it back.

    >>> from bp_tutor.notations import Structure, load_notation
    >>> symbols = load_notation("layered").bind(Structure(units=(3, 3, 2)))
    >>> weights = Quantity("W", (1,), (3, 3), ("from", "to"))
    >>> symbols.name(weights, (0, 2)), symbols.name(weights, None), symbols.read("W_113")
    ('W₁₁₃', 'W₁', 'W[1,1,3]')
    """

    def __init__(self, notation: Notation, structure: Structure) -> None:
        self.notation = notation
        self.structure = structure
        self.counting = Counting(
            structure, notation.count_units == "network", notation.count_weights == "source"
        )
        self._spell = notation.spelling.spell
        self.given = dict(structure.weight_names)
        self._names: dict[tuple[Quantity, Index | None, str], str] = {}
        self._fills: dict[tuple[Quantity, bool, str], Callable[[Index], str]] = {}
        self._nodes: dict[int, tuple[str, ...]] = {}
        self._reading: Reading | None = None

    def name(self, quantity: Quantity, index: Index | None = None, style: str = "unicode") -> str:
        """The symbol of one entry (its index counts from 0), or of the whole array (None)."""
        key = (quantity, index, style)
        name = self._names.get(key)
        if name is None:
            name = self._bare(quantity, index, style)
            if style == "mathml":
                identifier = self._bare(quantity, index, "canonical")
                name = style_named(style).keyed(name, identifier)
            self._names[key] = name
        return name

    def partial(self, of: Named, over: Named, style: str = "unicode") -> str:
        """A derivative written out: `∂Z₄₁/∂A₃₁`, `dZ41/dA31`."""
        return style_named(style).partial(self.name(*of, style), self.name(*over, style))

    def read(self, text: str) -> str | None:
        """The canonical identifier of a symbol that somebody typed; None if it is none.

        Canonical identifiers are always understood. Where there are several samples and
        none is named, the identifier names none either.
        """
        return self._reader().read(text)

    def own(self, text: str) -> str | None:
        """What a symbol that the file gives to something without an index stands for."""
        return self._reader().own(text) if self.notation.own else None

    def _reader(self) -> Reading:
        if self._reading is None:
            from bp_tutor.notations.reading import Reading

            self._reading = Reading(self)
        return self._reading

    def nodes(self, layer: int) -> tuple[str, ...]:
        """The names of a layer's units: the file's own, or the notation's."""
        if layer not in self._nodes:
            self._nodes[layer] = self._unit_names(layer)
        return self._nodes[layer]

    def own_names(self, layer: int) -> tuple[str, ...]:
        """The names that the problem file gives to the units of a layer, if they are used."""
        names = self.structure.unit_names
        return names[layer - 1] if self.notation.takes_names and layer <= len(names) else ()

    def _unit_names(self, layer: int) -> tuple[str, ...]:
        if own := self.own_names(layer):
            return own
        roles = (*self.structure.roles(layer), "all")
        pattern = next((self.notation.nodes[r] for r in roles if r in self.notation.nodes), "{n}")
        first = self.counting.unit(layer, 1)
        count = self.structure.units[layer - 1]
        return tuple(pattern.replace("{n}", str(first + unit)) for unit in range(count))

    def _bare(self, quantity: Quantity, index: Index | None, style: str) -> str:
        if style == "canonical":
            return quantity.name if index is None else quantity.identifier(index)
        if isinstance(quantity, PartialDerivative):
            return self.partial(quantity.of, quantity.over, style)
        if self.given and index is not None:
            updated = self.marked(quantity)
            named = quantity.as_kind(VALUE) if updated else quantity
            given = self.given.get(named.identifier(index))
            if given is not None:
                mark = self.notation.updated if updated else ""
                return self._spell(*split_name(given), mark, style)
            if quantity.kind == DERIVATIVE and self._hides_name(quantity, index):
                return self._partial_of(quantity, index, style)
        whole = index is None
        fill = self._fills.get((quantity, whole, style))
        if fill is None:
            fill = self._fills[quantity, whole, style] = self._filler(quantity, index, style)
        return fill(index or ())

    def _filler(
        self, quantity: Quantity, index: Index | None, style: str
    ) -> Callable[[Index], str]:
        """What spells any entry of `quantity` (any index but None), or the whole of it (None)."""
        whole = index is None
        value = quantity.as_kind(VALUE)
        template = self.template(quantity, self._table(index))
        named = template is not None or self.key(quantity) in self.notation.own
        if quantity.kind == STEP:
            before, step = self.notation.spelling.before, self.notation.step
            return lambda index: before(
                step, self._bare(value, None if whole else index, style), style
            )
        if quantity.kind == DERIVATIVE and not named:
            return lambda index: self._partial_of(quantity, None if whole else index, style)
        if quantity == LOSS and self.structure.loss:
            return lambda _: self.loss(style)
        state = quantity.kind.removesuffix(UPDATED)
        if state not in (VALUE, DERIVATIVE):
            mark = self.notation.updated if quantity.kind.endswith(UPDATED) else ""
            return lambda index: state_name(
                state, self._bare(value, None if whole else index, style), mark, style
            )
        return writer(self, quantity, template, index, style)

    def _partial_of(self, quantity: Quantity, index: Index | None, style: str) -> str:
        """The derivative of the loss written out, with a minus sign where it counts downhill."""
        markup = style_named(style)
        sign = markup.minus if self.structure.downhill else ""
        value = self._bare(quantity.as_kind(VALUE), index, style)
        return sign + markup.partial(self.loss(style), value)

    def _hides_name(self, quantity: Quantity, index: Index) -> bool:
        """Whether the letters of a derivative would leave out the name that the file gives."""
        template = self.template(quantity, self.notation.entry)
        named = quantity.as_kind(VALUE).identifier(index) in self.given
        return named and template is not None and Slot("number") not in template.sub

    def loss(self, style: str = "unicode") -> str:
        """The symbol of what is differentiated: the file's own, or the notation's."""
        if self.structure.loss:
            return self._spell(*split_name(self.structure.loss), "", style)
        return self._bare(LOSS, (), style)

    def _table(self, index: Index | None) -> Table:
        return self.notation.array if index is None else self.notation.entry

    def key(self, quantity: Quantity) -> str:
        """The key of the tables by which a quantity is written: `Z`, `dZ`; `W'` if it has one."""
        if quantity.kind == DERIVATIVE:
            return DERIVATIVE + quantity.symbol
        updated = quantity.symbol + UPDATED
        return (
            updated
            if quantity.kind == UPDATED and updated in self.notation.own
            else (quantity.symbol)
        )

    def marked(self, quantity: Quantity) -> bool:
        """Whether it is an updated value that is written as the old one with a mark."""
        return quantity.kind == UPDATED and self.key(quantity) == quantity.symbol

    def template(self, quantity: Quantity, table: Table) -> Template | None:
        """The notation's template for a quantity, or None where it has none of its own."""
        by_role = table.get(self.key(quantity))
        if by_role is None or not self._fits(quantity):
            return None
        roles = self.roles(quantity.symbol, self.layer(quantity))
        return next((by_role[role] for role in roles if role in by_role), None)

    def _fits(self, quantity: Quantity) -> bool:
        """Whether it counts what a dense network's quantity of its letter counts."""
        if quantity.symbol in self.structure.names:
            return False
        axes = sum(axis not in (SAMPLE, ONE) for axis in quantity.axes)
        shared = quantity.symbol == "B" and axes == 0
        return (axes == PLACES.get(quantity.symbol) or shared) and (
            self.layer(quantity) <= self.structure.depth
        )

    def layer(self, quantity: Quantity) -> int:
        """Its layer; what has none (loss, targets) belongs to the output layer."""
        if not quantity.place or quantity.symbol in OF_OUTPUTS:
            return self.structure.depth
        return quantity.place[0]

    def roles(self, symbol: str, layer: int) -> tuple[str, ...]:
        """What a quantity's layer is called in the tables, the most special word first."""
        if not 0 < layer <= self.structure.depth:
            return ("all",)
        if symbol == "W":
            layer = min(layer + 1, self.structure.depth)
        shared = symbol == "B" and layer in self.structure.shared_biases
        return (*(["shared"] if shared else []), *self.structure.roles(layer), "all")
