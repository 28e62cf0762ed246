"""What the exercise gives: inputs, targets, weights, biases, derivatives with their symbols."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from bp_tutor.explain.blocks import in_order
from bp_tutor.explain.document import Line, Listing, Note, Part, Section
from bp_tutor.formula import Quantity
from bp_tutor.formula.quantity import DERIVATIVE, VALUE

if TYPE_CHECKING:
    from bp_tutor.explain.document import Block
    from bp_tutor.explain.page import Page
    from bp_tutor.solve import Run

MOST_LISTED = 24
"""Numbers of one quantity that are listed; of a larger one only the size is told."""
OF_SAMPLES = ("A", "C", "Y")
"""Inputs, states at the start, targets."""
TOLD = ("eta", "lambda")
"""What stands among the facts."""


def given_section(page: Page, run: Run, form: str = "index") -> Section | None:
    """Every number that is given, quantity by quantity; None where there is none.

    Of derivatives also those that the file gives by a symbol alone, `∂L/∂z = δ`.
    """
    given = [
        quantity
        for quantity, numbers in run.program.model.given.items()
        if (quantity.kind == VALUE and numbers is not None and quantity.symbol not in TOLD)
        or quantity.kind == DERIVATIVE
    ]
    if not given:
        return None
    blocks: list[Block] = []
    for _, group in groupby(given, key=_sort):
        alike = list(group)
        if alike[0].size == 1:
            blocks.append(Listing(tuple(text for q in alike for text in _numbers(page, run, q))))
        else:
            blocks += [_array(page, run, quantity, form) for quantity in alike]
    return Section(page.words.text("section.given"), "given", tuple(blocks))


def _sort(quantity: Quantity) -> tuple[str, str, bool]:
    """What may stand together: states and targets apart from parameters, single numbers."""
    role = quantity.symbol if quantity.symbol in OF_SAMPLES else ""
    return quantity.kind, role, quantity.size == 1


def _array(page: Page, run: Run, quantity: Quantity, form: str) -> Block:
    is_image = "column" in quantity.axes
    if quantity.size > MOST_LISTED and not (is_image or page.whole):
        return _size(page, quantity)
    if is_image or form == "matrix":
        return _as_matrix(page, run, quantity)
    return Listing(_numbers(page, run, quantity))


def _numbers(page: Page, run: Run, quantity: Quantity) -> tuple[str, ...]:
    if quantity not in run.values:
        of = page.partial((Quantity("L"), ()), (quantity.as_kind(VALUE), ()))
        return (f"{of} {page.style.equals} {page.name(quantity, ())}",)
    return tuple(
        f"{page.name(quantity, index)} {page.style.equals} {page.result(run, quantity, index).text}"
        for index in in_order(page, quantity)
    )


def _size(page: Page, quantity: Quantity) -> Note:
    style = page.style
    shape = style.by.join(style.number(str(length)) for length in quantity.shape)
    count = page.words.text("given.numbers", shape=style.inline(shape))
    return Note(f"{style.inline(page.name(quantity, None))}: {count}")


def _as_matrix(page: Page, run: Run, quantity: Quantity) -> Block:
    from bp_tutor.explain.matrices import matrices_of

    part = Part("result", page.style.equals, "", None, matrices_of(page, run, quantity))
    return Line(quantity, None, page.name(quantity, None), (part,))
