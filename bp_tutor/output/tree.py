"""A tree of values in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.formula import ASCII
from bp_tutor.output.rows import Layout, block_rows
from bp_tutor.output.wrapping import wrapped
from bp_tutor.words import cells

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain import Presentation
    from bp_tutor.explain.why import Node
    from bp_tutor.output.wrapping import Row

_SIGNS = {True: ("|- ", "`- ", "|  "), False: ("├─ ", "└─ ", "│  ")}
_SPACE = "   "


def tree_rows(node: Node, presentation: Presentation, width: int) -> Iterator[Row]:
    """The tree, each value under the one that it goes into."""
    yield from _rows(node, "", "", Layout(width, presentation), _SIGNS[presentation.style is ASCII])


def _rows(
    node: Node, head: str, below: str, layout: Layout, signs: tuple[str, str, str]
) -> Iterator[Row]:
    branch, last, bar = signs
    width = layout.width
    # A tree that is too deep for its page grows no further to the right.
    head, below = head[-(width // 2) :], below[-(width // 2) :]
    if node.line is None:
        yield from _hanging(
            wrapped(layout.say(node.note), "note", 0, width - cells(head)), head, below
        )
    else:
        rows = block_rows(node.line, 0, 0, layout._replace(width=width - cells(head)))
        under = below + (bar[0] if node.children else " ")
        for position, row in enumerate(rows):
            yield ((head, "sign"), *row) if position == 0 else _below(under, row)
    for position, child in enumerate(node.children):
        final = position == len(node.children) - 1
        start = below + (last if final else branch)
        yield from _rows(child, start, below + (_SPACE if final else bar), layout, signs)


def _hanging(rows: Iterator[Row], head: str, below: str) -> Iterator[Row]:
    for position, row in enumerate(rows):
        yield ((head if position == 0 else below, "sign"), *row)


def _below(under: str, row: Row) -> Row:
    """A further row of a value: the bar of its branch takes the place of a blank."""
    spans = list(row)
    for place, (text, look) in enumerate(spans):
        if text:
            spans[place] = (text[1:], look)
            break
    return ((under, "sign"), *spans)
