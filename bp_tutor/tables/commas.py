"""Whether the commas of a table are decimal ones: `1,295` alone may be 1.295 or 1295."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_EITHER = re.compile(r"\s*[-−+]?0*[1-9][0-9]{0,2},[0-9]{3}\s*%?\s*")
"""It may part decimals or thousands."""
_DECIMAL = re.compile(r"\s*[-−+]?(?:0*,[0-9]+|[0-9]+,(?:[0-9]{1,2}|[0-9]{4,}))\s*%?\s*")
"""It parts no thousands."""
_THOUSANDS = re.compile(r"[0-9],[0-9]{3}[.,][0-9]")
"""It parts thousands: a point or another comma follows."""
_POINT = re.compile(r"[0-9]\.[0-9]|(?<![0-9])\.[0-9]")


def is_open(value: str) -> bool:
    """Whether a comma in an answer may part decimals as well as thousands."""
    return _EITHER.fullmatch(value) is not None


def are_decimal(values: Iterable[str], *, between_cells: bool) -> bool:
    """Whether the answers of a table show that it has decimal commas.

    They do where a comma of theirs can part no thousands; and where none has a decimal point,
    if cells are parted by another mark than the comma, as programs do for its sake. Nothing is
    shown where a comma parts thousands.

    Args:
        values: all answers.
        between_cells: whether commas, or nobody knows what, stand between the cells.
    """
    decimal, point = False, False
    for value in values:
        if _THOUSANDS.search(value):
            return False
        decimal = decimal or _DECIMAL.fullmatch(value) is not None
        point = point or _POINT.search(value) is not None
    return decimal or not (point or between_cells)
