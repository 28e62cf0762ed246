"""Names as the page spells them, in its signs and in ASCII, within what somebody typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.formula import FormulaError
from bp_tutor.formula.quantity import DERIVATIVE, VALUE
from bp_tutor.formula.tokens import tokens_of
from bp_tutor.notations import quotient
from bp_tutor.notations.suggest import hint
from bp_tutor.quiz.model import NotUnderstood
from bp_tutor.quiz.reading import normalised, refused, shown

if TYPE_CHECKING:
    from collections.abc import Collection

    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.book import Book

STAND_IN = 0xA000
"""The first of a thousand letters that nobody types in a formula."""
MOST_STAND_INS = 1_000


def spelled(book: Book) -> frozenset[str]:
    """The names as the page spells them, and as one types them."""
    if "names" not in book.kept:
        book.kept["names"] = frozenset(map(normalised, book.names.spelled))
    return book.kept["names"]  # type: ignore[return-value]


def in_one_piece(book: Book, text: str) -> tuple[str, dict[str, str]]:
    """The text with a stand-in of the same length for each name of several pieces.

    Those are `step w5`, `A11<1>`, letters with hats. Gives what each stand-in stands for.
    """
    pattern = _pattern(book)
    found: dict[str, str] = {}
    if pattern is None:
        return text, found

    def stand_in(match: re.Match[str]) -> str:
        # The d of dZ[1] stays, for it may belong to the quotient dZ[1]/dR.
        d = "d" if match.group()[0] == "d" else ""
        name = match.group().removeprefix(d)
        own = next((piece for piece, whole in found.items() if whole == name), None)
        if own is None:
            own = chr(STAND_IN + len(found) % MOST_STAND_INS) * len(name)
            found[own] = name
        return d + own

    return pattern.sub(stand_in, text), found


def replaced(text: str, stand_ins: dict[str, str]) -> str:
    """The text with the names that its stand-ins stand for."""
    for own, name in stand_ins.items():
        text = text.replace(own, name)
    return text


def _pattern(book: Book) -> re.Pattern[str] | None:
    if "pieces" not in book.kept:
        pieces = sorted((name for name in spelled(book) if not _one_piece(name)), key=len)
        whole = "|".join(map(_whole, reversed(pieces)))
        book.kept["pieces"] = re.compile(f"{_START}(?:{whole})") if pieces else None
    return book.kept["pieces"]  # type: ignore[return-value]


# In dZ[1]/dR of two such names, each has a d in front, and a derivative may have a δ. It stands
# in front of all names: what each of thousands begins with is then seen by its first letter.
_START = r"(?:(?<!\w)|(?<=\b[dδ∂]))"


def _whole(name: str) -> str:
    """A name that is no part of a longer one; a power may stand behind a bracket."""
    return re.escape(name) + (r"(?!\w)" if name[-1].isalnum() else "")


def unreadable(
    book: Book, error: FormulaError, among: Collection[Quantity] | None = None
) -> NotUnderstood:
    """What keeps an answer from being a formula; of an unknown name, which may be meant.

    `among` are the quantities that may stand in the formula.
    """
    if error.key != "formula.unknown_name":
        return refused(error, 0)
    return undefined(book, str(error.values["name"]), error.position, error.length, among)


def undefined(
    book: Book, name: str, start: int, length: int, among: Collection[Quantity] | None = None
) -> NotUnderstood:
    """That a name is none, or of several numbers, and what may be meant."""
    part = next((side for side in quotient(name) or (name,) if book.names.read(side) is None), name)
    found = hint(book.names, part, among)
    told = {"found": shown(name), "name": shown(part), "near": found.near, "names": found.listed}
    if found.key != "unknown":
        room = "quiz.answer" if found.near else "naming"
        return NotUnderstood(f"{room}.{found.key}", start, length, **told)
    key = "near" if found.near else "of" if found.names else "name"
    return NotUnderstood(f"quiz.answer.not_defined_{key}", start, length, **told)


def without_name(book: Book, identifier: str, text: str) -> str:
    """The text without the name that is asked for and its equals sign; the rest stays in place."""
    name, sign, rest = normalised(text).partition("=")
    if not sign:
        return text
    asked = book.find(identifier) or book.array(identifier)
    sample = identifier.partition("@")[2]
    found = book.read(name, sample)
    return " " * (len(name) + 1) + text[-len(rest) :] if rest and found == asked else text


def typing(book: Book) -> list[tuple[str, str]]:
    """A weight, a value and a derivative as the page spells them, and as one can type them."""
    found: dict[str, tuple[str, str]] = {}
    symbols, style = book.page.symbols, book.page.style.name
    for quantity in book.order:
        kind = quantity.kind or ("W" if quantity.symbol.startswith("W") else VALUE)
        if kind in found or kind not in ("W", VALUE, DERIVATIVE) or _numberless(book, quantity):
            continue
        index = next(quantity.indices())
        name = symbols.name(quantity, index, "ascii")
        # A quotient shows nothing of how indices are typed.
        if "/" not in name and can_be_typed(book, name) and book.read(name) == (quantity, index):
            found[kind] = symbols.name(quantity, index, style), name
    return list(found.values())


def _numberless(book: Book, quantity: Quantity) -> bool:
    """Whether its name shows nothing of how entries are counted; in a graph every name is one."""
    return not (quantity.shape or quantity.symbol in book.page.symbols.structure.names)


def can_be_typed(book: Book, name: str) -> bool:
    """Whether the reader of formulas knows a name as it stands on the page."""
    return normalised(name) in spelled(book) or _one_piece(normalised(name))


def _one_piece(name: str) -> bool:
    try:
        return len(tokens_of(name)) == 1
    except FormulaError:
        return False
