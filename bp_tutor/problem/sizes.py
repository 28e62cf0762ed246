"""Sizes among printed figures: `rows(W[1])` and `columns(W[1])`, as the course writes the array."""

from __future__ import annotations

import re

ROWS, COLUMNS = "rows", "columns"
_SIZE = re.compile(r"\s*(rows|columns)\s*\(\s*(.+?)\s*\)\s*")


def size_in(name: str) -> tuple[str, str] | None:
    """What is counted, and of which array; None where a name is no size."""
    found = _SIZE.fullmatch(name)
    return (found[1], found[2]) if found is not None else None
