"""`edges:` of a network: where each weight and bias sits that a file calls by a name.

A name of a weight sits between two units, the second in any later layer, or on several such edges.
Where only whole layers are joined to the next, its place is one in a matrix; else the edge stands
by itself.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from bp_tutor.catalogue.layer import Edge
from bp_tutor.fields.forms import BAD, Name
from bp_tutor.frozen import Frozen
from bp_tutor.reader import Scalar, Sequence

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.problem.draft import Draft, LayerDraft
    from bp_tutor.reader import Mapping, Node

    Unit = tuple[int, int]
    """A layer and a unit in it, both counted from 1."""


class _Wire(Frozen):
    """A wire as a file names it."""

    start: Unit
    end: Unit
    name: str
    shared: bool
    """Whether others have the same name."""


def read_edges(edges: Mapping, draft: Draft, context: Context) -> None:
    """Take down where each named weight and bias sits."""
    places = {
        name: (layer, unit)
        for layer, names in enumerate(draft.unit_names, 1)
        for unit, name in enumerate(names, 1)
    }
    if not places:
        context.mistake(edges, "problem.edges_without_names")
        return
    wires: dict[tuple[Unit, Unit], _Wire] = {}
    for key, value in edges.items:
        name = Name().read(key, context)
        several = _several(value)
        ends = [_ends(node, places, context) for node in several]
        if name is BAD or not all(ends):
            continue
        if len(several) == 1 and _is_bias(ends[0], draft):
            _put(_bias_of(ends[0], draft, value, context), name, key, draft, context)
            continue
        for node, pair in zip(several, ends, strict=True):
            if len(pair) != 2 or pair[0][0] >= pair[1][0]:
                context.wrong(node, "expected.edge")
                continue
            start, end = pair
            if (start, end) in wires:
                other = wires[start, end].name
                context.mistake(node, "problem.edge_twice", name=name, other=other)
                continue
            wires[start, end] = _Wire(start, end, name, len(several) > 1)
            if _is_plain(wires[start, end], draft):
                draft.weight_names[_in_matrix(wires[start, end])] = name
    for layer in draft.layers:
        own = [wire for wire in wires.values() if wire.end[0] == layer.number]
        if any(not _is_plain(wire, draft) for wire in own):
            _by_themselves(layer, own, draft, context)
    if any(layer.layer.edges for layer in draft.layers):
        _check_ends(edges, draft, context)


def _several(value: Node) -> tuple[Node, ...]:
    """The edges on which one name sits: a list of pairs, or one pair."""
    if isinstance(value, Sequence) and value.items and isinstance(value.items[0], Sequence):
        return tuple(value.items)
    return (value,)


def _ends(node: Node, places: dict[str, Unit], context: Context) -> list[Unit]:
    """The places of the units that a name is said to sit between, or on."""
    words = node.items if isinstance(node, Sequence) else (node,)
    ends = []
    for word in words:
        if not isinstance(word, Scalar) or not word.text:
            context.wrong(word, "expected.edge")
            return []
        if word.text not in places:
            context.unknown(word, "problem.unknown_unit", word.text, places)
            return []
        ends.append(places[word.text])
    if not ends:
        context.wrong(node, "expected.edge")
    return ends


def _is_bias(ends: list[Unit], draft: Draft) -> bool:
    """Whether these are units of one layer: a bias sits on one of them, or on all."""
    layer = ends[0][0]
    if layer == 1 or any(place != layer for place, _ in ends):
        return False
    units = draft.layers[layer - 2].units
    return len(ends) == 1 or sorted(ends) == [(layer, unit) for unit in range(1, units + 1)]


def _bias_of(ends: list[Unit], draft: Draft, node: Node, context: Context) -> str:
    layer, unit = ends[0]
    if len(ends) == 1:
        return f"B[{layer},{unit}]"
    return _share(draft.layers[layer - 2], node, context)


def _share(layer: LayerDraft, node: Node, context: Context) -> str:
    """One name on all units of a layer: they share the bias."""
    if layer.bias.values is not None and not layer.bias.shared:
        context.mistake(node, "problem.bias_not_shared", layer=layer.number)
    layer.bias = layer.bias._replace(shared=True)
    return f"B[{layer.number},1]"


def _put(identifier: str, name: str, key: Node, draft: Draft, context: Context) -> None:
    if identifier in draft.weight_names:
        other = draft.weight_names[identifier]
        context.mistake(key, "problem.edge_twice", name=name, other=other)
    draft.weight_names[identifier] = name


def _source(layer: int, draft: Draft) -> int:
    """The layer that a layer takes from."""
    return draft.layers[layer - 2].layer.sources_at(layer)[0]


def _is_plain(wire: _Wire, draft: Draft) -> bool:
    """Whether it leads from the layer before, with a weight of its own."""
    return not wire.shared and wire.start[0] == _source(wire.end[0], draft)


def _in_matrix(wire: _Wire) -> str:
    """Its weight as an entry of a matrix."""
    return f"W[{wire.end[0] - 1},{wire.start[1]},{wire.end[1]}]"


def _by_themselves(layer: LayerDraft, wires: list[_Wire], draft: Draft, context: Context) -> None:
    """The wires into a layer, one by one where they are not all of those between two layers."""
    number, source = layer.number, _source(layer.number, draft)
    near = {(wire.start[1], wire.end[1]) for wire in wires if _is_plain(wire, draft)}
    sources = range(1, layer.signal.shape[-1] + 1)
    gaps = near != set(product(sources, range(1, layer.units + 1)))
    if gaps and "weights" in layer.section.nodes:
        context.mistake(layer.section.at("weights"), "problem.edges_and_matrix", layer=number)
    known = {draft.weight_names[place]: place for place in draft.weight_names}
    edges = []
    for wire in wires:
        plain = _is_plain(wire, draft)
        if plain and not gaps:
            continue
        (start_layer, start), (_, unit) = wire.start, wire.end
        place: tuple[int, ...] = (start_layer, start, number, unit)
        if start_layer == source:
            place = (number - 1, start, unit)
        identifier = f"W[{','.join(map(str, place))}]"
        own = plain or wire.name not in known
        if own:
            known[wire.name] = identifier
            draft.weight_names[identifier] = wire.name
        else:
            place = tuple(map(int, known[wire.name][2:-1].split(",")))
        edges.append(Edge(start_layer, start, unit, place, own, wire.shared))
    layer.layer = layer.layer._replace(edges=tuple(edges), gaps=gaps)


def _check_ends(edges: Mapping, draft: Draft, context: Context) -> None:
    """Every unit has something that reaches it, and leads somewhere."""
    depth = len(draft.layers) + 1
    left: set[Unit] = set()
    for layer in draft.layers:
        if not layer.layer.gaps:
            source = _source(layer.number, draft)
            count = draft.signals[source - 1].shape[-1]
            left |= {(source, unit) for unit in range(1, count + 1)}
        left |= {(edge.source, edge.start) for edge in layer.layer.edges}
        reached = {edge.unit for edge in layer.layer.edges}
        for unit, name in enumerate(layer.names, 1):
            if layer.layer.gaps and unit not in reached:
                context.mistake(edges, "problem.edge_into_none", name=name)
    for number, names in enumerate(draft.unit_names, 1):
        for unit, name in enumerate(names, 1):
            if 1 < number < depth and (number, unit) not in left:
                context.mistake(edges, "problem.edge_out_of_none", name=name)
