"""The blocks of a section: lines entry by entry, lines in matrix form, tables of updates."""

from __future__ import annotations

import re
from itertools import islice, pairwise
from typing import TYPE_CHECKING

from bp_tutor.explain.document import Block, Line, Note, sentence
from bp_tutor.explain.lines import DETAILS, entry_line
from bp_tutor.explain.notes import after_line, before_lines, winner
from bp_tutor.explain.tables import update_table
from bp_tutor.formula import Address, Entry, Role, as_shown, walk
from bp_tutor.formula.quantity import STEP, UPDATED, VALUE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.explain.document import Said
    from bp_tutor.explain.settings import Settings
    from bp_tutor.explain.view import View
    from bp_tutor.formula import Quantity
    from bp_tutor.solve import Run, Step

MOST_LINES = 24
"""Lines of one quantity; of a larger one the first are shown."""
FIRST_LINES = 4
MOST_IN_SECTION = 120
"""Entries of all quantities of a section (the steps of a sequence); of more the first are shown."""
FIRST_GROUPS = 4
MOST_SORTED = 400
"""Entries of a quantity that is put in the order of its names."""
_NUMBER = re.compile(r"(\d+)")


def blocks_of(settings: Settings, run: Run, steps: list[Step], view: View) -> list[Block]:
    """Everything that a section says about its steps, in the form asked for."""
    blocks: list[Block] = []
    if view.form in ("matrix", "both"):
        blocks += _matrix_blocks(settings, run, steps, view)
    if view.form in ("index", "both"):
        blocks += _index_blocks(settings, run, steps, view)
    return blocks


def in_order(settings: Settings, quantity: Quantity) -> list[tuple[int, ...]]:
    """The indices of a quantity in the order of its names on the page: w₁, w₂, w₃, w₄."""
    indices = list(quantity.indices())
    if "sample" in quantity.axes or not 1 < len(indices) <= MOST_SORTED:
        return indices
    value = quantity.as_kind(VALUE)

    def key(index: tuple[int, ...]) -> list[tuple[int, str]]:
        parts = _NUMBER.split(settings.symbols.name(value, index, "ascii"))
        return [(int(part), "") if part.isdigit() else (0, part) for part in parts]

    return sorted(indices, key=key)


def _matrix_blocks(settings: Settings, run: Run, steps: list[Step], view: View) -> list[Block]:
    from bp_tutor.explain.board import explained
    from bp_tutor.explain.matrices import matrix_line

    blocks: list[Block] = []
    for step in steps:
        blocks.append(matrix_line(settings, run, step, DETAILS[view.detail]))
        said = map(Note, explained(as_shown(step.formula), columns=settings.columns))
        blocks += (note for note in said if note not in blocks)
    return with_cautions(blocks)


def _index_blocks(settings: Settings, run: Run, steps: list[Step], view: View) -> list[Block]:
    """Entries side by side where quantities of one shape follow each other (Z, A, Z, A, ...)."""
    blocks: list[Block] = []
    left_out = 0
    everything = settings.whole or bool(view.entries)
    groups = hand_in_hand(steps)
    if not everything and sum(s.quantity.size for s in steps) > MOST_IN_SECTION:
        for group in groups[FIRST_GROUPS:]:
            left_out += sum(step.quantity.size for step in group)
        groups = groups[:FIRST_GROUPS]
    for group in groups:
        long = sum(step.quantity.size for step in group) > MOST_IN_SECTION
        alike = group[:FIRST_GROUPS] if long and not everything else group
        indices = [i for i in in_order(settings, alike[0].quantity) if _wanted(alike, i, view)]
        few = everything or len(indices) <= MOST_LINES
        kept = indices if few else indices[:FIRST_LINES]
        left_out += len(indices) * len(group) - len(kept) * len(alike)
        for position, index in enumerate(kept):
            for step in alike:
                if view.wants(step.quantity, index):
                    if position == 0 and not view.only:
                        blocks += before_lines(settings, run, step)
                    line = entry_line(settings, run, step, index, _kinds(view, step, position))
                    if position == 0 and view.only:
                        blocks += winner(step, index)
                    blocks.append(line)
                    if "numbers" in DETAILS[view.detail]:
                        blocks += after_line(settings, run, step, index)
    if left_out:
        blocks.append(left_out_note(left_out))
    return with_cautions(blocks)


def left_out_note(count: int) -> Note:
    """That so many entries are not shown."""
    return Note(sentence("elided.entries", count=count, option="--all"))


def with_cautions(blocks: Iterable[Block]) -> list[Block]:
    """The blocks with what has to be said of lines, below the first line that needs it."""
    found: list[Block] = []
    said: set[Said] = set()
    for block in blocks:
        found.append(block)
        if isinstance(block, Line) and block.caution and block.caution not in said:
            said.add(block.caution)
            found.append(Note(block.caution))
    return found


def hand_in_hand(steps: list[Step]) -> list[list[Step]]:
    """Steps whose entries go hand in hand; softmax needs all sums before its first entry."""
    groups = [[steps[0]]] if steps else []
    for before, step in pairwise(steps):
        if _alike(before, step) and not _looks_aside(step, groups[-1]):
            groups[-1].append(step)
        else:
            groups.append([step])
    return groups


def _alike(one: Step, other: Step) -> bool:
    """Whether they have the same entries, of one head where there are several."""
    a, b = one.quantity, other.quantity
    return (a.shape, a.axes, a.removed, a.place) == (b.shape, b.axes, b.removed, b.place)


def _looks_aside(step: Step, group: list[Step]) -> bool:
    """Whether an entry of a step needs other entries of the steps that go before it."""
    before = {each.quantity for each in group}
    # Every entry looks as far as the first one does, unless a mask shortens the view of some.
    first = islice(step.quantity.indices(), None if step.quantity.removed else 1)
    return any(
        node.quantity in before and node.index != index
        for index in first
        for node in walk(step.entry(index))
        if isinstance(node, Entry)
    )


def _wanted(steps: list[Step], index: tuple[int, ...], view: View) -> bool:
    return any(view.wants(step.quantity, index) for step in steps)


def _kinds(view: View, step: Step, position: int) -> tuple[str, ...]:
    """The chain rule once for a whole gradient, and for every delta."""
    kinds = DETAILS[view.detail]
    if step.line.phase == "gradient" and position and not view.entries:
        return tuple(kind for kind in kinds if kind != "rule")
    return kinds


def update_blocks(settings: Settings, run: Run, steps: list[Step], view: View) -> list[Block]:
    """What all weights share, the update rule on one of them, then the table of all.

    Where a rule corrects weights without a gradient, every correction has its line.
    """
    blocks: list[Block] = []
    if view.form in ("matrix", "both"):
        blocks += _matrix_blocks(settings, run, steps, view)
        if view.form == "matrix":
            return blocks
    common = (Role.SETTING, Role.RATE)
    first = next(step.quantity for step in steps if step.quantity.role not in common)
    for step in steps:
        shared = step.quantity.role in common and not step.line.inlined
        same = step.quantity.symbol == first.symbol and step.quantity.place == first.place
        correction = bool(run.program.model.errors) and step.quantity.kind == STEP
        if shared or same or correction:
            indices = in_order(settings, step.quantity)[: MOST_LINES if correction else 1]
            blocks += before_lines(settings, run, step)
            lines = [
                entry_line(settings, run, step, index, DETAILS[view.detail]) for index in indices
            ]
            blocks += with_cautions(lines)
    updated = [step.quantity for step in steps if step.quantity.kind == UPDATED]
    entries = [
        Address(quantity, index) for quantity in updated for index in in_order(settings, quantity)
    ]
    most = 2 * MOST_LINES
    kept = entries if settings.whole or len(entries) <= most else entries[: most // 4]
    blocks.append(update_table(settings, run, kept))
    if len(kept) < len(entries):
        count = len(entries) - len(kept)
        blocks.append(left_out_note(count))
    return blocks
