"""A tree of values in a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.render.rows import block_rows, Layout, Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.explain.why import Node

_SIGNS = {True: ("|- ", "`- ", "|  ", "   "), False: ("├─ ", "└─ ", "│  ", "   ")}


def tree_rows(node: Node, width: int, *, ascii_only: bool) -> Iterator[Row]:
    """The tree, each value under the one that it goes into."""
    yield from _rows(node, "", "", width, _SIGNS[ascii_only])


def _rows(
    node: Node, head: str, below: str, width: int, signs: tuple[str, str, str, str]
) -> Iterator[Row]:
    branch, last, bar, space = signs
    if node.line is None:
        value = f" = {node.value}" if node.value else ""
        yield ((head, "sign"), (node.name, "name"), (value, "result"), (f"  {node.note}", "note"))
        return
    under = below + (bar if node.children else space)
    for position, row in enumerate(block_rows(node.line, 0, 0, Layout(width - len(head)))):
        yield ((head if position == 0 else under, "sign"), *row)
    for position, child in enumerate(node.children):
        final = position == len(node.children) - 1
        start = below + (last if final else branch)
        yield from _rows(child, start, below + (space if final else bar), width, signs)
