"""Lines in matrix form: the formula, the shapes, the matrices put in, and the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.arithmetic import as_calculated, judged
from bp_tutor.explain.board import in_figures
from bp_tutor.explain.columns import as_written, spelled
from bp_tutor.explain.document import Line, Part, Relation, rule_name, sentence
from bp_tutor.explain.nodes import DOTS, Beside, Matrix
from bp_tutor.explain.settings import put_in
from bp_tutor.explain.slopes import slopes_in
from bp_tutor.formula import (
    ASCII,
    CANONICAL,
    Address,
    Entry,
    Number,
    Ref,
    as_computed,
    as_shown,
    replace,
    spell,
)
from bp_tutor.formula.compiling import entry_of

if TYPE_CHECKING:
    from bp_tutor.explain.settings import Settings
    from bp_tutor.formula import Formula, Quantity
    from bp_tutor.formula.node import Index
    from bp_tutor.solve import Run, Step

MOST = 6
"""Rows and columns of a matrix that is shown whole."""


class _Named:
    """A speller that notes which quantities a formula names, in the order of the page."""

    style = ASCII

    def __init__(self) -> None:
        self.found: dict[Quantity, None] = {}

    def name(self, quantity: Quantity, index: Index | None) -> str:
        self.found[quantity] = None
        return CANONICAL.name(quantity, index)


def _arrays_in(formula: Formula) -> list[Quantity]:
    """The arrays that are named in a formula, from left to right."""
    named = _Named()
    spell(formula, named)
    return [quantity for quantity in named.found if quantity.shape]


def matrix_line(settings: Settings, run: Run, step: Step, kinds: tuple[str, ...]) -> Line:
    """The line of a whole quantity in matrix form."""
    quantity = step.quantity
    formula = as_written(settings, step.formula)
    parts = []
    if "formula" in kinds:
        parts.append(Part("formula", Relation.EQUAL, settings.shortened(formula)))
    arrays, own = _arrays_in(formula), spelled(settings, quantity)
    sign, caution = Relation.EQUAL, ""
    if "numbers" in kinds and step.value is not None:
        calculated = array_as_calculated(settings, run, step)
        formula = as_written(settings, calculated)
        if calculated != as_shown(step.formula) and "formula" in kinds:
            parts.append(Part("formula", sign, settings.shortened(formula)))
        numbers = _put_in(settings, run, formula)
        if numbers is not None:
            parts.append(Part("numbers", sign, numbers))
            sign, caution = array_judged(settings, run, step, calculated)
    if "result" in kinds and step.value is not None:
        parts.append(Part("result", sign, matrices_of(settings, run, quantity)))
    return Line(
        quantity,
        None,
        tuple(parts),
        rule_name(step.line.rule),
        (*arrays, own) if arrays and own.shape else (),
        caution=sentence(f"caution.{caution}") if caution else "",
        proofs=slopes_in(run.program, quantity),
    )


def _put_in(settings: Settings, run: Run, formula: Formula) -> Formula | None:
    """The formula with matrices for its arrays; None where one of them is too large."""
    # Turned once more, they are our own arrays again.
    originals = {array: spelled(settings, array) for array in _arrays_in(formula)}
    # A single array alone would only be repeated by the result.
    alone = spell(formula, CANONICAL) in (array.name for array in originals)
    if not originals or alone or not all(_small(each) for each in originals.values()):
        return None
    if any(original not in run.values for original in originals.values()):
        return None

    def number(node: Formula) -> Formula | None:
        match node:
            case Ref(quantity) if not quantity.shape:
                return settings.number(run, quantity, ())
            case Ref(quantity) if quantity in originals:
                return _matrix(settings, run, originals[quantity], 0)
        return in_figures(node, number)

    return replace(formula, number)


def _small(quantity: Quantity) -> bool:
    return _slices(quantity) == 1 and all(length <= MOST for length in quantity.shape)


def array_as_calculated(settings: Settings, run: Run, step: Step) -> Formula:
    """The formula as it is shown, where every entry of that has a value; else as computed."""
    shown = as_shown(step.formula)
    if shown == step.formula or all(
        as_calculated(settings, run, step.entry(index)) == entry_of(shown, index)
        for index in step.quantity.indices()
    ):
        return shown
    return as_computed(step.formula)


def array_judged(
    settings: Settings, run: Run, step: Step, calculated: Formula
) -> tuple[Relation, str]:
    """`=` where the arithmetic on the page gives every figure of the result, else `≈`.

    With the key of what has to be said of it.
    """
    sign = Relation.EQUAL
    caution = "other_form" if calculated != as_shown(step.formula) else ""

    def number(entry: Entry) -> Number:
        return Number(settings.result(run, entry.quantity, entry.index).value)

    for index in step.quantity.indices():
        result = settings.result(run, step.quantity, index)
        formula = entry_of(calculated, index)
        numbers = put_in(formula, number)
        here, said = judged(settings, run, step.quantity, index, formula, numbers, result)
        sign = here if here is not Relation.EQUAL else sign
        caution = caution or said
        if caution and sign is not Relation.EQUAL:
            break
    return sign, caution


def matrices_of(settings: Settings, run: Run, quantity: Quantity) -> Formula:
    """A quantity in figures: a number, a matrix, or one for each channel of each image."""
    if not quantity.shape:
        return settings.number(run, quantity, ())
    count = _slices(quantity)
    kept = range(count if settings.whole else min(count, MOST))
    items: list[Formula] = [_matrix(settings, run, quantity, place) for place in kept]
    items += [DOTS] if len(kept) < count else []
    return Beside(tuple(items), ("comma",) * (len(items) - 1)) if len(items) > 1 else items[0]


def _slices(quantity: Quantity) -> int:
    """How many matrices it takes to write a quantity down."""
    count = 1
    for length in quantity.shape[:-2]:
        count *= length
    return count


def _matrix(settings: Settings, run: Run, quantity: Quantity, place: int) -> Matrix:
    """One matrix of a quantity in figures, cut in the middle where it is large."""
    shape = quantity.shape[-2:] if len(quantity.shape) >= 2 else (1, quantity.size)
    written = spelled(settings, quantity)
    turn = written is not quantity
    rows_count, columns_count = shape[::-1] if turn else shape
    size = shape[0] * shape[1]
    numbers = run.values[quantity][place * size : (place + 1) * size]

    def cell(row: int | None, column: int | None) -> Formula:
        if row is None or column is None:
            return DOTS
        across, along = (column, row) if turn else (row, column)
        position = across * shape[1] + along
        shown = settings.shown(run, quantity, numbers[position])
        index = _index(quantity, place * size + position)
        address = None if index in quantity.removed else Address(quantity, index)
        return Number(shown.value, shown, address)

    rows, columns = _picked(settings, rows_count), _picked(settings, columns_count)
    return Matrix(
        tuple(tuple(cell(row, column) for column in columns) for row in rows),
        written.shape,
        whole=settings.whole,
    )


def _index(quantity: Quantity, position: int) -> Index:
    """The index of the entry at a position in row-major order."""
    index: list[int] = []
    for length in reversed(quantity.shape):
        position, place = divmod(position, length)
        index.insert(0, place)
    return tuple(index)


def _picked(settings: Settings, count: int) -> list[int | None]:
    if settings.whole or count <= MOST:
        return list(range(count))
    return [*range(MOST - 2), None, count - 1]
