"""Everything that one value depends on, as a tree: each node with formula and number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.explain.document import Joined, sentence
from bp_tutor.explain.lines import DETAILS, entry_line
from bp_tutor.explain.nodes import Equation
from bp_tutor.explain.slopes import proven_by
from bp_tutor.formula import Address, Entry, as_shown, walk
from bp_tutor.frozen import Frozen

if TYPE_CHECKING:
    from bp_tutor.explain.document import Line, Said
    from bp_tutor.explain.settings import Settings
    from bp_tutor.formula import Quantity
    from bp_tutor.solve import Run, Step

MOST_CHILDREN = 8


class Node(Frozen):
    """A derived value with its line and what it is made from; or a note of several at once."""

    line: Line | None
    children: tuple[Node, ...] = ()
    note: Said = ""


def tree_of(settings: Settings, run: Run, quantity: Quantity, index: tuple[int, ...]) -> Node:
    """The tree under one entry; what is given, and what was shown already, is only named."""
    steps = {step.quantity: step for step in run.steps}
    if quantity not in steps:
        return Node(None, (), _named(settings, run, "why.given", [Address(quantity, index)]))
    shown: set[Address] = {Address(quantity, index)}
    remarked: set[Said] = set()

    def node(quantity: Quantity, index: tuple[int, ...]) -> Node:
        step = steps[quantity]
        uses = _uses(step, index)
        # A note that one is left out would take as much room as that one.
        most = len(uses) if settings.whole or len(uses) == MOST_CHILDREN + 1 else MOST_CHILDREN
        kept, left_out = uses[:most], len(uses) - most
        children, again, given = [], [], []
        for use in kept:
            if use[0] not in steps:
                given.append(use)
            elif use in shown:
                again.append(use)
            else:
                shown.add(use)
                children.append(node(*use))
        notes = [
            _named(settings, run, "why.given", given),
            _named(settings, run, "why.again", again),
        ]
        line = entry_line(settings, run, step, index, DETAILS["full"])
        remarks = [said for said in (*line.remarks, proven_by(line.proofs)) if said]
        new = [remark for remark in remarks if remark not in remarked]
        remarked.update(new)
        children[:0] = [Node(None, (), remark) for remark in new]
        if left_out > 0:
            notes.append(sentence("why.more", count=left_out, option="--all"))
        children += [Node(None, (), note) for note in notes if note]
        return Node(line, tuple(children))

    return node(quantity, index)


def _uses(step: Step, index: tuple[int, ...]) -> list[Address]:
    """The entries that a line is made from, in the order in which they stand in it."""
    nodes = walk(as_shown(step.entry(index)))
    return list(dict.fromkeys(n.address for n in nodes if isinstance(n, Entry)))


def _named(settings: Settings, run: Run, key: str, addresses: list[Address]) -> Said:
    """Some entries with their numbers, in one sentence."""
    if not addresses:
        return ""
    said = [
        Equation(Entry(*address), settings.number(run, *address))
        if address.quantity in run.values
        else Entry(*address)
        for address in addresses
    ]
    return sentence(key, values=Joined(tuple(said)))
