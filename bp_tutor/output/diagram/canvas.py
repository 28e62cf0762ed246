"""A page of characters on which lines join by themselves."""

from __future__ import annotations

from itertools import pairwise
from unicodedata import combining

from bp_tutor.words import cells

LEFT, RIGHT, UP, DOWN = 1, 2, 4, 8

_LIGHT = {
    LEFT | RIGHT: "─",
    UP | DOWN: "│",
    RIGHT | DOWN: "┌",
    LEFT | DOWN: "┐",
    RIGHT | UP: "└",
    LEFT | UP: "┘",
    UP | DOWN | RIGHT: "├",
    UP | DOWN | LEFT: "┤",
    LEFT | RIGHT | DOWN: "┬",
    LEFT | RIGHT | UP: "┴",
    LEFT | RIGHT | UP | DOWN: "┼",
    LEFT: "─",
    RIGHT: "─",
    UP: "│",
    DOWN: "│",
}
_ASCII = {LEFT | RIGHT: "-", UP | DOWN: "|", LEFT: "-", RIGHT: "-", UP: "|", DOWN: "|"}


class Canvas:
    """Texts and lines by row and column; lines that meet become corners and branches."""

    def __init__(self) -> None:
        self._lines: dict[tuple[int, int], int] = {}
        self._texts: dict[tuple[int, int], str] = {}

    def text(self, row: int, column: int, text: str) -> None:
        """Write `text`; it covers lines."""
        for sign in text:
            if combining(sign):
                self._texts[row, column - 1] += sign
                continue
            self._texts[row, column] = sign
            column += 1
            if cells(sign) == 2:
                self._texts[row, column] = ""
                column += 1

    def arrow(self, row: int, column: int) -> None:
        """The head of an arrow to the right."""
        self._texts[row, column] = "▶"

    def horizontal(self, row: int, start: int, end: int) -> None:
        """A line from column `start` to `end`, joined to what stands at either end."""
        self._line([(row, column) for column in range(start, end + 1)], RIGHT, LEFT)

    def vertical(self, column: int, start: int, end: int) -> None:
        """A line from row `start` to `end` (in either order), joined at both ends."""
        rows = range(min(start, end), max(start, end) + 1)
        self._line([(row, column) for row in rows], DOWN, UP)

    def bridge(self, row: int, column: int) -> None:
        """Two lines cross here and do not meet."""
        self._lines[row, column] = UP | DOWN

    def _line(self, places: list[tuple[int, int]], onward: int, back: int) -> None:
        for cell, following in pairwise(places):
            self._lines[cell] = self._lines.get(cell, 0) | onward
            self._lines[following] = self._lines.get(following, 0) | back

    def lines(self, *, ascii_only: bool = False) -> list[str]:
        """The page, without blanks at the ends of its lines."""
        places = self._lines.keys() | self._texts.keys()
        height = max((row for row, _ in places), default=-1) + 1
        width = max((column for _, column in places), default=-1) + 1
        return [
            "".join(
                self._sign((row, column), ascii_only=ascii_only) for column in range(width)
            ).rstrip()
            for row in range(height)
        ]

    def _sign(self, cell: tuple[int, int], *, ascii_only: bool) -> str:
        text = self._texts.get(cell)
        if text is not None:
            return ">" if ascii_only and text == "▶" else text
        ways = self._lines.get(cell, 0)
        if not ways:
            return " "
        return _ASCII.get(ways, "+") if ascii_only else _LIGHT[ways]
