"""What a picture in text shows of a problem: its units and wires, its nodes, or its sizes."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from bp_tutor.explain.document import (
    GraphPicture,
    Joined,
    Named,
    Node,
    Said,
    SizePicture,
    UnitPicture,
    sentence,
    word_for,
)
from bp_tutor.explain.nodes import Size
from bp_tutor.explain.numbers import format_given
from bp_tutor.explain.settings import plain_number
from bp_tutor.explain.structure import is_plain
from bp_tutor.explain.wires import wires_of
from bp_tutor.formula import Apply, Entry, Quantity, Ref, Role, replace, walk
from bp_tutor.formula.atoms import whole
from bp_tutor.formula.quantity import SIGNALS
from bp_tutor.problem.signals import signals
from bp_tutor.solve import used

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Layer, Signal
    from bp_tutor.explain.document import Picture
    from bp_tutor.explain.settings import Settings
    from bp_tutor.formula import Formula
    from bp_tutor.problem.model import Network, Problem
    from bp_tutor.solve import Run

MOST_LABELS = 24


def picture_of(settings: Settings, problem: Problem, run: Run) -> Picture:
    """What is drawn of a network or a graph."""
    if problem.graph is not None:
        return _graph(settings, run) if problem.graph.formulas else _steps(run)
    network = problem.network
    if network is not None and network.alone:
        return _loss(run)
    if settings.structure.edges and sum(settings.structure.units) <= MOST_LABELS:
        return _edges(settings, run)
    if network is not None and not is_plain(network):
        return _sizes(settings, network)
    units, wires = settings.structure.units, wires_of(run.program.model)
    between = tuple(wires[pair] for pair in pairwise(range(1, len(units) + 1)))
    return UnitPicture(
        tuple(_units(settings, run, layer) for layer in range(1, len(units) + 1)),
        _weights(settings, run, between),
        between,
    )


def _steps(run: Run) -> SizePicture:
    """Leaves alone: what is given of them, and what becomes of it."""
    trained = run.program.model.trained
    gradients, news = ([Ref(leaf.as_kind(kind)) for leaf in trained] for kind in ("d", "'"))
    return SizePicture((Joined(tuple(gradients)), Joined(tuple(news))))


def _loss(run: Run) -> SizePicture:
    """A loss alone: what is given, the predictions, the loss."""
    model = run.program.model
    assert model.loss is not None
    stages = dict.fromkeys((*model.stated, *model.outputs, model.loss))
    return SizePicture(tuple(map(Ref, stages)))


def layer_picture(
    lower: tuple[Named | None, ...], upper: tuple[Named | None, ...], weight: Quantity
) -> UnitPicture:
    """Two layers of a network, with the symbol of the weight on each wire between them."""
    sources, targets = weight.shape
    wires = tuple(
        tuple(Entry(weight, (source, target)) for target in range(targets))
        for source in range(sources)
    )
    return UnitPicture((lower, upper), (wires,), (Ref(weight),))


def _graph(settings: Settings, run: Run) -> GraphPicture:
    """The leaves with their numbers, and each node with its formula."""
    model = run.program.model
    nodes = []
    for leaf, numbers in model.given.items():
        if leaf.kind or leaf.name not in settings.structure.names:
            continue
        one = numbers is not None and not leaf.shape
        value = settings.number(run, leaf, ()) if one else None
        nodes.append(Node(leaf.name, Named(whole(leaf), value)))
    for line in model.definitions:
        uses = tuple(dict.fromkeys(quantity.name for quantity in used(line.formula)))
        label = Named(whole(line.quantity), settings.shortened(line.formula))
        nodes.append(Node(line.quantity.name, label, uses))
    return GraphPicture(tuple(nodes))


def _edges(settings: Settings, run: Run) -> GraphPicture:
    """Every unit with what it makes of all that reaches it, where edges have names.

    An activation of all units at once has no formula of one unit: the weighted sum stands there.
    """
    units = settings.structure.units
    symbols = [
        Quantity("A", (n,), (1, count), ("sample", "unit")) for n, count in enumerate(units, 1)
    ]
    names = {
        Entry(quantity, (0, unit)): name
        for quantity, layer in zip(symbols, settings.structure.unit_names, strict=True)
        for unit, name in enumerate(layer)
    }
    nodes = [
        Node(names[named.symbol], named)
        for named in _units(settings, run, 1)
        if named is not None and isinstance(named.symbol, Entry)
    ]
    activations = {line.activates: line for line in run.program.model.definitions}
    for line in run.program.model.definitions:
        if line.quantity.role is not Role.WEIGHTED_SUM:
            continue
        layer = symbols[line.quantity.place[0] - 1]
        after = activations[line.quantity]
        for index in layer.indices():
            unit = Entry(layer, index)
            taken = replace(line.entry(index), _of_no_sample)
            found = [node for node in walk(taken) if isinstance(node, Entry)]
            uses = [names[node] for node in found if node in names]
            told, formula = unit, taken
            if isinstance(after.formula, Apply):
                told = _no_sample(Entry(line.quantity, index))
            else:
                formula = _with(after.entry(index), Entry(line.quantity, index), taken)
            label = Named(told, settings.shortened(formula))
            nodes.append(Node(names[unit], label, tuple(uses)))
    return GraphPicture(tuple(nodes))


def _with(formula: Formula, entry: Entry, taken: Formula) -> Formula:
    """The formula with another in the place of an entry."""
    return replace(formula, lambda node: taken if node == entry else None)


def _of_no_sample(node: Formula) -> Formula | None:
    """Of a unit's value the symbol, which says nothing of samples."""
    if not isinstance(node, Entry) or node.quantity.role not in SIGNALS:
        return None
    return _no_sample(node)


def _no_sample(entry: Entry) -> Entry:
    """The entry of a network's only sample."""
    value = entry.quantity
    one = Quantity(value.symbol, value.place, (1, *value.shape[1:]), value.axes, role=value.role)
    return Entry(one, entry.index)


def _units(settings: Settings, run: Run, layer: int) -> tuple[Named | None, ...]:
    """The symbol of each unit, with the number of an input where there is one sample."""
    count = settings.structure.units[layer - 1]
    if count > MOST_LABELS:
        return (None,) * count
    # With several samples, the symbols say nothing of them.
    quantity = Quantity("A", (layer,), (1, count), ("sample", "unit"))
    known = layer == 1 and quantity in run.values
    return tuple(
        Named(Entry(quantity, index), settings.number(run, quantity, index) if known else None)
        for index in quantity.indices()
    )


def _weights(
    settings: Settings, run: Run, between: tuple[Formula, ...]
) -> tuple[tuple[tuple[Formula, ...], ...], ...] | None:
    """The weight on each wire, as a number where it has one."""
    if sum(weights.shape[0] * weights.shape[1] for weights in between) > MOST_LABELS:
        return None
    return tuple(
        tuple(
            tuple(_on_wire(settings, run, weights.entry((i, j))) for j in range(weights.shape[1]))
            for i in range(weights.shape[0])
        )
        for weights in between
    )


def _on_wire(settings: Settings, run: Run, weight: Formula) -> Formula:
    if not isinstance(weight, Entry) or weight.quantity not in run.values:
        return weight
    return plain_number(format_given(run.value(*weight.address), settings.digits))


def _sizes(settings: Settings, network: Network) -> SizePicture:
    """What goes in and what each layer hands on, `1×2×2 → convolution 3×3 → 1×2×2 → ...`."""
    first, *others = signals(network)
    stages: list[Said] = [_size(settings, first)]
    for layer, signal in zip(network.layers, others, strict=True):
        stages += [_from(layer, _layer(layer)), _size(settings, signal)]
    return SizePicture(tuple(stages))


def _from(layer: Layer, name: Said) -> Said:
    """Its name, with the layers that it takes from where that is not the one before."""
    if not layer.sources:
        return name
    numbers = Joined(layer.sources, sentence("schematic.join"))
    count = "one" if len(layer.sources) == 1 else "several"
    return sentence(f"schematic.from_{count}", layer=name, numbers=numbers)


def _size(settings: Settings, signal: Signal) -> Said:
    # Where vectors are columns, the positions stand side by side.
    upright = settings.columns and signal.form == "positions"
    size = Size(tuple(signal.shape[::-1] if upright else signal.shape))
    if signal.form == "sequence":
        return sentence("schematic.steps", count=signal.steps, size=size)
    return size


def _layer(layer: Layer) -> Said:
    name = word_for("layer_kind", layer.called)
    settings = dict(layer.settings)
    if "rows" in settings:
        return Joined((name, Size((int(settings["rows"]), int(settings["columns"])))), " ")
    return name
