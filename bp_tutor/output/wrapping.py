"""Text in columns of a terminal: how wide it is, and where it may be broken."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.words import cells

if TYPE_CHECKING:
    from collections.abc import Iterator

Span = tuple[str, str]
"""A text with the name of its look: see `LOOKS` in `terminal.py`."""
Row = tuple[Span, ...]
FIRM = "\u00a0"
"""A blank at which no row ends."""
NARROWEST = 12
"""Room that a text gets even where its margin leaves less."""
SHORT = 24
"""An equation up to this width stays in one piece."""
BACK = 8
"""So far before the end of a row a better place to break Chinese is looked for."""
_CLOSING = "，。；：、）》”’！？"
_OPENING = "（《“‘"
_EQUALS = ("=", "≈")


def wrapped(text: str, look: str, margin: int, width: int) -> Iterator[Row]:
    """A sentence over as many rows as it needs; Chinese may break between any two signs.

    A firm blank holds what stands around it together: `w₁ = 0.5`.
    """
    room = max(width - margin, NARROWEST)
    row: list[str] = []
    pieces = _words(text)
    while pieces:
        word = pieces.pop(0)
        if row and _width([*row, word]) > room:
            end = _end(row, [word, *pieces])
            yield _row("".join(row[:end]), look, margin)
            pieces[:0] = [*row[end:], word]
            row = []
            continue
        row.append(word if row else word.lstrip())
        while _width(row) > room:
            head = _head(row[0], room)
            yield _row(head, look, margin)
            row = [row[0][len(head) :]]
    yield _row("".join(row), look, margin)


def _width(row: list[str]) -> int:
    return cells("".join(row).rstrip())


def _end(row: list[str], rest: list[str]) -> int:
    """How many pieces of a full row stay in it: it does not end amid a short Chinese phrase."""
    if cells(rest[0][:1]) < 2 or cells(row[-1][-1:]) < 2 or row[-1][-1:] in _CLOSING:
        return len(row)
    for end in range(len(row) - 1, 0, -1):
        if _width(row[end:]) > BACK:
            break
        before = row[end - 1]
        if before[-1:] in _CLOSING or (before[-1:] == " " and before[-2:-1].isalpha()):
            return end
    # One sign alone in the last row takes its neighbour along.
    return len(row) - 1 if len(rest) == 1 and len(row) > 1 else len(row)


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
    return _equations(pieces)


def _equations(pieces: list[str]) -> list[str]:
    """The same pieces, a name with its equals sign and its number as one: `A₁₁ = 0.05`."""
    joined: list[str] = []
    for piece in pieces:
        last = joined[-1] if joined else ""
        signs = piece.strip() in _EQUALS and last.endswith(" ")
        opened = last.endswith(tuple(f" {sign} " for sign in _EQUALS))
        if (signs or opened) and cells((last + piece).rstrip()) <= SHORT:
            joined[-1] += piece
        else:
            joined.append(piece)
    return joined


def _head(text: str, room: int) -> str:
    """As much of a word as there is room for."""
    used = 0
    for place, sign in enumerate(text):
        used += cells(sign)
        if used > room:
            return text[: max(place, 1)]
    return text
