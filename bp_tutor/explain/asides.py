"""What stands beside the lines: sizes and conventions, a window with its kernel, ties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.decided import decided
from bp_tutor.explain.document import Block, Line, Matrix, Note, Part
from bp_tutor.formula import Apply, IsLargest, Number, walk
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.node import fit

if TYPE_CHECKING:
    from bp_tutor.explain.page import Page
    from bp_tutor.formula import Formula
    from bp_tutor.solve import Run, Step

MOST_GRIDS = 6


def before_lines(page: Page, run: Run, step: Step) -> list[Block]:
    """What is said above the first line of a step: its remarks, and a window as it lies."""
    minus = page.style.inline(page.style.minus)
    said: list[Block] = [
        Note(page.words.text(f"remark.{remark.key}", minus=minus, **dict(remark.values)))
        for remark in step.line.remarks
    ]
    index = next(step.quantity.indices())
    return said + winner(page, step, index) + _grids(page, run, step, index)


def winner(page: Page, step: Step, index: tuple[int, ...]) -> list[Block]:
    """What `winner(k, ...)` means, where an entry has it."""
    if any(isinstance(node, IsLargest) for node in walk(entry_of(step.formula, index))):
        return [Note(page.words.text("remark.winner"))]
    return []


def after_line(page: Page, run: Run, step: Step, index: tuple[int, ...]) -> list[Block]:
    """What is said below a line: which branch holds and why, and several largest values."""
    if step.value is None:
        return []
    said = decided(page, run, entry_of(step.formula, index))
    return [*([Note(said)] if said else []), *_tie(page, run, step, index)]


def _tie(page: Page, run: Run, step: Step, index: tuple[int, ...]) -> list[Block]:
    """A word where a maximum has several winners."""
    for node in walk(entry_of(step.formula, index)):
        if isinstance(node, IsLargest):
            values = [candidate.value(run.value) for candidate in node.candidates]
            if values.count(max(values)) > 1 and values[node.place] == max(values):
                return [Note(page.words.text("remark.tie"))]
    return []


def _grids(page: Page, run: Run, step: Step, index: tuple[int, ...]) -> list[Block]:
    """The arrays that meet in one entry, side by side: `Z₂₁₁₁ : [window] ⋆ [kernel]`."""
    if step.value is None:
        return []
    pieces: list[str | Matrix] = []
    for node in walk(step.formula):
        if not isinstance(node, Apply) or node.primitive.grids is None:
            continue
        grids = node.primitive.grids(node, fit(index, node.shape))
        for place, (_, rows) in enumerate(grids[:MOST_GRIDS]):
            if place:
                pieces.append(page.style.over if place % 2 else page.style.plus)
            pieces.append(_matrix(page, run, rows))
        if len(grids) > MOST_GRIDS:
            pieces.append(page.style.plus + page.dots)
    if not pieces:
        return []
    part = Part("numbers", page.style.colon, "", None, tuple(pieces))
    return [Line(step.quantity, index, page.name(step.quantity, index), (part,))]


def _matrix(page: Page, run: Run, rows: tuple[tuple[Formula, ...], ...]) -> Matrix:
    def text(entry: Formula) -> str:
        put_in = page.put_in(run, entry)
        return (put_in.text if isinstance(put_in, Number) else None) or page.spell(put_in)

    return Matrix(tuple(tuple(text(entry) for entry in row) for row in rows), whole=True)
