"""Second pass over `layers:`: shapes, weight matrices in the right order, biases."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.problem.draft import Draft, LayerDraft
from bp_tutor.problem.forms import generated
from bp_tutor.problem.model import Bias, Generated
from bp_tutor.problem.shapes import Section
from bp_tutor.problem.types import BAD
from bp_tutor.reader import Sequence

if TYPE_CHECKING:
    from bp_tutor.problem.context import Context
    from bp_tutor.reader import Node

MOST_PARAMETERS = 2_000_000


def draft_network(network: Section, context: Context) -> Draft | None:
    """The layers with their shapes checked; None where too little is right to go on."""
    if not network.sound("inputs", "layers"):
        return None
    sections: tuple[Section, ...] = network["layers"]
    if not all(section.sound("units") for section in sections):
        return None
    inputs, input_names = _units(network["inputs"])
    layers: list[LayerDraft] = []
    before = inputs
    for number, section in enumerate(sections, 2):
        units, names = _units(section["units"])
        layers.append(LayerDraft(number, section, before, units, names))
        before = units
    draft = Draft(inputs, input_names, layers)
    count = sum((layer.before + 1) * layer.units for layer in layers)
    if count > MOST_PARAMETERS:
        most = f"{MOST_PARAMETERS:,}"
        context.mistake(network.node, "problem.too_large", count=f"{count:,}", most=most)
        return None
    _check_unit_names(draft, network, context)
    _check_order(network, layers, context)
    for layer in layers:
        _read_weights(layer, network, context)
        _read_bias(layer, context)
    return draft


def _units(value: int | tuple[str, ...]) -> tuple[int, tuple[str, ...]]:
    return (value, ()) if isinstance(value, int) else (len(value), value)


def _check_unit_names(draft: Draft, network: Section, context: Context) -> None:
    seen: set[str] = set()
    places = [(draft.input_names, network.at("inputs"))]
    places += [(layer.names, layer.section.at("units")) for layer in draft.layers]
    for names, node in places:
        items = node.items if isinstance(node, Sequence) else ()
        for name, item in zip(names, items, strict=True):
            if name in seen:
                context.mistake(item, "problem.name_twice", name=name)
            seen.add(name)


def _check_order(network: Section, layers: list[LayerDraft], context: Context) -> None:
    """A matrix does not say by itself which way it is to be read; a square one hides it."""
    matrices = [layer for layer in layers if isinstance(layer.section["weights"], tuple)]
    if matrices and network.lacks("weight_order"):
        context.mistake(
            network.node, "problem.no_weight_order", child="weight_order",
            layer=matrices[0].number,
        )  # fmt: skip


def _read_weights(layer: LayerDraft, network: Section, context: Context) -> None:
    given: Any = layer.section["weights"]
    order = network["weight_order"]
    if given is BAD or given is None or isinstance(given, Generated):
        layer.weights = given or None
        return
    if order is BAD or order is None:
        return
    rows, columns = layer.before, layer.units
    if order == "to-from":
        rows, columns = columns, rows
    found = len(given), len(given[0])
    if found == (rows, columns):
        layer.weights = tuple(zip(*given, strict=True)) if order == "to-from" else given
        return
    key = "problem.weights_turned" if found == (columns, rows) else "problem.weights_shape"
    context.mistake(
        layer.section.at("weights"), key, layer=layer.number, order=order,
        other="from-to" if order == "to-from" else "to-from",
        rows=rows, columns=columns, found_rows=found[0], found_columns=found[1],
        before=layer.before, units=layer.units,
    )  # fmt: skip


def _read_bias(layer: LayerDraft, context: Context) -> None:
    value: Any = layer.section["bias"]
    node = layer.section.at("bias")
    if isinstance(value, Bias):
        layer.bias = _fitting(value, layer, node, context)
    elif isinstance(value, Section):
        layer.bias = _bias_of(value, layer, context)


def _bias_of(section: Section, layer: LayerDraft, context: Context) -> Bias:
    """The bias that a mapping describes."""
    drawn = generated(section, context)
    kind = section["kind"] or "added"
    bias = Bias(kind, frozen=bool(section["frozen"]))
    ways = [name for name in ("values", "shared", "seed") if section.has(name)]
    if len(ways) > 1 or (kind == "none" and ways):
        key = "problem.bias_twice" if len(ways) > 1 else "problem.bias_none"
        context.mistake(section.at(ways[-1]), key, ways=", ".join(ways))
        return bias
    if drawn:
        return bias._replace(values=drawn)
    if section.has("shared") and section["shared"] is not BAD:
        number = section["shared"]
        return bias._replace(shared=True, values=None if number is True else (number,))
    if section["values"]:
        bias = bias._replace(values=section["values"].values)
        return _fitting(bias, layer, section.at("values"), context)
    return bias


def _fitting(bias: Bias, layer: LayerDraft, node: Node, context: Context) -> Bias:
    if isinstance(bias.values, tuple) and len(bias.values) != layer.units:
        context.mistake(
            node, "problem.bias_count", layer=layer.number, count=len(bias.values),
            units=layer.units,
        )  # fmt: skip
        return bias._replace(values=None)
    return bias
