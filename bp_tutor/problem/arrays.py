"""Second pass over the numbers of layers that are not dense: each array by its letter."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.layer import Bias
from bp_tutor.fields.forms import BAD
from bp_tutor.fields.numbers import Generated, Nested
from bp_tutor.fields.records import Section
from bp_tutor.problem.layers import read_bias, turned
from bp_tutor.problem.schema_layers import PLACES

if TYPE_CHECKING:
    from bp_tutor.catalogue.kinds import Array
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Row
    from bp_tutor.problem.draft import LayerDraft
    from bp_tutor.reader import Node


def read_arrays(layer: LayerDraft, network: Section, context: Context) -> None:
    """Take in the numbers that stand in the layer, and tell those that do not fit."""
    _bias_kind(layer, context)
    for array in layer.table():
        field, part = PLACES[layer.layer.kind][array.letter]
        given, node = _found(layer, field, part)
        if given is BAD or given is None:
            continue
        if isinstance(given, Generated):
            layer.arrays[array.letter] = given
        elif isinstance(given, Nested):
            layer.arrays[array.letter] = _kernel(layer, array, given, node, context)
        elif array.axes == ("from", "to"):
            order = network["weight_order"]
            if order:
                matrix = turned(given, array.shape, order, node, layer.number, context)
                layer.arrays[array.letter] = tuple(chain(*matrix)) if matrix else None
        elif len(given) == array.size:
            layer.arrays[array.letter] = given
        else:
            name = f"{field}.{part}" if part else field
            context.mistake(
                node, "problem.row_count", name=name, count=len(given), wanted=array.size
            )


def _bias_kind(layer: LayerDraft, context: Context) -> None:
    """What sort of bias the layer has; one row of values is read with it."""
    given: Any = layer.section.values.get("bias")
    if "bias" not in layer.section.values:
        return
    gates = isinstance(given, Section) and given.name != "bias"
    if gates or isinstance(given, Generated):
        return
    read_bias(layer, context)
    if layer.bias.shared:
        context.mistake(layer.section.at("bias"), "problem.bias_shared", kind=layer.section.name)
        layer.bias = Bias()


def _found(layer: LayerDraft, field: str, part: str) -> tuple[Any, Node]:
    """What the file gives for one array, and where."""
    section = layer.section
    if field.startswith("initial"):
        own: Section = section[section.name]
        return own[field], own.at(field)
    if field == "bias" and not part:
        return layer.bias.values, section.at(field)
    given: Any = section[field]
    if part and isinstance(given, Section):
        return given[part], given.at(part)
    return given, section.at(field)


def _kernel(
    layer: LayerDraft, array: Array, given: Nested, node: Node, context: Context
) -> Row | None:
    """Kernels as [to][from][row][column], without lists of one in front where they tell nothing."""
    to, source, rows, columns = array.shape
    fitting = {array.shape}
    if to == 1:
        fitting.add((source, rows, columns))
    if source == 1:
        fitting.add((to, rows, columns))
    if to == source == 1:
        fitting.add((rows, columns))
    if given.shape in fitting:
        return given.numbers
    channels = len(given.shape) > 2 and given.shape[-2:] == (rows, columns)
    context.mistake(
        node, "problem.kernel_channels" if channels else "problem.kernel_shape",
        layer=layer.number, to=to, channels=source, rows=rows, columns=columns,
        found=" x ".join(map(str, given.shape)),
    )  # fmt: skip
    return None
