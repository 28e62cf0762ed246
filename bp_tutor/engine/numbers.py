"""Numbers as a reader types them, as a problem file has them."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from unicodedata import normalize

from bp_tutor.api.refusal import RefusalError
from bp_tutor.reader.text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_TYPED = 40
LARGEST = Decimal("1e12")
_SIGNS: Mapping[int, str] = str.maketrans({"−": "-", "–": "-", ",": "."})


def number_text(text: str) -> str:
    """A typed number, such as `−0,5`, as a file has it.

    Raises:
        RefusalError: it is no number, or too large to calculate with.
    """
    plain = "".join(normalize("NFKC", text).translate(_SIGNS).split())
    try:
        value = Decimal(plain)
    except InvalidOperation:
        raise RefusalError("engine.unread", text=shown(text)) from None
    if not value.is_finite():
        raise RefusalError("engine.unread", text=shown(text))
    if abs(value) > LARGEST:
        raise RefusalError("engine.too_large", limit=f"{LARGEST:.0f}")
    found = f"{value:f}"
    # A number of YAML 1.1 needs its digit before and behind the point.
    return "0" if not value else found
