"""A row of a table, from whatever file."""

from __future__ import annotations

from typing import NamedTuple


class Row(NamedTuple):
    """The cells of a row, and its line in the file."""

    cells: list[str]
    line: int
