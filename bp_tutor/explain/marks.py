"""What a step points at: the names to mark in the picture, and the numbers that it uses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import Quantity
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bp_tutor.explain.page import Page
    from bp_tutor.explain.steps import StepOf
    from bp_tutor.solve import Run

    Entry = tuple[Quantity, tuple[int, ...]]

MOST_MARKED = 12
"""More marks than this point at nothing any more."""


class Marks(Frozen):
    """Names as they stand in the picture, and `A₁₁ = 0.05` for each number in use."""

    gives: frozenset[str]
    uses: frozenset[str]
    numbers: tuple[str, ...]
    left_out: int = 0
    """Numbers in use beyond those that are listed."""
    wires: tuple[tuple[str, bool], ...] = ()
    """Numbers of the weights that are meant, as they stand on their wires where these are drawn
    one by one; and whether it is the weight that the step is about."""


def marks_of(page: Page, run: Run, step: StepOf) -> Marks:
    """What to mark while a step is looked at."""
    used = [found for name in step.uses[:MOST_MARKED] if (found := run.find(name)) is not None]
    given = [found for name in step.gives[:MOST_MARKED] if (found := run.find(name)) is not None]
    gives = _names(page, given)
    numbers = tuple(
        f"{page.name(quantity, index)} {page.style.equals} {page.result(run, quantity, index).text}"
        for quantity, index in used
        if quantity in run.values
    )
    left_out = max(0, len(step.uses) - MOST_MARKED)
    wires = {**_wires(page, run, used, about=False), **_wires(page, run, given, about=True)}
    return Marks(gives, _names(page, used) - gives, numbers, left_out, tuple(wires.items()))


def _wires(page: Page, run: Run, entries: Iterable[Entry], *, about: bool) -> dict[str, bool]:
    """The numbers of the weights among some entries, or among what these are derivatives of."""
    plain = ((quantity.as_kind(""), index) for quantity, index in entries)
    return {
        page.result(run, quantity, index).text: about
        for quantity, index in plain
        if quantity.symbol == "W" and quantity in run.values
    }


def _names(page: Page, entries: Iterable[Entry]) -> frozenset[str]:
    """How the units, weights and nodes that are meant are called in the picture."""
    found: set[str] = set()
    for quantity, index in entries:
        plain = quantity.as_kind("")
        if quantity.axes == ("sample", "unit") and quantity.symbol in ("Z", "A"):
            # A unit is drawn with its activation, and without a sample.
            plain = Quantity("A", quantity.place, (1, quantity.shape[1]), quantity.axes)
            found.add(page.name(plain, (0, index[1])))
        else:
            found.add(page.name(plain, index))
            if len(quantity.place) == 1 and quantity.symbol == "W":
                found.add(page.name(plain, None))
    return frozenset(found)
