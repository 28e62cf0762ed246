"""Tables: units before and after activation, weights before and after the update."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import Table, sentence
from bp_tutor.formula import Add, Address, Entry, Number, Ref, Role, Shown
from bp_tutor.formula.algebra import add
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import DERIVATIVE, STEP, VALUE

if TYPE_CHECKING:
    from bp_tutor.explain.document import Said
    from bp_tutor.explain.settings import Settings
    from bp_tutor.formula import Quantity
    from bp_tutor.solve import Run

MOST_UNITS = 24


def activation_table(settings: Settings, run: Run) -> Table | None:
    """Every unit before and after activation; None for large networks and several samples."""
    pairs = _before_and_after(run)
    units = sum(after.size for _, after in pairs)
    if not pairs or units > MOST_UNITS or any(q.samples > 1 for _, q in pairs):
        return None
    rows: list[tuple[Said, ...]] = []
    told = False
    for before, after in pairs:
        for index in after.indices():
            numbers: list[Number | None] = [
                settings.number(run, quantity, index)
                if quantity is not None and quantity in run.values
                else None
                for quantity in (before, after)
            ]
            if after in run.program.model.given and numbers[1] is None:
                continue
            rows.append((Entry(after, index), *(number or "" for number in numbers)))
            told = told or len({_digits(number) for number in numbers if number is not None}) > 1
    heads = tuple(sentence(f"table.{head}") for head in ("unit", "before", "after"))
    # Where every activation is the identity, the table says nothing.
    return Table(heads, tuple(rows)) if told else None


def _digits(number: Number) -> Shown | None:
    """What is written of a number, whatever its digits are rounded from."""
    return number.shown and number.shown._replace(value=0.0, last=None)


def _before_and_after(run: Run) -> list[tuple[Quantity | None, Quantity]]:
    """Inputs alone, then for each activation what goes in and what comes out."""
    pairs: list[tuple[Quantity | None, Quantity]] = [
        (None, quantity)
        for quantity in run.program.model.given
        if quantity.role in (Role.INPUT, Role.INITIAL_STATE)
    ]
    calculated = {step.quantity for step in run.steps}
    pairs += [
        (inside, line.quantity)
        for line in run.program.model.definitions
        if (inside := line.activates) is not None
        and (line.quantity in calculated or line.quantity in run.values)
    ]
    return pairs


def step_of(run: Run, updated: Quantity, index: tuple[int, ...]) -> float:
    """What the update adds to one weight, by its formula: -η·gradient for gradient descent."""
    line, old = run.program.defined[updated], updated.as_kind(VALUE)
    assert isinstance(line.formula, Add)
    added = [term for term in line.formula.terms if term != Ref(old)]
    return entry_of(add(*added), index).value(run.value)


def update_table(settings: Settings, run: Run, entries: list[Address]) -> Table:
    """Every weight before, its gradient if it follows one, its step, and after."""
    by_rule = bool(run.program.model.errors)
    rows = []
    for quantity, index in entries:
        old, stepped = quantity.as_kind(VALUE), quantity.as_kind(STEP)
        rounded_as = stepped if stepped in run.values else quantity
        shown = settings.shown(run, rounded_as, step_of(run, quantity, index))
        slope = quantity.as_kind(DERIVATIVE)
        cells: tuple[Said, ...] = (
            Entry(old, index),
            settings.number(run, old, index),
            *([] if by_rule else [settings.number(run, slope, index)]),
            Number(shown.value, shown, Address(stepped, index)),
            settings.number(run, quantity, index),
        )
        rows.append(cells)
    gradient = "gradient" if run.program.model.factor > 0 else "downhill"
    between = ("step",) if by_rule else (gradient, "step")
    heads = ("weight", "weight_before", *between, "weight_after")
    texts = tuple(sentence(f"table.{head}") for head in heads)
    by = STEP if by_rule else DERIVATIVE
    return Table(texts, tuple(rows), entries=tuple(entries), by=by)
