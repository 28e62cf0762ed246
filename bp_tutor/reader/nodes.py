"""What a YAML text is made of: words, lists and mappings, each knowing where it stands."""

from __future__ import annotations

from typing import NamedTuple


class Mark(NamedTuple):
    """Where something stands in a file: line and column, both counted from 1."""

    line: int
    column: int


class Scalar(NamedTuple):
    """One word, number or text, as it was typed; `quoted` where it stood in quotes."""

    text: str
    quoted: bool
    mark: Mark
    block: bool = False
    """Written over several lines, or behind `|` or `>`."""


class Sequence(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    mark: Mark


class Mapping(NamedTuple):
    """Keys with their values, in the file's order; no key stands twice."""

    items: tuple[tuple[Scalar, Node], ...]
    mark: Mark

    def get(self, key: str) -> Node | None:
        """The value of `key`; None where the key is not there."""
        return next((value for name, value in self.items if name.text == key), None)


Node = Scalar | Sequence | Mapping
