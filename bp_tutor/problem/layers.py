"""Second pass over `layers:`: shapes, weight matrices in the right order, biases."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.kinds import KINDS, Signal
from bp_tutor.catalogue.layer import Bias, Layer
from bp_tutor.fields.forms import BAD
from bp_tutor.fields.numbers import Generated, generated
from bp_tutor.fields.records import Section
from bp_tutor.problem.draft import Draft, LayerDraft
from bp_tutor.reader import Sequence

if TYPE_CHECKING:
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Matrix
    from bp_tutor.reader import Node

MOST_PARAMETERS = 2_000_000


def draft_network(network: Section, context: Context) -> Draft | None:
    """The layers with their shapes checked; None where too little is right to go on."""
    if not network.sound("inputs", "layers"):
        return None
    first = _input_signal(network["inputs"], context)
    if first is None:
        return None
    signal, input_names = first
    draft = Draft(signal, input_names, [], signal)
    for number, section in enumerate(network["layers"], 2):
        layer = _layer(section, draft.output, number, context)
        if layer is None:
            draft.whole = False
            break
        names = section["units"] if layer.kind == "dense" else ()
        names = names if isinstance(names, tuple) else ()
        draft.layers.append(LayerDraft(number, section, draft.output, layer, names))
        draft.output = KINDS[layer.kind].hands_on(layer, draft.output)
    count = sum(array.size for layer in draft.layers for array in layer.table())
    if count > MOST_PARAMETERS:
        most = f"{MOST_PARAMETERS:,}"
        context.mistake(network.node, "problem.too_large", count=f"{count:,}", most=most)
        return None
    _check_unit_names(draft, network, context)
    _check_order(network, draft.layers, context)
    for one in draft.layers:
        if one.layer.kind == "dense":
            _read_weights(one, network, context)
            read_bias(one, context)
        else:
            from bp_tutor.problem.arrays import read_arrays

            read_arrays(one, network, context)
    return draft


def _input_signal(given: Any, context: Context) -> tuple[Signal, tuple[str, ...]] | None:
    """What one sample is, and the names of the inputs."""
    if isinstance(given, Section):
        from bp_tutor.problem.settings import input_form

        signal = input_form(given, context)
        return (signal, ()) if signal else None
    if isinstance(given, int):
        return Signal("vector", (given,)), ()
    return Signal("vector", (len(given),)), given


def _layer(section: Section, signal: Signal, number: int, context: Context) -> Layer | None:
    """The layer without its numbers; None where it cannot stand here."""
    if section.name != "layer" or signal.form == "image":
        from bp_tutor.problem.settings import layer_of

        return layer_of(section, signal, number, context)
    if not section.sound("units"):
        return None
    units = section["units"]
    return Layer(units if isinstance(units, int) else len(units), mark=section.node.mark)


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
    if not network.lacks("weight_order"):
        return
    matrices = [layer for layer in layers if _has_matrix(layer.section)]
    if matrices:
        context.mistake(
            network.node, "problem.no_weight_order", child="weight_order",
            layer=matrices[0].number,
        )  # fmt: skip


def _has_matrix(section: Section) -> bool:
    """Whether a matrix of numbers stands in a layer, or in a part of it."""
    if section.name in ("convolution", "normalisation"):
        return False
    found = [section.values.get(name) for name in ("weights", "recurrent_weights")]
    parts = [value.values.values() for value in found if isinstance(value, Section)]
    return any(isinstance(value, tuple) for value in chain(found, *parts))


def _read_weights(layer: LayerDraft, network: Section, context: Context) -> None:
    given: Any = layer.section["weights"]
    order = network["weight_order"]
    if given is BAD or given is None or isinstance(given, Generated):
        layer.weights = given or None
        return
    if order is BAD or order is None:
        return
    node = layer.section.at("weights")
    layer.weights = turned(given, (layer.before, layer.units), order, node, layer.number, context)


def turned(
    given: Matrix, shape: tuple[int, ...], order: str, node: Node, number: int, context: Context
) -> Matrix | None:
    """A matrix in the order from-to, once its shape is seen to fit; `order` is the file's."""
    before, units = shape
    rows, columns = shape if order == "from-to" else (units, before)
    found = len(given), len(given[0])
    if found == (rows, columns):
        return tuple(zip(*given, strict=True)) if order == "to-from" else given
    key = "problem.weights_turned" if found == (columns, rows) else "problem.weights_shape"
    context.mistake(
        node, key, layer=number, order=order,
        other="from-to" if order == "to-from" else "to-from",
        rows=rows, columns=columns, found_rows=found[0], found_columns=found[1],
        before=before, units=units,
    )  # fmt: skip
    return None


def read_bias(layer: LayerDraft, context: Context) -> None:
    """The bias of a layer that has one row of them."""
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
