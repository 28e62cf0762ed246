"""What people type for a vector or matrix: rows by semicolons, or lists within lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from bp_tutor.quiz.model import NotUnderstood
from bp_tutor.quiz.reading import Typed, normalised, read_number

if TYPE_CHECKING:
    from collections.abc import Iterator

LONGEST = 10_000
MOST_DEPTH = 3
"""Lists within lists, and one pair of brackets too many."""
_CALLED = re.compile(r"\s*(?:np\.|numpy\.|torch\.)?(?:array|tensor|matrix)\(")


class TypedMatrix(NamedTuple):
    """Rows of numbers as they were typed."""

    rows: tuple[tuple[Typed, ...], ...]
    flat: bool
    """Whether it was typed as one row without a row of its own: a vector."""

    @property
    def shape(self) -> tuple[int, int]:
        return len(self.rows), len(self.rows[0])

    @property
    def text(self) -> str:
        rows = [", ".join(number.text for number in row) for row in self.rows]
        return f"[{'; '.join(rows)}]"


def read_matrix(text: str, name: str) -> TypedMatrix:
    """The matrix that somebody typed: `[0.1, 0.2; 0.3, 0.4]`, `[[0.1, 0.2], [0.3, 0.4]]`, `1 2`.

    Raises:
        NotUnderstood: it is none; says where it stops making sense.
    """
    if len(text) > LONGEST:
        raise NotUnderstood("quiz.answer.too_long", LONGEST, 1, limit=LONGEST)
    plain = normalised(text.strip("\n"))
    called = _CALLED.match(plain)
    if called is not None and plain.rstrip().endswith(")"):
        plain = " " * called.end() + plain[called.end() :].rstrip()[:-1]
    if not plain.strip():
        raise NotUnderstood("quiz.answer.empty", 0, 1)
    if "[" not in plain:
        plain = _bracketed(text.strip("\n"), plain)
    rows, nested = _rows(plain, text, name)
    first = len(rows[0])
    for place, row in enumerate(rows, 1):
        if len(row) != first:
            raise NotUnderstood(
                "quiz.answer.row_lengths", 0, len(text), row=place, count=len(row), first=first
            )
    return TypedMatrix(tuple(tuple(row) for row in rows), flat=len(rows) == 1 and not nested)


def _bracketed(text: str, plain: str) -> str:
    """Rows on lines of their own as rows by semicolons, and round brackets as square ones."""
    if plain.startswith("(") and plain.endswith(")") and "," in plain:
        return f"[{plain[1:-1]}]"
    return "".join(";" if sign == "\n" else other for sign, other in zip(text, plain, strict=True))


def _rows(plain: str, text: str, name: str) -> tuple[list[list[Typed]], bool]:
    """The rows, and whether they were lists within a list."""
    depth, deepest = 0, 0
    rows: list[list[Typed]] = [[]]
    for piece, start, sign in _pieces(plain):
        end = start + len(piece)
        if sign == "[" and (piece.strip() or depth >= MOST_DEPTH):
            raise NotUnderstood("quiz.answer.bracket", end, 1)
        if piece.strip():
            rows[-1] += _numbers(piece, start)
        depth += (sign == "[") - (sign == "]")
        deepest = max(deepest, depth)
        if depth < 0 or (not sign and depth):
            raise NotUnderstood("quiz.answer.bracket", end, 1)
        if rows[-1] and (sign == ";" or (sign == "]" and depth)):
            rows.append([])
    kept = [row for row in rows if row]
    if not kept:
        raise NotUnderstood("quiz.answer.shape", 0, max(len(text), 1), name=name)
    return kept, deepest > 1


def _pieces(plain: str) -> Iterator[tuple[str, int, str]]:
    """The text between signs that part a matrix, each with its place and the sign behind it."""
    start, inside = 0, 0
    for place, sign in enumerate(plain):
        inside += (sign == "(") - (sign == ")")
        if sign in "[];" or (sign == "," and inside <= 0):
            yield plain[start:place], start, sign
            start = place + 1
    yield plain[start:], start, ""


def _numbers(piece: str, start: int) -> list[Typed]:
    """One number, or several with spaces between them."""
    words = piece.split()
    if len(words) > 1 and all(_is_number(word) for word in words):
        return [read_number(word, start) for word in words]
    return [read_number(piece, start)]


def _is_number(word: str) -> bool:
    return word.lstrip("+-").replace(".", "", 1).replace("e-", "").replace("e", "").isdigit()
