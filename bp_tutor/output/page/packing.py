"""Texts that are much alike, told in few signs: by how much each has in common with another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

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


def chained(keys: Sequence[str], between: str = " ") -> str:
    """Keys as one text, each by the one before it.

    >>> chained(("Z[2,1]", "Z[2,2]", "A[2,1]"))
    '0Z[2,1] 42] 0A[2,1]'
    """
    return between.join(shortened(keys, ("", *keys)[: len(keys)]))


def gathered(mistakes: Sequence[Mapping[str, Sequence[Sequence[Any]]]]) -> dict[str, Any]:
    """Mistakes by the places of their sentences, and these in each language, in order.

    Most begin alike: `One term of the sum left out: the term`.
    """
    every = [one for run in mistakes for several in run.values() for one in several]
    languages = [
        sorted(set(several)) for several in zip(*(said for _, _, *said in every), strict=True)
    ]
    places = [{text: place for place, text in enumerate(texts)} for texts in languages]
    return {
        "mistakes": [
            {
                key: [
                    [low, high, *(known[text] for known, text in zip(places, said, strict=True))]
                    for low, high, *said in several
                ]
                for key, several in run.items()
            }
            for run in mistakes
        ],
        "said": [chained(texts, "\n") for texts in languages],
    }
