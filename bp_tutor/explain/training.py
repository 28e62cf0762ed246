"""What a training showed: the loss at chosen points, final weights and outputs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.blocks import in_order
from bp_tutor.explain.document import Block, Document, Note, Section, Table
from bp_tutor.explain.facts import facts_of
from bp_tutor.explain.numbers import format_number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bp_tutor.explain.page import Page
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


def training_document(page: Page, problem: Problem, training: Training, updates: int) -> Document:
    """Loss, weights and outputs as tables."""
    words = page.words
    last = training.last
    losses = tuple(
        (
            page.style.number(str(point.updates)),
            format_number(point.loss, page.digits, page.style.name).text,
        )
        for point in training.points
    )
    heads = (words.text("table.update"), words.text("table.loss"))
    title = page.said(problem.title)
    weights = _table(page, last, ("W", "B"), MOST_WEIGHTS)
    sections = (
        Section(words.text("train.loss_by_update"), "loss", (Table(heads, losses, counted=True),)),
        Section(words.text("train.final_weights"), "update", weights),
        Section(words.text("train.final_outputs"), "forward", _outputs(page, last)),
    )
    return Document(
        words.text("train.title", title=title, updates=updates),
        facts_of(page, problem), (), tuple(part for part in sections if part.blocks),
    )  # fmt: skip


def _table(page: Page, run: Run, symbols: tuple[str, ...], most: int) -> tuple[Block, ...]:
    entries = [
        (quantity, index)
        for quantity in run.program.model.given
        if (quantity.symbol in symbols or quantity in run.program.model.trained)
        and not quantity.kind
        for index in in_order(page, quantity)
    ]
    shown = entries if page.whole or len(entries) <= most else entries[: most // 4]
    rows = tuple(
        (page.name(q, i), format_number(run.value(q, i), page.digits, page.style.name).text)
        for q, i in shown
    )
    words = page.words
    blocks: list[Block] = []
    if rows:
        blocks.append(Table((words.text("table.weight"), words.text("table.value")), rows))
    if len(shown) < len(entries):
        count = len(entries) - len(shown)
        blocks.append(Note(words.text("elided.entries", count=count, option="--all")))
    return tuple(blocks)


def _outputs(page: Page, run: Run) -> tuple[Block, ...]:
    model = run.program.model
    targets = [quantity for quantity in model.given if quantity.symbol == "Y"]
    rows = []
    for place, quantity in enumerate(model.outputs):
        target = targets[place] if targets and targets[place] in run.values else None
        for index in quantity.indices():
            wanted = "" if target is None else page.result(run, target, index).text
            value = format_number(run.value(quantity, index), page.digits, page.style.name).text
            rows.append((page.name(quantity, index), value, wanted))
    rows = rows[:MOST_OUTPUTS]
    words = page.words
    heads = tuple(words.text(f"table.{head}") for head in ("output", "value", "target"))
    return (Table(heads, tuple(rows)),) if rows else ()
