"""Which numbers of a problem vary, and how: by its `vary:`, or by what they are like.

By default weights, biases, inputs and targets vary; learning rates stay. What would make
another exercise of it stays too: truth tables, one-of-many targets (their places are
exchanged), signs in graphs, and sign and size of weights in front of steps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.authoring.choices import (
    ONE,
    ZERO,
    DrawGroup,
    Fixed,
    alike,
    is_binary,
    like,
    probable,
    resized,
)
from bp_tutor.authoring.problem_text import SEED
from bp_tutor.authoring.targets import span_of
from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.formula import FUNCTIONS
from bp_tutor.formula.atoms import plain
from bp_tutor.formula.quantity import SAMPLE, STARTS, VALUE, Role

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from bp_tutor.authoring.choices import Choices, Grid
    from bp_tutor.authoring.problem_text import Place
    from bp_tutor.catalogue.layer import Layer
    from bp_tutor.catalogue.losses import LossKind
    from bp_tutor.formula import Quantity
    from bp_tutor.problem import Problem
    from bp_tutor.problem.model import Rule


def draw_groups(problem: Problem, places: tuple[Place, ...]) -> tuple[DrawGroup, ...]:
    """How each number that varies is drawn."""
    if problem.vary.nothing:
        return ()
    rules = dict(problem.vary.rules)
    by_role: dict[str, list[int]] = {}
    for number, place in enumerate(places):
        by_role.setdefault(place.role, []).append(number)
    found: list[DrawGroup] = []
    for role, numbers in by_role.items():
        if role == SEED:
            found += _seeds(places, numbers, rules)
        elif problem.graph is not None and role in ("values", "given"):
            found += _leaves(places, numbers, rules)
        elif role in rules:
            found += _by_rule(places, numbers, rules[role])
        else:
            found += _by_kind(problem, role, places, by_role)
    return tuple(found)


def _seeds(
    places: tuple[Place, ...], numbers: list[int], rules: dict[str, Rule]
) -> Iterator[DrawGroup]:
    for count, number in enumerate(numbers):
        rule = rules.get(places[number].name)
        if rule is None or rule.choices:
            yield DrawGroup(f"seed/{count}", (number,))


def _by_rule(places: tuple[Place, ...], numbers: list[int], rule: Rule) -> Iterator[DrawGroup]:
    if rule.choices:
        choices = Fixed(tuple(plain(value) for value in rule.choices))
        yield from alike(places, numbers, dict.fromkeys(numbers, choices))


def _leaves(
    places: tuple[Place, ...], numbers: list[int], rules: dict[str, Rule]
) -> Iterator[DrawGroup]:
    """Each leaf by its own rule, by that of all, or with its sign and like the others.

    So are given derivatives, which are like each other. What an optimiser starts from keeps its
    size as well.
    """
    free = [places[number].value for number in numbers if not _is_state(places[number])]
    usual = like(free)
    by_name: dict[str, list[int]] = {}
    for number in numbers:
        by_name.setdefault(places[number].name, []).append(number)
    for name, own in by_name.items():
        rule = rules.get(f"values.{name}", rules.get("values"))
        if rule is not None:
            yield from _by_rule(places, own, rule)
        else:
            yield from alike(places, own, _leaf(places, own, usual))


def _leaf(places: tuple[Place, ...], numbers: list[int], usual: Grid) -> dict[int, Choices]:
    """What the numbers of one leaf may become."""
    values = [places[number].value for number in numbers]
    if any(entry.quantity.shape for number in numbers for entry in places[number].entries):
        array = _binary(values) if is_binary(values) else like(values, zero=ZERO in values)
        return dict.fromkeys(numbers, array)
    found: dict[int, Choices] = {}
    for number, value in zip(numbers, values, strict=True):
        found[number] = usual
        if _is_state(places[number]):
            found[number] = resized(value)
        elif value:
            found[number] = usual.between(0.0, None) if value > 0 else usual.between(None, 0.0)
    return found


def _is_state(place: Place) -> bool:
    """Whether it is what an optimiser starts from."""
    return any(entry.quantity.kind not in (VALUE, *STARTS) for entry in place.entries)


def _by_kind(
    problem: Problem, role: str, places: tuple[Place, ...], by_role: dict[str, list[int]]
) -> Iterator[DrawGroup]:
    """Numbers like those that are given."""
    numbers = by_role[role]
    values = [places[number].value for number in numbers]
    if role in ("inputs", "targets") and _is_table(places, by_role):
        return
    loss = problem.network.loss if problem.network is not None else None
    if role == "targets" and loss is not None and loss.weighs:
        # Which class a target is, or that it is left out, decides what it counts.
        return
    if role == "given":
        yield from _given(problem, places, numbers)
    elif role == "targets":
        yield from _targets(problem, places, numbers, values)
    elif role == "inputs":
        zero = ZERO in values
        chosen = _binary(values) if is_binary(values) else like(values, zero=zero)
        yield from alike(places, numbers, dict.fromkeys(numbers, chosen))
    elif role in ("weights", "biases"):
        if _has_steps(problem):
            own = {one: resized(places[one].value) for one in numbers}
            yield from alike(places, numbers, own)
            return
        yield from _weights(places, numbers, by_role.get("weights", []))


def _given(problem: Problem, places: tuple[Place, ...], numbers: list[int]) -> Iterator[DrawGroup]:
    """Derivatives like each other, values where the layer can get; states keep their size."""
    by_quantity: dict[Quantity, list[int]] = {}
    for number in numbers:
        for entry in places[number].entries[:1]:
            by_quantity.setdefault(entry.quantity, []).append(number)
    for quantity, members in by_quantity.items():
        values = [places[number].value for number in members]
        if quantity.kind not in (VALUE, *STARTS):
            yield from alike(
                places, members, {each: resized(places[each].value) for each in members}
            )
        elif _are_shares(problem, quantity):
            yield _exchanged(quantity.name, places, members)
        else:
            chosen = _choices_of(problem, quantity, values)
            yield from alike(places, members, dict.fromkeys(members, chosen))


def _layer_of(problem: Problem, quantity: Quantity) -> Layer | None:
    """The layer of which a quantity is what its activation gives; None where it is none."""
    network = problem.network
    activates = not quantity.kind and quantity.role is Role.ACTIVATION
    return network.layers[quantity.place[0] - 2] if network is not None and activates else None


def _loss_of(problem: Problem) -> LossKind | None:
    """The loss, where predictions for it are given without a network."""
    network = problem.network
    if network is None or not network.alone or network.loss is None:
        return None
    return LOSSES[network.loss.name]


def _are_shares(problem: Problem, quantity: Quantity) -> bool:
    """Whether the numbers of a sample are shares of a whole."""
    layer = _layer_of(problem, quantity)
    loss = _loss_of(problem)
    return layer is not None and (
        layer.activation == "softmax" or (loss is not None and loss.shares)
    )


def _choices_of(problem: Problem, quantity: Quantity, values: list[Decimal]) -> Grid:
    """What the given numbers of an array may become."""
    layer, loss = _layer_of(problem, quantity), _loss_of(problem)
    if layer is not None and loss is not None and loss.probabilities:
        return probable(values)
    chosen = like(values, zero=ZERO in values)
    return chosen if layer is None else _within(chosen, layer, values)


def _exchanged(label: str, places: tuple[Place, ...], numbers: list[int]) -> DrawGroup:
    """The numbers of each sample change places."""
    rows: dict[object, list[int]] = {}
    for at, number in enumerate(numbers):
        for quantity, index in places[number].entries[:1]:
            rows.setdefault((quantity.name, index[:-1]), []).append(at)
    texts = tuple(places[number].text for number in numbers)
    return DrawGroup(label, tuple(numbers), rows=tuple(map(tuple, rows.values())), texts=texts)


def _weights(
    places: tuple[Place, ...], numbers: list[int], weights: list[int]
) -> Iterator[DrawGroup]:
    """Kernels and scales apart from other weights; biases of 0 like the weights."""
    sorts: dict[str, list[int]] = {}
    for number in numbers:
        entries = places[number].entries
        kernel = (
            bool(entries) and "row" in entries[0].quantity.axes and entries[0].role is Role.WEIGHT
        )
        scale = bool(entries) and entries[0].role is Role.SCALE
        sorts.setdefault("kernel" if kernel else "scale" if scale else "", []).append(number)
    for sort, members in sorts.items():
        values = [places[number].value for number in members]
        if not any(values):
            values = [places[number].value for number in weights]
        chosen = like(values, zero=True, whole=2) if sort == "kernel" else like(values, whole=3)
        yield from alike(places, members, dict.fromkeys(members, chosen))


def _targets(
    problem: Problem, places: tuple[Place, ...], numbers: list[int], values: list[Decimal]
) -> Iterator[DrawGroup]:
    network = problem.network
    assert network is not None
    rows: dict[object, list[int]] = {}
    for at, number in enumerate(numbers):
        for quantity, index in places[number].entries[:1]:
            rows.setdefault((quantity.name, index[:-1]), []).append(at)
    groups = [tuple(row) for row in rows.values()]
    loss = LOSSES[network.loss.name] if network.loss is not None else None
    one_hot = all(
        len(row) > 1 and sorted(values[at] for at in row) == [ZERO] * (len(row) - 1) + [ONE]
        for row in groups
    )
    if one_hot or (loss is not None and loss.shares):
        texts = tuple(places[number].text for number in numbers)
        yield DrawGroup("Y", tuple(numbers), rows=tuple(groups), texts=texts)
        return
    if is_binary(values) and network.sample_count > 1:
        # Each output has as many ones as before, but at other samples.
        texts = tuple(places[number].text for number in numbers)
        outputs: dict[object, list[int]] = {}
        for at, number in enumerate(numbers):
            for quantity, index in places[number].entries[:1]:
                outputs.setdefault((quantity.name, index[1:]), []).append(at)
        columns = tuple(tuple(column) for column in outputs.values())
        yield DrawGroup("Y", tuple(numbers), rows=columns, texts=texts)
        return
    last = network.layers[-1]
    chosen: Choices
    if is_binary(values) and len(values) > 1:
        chosen = _binary(values)
    elif last.wired and ACTIVATIONS[last.activation].probabilities:
        chosen = probable(values)
    else:
        chosen = _within(like(values, zero=ZERO in values), last, values)
    choices = dict.fromkeys(numbers, chosen)
    if loss is not None and loss.probabilities:
        # Classes stay classes, also beside probabilities.
        parts = [value for value in values if not is_binary([value])]
        between, ends = probable(parts or values), _binary([])
        choices = {
            number: ends if is_binary([value]) else between
            for number, value in zip(numbers, values, strict=True)
        }
    yield from alike(places, numbers, choices)


def _within(chosen: Grid, last: Layer, given: list[Decimal]) -> Grid:
    """Those that the output can reach, and not its very ends unless they are given."""
    if not last.wired:
        return chosen
    function, own = FUNCTIONS[last.activation], dict(last.parameters)
    names = function.parameters[len(function.parameters) - len(function.defaults) :]
    settings = [own.get(*pair) for pair in zip(names, function.defaults, strict=True)]
    least, most = span_of(last.activation, tuple(settings))
    return chosen.between(least, most, given) or chosen


def _binary(values: list[Decimal]) -> Fixed:
    return Fixed(("-1", "1") if -ONE in values else ("0", "1"))


def _is_table(places: tuple[Place, ...], by_role: dict[str, list[int]]) -> bool:
    """Whether the samples are the rows of a truth table."""
    samples = {
        index[quantity.axes.index(SAMPLE)]
        for number in by_role.get("inputs", ())
        for quantity, index in places[number].entries
        if SAMPLE in quantity.axes
    }
    values = [places[number].value for number in by_role.get("inputs", ())]
    return len(samples) > 1 and is_binary(values)


def _has_steps(problem: Problem) -> bool:
    layers = problem.network.layers if problem.network is not None else ()
    return any(not ACTIVATIONS[layer.activation].has_slope for layer in layers)
