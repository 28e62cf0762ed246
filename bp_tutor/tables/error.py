"""A table that cannot be read, and why."""

from __future__ import annotations


class TableError(Exception):
    """What keeps a table from being read: a key of the words, and the values put in."""

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values
