"""Text in columns of a terminal: how wide it is, and where it may be broken."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bp_tutor.render.rows import Row

FIRM = "\u00a0"
"""A blank at which no row ends."""
NARROWEST = 12
"""Room that a text gets even where its margin leaves less."""
_CLOSING = "，。；：、）》”’！？"
_OPENING = "（《“‘"
_BREAKS = ("+", "−", "-", "⊙", "@")


@lru_cache(maxsize=4096)
def cells(text: str) -> int:
    """How many columns a text takes: two for each wide character, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def wrapped(text: str, look: str, margin: int, width: int) -> Iterator[Row]:
    """A sentence over as many rows as it needs; Chinese may break between any two signs.

    A firm blank holds what stands around it together: `w₁ = 0.5`.
    """
    room = max(width - margin, NARROWEST)
    row = ""
    for word in _words(text):
        if row and cells(row) + cells(word.rstrip()) > room:
            yield _row(row, look, margin)
            row = ""
        row += word if row else word.lstrip()
        while cells(row.rstrip()) > room:
            head = _head(row, room)
            yield _row(head, look, margin)
            row = row[len(head) :]
    yield _row(row, look, margin)


def _row(text: str, look: str, margin: int) -> Row:
    return ((" " * margin, ""), (text.rstrip().replace(FIRM, " "), look))


def _words(text: str) -> list[str]:
    """Pieces that may stand at the end of a row: words with the space behind, wide signs alone."""
    pieces: list[str] = []
    for sign in text:
        wide = cells(sign) == 2
        last = pieces[-1] if pieces else ""
        joined = (
            sign == " "
            or sign in _CLOSING
            or (not wide and last[-1:] != " " and cells(last[-1:]) < 2)
            or last[-1:] in _OPENING
        )
        if last and joined:
            pieces[-1] += sign
        else:
            pieces.append(sign)
    return pieces


def _head(text: str, room: int) -> str:
    """As much of a word as there is room for."""
    used = 0
    for place, sign in enumerate(text):
        used += cells(sign)
        if used > room:
            return text[: max(place, 1)]
    return text


def break_formula(text: str, room: int) -> list[str]:
    """A formula in pieces of at most `room` columns, broken where its sums are, else anywhere."""
    pieces: list[str] = []
    rest = text
    while cells(rest) > room:
        place = _break_place(rest, room)
        pieces.append(rest[:place].rstrip())
        rest = rest[place:].lstrip()
    return [*pieces, rest]


def _break_place(text: str, room: int) -> int:
    """Where to break: before a sign of the outermost sum, of an inner one, behind a product."""
    best: dict[int, int] = {}
    depth = used = 0
    last = 1
    for place, sign in enumerate(text):
        used += cells(sign)
        if used > room:
            break
        last = place + 1
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == " " and place > 1 and text[place + 1 : place + 2] in _BREAKS:
            best[10 * depth] = place
        elif sign in "·*" and place > 1 and "**" not in text[place - 1 : place + 2]:
            best[10 * depth + 5] = place + 1
        elif sign == " " and place > 1:
            best[10 * depth + 7] = place
    # A break very far to the left wastes the line: take a deeper one then.
    good = [level for level in sorted(best) if best[level] > room // 3]
    return best[good[0]] if good else max(best.values(), default=last)
