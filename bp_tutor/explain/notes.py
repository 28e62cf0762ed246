"""What stands beside the lines: sizes and conventions, windows, ties, weights that stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.decided import decided
from bp_tutor.explain.document import Block, Joined, Line, Note, Part, Relation, Sentence, sentence
from bp_tutor.explain.naming import layer_name
from bp_tutor.explain.nodes import DOTS, MINUS, Beside, Matrix
from bp_tutor.formula import Apply, IsLargest, Ref, walk
from bp_tutor.formula.node import fit
from bp_tutor.formula.quantity import UPDATED
from bp_tutor.solve.update import UPDATES

if TYPE_CHECKING:
    from bp_tutor.catalogue import Remark
    from bp_tutor.explain.document import Said
    from bp_tutor.explain.settings import Settings
    from bp_tutor.formula import Formula
    from bp_tutor.solve import Run, Step

MOST_GRIDS = 6


def before_lines(settings: Settings, run: Run, step: Step) -> list[Block]:
    """What is said above the first line of a step: its remarks, and a window as it lies."""
    beside: dict[str, Said] = {"minus": MINUS, "counting": _count(run)}
    said: list[Block] = [
        Note(sentence(f"remark.{remark.key}", **beside, **_values(settings, remark)))
        for remark in step.line.remarks
    ]
    index = next(step.quantity.indices())
    return said + winner(step, index) + _grids(settings, run, step, index)


def _values(settings: Settings, remark: Remark) -> dict[str, Said]:
    """What stands in a remark; a layer by its name."""
    return {
        name: layer_name(settings, value) if name == "layer" and isinstance(value, int) else value
        for name, value in remark.values
    }


def _count(run: Run) -> Sentence:
    """From where t counts, or what it is where it goes on counting."""
    (count,) = run.values.get(UPDATES, (float(run.update),))
    if count == run.update:
        return Sentence("remark.count")
    return sentence("remark.count_on", t=f"{count:g}")


def winner(step: Step, index: tuple[int, ...]) -> list[Block]:
    """What `winner(k, ...)` means, where an entry has it."""
    if any(isinstance(node, IsLargest) for node in walk(step.entry(index))):
        return [Note(Sentence("remark.winner"))]
    return []


def after_line(settings: Settings, run: Run, step: Step, index: tuple[int, ...]) -> list[Block]:
    """What is said below a line: which branch holds and why, and several largest values."""
    if step.value is None:
        return []
    said = decided(settings, run, step.entry(index))
    return [*([Note(said)] if said else []), *_tie(run, step, index)]


def unchanged(run: Run) -> list[Block]:
    """Which weights keep their value in an update that changes others, and why."""
    model = run.program.model
    still = [q for q in model.trained if q.as_kind(UPDATED) not in run.values]
    if len(still) == len(model.trained):
        return []
    no_value = [Ref(q) for q in still if q not in run.values]
    no_gradient = [Ref(q) for q in still if q in run.values]
    return [
        Note(sentence(f"unchanged.{key}", names=Joined(tuple(names))))
        for key, names in (("no_old_value", no_value), ("no_gradient", no_gradient))
        if names
    ]


def _tie(run: Run, step: Step, index: tuple[int, ...]) -> list[Block]:
    """A word where a maximum has several winners."""
    for node in walk(step.entry(index)):
        if isinstance(node, IsLargest):
            values = [candidate.value(run.value) for candidate in node.candidates]
            if values.count(max(values)) > 1 and values[node.place] == max(values):
                return [Note(Sentence("remark.tie"))]
    return []


def _grids(settings: Settings, run: Run, step: Step, index: tuple[int, ...]) -> list[Block]:
    """The arrays that meet in one entry, side by side: `Z₂₁₁₁ : [window] ⋆ [kernel]`."""
    if step.value is None:
        return []
    items: list[Formula] = []
    signs: list[str] = []
    for node in walk(step.formula):
        if not isinstance(node, Apply) or node.primitive.grids is None:
            continue
        grids = node.primitive.grids(node, fit(index, node.shape))
        for place, (_, rows) in enumerate(grids[:MOST_GRIDS]):
            signs += [("over" if place % 2 else "plus")] if place else []
            items.append(_matrix(settings, run, rows))
        if len(grids) > MOST_GRIDS:
            signs.append("plus")
            items.append(DOTS)
    if not items:
        return []
    part = Part("numbers", Relation.IS, Beside(tuple(items), tuple(signs)))
    return [Line(step.quantity, index, (part,))]


def _matrix(settings: Settings, run: Run, rows: tuple[tuple[Formula, ...], ...]) -> Matrix:
    return Matrix(
        tuple(
            tuple(settings.shortened(settings.put_in(run, entry)) for entry in row) for row in rows
        ),
        whole=True,
    )
