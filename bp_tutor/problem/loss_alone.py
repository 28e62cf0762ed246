"""A loss without a network: predictions or logits are given, and the targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.bias import Bias
from bp_tutor.catalogue.layer import Layer, Signal
from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.fields.forms import BAD
from bp_tutor.problem.checks import check_loss_settings, check_targets
from bp_tutor.problem.loss_weights import with_counts
from bp_tutor.problem.model import Names, Network
from bp_tutor.problem.network import named_beside, read_loss
from bp_tutor.problem.samples import fitted, listed_in, read_data
from bp_tutor.problem.schema import ALONE, IN_LOSS
from bp_tutor.reader import first_number, shown

if TYPE_CHECKING:
    from bp_tutor.catalogue.losses import Loss, LossKind
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Matrix
    from bp_tutor.fields.records import Section
    from bp_tutor.problem.symbols import Reader

PREDICTIONS, LOGITS = ALONE


def build_loss(problem: Section, symbols: Reader, context: Context) -> Network | None:
    """The loss as the outputs of a network of which nothing else is known.

    None where something is wrong.
    """
    name = PREDICTIONS if problem.has(PREDICTIONS) else LOGITS
    loss = read_loss(problem)
    for key in ("loss", "targets"):
        none = key == "loss" and loss is None and problem.sound("loss")
        if problem.lacks(key) or none:
            context.mistake(problem.node, "problem.loss_alone_lacks", child=key, name=key)
    if problem[name] is BAD or not problem.sound(*IN_LOSS) or loss is None:
        return None
    node = problem.at(name)
    listed = listed_in(problem, name, node, of_array=True)
    columns = listed.in_columns and not listed.plain
    units = len(problem[name]) if columns else len(problem[name][0])
    signal = Signal("vector", (units,))
    rows = fitted(problem[name], listed, signal, context)
    targets = read_data(problem, "targets", signal, context)
    if rows is None or not isinstance(targets, tuple):
        return None
    if len(targets) != len(rows):
        context.mistake(
            problem.at("targets"), "problem.given_samples", name="targets",
            count=len(targets), wanted=len(rows),
        )  # fmt: skip
    kind = LOSSES[loss.name]
    activation = _activation(kind) if name == LOGITS else "identity"
    _check(problem, name, loss, activation, rows, context)
    every = with_counts(problem, loss, targets, units, context)
    check_targets(problem, loss, every.stand_in(loss, units), units, context)
    states, scalars = named_beside(problem, loss)
    symbols.bind((units, units), len(rows), Names(), (), states=states, scalars=scalars)
    if len(context):
        return None
    return Network(
        inputs=units,
        layers=(Layer(units, activation, bias=Bias("none"), frozen=True),),
        targets=every.targets,
        sample_count=len(rows),
        loss=loss,
        measures=problem["measures"],
        given=(("Z[2]" if name == LOGITS else "A[2]", rows),),
        loss_weights=every.weights,
        left=every.left,
        alone=True,
    )


def _activation(kind: LossKind) -> str:
    """What makes predictions of logits, for the losses that have logits; else nothing."""
    if kind.fused is not None:
        return kind.fused.activation
    return "softmax" if kind.shares else "sigmoid" if kind.probabilities else ""


def _check(
    problem: Section, name: str, loss: Loss, activation: str, rows: Matrix, context: Context
) -> None:
    """Whether the loss takes what is given, and has no settings of a network."""
    kind, node = LOSSES[loss.name], problem.at(name)
    if not activation and problem.has("loss"):
        context.mistake(node, "problem.no_logits", nearest=PREDICTIONS, loss=loss.name)
    elif kind.shares and len(rows[0]) == 1:
        context.mistake(node, "problem.one_class", loss=loss.name)
    elif name == PREDICTIONS and kind.probabilities:
        ends = "shares" if kind.shares else "probabilities"
        highest = 1.0 if kind.shares else 1.0 - 1e-15
        beyond = first_number(node, lambda number: not 0 < number <= highest)
        if beyond is not None:
            context.mistake(
                beyond, f"problem.predictions_{ends}", loss=loss.name, found=shown(beyond.text)
            )
    check_loss_settings(problem, loss, activation, context)
    if loss.penalty is not None:
        context.mistake(problem.at("loss"), "problem.not_for_loss", name=loss.penalty[0])
