"""Writing symbols: every quantity of one problem in the course's own notation.

A template of the notation is bound to a quantity once, and then filled in for each entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula.quantity import (
    DERIVATIVE,
    OF_OUTPUTS,
    ONE,
    SAMPLE,
    STEP,
    UPDATED,
    VALUE,
    PartialDerivative,
    Quantity,
    Role,
)
from bp_tutor.formula.style import style_named
from bp_tutor.notations.letters import greek
from bp_tutor.notations.structure import Counting
from bp_tutor.notations.template import Slot, Template, split_name

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.notations.notation import Notation, Table
    from bp_tutor.notations.structure import Structure
    from bp_tutor.notations.template import Part

    Index = tuple[int, ...]
    Places = tuple[int, ...]
    Write = Callable[[Places], str]
    Named = tuple[Quantity, Index | None]
    """A quantity with one of its indices, or None for the whole of it."""

PLACES = {"A": 1, "Z": 1, "B": 1, "E": 1, "Y": 1, "W": 2, "L": 0, "eta": 0, "lambda": 0}
"""Canonical letter -> how many numbers say which entry, beside the layer."""
LAYERED = "AZBW"
"""Letters that are counted by layers."""
LOSS = Quantity("L", role=Role.LOSS)
SIMPLE = {"unit": 0, "from": 0, "to": 1}
"""Slots that are one of an entry's own numbers, and which."""
OFFSETS = {"layer": 0, "layer0": -1, "to_layer": 1, "to_layer0": 0}
"""Slots that are the layer's number, and how much they add to it."""


class SymbolWriter:
    """Spells every entry of one problem in one notation."""

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
        if self.given and (index is not None or not quantity.shape):
            index = index or ()
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
        if not quantity.place or quantity.role in OF_OUTPUTS:
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


def writer(
    symbols: SymbolWriter,
    quantity: Quantity,
    template: Template | None,
    index: Index | None,
    style: str,
) -> Callable[[Index], str]:
    """What gives the symbol of an entry from its index.

    `index` None binds it to the whole array; without a template the quantity is written by
    its canonical letter and plain numbers.
    """
    key = symbols.key(quantity)
    spots = tuple(i for i, axis in enumerate(quantity.axes) if axis not in (SAMPLE, ONE))
    if template is None:
        own = quantity.symbol in symbols.structure.names
        letter = quantity.symbol if own else greek(quantity.symbol, style)
        names = symbols.notation.own
        inputs = key == "A" and quantity.place[:1] == (1,) and "X" in names
        letter = names.get("X" if inputs else key, letter)
        write = _plain(quantity, letter, () if index is None else spots)
    else:
        write = _parts(symbols, quantity, template)
    base_of, sub_of, sup_of = write
    spell = symbols.notation.spelling.spell
    updated = symbols.notation.updated if symbols.marked(quantity) else ""
    sampled = index is not None and quantity.samples > 1
    sample = _sample(symbols, style) if sampled else ""
    spot = quantity.axes.index(SAMPLE) if sampled else 0

    at_step = _step_mark(quantity, style)
    beside = style_named(style).beside

    def symbol(index: Index) -> str:
        places = tuple([index[spot] + 1 for spot in spots]) if index else (1,)
        base, sub, sup = base_of(places), sub_of(places), sup_of(places) + updated
        if base[-1].isdecimal():
            base, digits = split_name(base)
            sub = digits + sub
        mark = sample.replace("{sample}", str(index[spot] + 1)) if sampled else ""
        if mark[:1] == "^":
            sup, mark = sup + mark[1:], ""
        name = spell(base, sub, sup, style)
        return beside(name, at_step + mark) if at_step or mark else name

    return symbol


def _step_mark(quantity: Quantity, style: str) -> str:
    """What tells the time step: angle brackets, as layers and samples have the others."""
    if quantity.step is None:
        return ""
    markup = style_named(style)
    before, behind = markup.angles
    return f"{before}{markup.number(str(quantity.step))}{behind}"


def _sample(symbols: SymbolWriter, style: str) -> str:
    """How the notation marks a sample; all styles with scripts take that of LaTeX."""
    stated = symbols.notation.sample
    return stated.get("latex" if style_named(style).typeset else style, "@{sample}")


def state_name(kind: str, weight: str, updated: str, style: str) -> str:
    """What an optimiser keeps of a weight: a velocity `v_w₁`, a corrected `m`."""
    letter, hat = kind.removesuffix("hat"), kind.endswith("hat")
    markup = style_named(style)
    if style != "ascii":
        letter = markup.hat(letter) if hat else markup.glyphs(letter)
    if markup.typeset:
        return markup.scripts(letter, weight, markup.glyphs(updated))
    mark = updated if style == "unicode" else UPDATED[: len(updated)]
    return f"{kind if style == 'ascii' else letter}_{weight}{mark}"


def _parts(
    symbols: SymbolWriter, quantity: Quantity, template: Template
) -> tuple[Write, Write, Write]:
    return (
        _joined(symbols, quantity, template.base),
        _joined(symbols, quantity, template.sub),
        _joined(symbols, quantity, template.sup),
    )


def _plain(quantity: Quantity, letter: str, spots: tuple[int, ...]) -> tuple[Write, Write, Write]:
    """Canonical letter and numbers: `H` with [2,1,3] is `H₂₁₃`; a graph's names stay."""
    inside = quantity.role not in OF_OUTPUTS
    layers = [str(number) for number in quantity.place[:1] if inside]
    if not layers and not spots:
        base, sub = split_name(letter)
        return lambda _: base, lambda _: sub, lambda _: ""

    def numbers(places: Places) -> str:
        return run([*layers, *map(str, places)] if spots else layers)

    return lambda _: letter, numbers, lambda _: ""


def run(numbers: list[str]) -> str:
    """Numbers written together while each has one digit, else with commas: `112`, `1,11,2`."""
    return ("" if all(len(number) == 1 for number in numbers) else ",").join(numbers)


def _joined(symbols: SymbolWriter, quantity: Quantity, parts: tuple[Part, ...]) -> Write:
    """What writes one place of a template; neighbouring numbers are written as a run."""
    if not parts:
        return lambda _: ""
    writes = [_write(symbols, quantity, part) for part in parts]
    if len(parts) == 1:
        return writes[0]
    numeric = [isinstance(p, Slot) and _is_number(symbols, quantity, p.name) for p in parts]
    groups: list[list[Write]] = []
    for position, write in enumerate(writes):
        if position and numeric[position] and numeric[position - 1]:
            groups[-1].append(write)
        else:
            groups.append([write])
    if len(groups) == 1:
        return lambda places: run([write(places) for write in groups[0]])
    return lambda places: "".join(
        [
            run([write(places) for write in group]) if group[1:] else group[0](places)
            for group in groups
        ]
    )


def _is_number(symbols: SymbolWriter, quantity: Quantity, slot: str) -> bool:
    if not slot.startswith("node"):
        return True
    layer = symbols.layer(quantity) + (slot == "node_to")
    return symbols.nodes(layer)[0].isdecimal()


def _write(symbols: SymbolWriter, quantity: Quantity, part: Part) -> Write:
    """What writes one literal or slot."""
    if isinstance(part, str):
        return lambda _: part
    layer = symbols.layer(quantity)
    if part.name in OFFSETS:
        number = str(layer + OFFSETS[part.name])
        return lambda _: number
    if part.name == "number":
        return _number(symbols, quantity, layer)
    if part.name in SIMPLE:
        spot = SIMPLE[part.name]
        return lambda places: str(places[spot])
    spot = int(part.name == "node_to")
    nodes = symbols.nodes(layer + spot)
    return lambda places: nodes[places[spot] - 1]


def _number(symbols: SymbolWriter, quantity: Quantity, layer: int) -> Write:
    """The running number; of a weight that the file names, the number in its name."""
    counts: dict[str, Callable[..., int]] = {
        "W": symbols.counting.weight,
        "B": symbols.counting.bias,
    }
    count = counts.get(quantity.symbol, symbols.counting.unit)
    if not symbols.given:
        return lambda places: str(count(layer, *places))

    def number(places: Places) -> str:
        numbers = ",".join(map(str, (layer, *places)))
        given = split_name(symbols.given.get(f"{quantity.symbol}[{numbers}]", ""))[1]
        return given or str(count(layer, *places))

    return number
