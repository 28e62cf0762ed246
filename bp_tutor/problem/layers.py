"""Second pass over `layers:`: each in its place, with settings and the numbers of its arrays."""

from __future__ import annotations

from itertools import chain
from math import prod
from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.bias import RECORD as BIAS_RECORD
from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer, Reached, Signal
from bp_tutor.catalogue.ties import TIED, is_tied, tie_of
from bp_tutor.fields.forms import BAD
from bp_tutor.fields.numbers import DRAWN, Generated, Nested, generated
from bp_tutor.fields.records import Section
from bp_tutor.fields.regular import Regular
from bp_tutor.problem.draft import Draft, LayerDraft
from bp_tutor.problem.layer_records import kind_of
from bp_tutor.problem.samples import input_form
from bp_tutor.reader import Key, Sequence

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array, LayerKind, Tie
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Matrix, Row
    from bp_tutor.reader import Node

MOST_PARAMETERS = 2_000_000
MOST_NUMBERS = 1_000_000


def draft_network(network: Section, context: Context) -> Draft | None:
    """The layers with their shapes checked; None where too little is right to go on."""
    if not network.sound("inputs", "layers"):
        return None
    first = _input_signal(network["inputs"], context)
    if first is None:
        return None
    signal, input_names = first
    draft = Draft(signal, input_names)
    for number, section in enumerate(network["layers"], 2):
        layer = _layer(section, draft, context)
        if layer is None:
            draft.whole = False
            break
        names = section.values.get("units")
        draft.layers.append(
            LayerDraft(
                number, section, draft.signals[layer.sources_at(number)[0] - 1], layer,
                names if isinstance(names, tuple) else (),
            )
        )  # fmt: skip
        draft.signals.append(layer.hands_on(draft.layers[-1].signal))
    count = sum(array.size for layer in draft.layers for array in layer.table())
    if count > MOST_PARAMETERS:
        most = f"{MOST_PARAMETERS:,}"
        context.mistake(network.node, "problem.too_large", count=f"{count:,}", most=most)
        return None
    if draft.whole:
        _check_used(draft, context)
    _check_unit_names(draft, network, context)
    _check_order(network, draft.layers, context)
    for one in draft.layers:
        _read_arrays(one, network, context)
    return draft


def _input_signal(given: Any, context: Context) -> tuple[Signal, tuple[str, ...]] | None:
    """What one sample is, and the names of the inputs."""
    if isinstance(given, Section):
        signal = input_form(given, context)
        return (signal, ()) if signal else None
    if isinstance(given, int):
        return Signal("vector", (given,)), ()
    return Signal("vector", (len(given),)), given


def _layer(section: Section, draft: Draft, context: Context) -> Layer | None:
    """The layer without its numbers, behind those of the draft; None where it cannot be."""
    kind, signals = kind_of(section), tuple(draft.signals)
    if not _is_sound(section[kind.field.name]):
        return None
    sources = _sources(kind, section, len(signals) + 1, context)
    if sources is None:
        return None
    reached = Reached(signals, context, sources)
    if not _takes(kind, section, reached):
        return None
    settings = kind.settings(section, reached)
    if settings is None:
        return None
    activation, parameters, slope = "identity", (), 0
    if kind.activation and section[kind.activation_key] is not BAD:
        activation, parameters, slope = section[kind.activation_key]
    layer = Layer(
        kind.units(section) if kind.units else 0, activation, parameters, slope,
        mark=section.node.mark, kind=kind.key, settings=tuple(settings.items()),
        frozen=bool(section.values.get("frozen")), sources=sources,
    )  # fmt: skip
    after = layer.hands_on(reached.signal)
    if after.size * after.steps > MOST_NUMBERS:
        most = f"{MOST_NUMBERS:,}"
        reached.context.mistake(
            section.node, "problem.signal_too_large", layer=reached.number, most=most
        )
        return None
    layer = layer._replace(units=layer.units or after.shape[0 if after.form == "image" else -1])
    ties = _ties(layer, section, reached, draft)
    return None if ties is None else layer._replace(ties=ties)


def _ties(layer: Layer, section: Section, reached: Reached, draft: Draft) -> tuple[Tie, ...] | None:
    """The arrays that are those of earlier layers; None where one of them cannot be."""
    found = []
    for array in layer.arrays_after(reached.signal):
        given = section.values.get(array.field)
        if not is_tied(given):
            continue
        source = given[TIED] if given.sound(TIED, "transposed") else BAD
        if source is BAD:
            return None
        others = None
        if 2 <= source < reached.number:
            other = draft.layers[source - 2]
            others = other.kind.arrays(other.layer, other.signal)
        tie = tie_of(given, array, others, reached, given.node)
        if tie is None:
            return None
        found.append(tie)
    return tuple(found)


def _sources(
    kind: LayerKind, section: Section, number: int, context: Context
) -> tuple[int, ...] | None:
    """The layers that it takes from, none for the one before it; None where that cannot be."""
    name = kind.field.name if kind.joins else "from"
    given: Any = section.values.get(name)
    if given is BAD:
        return None
    sources: tuple[int, ...] = given if isinstance(given, tuple) else (given,) if given else ()
    for place, source in enumerate(sources):
        if source >= number:
            node = section.at(name)
            node = node.items[place] if isinstance(node, Sequence) else node
            context.mistake(
                node, "problem.from_later", layer=number, source=source, before=number - 1
            )
            return None
    return sources if kind.joins or sources != (number - 1,) else ()


def _check_used(draft: Draft, context: Context) -> None:
    """What a layer hands on goes into a later one, or it is the output."""
    used = {
        source
        for one in draft.layers
        for source in (*one.layer.sources_at(one.number), *one.kind.looks_at(one.layer))
    }
    for one in draft.layers[:-1]:
        if one.number not in used:
            context.mistake(one.section.node, "problem.layer_unused", layer=one.number)


def _is_sound(value: Any) -> bool:
    """Whether all settings of a layer could be read."""
    if isinstance(value, Section):
        return all(map(_is_sound, value.values.values()))
    return value is not BAD


def _takes(kind: LayerKind, section: Section, reached: Reached) -> bool:
    """Whether the layer understands the form of what reaches it."""
    form = reached.signal.form
    if form in kind.takes:
        return True
    key = "problem.wrong_form"
    if form == "image":
        key = "problem.flatten_first"
    elif "image" in kind.takes:
        key = "problem.no_image"
    elif form == "vector" and "sequence" in kind.takes:
        key = "problem.no_sequence"
    reached.context.mistake(
        section.node, key, layer=reached.number, kind=kind.key,
        form=Key(f"form.{form}"), allowed=Key(f"form.{kind.takes[-1]}"),
    )  # fmt: skip
    return False


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
    matrices = [layer for layer in layers if _has_matrix(layer)]
    if matrices:
        context.mistake(
            network.node, "problem.no_weight_order", child="weight_order",
            layer=matrices[0].number,
        )  # fmt: skip


def _has_matrix(layer: LayerDraft) -> bool:
    """Whether the file gives the numbers of a matrix of weights."""
    arrays = (array for array in layer.table() if array.axes == ("from", "to"))
    return any(isinstance(_given(layer, array)[0], tuple) for array in arrays)


def _read_arrays(layer: LayerDraft, network: Section, context: Context) -> None:
    """Take in the numbers that stand in the layer, and tell those that do not fit."""
    _bias_kind(layer, context)
    for array in layer.table():
        given, node = _given(layer, array)
        if given is not None:
            layer.arrays[array.key] = fitted_array(layer, array, given, node, network, context)


def fitted_array(
    layer: LayerDraft, array: Array, given: Any, node: Node, network: Section, context: Context
) -> Matrix | Row | Generated:
    """The numbers in row-major order; `BAD` where they do not fit.

    Those of a state that differs from sample to sample are rows.
    """
    bad: Row = BAD
    if given is BAD or isinstance(given, Generated):
        return given or bad
    if isinstance(given, Regular):
        return _by_formula(given, array, node, context)
    if isinstance(given, Nested):
        return _kernel(layer, array, given, node, context)
    if array.axes == ("from", "to"):
        order = network["weight_order"]
        matrix = order and _turned(given, array.given_shape, order, node, layer.number, context)
        return array.of_all(tuple(chain(*matrix))) if matrix else bad
    if array.axes[0] == "position":
        given = tuple(chain(*given)) if len(given) == array.shape[0] else ()
    if array.of_samples:
        # A row for all samples, or one for each.
        wrong = next((len(row) for row in given if len(row) != array.size), None)
        if wrong is None:
            states: Matrix = given
            return states[0] if len(states) == 1 else states
        given, wanted = (0,) * wrong, array.size
    elif len(given) == (wanted := prod(array.given_shape)):
        return array.of_all(given)
    name = f"{array.field}.{array.part}" if array.part else array.field
    context.mistake(node, "problem.row_count", name=name, count=len(given), wanted=wanted)
    return bad


def _by_formula(given: Regular, array: Array, node: Node, context: Context) -> Row:
    """The numbers of an array that a formula gives."""
    found = given.filled(array.given_shape)
    if found is None:
        size = " x ".join(map(str, array.given_shape))
        context.mistake(node, "problem.formula_size", kind=given.kind, size=size)
        bad: Row = BAD
        return bad
    return array.of_all(found)


def _bias_kind(layer: LayerDraft, context: Context) -> None:
    """What sort of bias the layer has; one row of values is read with it."""
    given: Any = layer.section.values.get("bias")
    parts = isinstance(given, Section) and given.name != BIAS_RECORD.name
    if given is None or parts or isinstance(given, Generated | Regular):
        return
    _read_bias(layer, context)
    if layer.bias.shared and not layer.kind.shares_bias:
        context.mistake(layer.section.at("bias"), "problem.bias_shared", kind=layer.section.name)
        layer.bias = Bias()


def _given(layer: LayerDraft, array: Array) -> tuple[Any, Node]:
    """What the file gives for one array, and where."""
    section = layer.section
    if array.field not in section.values:
        section = section[layer.kind.field.name]
    given: Any = section[array.field]
    node = section.at(array.field)
    if isinstance(given, Bias) or (isinstance(given, Section) and given.name == BIAS_RECORD.name):
        return layer.bias.values, node
    if array.part and isinstance(given, Section):
        return given[array.part], given.at(array.part)
    return given, node


def _kernel(layer: LayerDraft, array: Array, given: Nested, node: Node, context: Context) -> Row:
    """Kernels as [to][from][row][column], without lists of one in front where they tell nothing."""
    first, second, *sides = array.shape
    fitting = {array.shape}
    if first == 1:
        fitting.add((second, *sides))
    if second == 1:
        fitting.add((first, *sides))
    if first == second == 1:
        fitting.add((*sides,))
    if given.shape in fitting:
        return given.numbers
    channels = len(given.shape) > len(sides) and given.shape[-len(sides) :] == (*sides,)
    context.mistake(
        node, "problem.kernel_channels" if channels else "problem.kernel_shape",
        layer=layer.number, shape=_times(array.shape), first=first, second=second,
        order=Key(f"kernel_order.{'_'.join(array.axes)}"),
        ends=Key(f"kernel_ends.{'_'.join(array.axes[:2])}"), found=_times(given.shape),
    )  # fmt: skip
    bad: Row = BAD
    return bad


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def _turned(
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


def _read_bias(layer: LayerDraft, context: Context) -> None:
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
    ways = [name for name in ("values", "shared", *DRAWN) if name != "scale" and section.has(name)]
    if len(ways) > 1 or (kind == "none" and ways):
        key = "problem.bias_twice" if len(ways) > 1 else "problem.bias_none"
        context.mistake(section.at(ways[-1]), key, ways=", ".join(ways))
        return bias
    if isinstance(drawn, Regular):
        values = drawn.filled((layer.units,))
        if values is None:
            context.mistake(section.node, "problem.formula_size", kind=drawn.kind, size=layer.units)
        return bias._replace(values=values)
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
