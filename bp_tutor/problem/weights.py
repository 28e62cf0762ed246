"""Weights and biases by name: `edges:` says where a name sits, `values:` gives its number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bp_tutor.problem.types import BAD, Name, number_of
from bp_tutor.reader import Mapping, Node, Scalar, Sequence, scalar_value, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from bp_tutor.problem.context import Context
    from bp_tutor.problem.draft import Draft, LayerDraft

_CANONICAL = re.compile(
    r"W\[([0-9]{1,5}),([0-9]{1,5}),([0-9]{1,5})\]|B\[([0-9]{1,5}),([0-9]{1,5})\]"
)


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
    for key, value in edges.items:
        name = Name().read(key, context)
        ends = _ends(value, places, context)
        if name is BAD or not ends:
            continue
        identifier = _identifier(ends, draft, value, context)
        if identifier is None:
            continue
        if identifier in draft.weight_names:
            other = draft.weight_names[identifier]
            context.mistake(key, "problem.edge_twice", name=name, other=other)
        draft.weight_names[identifier] = name


def _ends(
    node: Node, places: dict[str, tuple[int, int]], context: Context
) -> list[tuple[int, int]]:
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


def _identifier(
    ends: list[tuple[int, int]], draft: Draft, node: Node, context: Context
) -> str | None:
    if len(ends) == 2 and ends[1][0] == ends[0][0] + 1:
        (layer, source), (_, target) = ends
        return f"W[{layer},{source},{target}]"
    layer = ends[0][0]
    if layer > 1 and all(place == layer for place, _ in ends):
        target_layer = draft.layers[layer - 2]
        if len(ends) == 1:
            return f"B[{layer},{ends[0][1]}]"
        if sorted(ends) == [(layer, unit) for unit in range(1, target_layer.units + 1)]:
            return _share(target_layer, node, context)
    context.wrong(node, "expected.edge")
    return None


def _share(layer: LayerDraft, node: Node, context: Context) -> str:
    """One name on all units of a layer: they share the bias."""
    if layer.bias.values is not None and not layer.bias.shared:
        context.mistake(node, "problem.bias_not_shared", layer=layer.number)
    layer.bias = layer.bias._replace(shared=True)
    return f"B[{layer.number},1]"


def read_values(
    values: Mapping, draft: Draft, read: Callable[[str], str | None], context: Context
) -> None:
    """Take in the number of each weight and bias that is named here."""
    own = {name: identifier for identifier, name in draft.weight_names.items()}
    for key, value in values.items:
        identifier = own.get(key.text) or _read(key.text, read)
        number: Any = number_of(value, context) if not _is_null(value) else None
        match = _CANONICAL.fullmatch(identifier) if identifier else None
        if identifier is None:
            context.unknown(key, "problem.unknown_symbol", key.text, own)
        elif match is None:
            context.mistake(key, "problem.no_weight", name=shown(key.text), means=identifier)
        elif not _exists(match, draft):
            _absent(match, draft, key, identifier, context)
        else:
            layer, *units = _numbers(match)
            given = draft.given.setdefault((identifier[0], layer), {})
            if tuple(units) in given:
                line = given[tuple(units)][1].mark.line
                context.mistake(
                    key, "problem.value_twice", name=shown(key.text), means=identifier, line=line
                )
            elif number is not None and number is not BAD:
                given[tuple(units)] = number, key


def _read(text: str, read: Callable[[str], str | None]) -> str | None:
    return text if _CANONICAL.fullmatch(text) else read(text)


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and scalar_value(node) is None


def _numbers(match: re.Match[str]) -> tuple[int, ...]:
    return tuple(int(number) for number in match.groups() if number is not None)


def _exists(match: re.Match[str], draft: Draft) -> bool:
    layer, *units = _numbers(match)
    if len(units) == 2:
        return (
            1 <= layer <= len(draft.layers)
            and 1 <= units[0] <= draft.units[layer - 1]
            and 1 <= units[1] <= draft.units[layer]
        )
    return 2 <= layer <= len(draft.units) and 1 <= units[0] <= draft.layers[layer - 2].biases


def _absent(
    match: re.Match[str], draft: Draft, key: Scalar, identifier: str, context: Context
) -> None:
    layer, *units = _numbers(match)
    bias = len(units) == 1 and 2 <= layer <= len(draft.units)
    if bias and draft.layers[layer - 2].bias.kind == "none":
        context.mistake(key, "problem.value_of_no_bias", name=shown(key.text), layer=layer)
        return
    shape = "-".join(map(str, draft.units))
    context.mistake(
        key, "problem.value_outside", name=shown(key.text), means=identifier, shape=shape
    )
