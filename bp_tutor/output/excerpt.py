"""One line of a file with a caret under the place that is meant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bp_tutor.words import cells

if TYPE_CHECKING:
    from collections.abc import Callable

TAB = " " * 4


def excerpt(
    line: str,
    column: int,
    width: int,
    *,
    dots: str = "…",
    shown: Callable[[str], str] = lambda sign: sign,
) -> tuple[str, str]:
    """A line as it can be shown in so many columns, and the line with the caret below it.

    `column` counts characters from 1, as messages do; what is wider or narrower on a screen
    (Chinese, a tab, an escaped control character) moves the caret. `shown` says how a
    character is written where not every one can be.

    >>> excerpt("title: 异或门 x", 8, 80)
    ('title: 异或门 x', '       ^')
    """
    pieces = [_piece(sign, shown) for sign in line]
    place = min(max(column - 1, 0), len(pieces))
    before = sum(map(cells, pieces[:place]))
    start, head = 0, ""
    # The caret stays in sight, with some of what comes before and behind it.
    if before + 1 > width - cells(dots) or (before > width // 2 and _width(pieces) > width):
        head = dots
        kept = 0
        start = place
        while start > 0 and kept + cells(pieces[start - 1]) <= width // 2:
            start -= 1
            kept += cells(pieces[start])
        if start == 0:
            head = ""
    text = head
    for number, piece in enumerate(pieces[start:], start):
        rest = _width(pieces[number:])
        room = width - cells(text) - (0 if cells(text) + rest <= width else cells(dots))
        if cells(piece) > room:
            text += dots
            break
        text += piece
    margin = cells(head) + _width(pieces[start:place])
    return text.rstrip(), " " * margin + "^"


def _piece(sign: str, shown: Callable[[str], str]) -> str:
    if sign == "\t":
        return TAB
    if sign.isprintable():
        return shown(sign)
    return sign.encode("unicode_escape", "replace").decode("ascii")


def _width(pieces: list[str]) -> int:
    return sum(map(cells, pieces))
