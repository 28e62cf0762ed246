"""Weights and biases by name: `edges:` says where a name sits, `values:` gives its number."""

from __future__ import annotations

import re
from itertools import islice, product
from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD, Name, number_of
from bp_tutor.fields.numbers import Generated
from bp_tutor.reader import Mapping, Node, Scalar, Sequence, scalar_value, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.catalogue.layer import Array
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Row
    from bp_tutor.problem.draft import Draft, Given, LayerDraft
    from bp_tutor.problem.symbols import Reader

CANONICAL = re.compile(r"([A-Za-z]+)\[([0-9]{1,5}(?:,[0-9]{1,5}){1,4})\]")
_WEIGHTS_AND_BIASES = ("W", "B")
_MOST_NAMES = 2_000
_MOST_MISSING = 8


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


def read_values(values: Mapping, draft: Draft, symbols: Reader, context: Context) -> None:
    """Take in the number of each weight and bias that is named here."""
    own = {name: identifier for identifier, name in draft.weight_names.items()}
    tables = arrays_by_name(draft)
    letters = {letter for letter, _ in tables} | set(_WEIGHTS_AND_BIASES)
    unknown: list[tuple[Scalar, Node]] = []
    for key, value in values.items:
        match = CANONICAL.fullmatch(key.text)
        is_one = match is not None and match[1] in letters
        identifier = own.get(key.text) or (key.text if is_one else symbols.read(key.text))
        number: Any = number_of(value, context) if not _is_null(value) else None
        match = CANONICAL.fullmatch(identifier) if identifier else None
        if identifier is None:
            unknown.append((key, value))
        elif match is None or match[1] not in letters:
            context.mistake(key, "problem.no_weight", name=shown(key.text), means=identifier)
        else:
            layer, *place = (int(part) for part in match[2].split(","))
            found = tables.get((match[1], layer))
            if found is None or not _is_inside(tuple(place), found[1]):
                _absent(match[1], layer, len(place), draft, key, identifier, context)
                continue
            given = draft.given.setdefault((match[1], layer), {})
            if tuple(place) in given:
                line = given[tuple(place)][1].mark.line
                context.mistake(
                    key, "problem.value_twice", name=shown(key.text), means=identifier, line=line
                )
            elif number is not None:
                given[tuple(place)] = number, key
            else:
                draft.blank.setdefault((match[1], layer), []).append(key)
    for key, value in unknown:
        _unknown(key, value, draft, symbols, context)


def _unknown(key: Scalar, value: Node, draft: Draft, symbols: Reader, context: Context) -> None:
    """A name that is none of these: what it probably meant is not told as missing again."""
    if key.text.isdigit() and _is_null(value):
        context.mistake(key, "problem.decimal_comma_inside", found=key.text)
        return
    places = islice(parameters(draft), _MOST_NAMES)
    if not symbols.known:
        # Which it would be is told once, where the notation stands.
        for name, place in parameters(draft):
            if name in draft.given:
                draft.given[name].setdefault(place, (BAD, key))
        return
    names = {symbols.typed(named(name, place), key.text): (name, place) for name, place in places}
    if _turned(key, draft, symbols, context):
        return
    # What has its number already was hardly meant.
    free = [text for text, (name, place) in names.items() if place not in draft.given.get(name, ())]
    near = context.unknown(key, "problem.unknown_symbol", key.text, free or names)
    if near:
        name, place = names[near]
        draft.given.setdefault(name, {}).setdefault(place, (BAD, key))


def _turned(key: Scalar, draft: Draft, symbols: Reader, context: Context) -> bool:
    """Whether it is a weight's name with its indices the wrong way round; then that is told."""
    turned = symbols.turned(key.text)
    match = CANONICAL.fullmatch(turned[2]) if turned else None
    if turned is None or match is None:
        return False
    layer, *numbers = (int(part) for part in match[2].split(","))
    given = draft.given.setdefault((match[1], layer), {})
    if tuple(numbers) in given:
        # What has its number already was hardly meant.
        return False
    given[tuple(numbers)] = BAD, key
    context.mistake(key, turned[0], nearest=turned[1], name=shown(key.text))
    return True


def fill_in(draft: Draft, symbols: Reader, context: Context) -> None:
    """Put the named numbers into matrices and rows; say what is missing or given twice."""
    tables = arrays_by_name(draft)
    for name, given in draft.given.items():
        layer, array = tables[name]
        if not given or not _is_free(layer.arrays.get(array.letter), given, layer, context):
            continue
        wanted = list(product(*(range(1, length + 1) for length in counted(array))))
        if _is_complete(given, wanted, name, symbols, context):
            layer.arrays[array.letter] = tuple(given[place][0] for place in wanted)


def _is_free(
    already: Row | Generated | None, given: Given, layer: LayerDraft, context: Context
) -> bool:
    """Whether the layer's own entry leaves these values to `values:`."""
    if already is not None and already is not BAD:
        node = next(iter(given.values()))[1]
        key = "problem.drawn_and_given" if isinstance(already, Generated) else "problem.given_twice"
        name = shown(node.text) if isinstance(node, Scalar) else ""
        context.mistake(node, key, name=name, layer=layer.number)
    return already is None


def _is_complete(
    given: Given,
    wanted: list[tuple[int, ...]],
    name: tuple[str, int],
    symbols: Reader,
    context: Context,
) -> bool:
    missing = [place for place in wanted if place not in given]
    if missing:
        node = next(iter(given.values()))[1]
        like = node.text if isinstance(node, Scalar) else ""
        names = [symbols.typed(named(name, place), like) for place in missing[:_MOST_MISSING]]
        more = f" ... ({len(missing)})" if len(missing) > _MOST_MISSING else ""
        context.mistake(node, "problem.values_missing", names=", ".join(names) + more)
    return not missing


def parameters(draft: Draft) -> Iterator[tuple[tuple[str, int], tuple[int, ...]]]:
    """Every weight and bias: its letter and layer, and its place there, counted from 1."""
    for name, (_, array) in arrays_by_name(draft).items():
        for place in product(*(range(1, length + 1) for length in counted(array))):
            yield name, place


def named(name: tuple[str, int], place: tuple[int, ...]) -> str:
    """Its canonical identifier."""
    return f"{name[0]}[{','.join(map(str, (name[1], *place)))}]"


def arrays_by_name(draft: Draft) -> dict[tuple[str, int], tuple[LayerDraft, Array]]:
    """Every array that is learnt, by its letter and the number of the layer it is known by."""
    return {
        (array.letter, layer.number - array.leaves): (layer, array)
        for layer in draft.layers
        for array in layer.table()
        if array.trained
    }


def counted(array: Array) -> tuple[int, ...]:
    """The lengths of the axes that an identifier counts."""
    lengths = zip(array.shape, array.axes, strict=True)
    return tuple(length for length, axis in lengths if axis != "one")


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and scalar_value(node) is None


def _is_inside(place: tuple[int, ...], array: Array) -> bool:
    lengths = counted(array)
    return len(place) == len(lengths) and all(
        1 <= number <= length for number, length in zip(place, lengths, strict=True)
    )


def _absent(
    letter: str,
    layer: int,
    numbers: int,
    draft: Draft,
    key: Scalar,
    identifier: str,
    context: Context,
) -> None:
    bias = letter.startswith("B") and numbers == 1 and 2 <= layer <= len(draft.units)
    if bias and draft.layers[layer - 2].bias.kind == "none":
        context.mistake(key, "problem.value_of_no_bias", name=shown(key.text), layer=layer)
        return
    shape = "-".join(map(str, draft.units))
    context.mistake(
        key, "problem.value_outside", name=shown(key.text), means=identifier, shape=shape
    )
