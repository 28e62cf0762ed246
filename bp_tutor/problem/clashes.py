"""Whether every name of a file can be told from every other: each is spelled and read back."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from bp_tutor.fields.records import Section
from bp_tutor.formula.addresses import Meaning
from bp_tutor.formula.quantity import DERIVATIVE, SAMPLE, VALUE, Address, Quantity, Role
from bp_tutor.notations.own import LETTERS
from bp_tutor.notations.structure import kinds_of
from bp_tutor.problem.own_names import FUNCTION_NAMES
from bp_tutor.reader import Mapping, Node, Scalar, Sequence, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.fields.context import Context
    from bp_tutor.notations import Symbols
    from bp_tutor.problem.own_names import Named
    from bp_tutor.problem.symbols import Reader

FIRST = 12
"""Of a wide layer the first units and the last: with them indices get two digits."""
ALL_KINDS = 2
"""Of so many units in a layer steps and updated values are looked at as well."""
TYPED = ("ascii", "unicode")
"""The styles in which names are typed."""
IN_GRAPHS = ("eta",)
"""What a graph has beside its nodes."""
CANONICAL = frozenset("ABELWYZ") | {"eta", "lambda"}
"""Letters that every network has."""
OF_OTHER_LAYERS = frozenset("CDFGHIKMNPQRSTUVX")
"""Letters of layers that are not dense."""


class Places:
    """Where in the file each name stands."""

    def __init__(self, problem: Section, own: tuple[Named, ...]) -> None:
        self.own = {named.name.of: named for named in own}
        self.symbols = [named.node for named in own if named.name.symbol]
        self.units: dict[tuple[int, int], Scalar] = {}
        self.weights: dict[str, Node] = {}
        self.graph: dict[str, Node] = {}
        network, graph = problem["network"], problem["graph"]
        if isinstance(network, Section) and network.sound("inputs", "layers"):
            rows = [network.at("inputs"), *(layer.at("units") for layer in network["layers"])]
            for layer, row in enumerate(rows, 1):
                for unit, node in enumerate(row.items if isinstance(row, Sequence) else (), 1):
                    if isinstance(node, Scalar):
                        self.units[layer, unit] = node
            edges = network["edges"]
            self.weights = {key.text: key for key, _ in edges.items} if edges else {}
        if isinstance(graph, Section):
            for part in (graph["values"], graph["formulas"]):
                if isinstance(part, Mapping):
                    self.graph |= {key.text: key for key, _ in part.items}

    def known(self) -> tuple[str, ...]:
        """Every name that the file gives to a unit, a weight, a node of a graph."""
        units = (node.text for node in self.units.values())
        return (*units, *self.weights, *self.graph)

    def within(self, name: str) -> list[Node]:
        """The symbols under `names` that may be to blame for how a name is read."""
        found = [each.node for each in self.own.values() if each.name.symbol in name]
        return [node for node in found if node in self.symbols] or self.symbols

    def of(self, meaning: Meaning, symbols: Symbols) -> Iterator[Node]:
        """The names that went into the symbol of a quantity, the nearest first."""
        quantity, index = meaning.first
        letter, layer = quantity.symbol, symbols.layer(quantity)
        role = {Role.INPUT: "X", Role.ACTIVATION: "O"}.get(quantity.role, "")
        outer = layer in (1, symbols.structure.depth)
        for key in (quantity.head, role if outer else "", letter):
            if key in self.own and self.own[key].name.symbol:
                yield self.own[key].node
        if index is None:
            return
        value = Address(quantity.as_kind(VALUE), index)
        given = symbols.given.get(value.identifier.partition("@")[0])
        if given in self.weights:
            yield self.weights[given]
        if symbols.own_names(layer) and value.numbers:
            yield from (self.units[key] for key in [(layer, value.numbers[0])] if key in self.units)


def check_clashes(
    problem: Section, own: tuple[Named, ...], reader: Reader, context: Context
) -> None:
    """Tell names that are for nothing here, that cannot be typed, and that two things share."""
    places, symbols = Places(problem, own), reader.symbols
    letters = IN_GRAPHS if places.graph else LETTERS
    for named in own:
        of = named.name.of
        if of in letters:
            continue
        if of not in places.known():
            context.unknown(named.key, "names.unknown", of, (*letters, *places.known()))
        elif named.name.symbol:
            context.mistake(named.node, "names.symbol_of_unit", name=shown(of))
    if not len(context):
        _check_ascii(places, symbols, context)
    if not len(context):
        _check_canonical(places, context, plain=reader.plain)
    if not len(context):
        _check_read_back(places, symbols, context)


def _check_ascii(places: Places, symbols: Symbols, context: Context) -> None:
    """A name that the file itself gives must be typed on any keyboard, in one way or another."""
    nodes = list(places.graph.items()) + list(places.weights.items())
    if symbols.notation.takes_names:
        nodes += [(node.text, node) for node in places.units.values()]
    for name, node in nodes:
        if not symbols.notation.spelling.ascii(name).isascii():
            context.mistake(node, "names.unit_no_ascii", name=shown(name))


def _check_canonical(places: Places, context: Context, *, plain: bool) -> None:
    """Canonical letters are understood in every file, so they can name nothing else."""
    for of, named in places.own.items():
        symbol = named.name.symbol
        reserved = symbol in CANONICAL or (symbol in OF_OTHER_LAYERS and not plain)
        if reserved and symbol != of and (of, symbol) != ("L", "E"):
            context.mistake(named.node, "names.canonical", name=symbol)


def _check_read_back(places: Places, symbols: Symbols, context: Context) -> None:
    """One mistake for each name that has to change."""
    found: dict[int, tuple[Node, str, str, str]] = {}
    for mixed in _mixed_up(places, symbols):
        found.setdefault(id(mixed[0]), mixed)
    # Where names of units suffer from a symbol, it is the symbol that has to change.
    own = [mixed for mixed in found.values() if mixed[0] in places.symbols]
    for node, name, one, other in own or found.values():
        if name in FUNCTION_NAMES:
            context.mistake(node, "names.function", name=shown(name))
        elif not other:
            context.mistake(node, "names.not_read_back", name=shown(name), one=one)
        else:
            context.mistake(node, "names.clash", name=shown(name), one=one, other=other)


def _mixed_up(places: Places, symbols: Symbols) -> Iterator[tuple[Node, str, str, str]]:
    """Symbols that are not read as what they were written for, with the name to change.

    Beside the node: how it is spelled, for what, and for what else (empty: it is not known).
    """
    for name, meanings in _spelled(symbols).items():
        found = symbols.reader.read(name)
        for meaning in meanings:
            one = meaning.identifier
            same = found is not None and found.identifier == one
            if same and not (meaning.indices and name in FUNCTION_NAMES):
                continue
            other = found or next((each for each in meanings if each.identifier != one), None)
            both = (meaning, other) if other else (meaning,)
            nodes = [node for each in both for node in places.of(each, symbols)]
            nodes += places.within(name)
            if nodes:
                node = min(nodes, key=lambda node: node not in places.symbols)
                yield node, name, one, other.identifier if other else ""
    for of, node in places.graph.items():
        name = symbols.name(Quantity(of), (), "ascii")
        means = symbols.read(name)
        if means != of:
            yield (places.own[of].node if of in places.own else node), name, of, means or ""


def _spelled(symbols: Symbols) -> dict[str, list[Meaning]]:
    """Each name with all that it is written for."""
    spelled: dict[str, list[Meaning]] = {}
    own = symbols.notation.own
    values = symbols.reader.values
    if symbols.structure.names:
        values = tuple(value for value in values if value.role is Role.RATE and "eta" in own)
    # Units and weights alone are mixed up wherever they stand, or nowhere.
    styles = TYPED if own or symbols.notation.spelling.names else TYPED[:1]
    for meaning in (each for value in values for each in _looked_at(value, all_kinds=bool(own))):
        for style in styles:
            name = symbols.name(*meaning.first, style)
            if meaning not in spelled.setdefault(name, []):
                spelled[name].append(meaning)
    return spelled


def _looked_at(value: Quantity, *, all_kinds: bool) -> Iterator[Meaning]:
    """A quantity and entries of it, of every kind or the value alone; of large layers, some."""
    kinds = kinds_of(value) if all_kinds else (VALUE,)
    if value.axes != (SAMPLE,):
        yield from (Meaning(value.as_kind(kind)) for kind in kinds if value.axes)
    samples = sorted({0, value.samples - 1}) if all_kinds else [0]
    parts = [
        samples if axis == SAMPLE else _some(length)
        for axis, length in zip(value.axes, value.shape, strict=True)
    ]
    for index in product(*parts):
        for kind in kinds:
            if kind in (VALUE, DERIVATIVE) or max(index, default=0) < ALL_KINDS:
                yield Meaning(value.as_kind(kind), (index,))


def _some(count: int) -> list[int]:
    return sorted({*range(min(count, FIRST)), count - 1})
