"""Tables: units before and after activation, weights before and after the update."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import Table
from bp_tutor.formula import Add, Ref
from bp_tutor.formula.algebra import add
from bp_tutor.formula.compiling import entry_of
from bp_tutor.formula.quantity import DERIVATIVE, STEP, VALUE
from bp_tutor.solve import used

if TYPE_CHECKING:
    from bp_tutor.explain.page import Page
    from bp_tutor.formula import Quantity
    from bp_tutor.solve import Run

MOST_UNITS = 24


def activation_table(page: Page, run: Run) -> Table | None:
    """Every unit before and after activation; None for large networks and several samples."""
    pairs = _before_and_after(run)
    units = sum(after.size for _, after in pairs)
    if not pairs or units > MOST_UNITS or any(q.samples > 1 for _, q in pairs):
        return None
    rows = []
    told = False
    for before, after in pairs:
        for index in after.indices():
            cells, seen = [page.name(after, index)], set()
            for quantity in (before, after):
                known = quantity is not None and quantity in run.values
                cells.append(page.result(run, quantity, index).text if known and quantity else "")
                if known and quantity:
                    seen.add(page.shown(run, quantity, run.value(quantity, index)).text)
            rows.append(tuple(cells))
            told = told or len(seen) > 1
    words = page.words
    heads = (words.text("table.unit"), words.text("table.before"), words.text("table.after"))
    # Where every activation is the identity, the table says nothing. (Its cells may be marked up,
    # each as the value that it is; so the numbers are compared and not the cells.)
    return Table(heads, tuple(rows)) if told else None


def _before_and_after(run: Run) -> list[tuple[Quantity | None, Quantity]]:
    """Inputs alone, then for each activation what goes in and what comes out."""
    pairs: list[tuple[Quantity | None, Quantity]] = [
        (None, quantity) for quantity in run.program.model.given if quantity.symbol == "A"
    ]
    pairs += [
        (used(step.formula)[0], step.quantity)
        for step in run.steps
        if step.line.rule == "activation"
    ]
    return pairs


def step_of(run: Run, updated: Quantity, index: tuple[int, ...]) -> float:
    """What the update adds to one weight, by its formula: -η·gradient for gradient descent."""
    line, old = run.program.defined[updated], updated.as_kind(VALUE)
    assert isinstance(line.formula, Add)
    added = [term for term in line.formula.terms if term != Ref(old)]
    return entry_of(add(*added), index).value(run.value)


def update_table(page: Page, run: Run, entries: list[tuple[Quantity, tuple[int, ...]]]) -> Table:
    """Every weight before, its gradient, its step, and after."""
    rows = []
    for quantity, index in entries:
        old, stepped = quantity.as_kind(VALUE), quantity.as_kind(STEP)
        digits_of = stepped if stepped in run.values else quantity
        shown = page.shown(run, digits_of, step_of(run, quantity, index)).text
        if page.style.keyed_names:
            shown = page.style.keyed(shown, stepped.identifier(index))
        cells = (
            page.name(old, index),
            page.result(run, old, index).text,
            page.result(run, quantity.as_kind(DERIVATIVE), index).text,
            shown,
            page.result(run, quantity, index).text,
        )
        rows.append(cells)
    gradient = "gradient" if run.program.model.factor > 0 else "downhill"
    heads = ("weight", "weight_before", gradient, "step", "weight_after")
    texts = tuple(page.words.text(f"table.{head}") for head in heads)
    return Table(texts, tuple(rows), entries=tuple(entries))
