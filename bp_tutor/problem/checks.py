"""What each part allows by itself but the whole does not: loss, activations, targets, rates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bp_tutor.catalogue.activations import ACTIVATIONS
from bp_tutor.catalogue.clipping import CLIPPING
from bp_tutor.catalogue.losses import LOSSES, OTHER_WAY_ROUND, LossKind
from bp_tutor.fields.forms import BAD
from bp_tutor.fields.numbers import Generated
from bp_tutor.formula import Role
from bp_tutor.reader import shown

if TYPE_CHECKING:
    from bp_tutor.catalogue.layer import Array
    from bp_tutor.catalogue.losses import Loss
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Matrix
    from bp_tutor.fields.records import Section
    from bp_tutor.formula import Quantity
    from bp_tutor.problem.draft import Draft, LayerDraft
    from bp_tutor.problem.symbols import Reader
    from bp_tutor.reader import Node

_CLOSE = 1e-6
MOST_NAMED = 6


def check_activations(
    draft: Draft, problem: Section, loss: Loss | None, last: int, context: Context
) -> None:
    """Steps have no slope to learn by; one softmax unit is always 1.

    `last` is the last layer whose activation is differentiated.
    """
    for layer in draft.layers:
        key = layer.kind.activation_key
        if not layer.kind.activation or layer.section[key] is BAD:
            continue
        name = layer.section[key][0]
        kind, node = ACTIVATIONS[name], layer.section.at(key)
        if not kind.has_slope and layer.number <= last:
            context.mistake(node, "problem.no_slope", name=name, layer=layer.number)
        if (kind.shares or kind.logarithms) and layer.units == 1:
            context.mistake(node, "problem.softmax_alone", layer=layer.number)
        if kind.primitive and layer.signal.form == "image":
            context.mistake(node, "problem.softmax_image", layer=layer.number)
    if loss is not None and problem.sound("loss"):
        _check_loss(draft, problem, loss, context)


def _check_loss(draft: Draft, problem: Section, loss: Loss, context: Context) -> None:
    """Whether the loss fits the last layer, and its settings the loss."""
    kind = LOSSES[loss.name]
    node = problem.at("loss")
    if draft.output.form == "image":
        context.mistake(node, "problem.image_output")
    layer = draft.layers[-1]
    last: Any = (layer.section.name, (), 0)
    if layer.kind.activation:
        last = layer.section[layer.kind.activation_key]
    if last is not BAD and not _fits(kind, last[0]):
        needs = "softmax" if kind.shares else "probabilities"
        needs = "log_softmax" if kind.logarithms else needs
        context.mistake(node, f"problem.loss_needs_{needs}", loss=loss.name, activation=last[0])
    else:
        name = last[0] if last is not BAD else ""
        if layer.kind.activation_key == layer.section.name:
            # There is no weighted sum that p - y could be the delta of.
            name = layer.section.name
        check_loss_settings(problem, loss, name, context)


def check_loss_settings(problem: Section, loss: Loss, last: str, context: Context) -> None:
    """Whether the settings fit the loss, and the last activation where that is known."""
    kind = LOSSES[loss.name]
    node = problem.at("loss")
    if loss.fused and last and (not kind.fused or kind.fused.activation != last):
        context.mistake(node, "problem.not_fused", loss=loss.name, activation=last)
    if loss.drop_factor and not kind.doubled:
        context.mistake(node, "problem.no_factor", loss=loss.name)
    if loss.label_smoothing and not kind.shares:
        context.mistake(node, "problem.no_labels", loss=loss.name)
    if loss.error == OTHER_WAY_ROUND and not kind.has_error:
        context.mistake(node, "problem.no_error", loss=loss.name)


def _fits(kind: LossKind, last: str) -> bool:
    """Whether the last activation, or layer, gives what the loss takes."""
    gives = ACTIVATIONS.get(last)
    if kind.logarithms:
        return gives is not None and gives.logarithms
    if kind.shares:
        return gives is not None and gives.shares
    return not kind.probabilities or (gives is not None and gives.probabilities)


def check_targets(
    problem: Section,
    loss: Loss | None,
    targets: Matrix | Generated | None,
    units: int,
    context: Context,
) -> None:
    """Cross-entropies speak of probabilities: each target in 0..1, one-of-many rows sum to 1."""
    kind = LOSSES[loss.name] if loss is not None else None
    if loss is None or kind is None or targets is None:
        return
    node = problem.at("targets")
    if kind.signs or kind.classes:
        _check_labels(kind, targets, units, node, context)
        return
    if not kind.probabilities and not kind.shares:
        return
    if isinstance(targets, Generated):
        context.mistake(node, "problem.targets_drawn", loss=loss.name)
    elif not all(0 <= value <= 1 for row in targets for value in row):
        context.mistake(node, "problem.targets_range", loss=loss.name)
    elif kind.shares:
        for place, row in enumerate(targets, 1):
            # At every step or position the targets add up to 1.
            for start in range(0, len(row), units):
                total = sum(row[start : start + units])
                if abs(total - 1) > _CLOSE:
                    context.mistake(node, "problem.targets_sum", sample=place, total=f"{total:g}")
                    return


def _check_labels(
    kind: LossKind, targets: Matrix | Generated, units: int, node: Node, context: Context
) -> None:
    """A margin is one to the right side: each target is -1 or 1, or a single one is 1."""
    if isinstance(targets, Generated):
        context.mistake(node, "problem.targets_drawn", loss=kind.key)
    elif kind.signs and not all(_is(abs(value), 1) for row in targets for value in row):
        context.mistake(node, "problem.targets_signs", loss=kind.key)
    elif kind.classes and not all(
        all(map(_is, sorted(row[start : start + units]), [*[0] * (units - 1), 1]))
        for row in targets
        for start in range(0, len(row), units)
    ):
        context.mistake(node, "problem.targets_one_class", loss=kind.key)


def _is(value: float, wanted: float) -> bool:
    return abs(value - wanted) <= _CLOSE


def check_complete(
    draft: Draft, problem: Section, loss: Loss | None, symbols: Reader, context: Context
) -> None:
    """In a network with numbers, what is left out is told rather than turned into symbols."""
    if any(_lacks_weights(layer) for layer in draft.layers):
        return
    for layer in draft.layers:
        if any(not layer.arrays.get(array.key) for array in _biases(layer)):
            _told_bias(layer, draft, symbols, context)
    if loss is not None and lacks_targets(problem):
        context.mistake(problem.node, "problem.no_targets", child="targets")


def lacks_targets(problem: Section) -> bool:
    """Whether targets are missing, and nothing was meant to stand in their place."""
    given_unread = problem["given"] is BAD or "given" in problem.meant
    return problem.lacks("targets") and not given_unread


def _told_bias(layer: LayerDraft, draft: Draft, symbols: Reader, context: Context) -> None:
    """That biases are missing; of units, by the names that stand there or that they would have."""
    node = layer.section.node
    if not layer.section.lacks("bias") or layer.bias.shared:
        return
    if not layer.kind.wired:
        context.mistake(node, "problem.no_bias", child="bias", layer=layer.number)
        return
    here = (keys for array, keys in draft.blank.items() if _is_bias_of(array, layer))
    blank = next(here, None)
    if blank:
        names = ", ".join(shown(key.text) for key in blank[:MOST_NAMED])
        context.mistake(blank[0], "problem.blank_bias", names=names, layer=layer.number)
        return
    units = range(1, min(layer.units, MOST_NAMED) + 1)
    names = ", ".join(symbols.typed(f"B[{layer.number},{unit}]", "") for unit in units)
    names += ", ..." * (layer.units > MOST_NAMED)
    context.mistake(node, "problem.no_bias_named", child="bias", layer=layer.number, names=names)


def _is_bias_of(array: Quantity, layer: LayerDraft) -> bool:
    return array.role is Role.BIAS and array.layer == layer.number


def _biases(layer: LayerDraft) -> list[Array]:
    return [array for array in layer.table() if array.role is Role.BIAS]


def _lacks_weights(layer: LayerDraft) -> bool:
    table = [array for array in layer.table() if array.trained and array.role is not Role.BIAS]
    return any(not layer.arrays.get(array.key) for array in table)


def check_training(problem: Section, *, rate: bool, context: Context) -> None:
    """Several updates need a learning rate, and measures need targets."""
    if problem["updates"] and problem["updates"] > 1 and not rate:
        context.mistake(problem.at("updates"), "problem.no_rate", updates=problem["updates"])


def check_order(draft: Draft, problem: Section, context: Context) -> None:
    """Sequential updates go layer by layer, and a layer that is unrolled has no such order."""
    conventions = problem["conventions"]
    if not conventions or conventions["update_order"] != "sequential":
        return
    for layer in draft.layers:
        if layer.layer.shares:
            context.mistake(
                conventions.at("update_order"), "problem.sequential_tied", layer=layer.number
            )
        if any(array.through_time for array in layer.table()):
            context.mistake(
                conventions.at("update_order"), "problem.sequential_through_time",
                layer=layer.number, kind=layer.layer.kind,
            )  # fmt: skip


def check_states(draft: Draft, samples: int, context: Context) -> None:
    """A first state that differs from sample to sample has a row for each."""
    for layer in draft.layers:
        for array in layer.table():
            rows = layer.arrays.get(array.key)
            given = array.of_samples and isinstance(rows, tuple) and rows
            if given and isinstance(given[0], tuple) and len(given) != samples:
                context.mistake(
                    layer.section.node, "problem.given_samples", name=array.field,
                    count=len(given), wanted=samples,
                )  # fmt: skip


def check_pooled(draft: Draft, samples: int, batch: int | None, context: Context) -> None:
    """One number alone has no variance: what looks at a batch as a whole needs several rows.

    Where no samples are given, nothing is known of them.
    """
    if not samples:
        return
    size = min(batch or samples, samples)
    least = samples % size or size
    for layer in draft.layers:
        shape = layer.signal.shape
        rows = {"image": least * shape[-1] * shape[-2], "positions": shape[0]} if shape[1:] else {}
        if layer.kind.pools(layer.layer) and rows.get(layer.signal.form, least) < 2:
            context.mistake(layer.section.node, "problem.one_row", layer=layer.number)


def check_clipping(problem: Section, learner: Section, context: Context) -> None:
    """The norm needs all gradients before any weight is new; sequential ones need new weights."""
    conventions, clipping = problem["conventions"], learner["clipping"]
    if not conventions or not clipping or not CLIPPING[clipping[0]].by_norm:
        return
    if conventions["update_order"] == "sequential":
        context.mistake(conventions.at("update_order"), "problem.sequential_with_norm")


def check_rule(problem: Section, draft: Draft, context: Context) -> None:
    """A rule without a gradient corrects one layer, by its targets, and nothing else does."""
    node = problem.at("learning_rule")
    if problem.lacks("learning_rate"):
        context.missing(problem.node, "learning_rate", "0.1")
    if problem.has("inputs") and problem.lacks("targets"):
        context.missing(problem.node, "targets", "[0, 1]")
    for name in ("optimiser", "clipping", "given"):
        if problem.has(name):
            context.mistake(problem.at(name), "problem.rule_alone", name=name)
    loss = problem["loss"]
    if problem.has("loss") and (loss is None or (loss and loss.penalty)):
        context.mistake(problem.at("loss"), "problem.rule_and_loss")
    *others, last = draft.layers
    learnt = [layer for layer in others if layer.table() and not layer.layer.frozen]
    if learnt or not last.layer.wired or draft.signal.form != "vector":
        context.mistake(node, "problem.rule_for_one_layer")


def check_schedule(learner: Section, context: Context) -> None:
    """A schedule changes one learning rate that it starts from."""
    if learner["schedule"] and not isinstance(learner["learning_rate"], float):
        context.mistake(learner.at("schedule"), "problem.schedule_needs_rate")


def check_measures(problem: Section, context: Context) -> None:
    """A measure compares outputs with targets."""
    if problem["measures"] and problem.has("inputs") and problem.lacks("targets"):
        context.mistake(problem.at("measures"), "problem.measure_without_targets")
