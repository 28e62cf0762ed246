"""Lines in matrix form: the formula, the shapes, the matrices put in, and the result."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.arithmetic import as_calculated, judged
from bp_tutor.explain.document import Line, Matrix, Part
from bp_tutor.explain.layout import in_columns, plain_sums, spelled
from bp_tutor.explain.lines import said_once
from bp_tutor.explain.page import put_in
from bp_tutor.formula import Number, as_computed, as_shown, spell
from bp_tutor.formula.compiling import entry_of

if TYPE_CHECKING:
    from bp_tutor.explain.page import Page
    from bp_tutor.formula import Entry, Formula, Quantity
    from bp_tutor.formula.node import Index
    from bp_tutor.formula.style import Style
    from bp_tutor.solve import Run, Step

MOST = 6
"""Rows and columns of a matrix that is shown whole."""
_SLOT = 0xE000
"""Signs that no text has; each stands for a matrix until the formula is spelled."""


class _Recorder:
    """A speller that notes which quantities were spelled, in the order of the page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.style: Style = page.style
        self.found: list[Quantity] = []

    def name(self, quantity: Quantity, index: Index | None) -> str:
        self.found.append(quantity)
        return self.page.name(quantity, index)


class _Slots(_Recorder):
    """A speller that leaves a slot for every array, and puts in the numbers of scalars."""

    def __init__(self, page: Page, run: Run) -> None:
        super().__init__(page)
        self.run = run

    def name(self, quantity: Quantity, index: Index | None) -> str:
        if not quantity.shape:
            return self.page.result(self.run, quantity, ()).text
        self.found.append(quantity)
        return chr(_SLOT + len(self.found) - 1)


def matrix_line(page: Page, run: Run, step: Step, kinds: tuple[str, ...]) -> Line:
    """The line of a whole quantity in matrix form."""
    quantity = step.quantity
    formula = plain_sums(in_columns(step.formula) if page.columns else step.formula)
    parts = (
        [Part("formula", page.style.equals, page.spell(formula), formula)]
        if "formula" in kinds
        else []
    )
    shapes = _shapes(page, quantity, formula)
    sign, caution = page.style.equals, ""
    if "numbers" in kinds and step.value is not None:
        calculated = _as_calculated(page, run, step)
        formula = plain_sums(in_columns(calculated) if page.columns else calculated)
        if calculated != as_shown(step.formula) and "formula" in kinds:
            parts.append(Part("formula", sign, page.spell(formula), formula))
        pieces = _put_in(page, run, formula)
        if pieces:
            parts.append(Part("numbers", sign, "", None, pieces))
            sign, caution = _judged(page, run, step, calculated)
    if "result" in kinds and step.value is not None:
        parts.append(_result(page, run, quantity, sign))
    reason = page.words.rule(step.line.rule)
    name = page.name(quantity, None)
    said = page.words.text(f"caution.{caution}") if caution else ""
    return Line(quantity, None, name, said_once(parts), reason, shapes, caution=said)


def _result(page: Page, run: Run, quantity: Quantity, sign: str) -> Part:
    if not quantity.shape:
        return Part("result", sign, page.result(run, quantity, ()).text)
    return Part("result", sign, "", None, matrices_of(page, run, quantity))


def _shapes(page: Page, quantity: Quantity, formula: Formula) -> str:
    """`A₁ 1×3, W₁ 3×3 → Z₂ 1×3`."""
    recorder = _Recorder(page)
    spell(formula, recorder)
    arrays = [found for found in dict.fromkeys(recorder.found) if found.shape]
    own = spelled(page, quantity)
    if not arrays or not own.shape:
        return ""
    style = page.style
    return style.comma.join(_shape(page, each) for each in arrays) + style.arrow + _shape(page, own)


def _shape(page: Page, quantity: Quantity) -> str:
    style = page.style
    size = style.by.join(style.number(str(length)) for length in quantity.shape)
    return page.name(quantity, None) + style.gap + size


def _put_in(page: Page, run: Run, formula: Formula) -> tuple[str | Matrix, ...]:
    """The formula with matrices for its arrays; nothing where one of them is too large."""
    slots = _Slots(page, run)
    text = spell(formula, slots)
    # Turned once more, they are our own arrays again.
    originals = [spelled(page, found) for found in slots.found]
    # A single array alone would only be repeated by the result.
    if not originals or any(not _small(each) for each in originals) or len(text) == 1:
        return ()
    if any(original not in run.values for original in originals):
        return ()
    pieces: list[str | Matrix] = []
    for sign in text:
        place = ord(sign) - _SLOT
        if 0 <= place < len(originals):
            pieces.append(_matrix(page, run, originals[place], 0))
        elif pieces and isinstance(pieces[-1], str):
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return tuple(pieces)


def _small(quantity: Quantity) -> bool:
    return _slices(quantity) == 1 and all(length <= MOST for length in quantity.shape)


def _as_calculated(page: Page, run: Run, step: Step) -> Formula:
    """The formula as it is shown, where every entry of that has a value; else as computed."""
    shown = as_shown(step.formula)
    if shown == step.formula or all(
        as_calculated(page, run, entry_of(step.formula, index)) == entry_of(shown, index)
        for index in step.quantity.indices()
    ):
        return shown
    return as_computed(step.formula)


def _judged(page: Page, run: Run, step: Step, calculated: Formula) -> tuple[str, str]:
    """`=` where the arithmetic on the page gives every figure of the result, else `≈`.

    With the key of what has to be said of it.
    """
    sign = page.style.equals
    caution = "other_form" if calculated != as_shown(step.formula) else ""

    def number(entry: Entry) -> Number:
        value = run.value(entry.quantity, entry.index)
        return Number(page.shown(run, entry.quantity, value).value)

    for index in step.quantity.indices():
        result = page.shown(run, step.quantity, run.value(step.quantity, index))
        formula = entry_of(calculated, index)
        numbers = put_in(formula, number)
        here, said = judged(page, run, step.quantity, index, formula, numbers, result)
        sign = here if here != page.style.equals else sign
        caution = caution or said
        if caution and sign != page.style.equals:
            break
    return sign, caution


def matrices_of(page: Page, run: Run, quantity: Quantity) -> tuple[str | Matrix, ...]:
    """A quantity in figures: one matrix, or one for each channel of each image."""
    count = _slices(quantity)
    kept = range(count if page.whole else min(count, MOST))
    pieces: list[str | Matrix] = []
    for place in kept:
        pieces += [page.style.comma] if place else []
        pieces.append(_matrix(page, run, quantity, place))
    return (*pieces, page.style.comma + page.dots) if len(kept) < count else tuple(pieces)


def _slices(quantity: Quantity) -> int:
    """How many matrices it takes to write a quantity down."""
    count = 1
    for length in quantity.shape[:-2]:
        count *= length
    return count


def _matrix(page: Page, run: Run, quantity: Quantity, place: int) -> Matrix:
    """One matrix of a quantity in figures, cut in the middle where it is large."""
    shape = quantity.shape[-2:] if len(quantity.shape) >= 2 else (1, quantity.size)
    turn = spelled(page, quantity) is not quantity
    rows_count, columns_count = shape[::-1] if turn else shape
    size = shape[0] * shape[1]
    numbers = run.values[quantity][place * size : (place + 1) * size]

    def text(row: int | None, column: int | None) -> str:
        if row is None or column is None:
            return page.dots
        across, along = (column, row) if turn else (row, column)
        position = across * shape[1] + along
        number = page.shown(run, quantity, numbers[position]).text
        if not page.style.keyed_names:
            return number
        return page.style.keyed(number, _identifier(quantity, place * size + position))

    rows, columns = _picked(page, rows_count), _picked(page, columns_count)
    return Matrix(
        tuple(tuple(text(row, column) for column in columns) for row in rows),
        page.whole,
        page.dots,
        page.words.text("elided.columns", first="{first}", last="{last}"),
    )


def _identifier(quantity: Quantity, position: int) -> str:
    """The identifier of the entry at a position in row-major order."""
    index: list[int] = []
    for length in reversed(quantity.shape):
        position, place = divmod(position, length)
        index.insert(0, place)
    return quantity.identifier(tuple(index))


def _picked(page: Page, count: int) -> list[int | None]:
    if page.whole or count <= MOST:
        return list(range(count))
    return [*range(MOST - 2), None, count - 1]
