"""Tables in JSON and YAML: a list of rows, or a mapping of students to what they answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.reader import Mapping, Scalar, Sequence, read_text
from bp_tutor.tables.row import Row

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.reader import Node

HEADS = ["student", "id", "value"]
"""Above what a mapping of students holds."""


def rows_of_tree(text: str, path: str) -> Iterator[Row]:
    """The rows, headings first; an empty row where something stands that is no row.

    Raises:
        ReadError: it is no valid YAML or JSON.
    """
    root = read_text(text, path)
    if isinstance(root, Mapping):
        yield Row(HEADS, root.mark.line)
        for student, answers in root.items:
            if not isinstance(answers, Mapping):
                yield Row([], answers.mark.line)
                continue
            for identifier, value in answers.items:
                yield Row([student.text, identifier.text, as_typed(value)], identifier.mark.line)
    elif isinstance(root, Sequence):
        yield from _listed(root)


def _listed(root: Sequence) -> Iterator[Row]:
    """Rows under the keys of all of them; where there are none, a column without heading."""
    rows = [item for item in root.items if isinstance(item, Mapping)]
    heads = list(dict.fromkeys(key.text for row in rows for key, _ in row.items))
    if heads:
        yield Row(heads, root.mark.line)
    for item in root.items:
        if isinstance(item, Mapping):
            cells = {key.text: as_typed(value) for key, value in item.items}
            yield Row([cells.get(head, "") for head in heads], item.mark.line)
        else:
            alone = isinstance(item, Scalar) and not heads
            yield Row([as_typed(item)] if alone else [], item.mark.line)


def as_typed(node: Node) -> str:
    """A value as somebody would type it; digits stay as they are."""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return f"[{', '.join(as_typed(item) for item in node.items)}]"
    return "{" + ", ".join(f"{key.text}: {as_typed(value)}" for key, value in node.items) + "}"
