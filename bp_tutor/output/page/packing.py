"""Texts that are much alike, told in few signs: by how much each has in common with another one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

COUNTED = "0123456789abcdefghijklmnopqrstuvwxyz"
"""How many signs a text has in common with another, as one sign."""


def shortened(texts: Iterable[str], others: Sequence[str] | None) -> Iterator[str]:
    """Each text by how much it has in common with another one, and its rest."""
    if others is None:
        yield from texts
        return
    for text, other in zip(texts, others, strict=True):
        most = min(len(text), len(other), len(COUNTED) - 1)
        common = most if text[:most] == other[:most] else 0
        while common < most and text[common] == other[common]:
            common += 1
        yield COUNTED[common] + text[common:]


def chained(keys: Sequence[str]) -> str:
    """Keys as one text, each by the one before it.

    >>> chained(("Z[2,1]", "Z[2,2]", "A[2,1]"))
    '0Z[2,1] 42] 0A[2,1]'
    """
    return " ".join(shortened(keys, ("", *keys)[: len(keys)]))
