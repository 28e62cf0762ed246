"""What a training showed: the loss at chosen points, final weights and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.blocks import in_order, left_out_note
from bp_tutor.explain.document import Block, Document, Said, Section, Sentence, Table, sentence
from bp_tutor.explain.facts import facts_of
from bp_tutor.explain.numbers import format_number
from bp_tutor.explain.settings import plain_number, whole_number
from bp_tutor.formula import Address, Entry, Number, Role
from bp_tutor.formula.quantity import WEIGHTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain.settings import Settings
    from bp_tutor.problem.model import Problem
    from bp_tutor.solve import Run
    from bp_tutor.solve.training import Training

MOST_WEIGHTS = 40
FAR = 50
"""A loss that falls to less than one part in so many is drawn on a logarithmic axis."""
MOST_OUTPUTS = 24


def falls_far(losses: Sequence[float]) -> bool:
    """Whether the losses are so far apart that their curve needs a logarithmic axis."""
    return min(losses) > 0 and max(losses) / min(losses) > FAR


def training_document(
    settings: Settings, problem: Problem, training: Training, updates: int
) -> Document:
    """Loss, weights and outputs as tables."""
    last = training.last
    losses = tuple(
        (whole_number(point.updates), plain_number(format_number(point.loss, settings.digits)))
        for point in training.points
    )
    heads = (Sentence("table.update"), Sentence("table.loss"))
    weights = _table(settings, last, (*WEIGHTS, Role.BIAS), MOST_WEIGHTS)
    sections = (
        Section(Sentence("train.loss_by_update"), "loss", (Table(heads, losses, counted=True),)),
        Section(Sentence("train.final_weights"), "update", weights),
        Section(Sentence("train.final_outputs"), "forward", _outputs(settings, last)),
    )
    return Document(
        sentence("train.title", title=problem.title, updates=updates),
        facts_of(settings, problem), None, tuple(part for part in sections if part.blocks),
    )  # fmt: skip


def _table(settings: Settings, run: Run, roles: tuple[Role, ...], most: int) -> tuple[Block, ...]:
    entries = [
        Address(quantity, index)
        for quantity in run.program.model.given
        if (quantity.role in roles or quantity in run.program.model.trained) and not quantity.kind
        for index in in_order(settings, quantity)
    ]
    shown = entries if settings.whole or len(entries) <= most else entries[: most // 4]
    rows = tuple((Entry(*entry), _trained(settings, run, entry)) for entry in shown)
    blocks: list[Block] = []
    if rows:
        blocks.append(Table((Sentence("table.weight"), Sentence("table.value")), rows))
    if len(shown) < len(entries):
        blocks.append(left_out_note(len(entries) - len(shown)))
    return tuple(blocks)


def _trained(settings: Settings, run: Run, entry: Address) -> Number:
    """The value of an entry after the training, as a result, whether it was given or not."""
    return plain_number(format_number(run.value(*entry), settings.digits))


def _outputs(settings: Settings, run: Run) -> tuple[Block, ...]:
    model = run.program.model
    targets = [quantity for quantity in model.given if quantity.role is Role.TARGET]
    rows: list[tuple[Said, ...]] = []
    for place, quantity in enumerate(model.outputs):
        target = targets[place] if targets and targets[place] in run.values else None
        for index in quantity.indices():
            wanted = "" if target is None else settings.number(run, target, index)
            entry = Address(quantity, index)
            rows.append((Entry(*entry), _trained(settings, run, entry), wanted))
    heads = tuple(Sentence(f"table.{head}") for head in ("output", "value", "target"))
    return (Table(heads, tuple(rows[:MOST_OUTPUTS])),) if rows else ()
