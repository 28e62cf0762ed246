"""Values given by name, put into weight matrices and bias rows."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

from bp_tutor.fields.forms import BAD
from bp_tutor.fields.numbers import Generated
from bp_tutor.problem.weights import arrays_by_name, counted, named
from bp_tutor.reader import Scalar, shown

if TYPE_CHECKING:
    from bp_tutor.catalogue.kinds import Array
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Matrix, Row
    from bp_tutor.problem.draft import Draft, Given, LayerDraft
    from bp_tutor.problem.symbols import Reader

_MOST = 8


def fill_in(draft: Draft, symbols: Reader, context: Context) -> None:
    """Put the named numbers into matrices and rows; say what is missing or given twice."""
    tables = arrays_by_name(draft)
    for name, given in draft.given.items():
        layer, array = tables[name]
        if not given or not _is_free(_already(layer, array), given, layer, context):
            continue
        wanted = list(product(*(range(1, length + 1) for length in counted(array))))
        if _is_complete(given, wanted, name, symbols, context):
            _put(layer, array, tuple(given[place][0] for place in wanted))


def _already(layer: LayerDraft, array: Array) -> Matrix | Row | Generated | None:
    """What the layer itself gives for one of its arrays."""
    if layer.layer.kind != "dense":
        return layer.arrays.get(array.letter)
    given: Matrix | Generated | None = layer.section["weights"]
    return given if array.letter == "W" else layer.bias.values


def _put(layer: LayerDraft, array: Array, numbers: Row) -> None:
    if layer.layer.kind != "dense":
        layer.arrays[array.letter] = numbers
    elif array.letter == "W":
        width = layer.units
        starts = range(0, len(numbers), width)
        layer.weights = tuple(numbers[start : start + width] for start in starts)
    else:
        layer.bias = layer.bias._replace(values=numbers)


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
        names = [symbols.typed(named(name, place), like) for place in missing[:_MOST]]
        more = f" ... ({len(missing)})" if len(missing) > _MOST else ""
        context.mistake(node, "problem.values_missing", names=", ".join(names) + more)
    return not missing
