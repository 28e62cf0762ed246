"""What each output's loss counts: weights of classes and of samples, and targets left out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.catalogue.losses import LOSSES
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.catalogue.losses import Loss
    from bp_tutor.fields.context import Context
    from bp_tutor.fields.numbers import Generated, Matrix
    from bp_tutor.fields.records import Section

    Targets = Matrix | Generated | None


class Counted(Frozen):
    """Targets and what they count, shape (samples, outputs), steps behind each other."""

    targets: Targets
    """With 0 for those that are left out."""
    weights: Matrix = ()
    """Empty where every entry counts alike; 0 where a target is left out."""
    left: Matrix = ()
    """1 where there is a target, 0 where it is left out."""

    def stand_in(self, loss: Loss | None, units: int) -> Targets:
        """The targets with what any loss can have in the place of those that are left out."""
        if not self.left or loss is None or not isinstance(self.targets, tuple):
            return self.targets
        signs = LOSSES[loss.name].signs
        return tuple(
            tuple(
                value if here else float(place % units == 0 or signs)
                for place, (value, here) in enumerate(zip(row, kept, strict=True))
            )
            for row, kept in zip(self.targets, self.left, strict=True)
        )


def with_counts(
    problem: Section, loss: Loss | None, targets: Targets, units: int, context: Context
) -> Counted:
    """The targets, what every entry of the loss counts, and what is left out."""
    if loss is None or not loss.weighs or not problem.sound("loss"):
        return Counted(targets)
    node, before = problem.at("loss"), len(context)
    if not isinstance(targets, tuple):
        context.mistake(node, "problem.weights_without_targets")
        return Counted(targets)
    rows = targets
    kind = LOSSES[loss.name]
    classes = _classes(units, two=kind.probabilities and not kind.shares)
    for name, given, count in (
        ("class_weights", loss.class_weights, classes),
        ("sample_weights", loss.sample_weights, len(rows)),
    ):
        if given and len(given) != count:
            context.mistake(
                node, "problem.loss_weights_count", name=name, found=len(given), count=count
            )
    left = tuple(tuple(value != loss.ignored for value in row) for row in rows)
    if kind.whole_rows:
        _check_rows(problem, loss, rows, left, units, context)
    if not any(any(row) for row in left):
        context.mistake(node, "problem.no_target_left")
    if len(context) > before:
        return Counted(None)
    weights = tuple(
        tuple(
            _weight(loss, row, place, units, sample) if kept[place] else 0.0
            for place in range(len(row))
        )
        for sample, (row, kept) in enumerate(zip(rows, left, strict=True))
    )
    if loss.divide_by == "weights" and not any(map(any, weights)):
        # What is so of all samples is no news of each batch.
        context.mistake(node, "problem.no_target_left")
        return Counted(None)
    zeros = tuple(
        tuple(value if here else 0.0 for value, here in zip(row, kept, strict=True))
        for row, kept in zip(rows, left, strict=True)
    )
    return Counted(zeros, weights, tuple(tuple(map(float, row)) for row in left))


def check_batches(problem: Section, found: Counted, batch: int | None, context: Context) -> None:
    """Something is left to take a mean of in every batch."""
    loss = problem["loss"]
    of = found.weights if loss and loss.divide_by == "weights" else found.left
    size = batch or max(len(of), 1)
    for start in range(0, len(of), size):
        if not any(map(any, of[start : start + size])):
            context.mistake(problem.at("loss"), "problem.no_target_left_in_batch", sample=start + 1)
            return


def _classes(units: int, *, two: bool) -> int:
    """How many classes there are: one probability tells two of them apart."""
    return 2 if units == 1 and two else units


def _check_rows(
    problem: Section,
    loss: Loss,
    rows: Matrix,
    left: tuple[tuple[bool, ...], ...],
    units: int,
    context: Context,
) -> None:
    """Of outputs that share, all are left out or none; a class has a weight where one is 1."""
    for sample, (row, kept) in enumerate(zip(rows, left, strict=True), 1):
        for start in range(0, len(row), units):
            here, each = kept[start : start + units], row[start : start + units]
            if any(here) and not all(here):
                context.mistake(problem.at("targets"), "problem.ignored_in_part", sample=sample)
                return
            shared = not _names_a_class(loss, each) and not _weighs_each(loss)
            if loss.class_weights and all(here) and shared:
                context.mistake(
                    problem.at("loss"), "problem.class_weights_of_shares", sample=sample
                )
                return


def _names_a_class(loss: Loss, row: tuple[float, ...]) -> bool:
    """Whether only the right class has a loss, which then counts for the whole row."""
    return sorted(row) == [*[0] * (len(row) - 1), 1] and not loss.label_smoothing


def _weighs_each(loss: Loss) -> bool:
    """Whether each share of a target may count by its own class, as in PyTorch.

    What a softmax and its loss make at once, p - y, holds for weights of whole rows alone.
    """
    return loss.fused is False and loss.divide_by == "count"


def _weight(loss: Loss, row: tuple[float, ...], place: int, units: int, sample: int) -> float:
    """What the loss of one output counts."""
    weight = loss.sample_weights[sample] if loss.sample_weights else 1.0
    if not loss.class_weights:
        return weight
    if LOSSES[loss.name].whole_rows:
        start = place - place % units
        here = row[start : start + units]
        right = here.index(1) if _names_a_class(loss, here) else place % units
        return weight * loss.class_weights[right]
    if len(loss.class_weights) > units:
        no, yes = loss.class_weights
        return weight * (no + (yes - no) * row[place])
    return weight * loss.class_weights[place % units]
