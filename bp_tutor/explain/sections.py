"""The sections of one update, in the order of the calculation."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.explain.document import Block, Matrix, Note, Section, Table
from bp_tutor.explain.lines import DETAILS, entry_line, matrix_line
from bp_tutor.explain.tables import activation_table, update_table
from bp_tutor.formula.quantity import DERIVATIVE, UPDATED

if TYPE_CHECKING:
    from bp_tutor.explain.page import Page
    from bp_tutor.formula import Quantity
    from bp_tutor.solve import Run, Step

MOST_LINES = 24
"""Lines of one quantity; of a larger one the first are shown."""
FIRST_LINES = 4


class View(NamedTuple):
    """Which part of the derivation is asked for, and in which form."""

    only: tuple[str, ...] = ()
    """Canonical letters such as `dZ`; empty for all."""
    layers: tuple[int, ...] = ()
    entries: tuple[str, ...] = ()
    """Canonical identifiers; empty for all."""
    detail: str = "full"
    form: str = "index"

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return not (self.only or self.layers or self.entries)

    def shows(self, step: Step) -> bool:
        """Whether a step is asked for; what is written into other lines only by its name."""
        quantity = step.quantity
        kind = quantity.name.partition("[")[0]
        if self.entries:
            return any(entry.partition("[")[0].partition("@")[0] == kind for entry in self.entries)
        if self.only:
            if kind not in self.only:
                return False
        elif step.line.carried and quantity.kind == DERIVATIVE:
            return False
        return not self.layers or layer_of(quantity) in self.layers

    def wants(self, quantity: Quantity, index: tuple[int, ...]) -> bool:
        """Whether one entry is asked for."""
        return not self.entries or quantity.identifier(index) in self.entries


def layer_of(quantity: Quantity) -> int:
    """The layer whose section a quantity belongs to: weights to the layer that they enter."""
    if not quantity.place:
        return 0
    return quantity.place[0] + (1 if quantity.symbol == "W" else 0)


def sections_of(page: Page, run: Run, view: View) -> list[Section]:
    """The sections of one update."""
    shown = [step for step in run.steps if view.shows(step)]
    sections = []
    for (phase, layer), group in groupby(shown, _section_key):
        steps = list(group)
        if phase == "update" and view.everything and steps[0].value is not None:
            blocks = update_blocks(page, run, steps, view)
        else:
            blocks = _blocks(page, run, steps, view)
        if blocks:
            sections.append(Section(heading(page, phase, layer), phase, tuple(blocks)))
        last_forward = phase == "forward" and not _more_forward(shown, steps[-1])
        if last_forward and view.everything and view.form != "matrix":
            table = activation_table(page, run)
            if table:
                text = page.words.text("section.before_after")
                sections.append(Section(text, "forward", (table,)))
    return sections


def _section_key(step: Step) -> tuple[str, int]:
    phase = step.line.phase
    if phase in ("update", "loss"):
        return phase, 0
    return phase, layer_of(step.quantity)


def _more_forward(steps: list[Step], last: Step) -> bool:
    return any(step.line.phase == "forward" for step in steps[steps.index(last) + 1 :])


def heading(page: Page, phase: str, layer: int) -> str:
    """What a section is about."""
    words = page.words
    units = page.symbols.structure.units
    if not layer or not units:
        return words.text(f"section.{phase}_all")
    role = "output" if layer == len(units) else "input" if layer == 1 else "hidden"
    before = layer_name(page, layer - 1) if layer > 1 else ""
    return words.text(f"section.{phase}_{role}", layer=layer_name(page, layer), before=before)


def layer_name(page: Page, layer: int) -> str:
    """What a layer is called: hidden layers are counted only where there are several."""
    depth = len(page.symbols.structure.units)
    if layer in (1, depth):
        return page.words.text("layer.input" if layer == 1 else "layer.output")
    if depth == 3:
        return page.words.text("layer.hidden")
    return page.words.text("layer.hidden_number", number=layer - 1)


def _blocks(page: Page, run: Run, steps: list[Step], view: View) -> list[Block]:
    blocks: list[Block] = []
    if view.form in ("matrix", "both"):
        for step in steps:
            blocks += matrix_blocks(page, run, step, view)
    if view.form in ("index", "both"):
        blocks += _index_blocks(page, run, steps, view)
    return blocks


def _index_blocks(page: Page, run: Run, steps: list[Step], view: View) -> list[Block]:
    """Entries side by side where quantities of one shape follow each other (Z, A, Z, A, ...)."""
    blocks: list[Block] = []
    for _, group in groupby(steps, lambda step: (step.quantity.shape, step.quantity.axes)):
        alike = list(group)
        indices = [i for i in alike[0].quantity.indices() if _wanted(alike, i, view)]
        few = page.whole or view.entries or len(indices) <= MOST_LINES
        kept = indices if few else indices[:FIRST_LINES]
        for position, index in enumerate(kept):
            for step in alike:
                if view.wants(step.quantity, index):
                    kinds = _kinds(view, step, position)
                    blocks.append(entry_line(page, run, step, index, kinds))
        if len(kept) < len(indices):
            count = (len(indices) - len(kept)) * len(alike)
            blocks.append(Note(page.words.text("elided.entries", count=count, option="--all")))
    return blocks


def _wanted(steps: list[Step], index: tuple[int, ...], view: View) -> bool:
    return any(view.wants(step.quantity, index) for step in steps)


def _kinds(view: View, step: Step, position: int) -> tuple[str, ...]:
    """The chain rule once for a whole gradient, and for every delta."""
    kinds = DETAILS[view.detail]
    if step.line.phase == "gradient" and position and not view.entries:
        return tuple(kind for kind in kinds if kind != "rule")
    return kinds


def matrix_blocks(page: Page, run: Run, step: Step, view: View) -> list[Block]:
    """A line in matrix form, and its value as a matrix."""
    line = matrix_line(page, run, step, DETAILS[view.detail])
    if step.value is None or view.detail == "formula":
        return [line]
    return [line, matrix_of(page, run, step.quantity)]


def matrix_of(page: Page, run: Run, quantity: Quantity, most: int = 6) -> Matrix:
    """A quantity in figures, cut at the sides where it is large."""
    shape = quantity.shape if len(quantity.shape) == 2 else (1, quantity.size)
    columns = page.columns
    rows_count, columns_count = shape[::-1] if columns else shape
    dots = "..." if page.style.name == "ascii" else "…"

    def text(row: int, column: int) -> str:
        index = (column, row) if columns else (row, column)
        if len(quantity.shape) != 2:
            index = tuple([0] * len(quantity.shape))
        return page.result(run, quantity, index).text

    def picked(count: int) -> list[int | None]:
        if page.whole or count <= most:
            return list(range(count))
        return [*range(most - 2), None, count - 1]

    rows = tuple(
        tuple(dots if r is None or c is None else text(r, c) for c in picked(columns_count))
        for r in picked(rows_count)
    )
    return Matrix(page.name(quantity, None), rows)


def update_blocks(page: Page, run: Run, steps: list[Step], view: View) -> list[Block]:
    """The update rule on one weight, then the table of all."""
    blocks: list[Block] = []
    if view.form in ("matrix", "both"):
        for step in steps:
            blocks += matrix_blocks(page, run, step, view)
        if view.form == "matrix":
            return blocks
    first = steps[0].quantity
    for step in steps:
        if step.quantity.symbol == first.symbol and step.quantity.place == first.place:
            index = next(first.indices())
            blocks.append(entry_line(page, run, step, index, DETAILS[view.detail]))
    updated = [step.quantity for step in steps if step.quantity.kind == UPDATED]
    table, left_out = update_table(page, run, updated, MOST_LINES * 2)
    blocks.append(table)
    if left_out:
        blocks.append(Note(page.words.text("elided.entries", count=left_out, option="--all")))
    return blocks


