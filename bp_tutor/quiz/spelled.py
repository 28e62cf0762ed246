"""Names as the page spells them, in its signs and in ASCII, within what somebody typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bp_tutor.formula import FormulaError
from bp_tutor.formula.tokens import tokens_of
from bp_tutor.quiz.reading import normalised

if TYPE_CHECKING:
    from bp_tutor.formula import Quantity
    from bp_tutor.quiz.book import Book, Key

MOST_NAMES = 3_000
STAND_IN = 0xA000
"""The first of a thousand letters that nobody types in a formula."""
MOST_STAND_INS = 1_000


def spelled(book: Book) -> dict[str, Key | Quantity]:
    """Every name as the page spells it, where there are not too many."""
    if "names" not in book.kept:
        book.kept["names"] = _names(book)
    return book.kept["names"]  # type: ignore[return-value]


def _names(book: Book) -> dict[str, Key | Quantity]:
    names: dict[str, Key | Quantity] = {}
    if sum(quantity.size for quantity in book.order) > MOST_NAMES:
        return names
    symbols, own = book.page.symbols, book.page.style.name
    for style in (own, "ascii", "unicode"):
        for quantity in book.order:
            if quantity.shape:
                names.setdefault(normalised(symbols.name(quantity, None, style)), quantity)
            for index in quantity.indices():
                name = normalised(symbols.name(quantity, index, style))
                if style == own:
                    names[name] = (quantity, index)
                else:
                    names.setdefault(name, (quantity, index))
    return names


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
        whole = "|".join(_whole(name) for name in reversed(pieces))
        book.kept["pieces"] = re.compile(whole) if pieces else None
    return book.kept["pieces"]  # type: ignore[return-value]


def _whole(name: str) -> str:
    """A name that is no part of a longer one; a power may stand behind a bracket."""
    end = r"(?!\w)" if name[-1].isalnum() else ""
    # In dZ[1]/dR of two such names, each has a d in front.
    return rf"(?:(?<!\w)|(?<=\bd)){re.escape(name)}{end}"


def can_be_typed(book: Book, name: str) -> bool:
    """Whether the reader of formulas knows a name as it stands on the page."""
    return normalised(name) in spelled(book) or _one_piece(normalised(name))


def _one_piece(name: str) -> bool:
    try:
        return len(tokens_of(name)) == 1
    except FormulaError:
        return False
