"""Weights and biases by name: `values:` gives the number of each."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any

from bp_tutor.fields.forms import BAD, number_of
from bp_tutor.fields.numbers import Generated, Matrix
from bp_tutor.formula.addresses import Addresses, taken_apart
from bp_tutor.reader import Mapping, Node, Scalar, scalar_value, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.catalogue.layer import Array
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Row
    from bp_tutor.formula import Address, Quantity
    from bp_tutor.problem.draft import Draft, Given, LayerDraft
    from bp_tutor.problem.symbols import Reader

WEIGHTS_AND_BIASES = ("W", "B")
_MOST_NAMES = 2_000
_MOST_MISSING = 8


def read_values(values: Mapping, draft: Draft, symbols: Reader, context: Context) -> None:
    """Take in the number of each weight and bias that is named here."""
    own = {name: identifier for identifier, name in draft.weight_names.items()}
    arrays = Addresses(trained_arrays(draft))
    unknown: list[tuple[Scalar, Node]] = []
    for key, value in values.items:
        identifier = own.get(key.text) or _canonical(key.text, arrays) or symbols.read(key.text)
        number: Any = number_of(value, context) if not _is_null(value) else None
        if identifier is None:
            unknown.append((key, value))
            continue
        address = arrays.find(identifier)
        if _canonical(identifier, arrays) is None:
            context.mistake(key, "problem.no_weight", name=shown(key.text), means=identifier)
        elif address is None:
            _absent(identifier, draft, key, context)
        elif address.index in (given := draft.given.setdefault(address.quantity, {})):
            line = given[address.index][1].mark.line
            context.mistake(
                key, "problem.value_twice", name=shown(key.text), means=identifier, line=line
            )
        elif number is not None:
            given[address.index] = number, key
        else:
            draft.blank.setdefault(address.quantity, []).append(key)
    for key, value in unknown:
        _unknown(key, value, draft, symbols, context)


def _canonical(text: str, arrays: Addresses) -> str | None:
    """The identifier of one weight or bias, whether the network has it or not."""
    found = taken_apart(text)
    if found is None or found.sample or len(found.numbers) < 2:
        return None
    return str(found) if arrays.has(found.head) or found.head in WEIGHTS_AND_BIASES else None


def _unknown(key: Scalar, value: Node, draft: Draft, symbols: Reader, context: Context) -> None:
    """A name that is none of these: what it probably meant is not told as missing again."""
    if key.text.isdigit() and _is_null(value):
        context.mistake(key, "problem.decimal_comma_inside", found=key.text)
        return
    if not symbols.known:
        # Which it would be is told once, where the notation stands.
        for address in parameters(draft):
            if address.quantity in draft.given:
                draft.given[address.quantity].setdefault(address.index, (BAD, key))
        return
    some = islice(parameters(draft), _MOST_NAMES)
    names = {symbols.typed(address.identifier, key.text): address for address in some}
    if _turned(key, draft, symbols, context):
        return
    # What has its number already was hardly meant.
    free = [text for text, (array, at) in names.items() if at not in draft.given.get(array, ())]
    near = context.unknown(key, "problem.unknown_symbol", key.text, free or names)
    if near:
        array, index = names[near]
        draft.given.setdefault(array, {}).setdefault(index, (BAD, key))


def _turned(key: Scalar, draft: Draft, symbols: Reader, context: Context) -> bool:
    """Whether it is a weight's name with its indices the wrong way round; then that is told."""
    turned = symbols.turned(key.text)
    address = Addresses(trained_arrays(draft)).find(turned[2]) if turned else None
    if turned is None or address is None:
        return False
    given = draft.given.setdefault(address.quantity, {})
    if address.index in given:
        # What has its number already was hardly meant.
        return False
    given[address.index] = BAD, key
    context.mistake(key, turned[0], nearest=turned[1], name=shown(key.text))
    return True


def fill_in(draft: Draft, symbols: Reader, context: Context) -> None:
    """Put the named numbers into matrices and rows; say what is missing or given twice."""
    arrays = trained_arrays(draft)
    for quantity, given in draft.given.items():
        layer, array = arrays[quantity]
        if not given or not _is_free(layer.arrays.get(array.key), given, layer, context):
            continue
        if _is_complete(given, quantity, symbols, context):
            layer.arrays[array.key] = tuple(given[index][0] for index in quantity.indices())


def _is_free(
    already: Matrix | Row | Generated | None, given: Given, layer: LayerDraft, context: Context
) -> bool:
    """Whether the layer's own entry leaves these values to `values:`."""
    if already is not None and already is not BAD:
        node = next(iter(given.values()))[1]
        key = "problem.drawn_and_given" if isinstance(already, Generated) else "problem.given_twice"
        name = shown(node.text) if isinstance(node, Scalar) else ""
        context.mistake(node, key, name=name, layer=layer.number)
    return already is None


def _is_complete(given: Given, array: Quantity, symbols: Reader, context: Context) -> bool:
    missing = [address for address in array.addresses() if address.index not in given]
    if missing:
        node = next(iter(given.values()))[1]
        like = node.text if isinstance(node, Scalar) else ""
        names = [symbols.typed(address.identifier, like) for address in missing[:_MOST_MISSING]]
        more = f" ... ({len(missing)})" if len(missing) > _MOST_MISSING else ""
        context.mistake(node, "problem.values_missing", names=", ".join(names) + more)
    return not missing


def parameters(draft: Draft) -> Iterator[Address]:
    """Every weight and bias."""
    return (address for array in trained_arrays(draft) for address in array.addresses())


def trained_arrays(draft: Draft) -> dict[Quantity, tuple[LayerDraft, Array]]:
    """Every array that is learnt, with its layer."""
    return {
        array.quantity(layer.number): (layer, array)
        for layer in draft.layers
        for array in layer.table()
        if array.trained
    }


def _is_null(node: Node) -> bool:
    return isinstance(node, Scalar) and scalar_value(node) is None


def _absent(identifier: str, draft: Draft, key: Scalar, context: Context) -> None:
    """That the network has no such weight or bias."""
    found = taken_apart(identifier)
    layer = found.numbers[0] if found is not None else 0
    bias = identifier.startswith("B") and identifier.count(",") == 1
    if bias and 2 <= layer <= len(draft.units) and draft.layers[layer - 2].bias.kind == "none":
        context.mistake(key, "problem.value_of_no_bias", name=shown(key.text), layer=layer)
        return
    shape = "-".join(map(str, draft.units))
    context.mistake(
        key, "problem.value_outside", name=shown(key.text), means=identifier, shape=shape
    )
