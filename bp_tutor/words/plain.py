"""Signs in ASCII: what a terminal or an encoding without ∂, δ and ₁ is given instead."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from bp_tutor.words.words import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bp_tutor.words.words import Pieces

_SIGNS = {
    "−": "-", "·": "*", "×": "x", "⊙": "*", "÷": "/", "≈": "~=", "≤": "<=", "≥": ">=", "≠": "!=",
    "→": "->", "←": "<-", "⇒": "=>", "½": "1/2", "¼": "1/4", "∂": "d", "∑": "sum", "√": "sqrt",
    "∞": "inf", "′": "'", "ℒ": "L", "\u00a0": "\u00a0",
}  # fmt: skip
_PUNCTUATION = {"…": "...", "–": "-", "—": "-", "‘": "'", "’": "'", "“": '"', "”": '"'}
"""Marks that belong to Chinese sentences as well, and stay there."""
# Compiled when they are first looked for: most outputs show every sign.
_RAISED = "[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾]+"
_GREEK = r"GREEK (SMALL|CAPITAL) LETTER ([A-Z]+)"


def is_chinese(text: str) -> bool:
    """Whether the text has any sign of Chinese, whose marks stay as they are."""
    return any(map(_is_wide, text))


def plain(text: str, *, chinese: bool = False) -> str:
    """The text with every sign outside words in ASCII; words stay as they are.

    >>> plain("δ₁ = ∂L/∂z₁ ≈ 2·10⁻⁵")
    'delta1 = dL/dz1 ~= 2*10^-5'
    """
    if text.isascii():
        return text
    chinese = chinese or is_chinese(text)
    raised = re.sub(_RAISED, lambda run: "^" + unicodedata.normalize("NFKC", run[0]), text)
    return "".join(_plain(sign, chinese=chinese) for sign in raised.replace("−", "-"))


def _plain(sign: str, *, chinese: bool) -> str:
    if sign.isascii() or _is_wide(sign):
        return sign
    if sign in _PUNCTUATION:
        return sign if chinese else _PUNCTUATION[sign]
    if sign in _SIGNS:
        return _SIGNS[sign]
    if greek := re.match(_GREEK, unicodedata.name(sign, "")):
        name = greek[2].lower()
        return name if greek[1] == "SMALL" else name.capitalize()
    if unicodedata.category(sign) in ("Ll", "Lu", "Lo", "Mn"):
        return sign
    folded = unicodedata.normalize("NFKC", sign).replace("\u2212", "-")
    return folded if folded.isascii() else "?"


def _is_wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in "WF"


@lru_cache(maxsize=4096)
def cells(text: str) -> int:
    """How many columns a text takes: two for each wide character, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(map(_columns, text))


@lru_cache(maxsize=4096)
def _columns(sign: str) -> int:
    return 0 if unicodedata.combining(sign) else 2 if _is_wide(sign) else 1


def bare(text: str) -> str:
    """The text in ASCII alone, accents and all: for encodings that lack a letter."""
    decomposed = unicodedata.normalize("NFKD", plain(text))
    kept = (sign for sign in decomposed if not unicodedata.combining(sign))
    return "".join(sign if sign.isascii() else "?" for sign in kept)


class PlainWords(Words):
    """The same words with their signs in ASCII."""

    def __init__(self, words: Words) -> None:
        super().__init__(words.language, words._texts, words._called)

    def pieces(self, key: str, values: Mapping[str, Pieces]) -> Pieces:
        found = super().pieces(key, values)
        chinese = is_chinese("".join(text for text, _ in found))
        return tuple(
            (text if is_formula else plain(text, chinese=chinese), is_formula)
            for text, is_formula in found
        )

    def choose(self, in_language: Callable[[str], str]) -> str:
        return plain(super().choose(in_language))
