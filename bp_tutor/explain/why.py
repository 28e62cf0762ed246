"""Everything that one value depends on, as a tree: each node with formula and number."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.explain.lines import DETAILS, entry_line
from bp_tutor.formula import Entry, walk
from bp_tutor.formula.compiling import entry_of

if TYPE_CHECKING:
    from bp_tutor.explain.document import Line
    from bp_tutor.explain.page import Page
    from bp_tutor.formula import Quantity
    from bp_tutor.solve import Run, Step

MOST_CHILDREN = 8


class Node(NamedTuple):
    """A value: its line (None for a given one), its number, and what it is made from."""

    name: str
    line: Line | None
    value: str = ""
    children: tuple[Node, ...] = ()
    note: str = ""


def tree_of(page: Page, run: Run, quantity: Quantity, index: tuple[int, ...]) -> Node:
    """The tree under one entry; what was shown already is only named again."""
    steps = {step.quantity: step for step in run.steps}
    shown: set[tuple[Quantity, tuple[int, ...]]] = set()

    def node(quantity: Quantity, index: tuple[int, ...]) -> Node:
        name = page.name(quantity, index)
        known = quantity in run.values
        value = page.result(run, quantity, index).text if known else ""
        step = steps.get(quantity)
        if step is None:
            return Node(name, None, value, note=page.words.text("why.given"))
        if (quantity, index) in shown:
            return Node(name, None, value, note=page.words.text("why.again"))
        shown.add((quantity, index))
        line = entry_line(page, run, step, index, DETAILS["full"])
        return Node(name, line, value, _children(step, index))

    def _children(step: Step, index: tuple[int, ...]) -> tuple[Node, ...]:
        entries = dict.fromkeys(
            (part.quantity, part.index)
            for part in walk(entry_of(step.formula, index))
            if isinstance(part, Entry)
        )
        listed = list(entries)
        if len(listed) > MOST_CHILDREN and not page.whole:
            rest = len(listed) - MOST_CHILDREN + 1
            listed = listed[: MOST_CHILDREN - 1]
            text = page.words.text("why.more", count=rest, option="--all")
            return (*(node(*entry) for entry in listed), Node("", None, note=text))
        return tuple(node(*entry) for entry in listed)

    return node(quantity, index)
