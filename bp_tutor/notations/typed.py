"""Symbols as they are typed on a plain keyboard: for files, and for hints in messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.notations.identifiers import canonical

if TYPE_CHECKING:
    from bp_tutor.notations.symbols import Symbols


def typed(symbols: Symbols, identifier: str, like: str = "") -> str:
    """The course's symbol for a canonical identifier, or that one where it would not do.

    `like` is another symbol of the same file: whoever types `W_111` is told `W_121`.
    """
    found = canonical(identifier, symbols.structure)
    if found is None:
        return identifier
    name = symbols.name(*found.entry(symbols.structure), "ascii")
    # Without an underscore of its own a name may have one before its numbers.
    spread = re.sub(r"(?<=[^\W\d_])(?=\d)", "_", name, count=1) if "_" in like else name
    names = (spread, name) if "_" not in name else (name,)
    return next((other for other in names if symbols.read(other) == identifier), identifier)
